import { execFileSync } from 'node:child_process'
import { judged } from './judged.ts'
import { medianOf } from './measure.ts'
import { type Answer, openScreen, type Screen } from './ui.ts'
import { ARCHIVES } from './workload.ts'

/** Milliseconds from a key to its frame, at most, for 99 of 100 presses of a warm program. */
const PRESS_GOAL = 16
/** The same for the first frame after what makes a list anew. */
const FIRST_FRAME_GOAL = 150
/** How often the program is started on each Node. */
const OPENINGS = 3
/** Presses of each kind that let Node compile what they run, and are not counted. */
const WARM_UP = 150
const SAMPLES = 150
/** Milliseconds between two presses: fewer than of any held key, enough for a second frame to show itself. */
const PAUSE = 8
/** Milliseconds without a frame after which long work is taken for done. */
const QUIET = 400

/**
 * A step of what is done to the screen. `once` is pressed once and then whatever it begins is waited for, unless it
 * `goesOn`, so that the next key comes while the program is at work; `often` is pressed again and again, as a held key is. Each of those presses has to change the screen and be answered by one frame,
 * neither none nor two, else times would go to the wrong press: so its keys come back to where they began, or have far
 * to go, and nothing that works on in the background is among them.
 */
type Step = { readonly name: string } & (
  | { readonly once: string; readonly goesOn?: true }
  | { readonly often: readonly string[] }
)

const WITHIN_THE_PAGE = ['j', 'j', 'j', 'k', 'k', 'k']
/** A page down, then rows from its end on: each shows a page of other rows. */
const SCROLLING = ['\u001b[6~', ...Array.from({ length: 9 }, () => 'j')]

function typed(what: string, text: string): Step[] {
  return [...text].map((letter, i) => ({ name: `${what}: ${text.slice(0, i + 1)}`, once: letter }))
}

/** A tick, keys while its sizes are worked out, and the tick taken away. */
function ticked(what: string): Step[] {
  return [
    { name: `tick ${what}`, once: 't', goesOn: true },
    { name: 'cursor down, while that is worked out', once: 'j', goesOn: true },
    { name: 'cursor up, while that is worked out', once: 'k' },
    { name: `take the tick of ${what} away`, once: 't' },
  ]
}

const FILES: readonly Step[] = [
  { name: 'to the top layer', once: 'G' },
  { name: 'everything up to it', once: 'a' },
  { name: 'to the files', once: '\t' },
  { name: 'files: cursor within the page', often: WITHIN_THE_PAGE },
  { name: 'files: scroll the whole page', often: SCROLLING },
  { name: 'fold all', once: 'z' },
  { name: 'unfold all', once: 'z' },
  { name: 'first row', once: 'g' },
  ...ticked('a directory of a million files'),
  { name: 'fold the directory that holds everything', once: ' ' },
  { name: 'unfold it', once: ' ' },
  { name: 'sort by name', once: 's' },
  { name: 'sort by change', once: 's' },
  { name: 'sort by size', once: 's' },
  { name: 'reverse the order', once: 'r' },
  { name: 'order as before', once: 'r' },
  { name: 'hide what is added', once: '1' },
  { name: 'show it', once: '1' },
  { name: 'filter', once: 'f' },
  ...typed('filter', '99.js'),
  { name: 'filter: accept', once: '\r' },
  { name: 'filtered: scroll the whole page', often: SCROLLING },
  { name: 'filter: clear', once: '\u001b' },
  { name: 'last row', once: 'G' },
  { name: 'next lower layer', once: '[' },
  { name: 'next lower layer, only its changes', once: 'c' },
  { name: 'search', once: '/' },
  ...typed('search', 'module-777777'),
  { name: 'search: accept', once: '\r' },
]

const FINDINGS: readonly Step[] = [
  { name: 'findings', once: 'w' },
  ...ticked('a finding of 50,000 files'),
  { name: 'unfold a finding of 50,000 files', once: '\r' },
  { name: 'findings: cursor within the page', often: WITHIN_THE_PAGE },
  { name: 'findings: scroll the whole page', often: SCROLLING },
  { name: 'first finding', once: 'g' },
  { name: 'fold it', once: ' ' },
  { name: 'unfold all findings, 250,000 files', once: 'z' },
  { name: '250,000 findings’ files: scroll the whole page', often: SCROLLING },
  { name: 'waste by cause', once: 's' },
  { name: 'unfold a cause of 250,000 files', once: '\r' },
  { name: 'waste by directory', once: 's' },
  { name: 'all waste', once: 's' },
  { name: 'all waste: scroll the whole page', often: SCROLLING },
  { name: 'to a file in its layer', once: '\r' },
]

