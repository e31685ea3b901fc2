import { resolve } from 'node:path'
import { spawn } from '@lydell/node-pty'
import type { Run } from './measure.ts'

const COLUMNS = 200
const ROWS = 50
/** Milliseconds without a frame after which a program is taken for broken. */
const LONGEST_WAIT = 30_000
/** What ends every frame. */
const FRAME_END = '\u001b[?2026l'
/** In the title of the list of files, which only an image that has been read has. */
const LIST_TITLE = /\d rows/

/** What answers a key press: the first frame that comes after it. */
export interface Answer {
  /** From the key that is sent to the terminal until the frame has come back whole. */
  readonly milliseconds: number
  readonly bytes: number
}

/** The built program on a terminal of its own, seen from outside. */
export interface Screen {
  /** Milliseconds from its start until it showed the image. */
  readonly opened: number
  press(key: string): Promise<Answer>
  /** Bytes that came since the last key: those of its answer, and of whatever followed. */
  received(): number
  /** Waits until nothing has come for so many milliseconds. */
  quiet(milliseconds: number): Promise<void>
  close(): Promise<void>
}

/**
 * Starts the program on an archive and waits until its screen shows it; `flags` are for Node.
 *
 * @throws Error where it ends early, or a key has no answer.
 */
export async function openScreen(node: string, archive: string, flags: readonly string[] = []): Promise<Screen> {
  const begun = performance.now()
  const pty = spawn(node, [...flags, resolve('dist/main.js'), archive, '--no-mouse'], {
    name: 'xterm-256color',
    cols: COLUMNS,
    rows: ROWS,
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', LANG: 'C.UTF-8' },
  })
  let received = ''
  let check = () => {}
  let ended = false
  const exited = new Promise<void>((done) => {
    pty.onExit(() => {
      ended = true
      check()
      done()
    })
  })
  pty.onData((data) => {
    received += data
    check()
  })
  /** Waits for the end of the first frame that comes after some text. */
  const framed = (after: RegExp | undefined) =>
    new Promise<void>((done, fail) => {
      const timeout = setTimeout(() => fail(new Error('a frame never came')), LONGEST_WAIT)
      check = () => {
        const from = after === undefined ? 0 : received.search(after)
        const whole = from !== -1 && received.includes(FRAME_END, from)
        if (!whole && !ended) return
        clearTimeout(timeout)
        check = () => {}
        if (whole) done()
        else fail(new Error(`the program has ended:\n${received.slice(-2000)}`))
      }
    })
  await framed(LIST_TITLE)
  return {
    opened: performance.now() - begun,
    async press(key) {
      received = ''
      const pressed = performance.now()
      const answer = framed(undefined)
      pty.write(key)
      await answer
      const milliseconds = performance.now() - pressed
      return { milliseconds, bytes: Buffer.byteLength(received) }
    },
    received: () => Buffer.byteLength(received),
    async quiet(milliseconds) {
      for (let length = -1; length !== received.length; ) {
        length = received.length
        await new Promise((done) => setTimeout(done, milliseconds))
      }
    },
    async close() {
      pty.kill('SIGTERM')
      await exited
    },
  }
}

/** Opens an archive and leaves as soon as it is shown; gives how long that took. */
export async function firstFrame(node: string, archive: string): Promise<Run> {
  const screen = await openScreen(node, archive)
  await screen.close()
  return { milliseconds: screen.opened, peakBytes: undefined }
}
