import { closeSync, openSync } from 'node:fs'
import { isatty, ReadStream } from 'node:tty'

/** A terminal that keys are read from. */
export interface Keyboard {
  readonly stream: ReadStream
  close(): void
}

/**
 * The terminal that the user types at: standard input where it is one, else the terminal of the process, which a pipe
 * leaves free. Undefined where the process has none, as in a service or a job of a build server.
 */
export function openKeyboard(
  stdin: NodeJS.ReadableStream & { isTTY?: boolean },
  platform: string,
): Keyboard | undefined {
  if (stdin.isTTY === true) return { stream: stdin as ReadStream, close: () => void stdin.pause() }
  const windows = platform === 'win32'
  try {
    // Windows lets the mode of a console be changed only by those who may also write to it.
    const fd = openSync(windows ? '\\\\.\\CONIN$' : '/dev/tty', windows ? 'r+' : 'r')
    if (!isatty(fd)) {
      closeSync(fd)
      return undefined
    }
    const stream = new ReadStream(fd)
    return { stream, close: () => void stream.destroy() }
  } catch {
    return undefined
  }
}
