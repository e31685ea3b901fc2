import { fileURLToPath } from 'node:url'
import { runInPty } from './pty.ts'
import type { Cell } from './screen.ts'

/** A screen that the README shows: what is opened, which keys are typed, and what must be there when it is taken. */
export interface Scene {
  readonly name: string
  readonly about: string
  readonly image: string
  readonly columns: number
  readonly rows: number
  readonly keys: readonly string[]
  readonly until: string | RegExp
}

/** The screens of the README. */
export const SCENES: readonly Scene[] = [
  {
    name: 'files',
    about: 'The layers of an image, and what the one under the cursor changes, largest first',
    image: 'bloated-python.tar',
    columns: 120,
    rows: 30,
    keys: [...'jjjjjjjjjjj', '\t', 'j', 'j'],
    until: 'Changes of layer 11',
  },
  {
    name: 'findings',
    about: 'What was found, the gravest first; beside it why, and what to change',
    image: 'bloated-python.tar',
    columns: 120,
    rows: 30,
    keys: ['w', 'j', ' ', 'k'],
    until: 'findings:',
  },
  {
    name: 'ticks',
    about: 'Every finding whose change is safe is ticked, and the first line tells what the image would come to',
    image: 'bloated-python.tar',
    columns: 120,
    rows: 30,
    keys: ['w', 'S', 'j', 'j', ' '],
    until: 'saved',
  },
  {
    name: 'waste',
    about: 'Every wasted path with its bytes and the layers that wrote and hid it, by cause',
    image: 'bloated-python.tar',
    columns: 120,
    rows: 30,
    keys: ['w', 's', 'j'],
    until: 'Waste',
  },
  {
    name: 'biography',
    about: 'What each layer did to one file',
    image: 'bloated-python.tar',
    columns: 120,
    rows: 12,
    keys: ['w', 's', 'j', '\r', 'B'],
    until: 'Biography',
  },
]

/** What a scene looks like in a run of the built program. */
export interface Taken {
  readonly lines: readonly string[]
  readonly cells: readonly (readonly Cell[])[]
}

const root = new URL('../../', import.meta.url)

/** Plays a scene on a terminal and gives the screen. */
export async function takeScene({ image, columns, rows, keys, until }: Scene): Promise<Taken> {
  const main = fileURLToPath(new URL('dist/main.js', root))
  const cwd = fileURLToPath(new URL('sample-images', root))
  const program = runInPty(process.execPath, [main, image], { columns, rows, cwd })
  try {
    await program.shows('Layers')
    await program.press(...keys)
    await program.shows(until)
    await program.settles()
    const { screen } = program
    const taken = { lines: screen.lines(), cells: Array.from({ length: rows }, (_, y) => screen.cells(y)) }
    // Leaves from wherever the scene ended; q would only close what lies on top.
    await program.press('\u0003')
    await program.ended
    return taken
  } finally {
    program.kill('SIGKILL')
  }
}
