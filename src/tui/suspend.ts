import process from 'node:process'

/** Milliseconds after which the process, if it still runs, has not been stopped. */
const GRACE = 300

/** Whether the system can stop a program and let it go on. */
export const canStop = process.platform !== 'win32'

/** Who is stopped: the whole job of the shell, as by Ctrl-Z in programs that leave the keyboard to the terminal, or nobody else. */
export type Stopped = 'job' | 'process'

/**
 * Stops the process, or with it its whole job; resolves when it goes on, or where nobody could ever continue it, so that
 * the system does not stop it.
 */
export function stop(who: Stopped): Promise<void> {
  return new Promise((resolve) => {
    // It also keeps the process alive, which nothing else does while it does not listen to the keyboard.
    const timer = setTimeout(goOn, GRACE)
    // Whoever listens to the signal is not stopped by it.
    const listeners = process.listeners('SIGTSTP')
    for (const listener of listeners) process.off('SIGTSTP', listener)
    function goOn() {
      clearTimeout(timer)
      process.off('SIGCONT', goOn)
      for (const listener of listeners) process.on('SIGTSTP', listener)
      askForSize()
      resolve()
    }
    process.on('SIGCONT', goOn)
    process.kill(who === 'job' ? 0 : process.pid, 'SIGTSTP')
  })
}

/**
 * Tells when somebody else wants the process to be stopped, which does not happen by itself then, and when it goes on;
 * gives how to call that off.
 */
export function onStopping(stopping: () => void, goingOn: () => void): () => void {
  if (!canStop) return () => {}
  process.on('SIGTSTP', stopping)
  process.on('SIGCONT', goingOn)
  return () => {
    process.off('SIGTSTP', stopping)
    process.off('SIGCONT', goingOn)
  }
}

/** The terminal has told a new size only to who was in front meanwhile, so it is asked for it. */
export function askForSize(): void {
  process.kill(process.pid, 'SIGWINCH')
}
