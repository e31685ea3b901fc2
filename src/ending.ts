const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const

/**
 * Does something however the process ends: by itself, by an error that nobody expected, or by a signal that can be
 * caught, of which it is told. Gives how to call it off.
 */
export function onEnding(action: (signal: NodeJS.Signals | undefined) => void): () => void {
  const onExit = () => action(undefined)
  const onSignal = (signal: NodeJS.Signals) => {
    callOff()
    action(signal)
    // Again, and now unhandled by us, so that whoever started the process sees what ended it.
    process.kill(process.pid, signal)
  }
  const callOff = () => {
    process.off('exit', onExit)
    process.off('uncaughtExceptionMonitor', onExit)
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
  process.on('exit', onExit)
  // Before the error and its stack are printed.
  process.on('uncaughtExceptionMonitor', onExit)
  for (const signal of SIGNALS) process.on(signal, onSignal)
  return callOff
}