/** What was measured on one Node, by the names of steps. */
interface Measured {
  readonly version: string
  readonly once: Map<string, number[]>
  readonly often: Map<string, Answer[]>
}

/** Times keys on each Node, in turn, and gives a section of the results. */
export async function keysSection(name: string, nodes: readonly string[]): Promise<string> {
  const measured = new Map<string, Measured>()
  for (const node of nodes) {
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
    measured.set(node, { version, once: new Map(), often: new Map() })
  }
  for (let opening = 0; opening < OPENINGS; opening++) {
    for (const [node, into] of measured) {
      await run(node, ARCHIVES.million(), FILES, into)
      await run(node, ARCHIVES.millionAgain(), FINDINGS, into)
    }
  }
  return describe(name, [...measured.values()])
}

async function run(node: string, archive: string, steps: readonly Step[], { once, often }: Measured): Promise<void> {
  const screen = await openScreen(node, archive)
  await screen.quiet(QUIET)
  for (const step of steps) {
    if ('often' in step) {
      append(often, step.name, await pressOften(screen, step.name, step.often))
    } else {
      const { milliseconds } = await screen.press(step.once)
      append(once, step.name, [milliseconds])
      if (step.goesOn === undefined) await screen.quiet(QUIET)
    }
  }
  await screen.close()
}

function append<T>(map: Map<string, T[]>, name: string, values: readonly T[]): void {
  map.set(name, [...(map.get(name) ?? []), ...values])
}

async function pressOften(screen: Screen, name: string, keys: readonly string[]): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let i = 0; i < WARM_UP + SAMPLES; i++) {
    const answer = await screen.press(keys[i % keys.length] ?? '')
    await new Promise((done) => setTimeout(done, PAUSE))
    if (screen.received() !== answer.bytes) throw new Error(`${name}: a press had more than one frame`)
    if (i >= WARM_UP) answers.push(answer)
  }
  return answers
}

function describe(name: string, measured: readonly Measured[]): string {
  const kinds = [...(measured[0]?.often.keys() ?? [])]
  const often = kinds.flatMap((step) =>
    measured.map(({ version, often }) => {
      const answers = often.get(step) ?? []
      const times = answers.map(({ milliseconds }) => milliseconds)
      const bytes = answers.reduce((sum, answer) => sum + answer.bytes, 0) / answers.length
      return { step, version, p50: quantile(times, 0.5), p99: quantile(times, 0.99), bytes, presses: times.length }
    }),
  )
  const slowest = (numbers: readonly number[]) => Math.max(0, ...numbers)
  const firstFrames = measured.map(({ once }) => new Map([...once].map(([step, times]) => [step, medianOf(times)])))
  const steps = [...(firstFrames[0]?.keys() ?? [])]
  return [
    `## ${name}`,
    '',
    'From a key that is sent to a terminal until the frame that answers it has come back whole.',
    '',
    '| keys, held | Node | p50 | p99 | bytes per frame | presses |',
    '|---|---|---:|---:|---:|---:|',
    ...often.map(
      ({ step, version, p50, p99, bytes, presses }) =>
        `| ${step} | ${version} | ${p50.toFixed(1)} ms | ${p99.toFixed(1)} ms | ${bytes.toFixed(0)} | ${presses} |`,
    ),
    '',
    ...measured.map(({ version }) => {
      const p99s = often.filter((one) => one.version === version).map(({ p99 }) => p99)
      return judged(`${PRESS_GOAL} ms for 99 of 100 presses of each row, ${version}`, {
        value: slowest(p99s),
        limit: PRESS_GOAL,
      })
    }),
    '',
    `| key, once: first frame, median of ${OPENINGS} | ${measured.map(({ version }) => version).join(' | ')} |`,
    `|---|${measured.map(() => '---:|').join('')}`,
    ...steps.map(
      (step) => `| ${step} | ${firstFrames.map((times) => `${times.get(step)?.toFixed(1)} ms`).join(' | ')} |`,
    ),
    '',
    ...measured.map(({ version }, i) =>
      judged(`${FIRST_FRAME_GOAL} ms for each of these first frames, ${version}`, {
        value: slowest([...(firstFrames[i]?.values() ?? [])]),
        limit: FIRST_FRAME_GOAL,
      }),
    ),
    '',
  ].join('\n')
}

function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}
