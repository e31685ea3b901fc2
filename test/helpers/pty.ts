import { spawn } from '@lydell/node-pty'
import { openScreen, type TestScreen } from './screen.ts'

/** A program on a terminal of its own. */
export interface PtyProgram {
  readonly screen: TestScreen
  readonly pid: number
  /** All bytes that came from it. */
  output(): string
  /** Types one key after the other, slowly enough that an Escape stays one. */
  press(...keys: readonly string[]): Promise<void>
  resize(columns: number, rows: number): void
  kill(signal: string): void
  /** Waits until the screen shows a text or meets a condition; fails with the screen after a while. */
  shows(wanted: string | RegExp | ((lines: readonly string[]) => boolean)): Promise<readonly string[]>
  /** Waits until the screen has not changed for a while. */
  settles(): Promise<void>
  /** How it ended. */
  readonly ended: Promise<{ readonly exitCode: number; readonly signal: number | undefined }>
}

/** How a program is started. */
export interface PtyOptions {
  readonly columns?: number
  readonly rows?: number
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

const LONGEST_WAIT = 15_000
/** How long nothing comes once a screen is complete. */
const STILL = 150
/** Longer than Ink waits for the rest of an escape sequence. */
const BETWEEN_KEYS = 40

/** Runs a command on a new terminal, with an environment that says nothing about CI or colours. */
export function runInPty(command: string, args: readonly string[], options: PtyOptions = {}): PtyProgram {
  const { columns = 80, rows = 24, cwd, env = {} } = options
  const kept = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const screen = openScreen(columns, rows)
  const pty = spawn(command, [...args], {
    name: env.TERM ?? 'xterm-256color',
    cols: columns,
    rows,
    ...(cwd !== undefined && { cwd }),
    env: {
      ...Object.fromEntries(kept),
      LANG: 'C.UTF-8',
      XDG_CONFIG_HOME: '/nonexistent',
      ...env,
    },
  })
  let output = ''
  /** What of it the screen has taken in. */
  let applied = ''
  let taken = Promise.resolve()
  pty.onData((data) => {
    output += data
    taken = taken
      .then(() => screen.write(data))
      .then(() => {
        applied += data
      })
  })
  const ended = new Promise<{ exitCode: number; signal: number | undefined }>((resolve) => {
    pty.onExit(async ({ exitCode, signal }) => {
      await pause(20)
      await taken
      resolve({ exitCode, signal: signal === 0 ? undefined : signal })
    })
  })
  return {
    screen,
    pid: pty.pid,
    output: () => output,
    async press(...keys) {
      for (const key of keys) {
        pty.write(key)
        await pause(BETWEEN_KEYS)
      }
    },
    resize(toColumns, toRows) {
      screen.resize(toColumns, toRows)
      pty.resize(toColumns, toRows)
    },
    kill: (signal) => pty.kill(signal),
    async shows(wanted) {
      const met =
        typeof wanted === 'function'
          ? wanted
          : (lines: readonly string[]) =>
              typeof wanted === 'string' ? lines.join('\n').includes(wanted) : wanted.test(lines.join('\n'))
      for (const begun = performance.now(); performance.now() - begun < LONGEST_WAIT; await pause(15)) {
        await taken
        const lines = screen.lines()
        // A frame may come in pieces.
        if (applied.lastIndexOf('[?2026h') <= applied.lastIndexOf('[?2026l') && met(lines)) return lines
      }
      throw new Error(`the screen never showed ${wanted}:\n${screen.lines().join('\n')}`)
    },
    async settles() {
      for (let length = -1; length !== output.length; await pause(STILL)) length = output.length
      await taken
    },
    ended,
  }
}

/** Waits some milliseconds. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
