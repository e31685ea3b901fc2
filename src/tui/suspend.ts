import process from 'node:process'

/** Milliseconds after which the process, if it still runs, has not been stopped. */
const GRACE = 300

/** Whether the system can stop a program and let it go on. */
export const canStop = process.platform !== 'win32'

/**
 * Stops the process, and with it the whole job of the shell, as Ctrl-Z does in programs that leave the keyboard to
 * the terminal; resolves when the job goes on, or where nobody could ever continue it, so that the system does not
 * stop it.
 */
export function stopJob(): Promise<void> {
  return new Promise((resolve) => {
    // It also keeps the process alive, which nothing else does while it does not listen to the keyboard.
    const timer = setTimeout(goOn, GRACE)
    function goOn() {
      clearTimeout(timer)
      process.off('SIGCONT', goOn)
      // The terminal has told a new size only to who was in front meanwhile, so it is asked for it.
      process.kill(process.pid, 'SIGWINCH')
      resolve()
    }
    process.on('SIGCONT', goOn)
    process.kill(0, 'SIGTSTP')
  })
}
