import { expect, test } from 'vitest'
import { RULES } from '../../src/rules/catalogue.ts'
import { findBloat } from '../../src/rules/find.ts'
import { Tally } from '../../src/tui/tally.ts'
import type { Ticks } from '../../src/tui/ticks.ts'
import { whatIf } from '../../src/what-if/plan.ts'
import { Scenario } from '../../src/what-if/scenario.ts'
import { STEP } from '../../src/what-if/work.ts'
import { evidenceOf, sized } from '../helpers/findings.ts'
import { dir, hardlink, symlink, type Tree, whiteout } from '../helpers/layer.ts'

const MANY = 3000
const numbered = (path: (i: number) => string, entry: ReturnType<typeof sized>): Tree =>
  Object.fromEntries(Array.from({ length: MANY }, (_, i) => [path(i), entry]))

/** Many files that one layer writes and another deletes, with links among them, and as many in a cache. */
const OWN: readonly Tree[] = [
  {
    'src/': dir(),
    ...numbered((i) => `src/${i % 7}/${i}`, sized(900)),
    'src/link': symlink('1/1'),
    'src/again': hardlink('src/0/0'),
    ...numbered((i) => `root/.cache/pip/${i}`, sized(3000)),
  },
  { src: whiteout },
]

async function opened() {
  const { image, stack, ...evidence } = await evidenceOf({ own: OWN, history: OWN.map(() => 'RUN make') })
  const bloat = findBloat({ image, stack, ...evidence }, RULES)
  const tally = new Tally(() => Scenario.open(image, stack, bloat))
  return { tally, ids: bloat.map(({ finding }) => finding.id), command: (of: Ticks) => whatIf(image, stack, bloat, of) }
}

/** How often the tally works until all is worked out. */
function turnsOf(tally: Tally, ticks: Ticks): number {
  let turns = 1
  for (; !tally.advance(ticks); turns++) expect(tally.outcomeOf(ticks)).toBeUndefined()
  return turns
}

test('a tick of many files is worked out in small steps, and comes to what the command says', async () => {
  const { tally, ids, command } = await opened()
  const ticks = new Set(ids.filter((id) => /^(?:deleted-later|pip-cache)@/.test(id)))
  expect(ticks.size).toBe(2)
  expect(turnsOf(tally, ticks)).toBeGreaterThan((2 * MANY) / STEP)
  const { after, finalTreeEqual } = command(ticks)
  expect(tally.outcomeOf(ticks)).toMatchObject({ after, keepsRootfs: finalTreeEqual })
})

test('so is a directory of many files', async () => {
  const { tally } = await opened()
  const ticks = new Set(['1 root'])
  expect(turnsOf(tally, ticks)).toBeGreaterThan(MANY / STEP)
  const { before, after } = tally.outcomeOf(ticks) ?? {}
  expect((before?.contentBytes ?? 0) - (after?.contentBytes ?? 0)).toBe(MANY * 3000)
})

test('who ticks something else meanwhile gets the outcome of that', async () => {
  const { tally, ids, command } = await opened()
  const first = new Set(ids.filter((id) => id.startsWith('deleted-later@')))
  const second = new Set(ids.filter((id) => id.startsWith('pip-cache@')))
  for (let turn = 0; turn < MANY / STEP; turn++) expect(tally.advance(first)).toBe(false)
  turnsOf(tally, second)
  expect(tally.outcomeOf(first)).toBeUndefined()
  expect(tally.outcomeOf(second)?.after).toEqual(command(second).after)
})
