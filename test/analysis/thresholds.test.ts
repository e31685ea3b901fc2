import { describe, expect, test } from 'vitest'
import type { Check, Summary } from '../../src/analysis/report.ts'
import {
  evaluate,
  exitCodeOf,
  type Figures,
  judgedFigures,
  parseThreshold,
  resolveThresholds,
  type Thresholds,
} from '../../src/analysis/thresholds.ts'

const thresholds: Thresholds = { lowestEfficiency: 0.9, highestWastedBytes: 1000, highestUserWastedPercent: 0.1 }
const figures: Figures = { efficiency: 0.9, wastedBytes: 1000, ownWastedBytes: 1000, userWastedPercent: 0.1 }

/** The statuses of the three checks, in their order. */
function statuses(changed: Partial<Thresholds>, found: Partial<Figures>, layers = 2): string {
  const checks = evaluate({ ...thresholds, ...changed }, { ...figures, ...found }, layers)
  return checks.map(({ status }) => status).join(' ')
}

describe('checks', () => {
  const rows: [
    name: string,
    thresholds: Partial<Thresholds>,
    figures: Partial<Figures>,
    layers: number,
    expected: string,
  ][] = [
    ['figures that equal their thresholds pass', {}, {}, 2, 'pass pass pass'],
    ['a lower efficiency fails', {}, { efficiency: 0.8999 }, 2, 'fail pass pass'],
    ['a higher efficiency passes', {}, { efficiency: 1 }, 2, 'pass pass pass'],
    ['more wasted bytes fail', {}, { wastedBytes: 1001 }, 2, 'pass fail pass'],
    ['a higher share of waste fails', {}, { userWastedPercent: 0.1001 }, 2, 'pass pass fail'],
    ['a share above 1 fails', {}, { userWastedPercent: 5 }, 2, 'pass pass fail'],
    ['a disabled check is skipped', { highestWastedBytes: null }, { wastedBytes: 1e9 }, 2, 'pass skip pass'],
    ['a threshold of 0 is not disabled', { highestWastedBytes: 0 }, { wastedBytes: 1 }, 2, 'pass fail pass'],
    ['waste over nothing exceeds every share', {}, { userWastedPercent: null, ownWastedBytes: 1 }, 2, 'pass pass fail'],
    ['no waste over nothing is no share', {}, { userWastedPercent: null, ownWastedBytes: 0 }, 2, 'pass pass skip'],
    ['a lone layer has no share', {}, { userWastedPercent: null, ownWastedBytes: 1 }, 1, 'pass pass skip'],
    ['an image without layers has no share', {}, { userWastedPercent: null, ownWastedBytes: 0 }, 0, 'pass pass skip'],
    [
      'waste over nothing is skipped where the check is disabled',
      { highestUserWastedPercent: null },
      { userWastedPercent: null, ownWastedBytes: 1 },
      2,
      'pass pass skip',
    ],
  ]
  test.each(rows)('%s', (_, changed, found, layers, expected) =>
    expect(statuses(changed, found, layers)).toBe(expected),
  )

  test('carry the threshold and the value', () => {
    const found = { efficiency: 0.5, wastedBytes: 7, ownWastedBytes: 7, userWastedPercent: null }
    expect(evaluate({ ...thresholds, highestWastedBytes: null }, found, 2)).toEqual([
      { name: 'lowestEfficiency', threshold: 0.9, value: 0.5, status: 'fail' },
      { name: 'highestWastedBytes', threshold: null, value: 7, status: 'skip' },
      { name: 'highestUserWastedPercent', threshold: 0.1, value: null, status: 'fail' },
    ])
  })
})

describe('thresholds in force', () => {
  const rows: [name: string, flags: Partial<Thresholds>, file: Partial<Thresholds>, expected: Thresholds][] = [
    ['are the defaults', {}, {}, { lowestEfficiency: 0.9, highestWastedBytes: null, highestUserWastedPercent: 0.1 }],
    ['come from the file', {}, thresholds, thresholds],
    [
      'come from flags before the file',
      { highestWastedBytes: 5 },
      thresholds,
      { ...thresholds, highestWastedBytes: 5 },
    ],
    ['are disabled by a flag', { lowestEfficiency: null }, thresholds, { ...thresholds, lowestEfficiency: null }],
    ['are disabled by the file', thresholds, { highestWastedBytes: null }, thresholds],
  ]
  test.each(rows)('%s', (_, flags, file, expected) => expect(resolveThresholds(flags, file)).toEqual(expected))
})

test("the figures that are judged are dive's where the report has them", () => {
  const summary: Summary = {
    ...figures,
    contentBytes: 10_000,
    ownContentBytes: 10_000,
    rootfsBytes: 9000,
    blobBytes: 1,
    tarBytes: 1,
    files: 1,
  }
  const dive = { efficiencyScore: 0.5, wastedBytes: 3, userWastedPercent: null }
  expect(judgedFigures({ summary })).toMatchObject(figures)
  expect(judgedFigures({ summary, dive })).toEqual({
    efficiency: 0.5,
    wastedBytes: 3,
    ownWastedBytes: 3,
    userWastedPercent: null,
  })
})

test('a value is parsed by the unit of its threshold', () => {
  expect(parseThreshold('lowestEfficiency', '90%', 'x')).toBe(0.9)
  expect(parseThreshold('highestWastedBytes', '1k', 'x')).toBe(1000)
  expect(parseThreshold('highestWastedBytes', ' Disabled ', 'x')).toBeNull()
  expect(() => parseThreshold('lowestEfficiency', '1k', 'the flag')).toThrow(/^the flag cannot be "1k": give a number/)
  expect(() => parseThreshold('highestWastedBytes', '90%', 'x')).toThrow(/give a size/)
  expect(() => parseThreshold('highestWastedBytes', '\u202e', 'x')).toThrow(/"\\u\{202e\}"/)
})

describe('the exit code', () => {
  const check = (status: Check['status']): Check => ({ name: 'lowestEfficiency', threshold: 1, value: 1, status })
  const rows: [checks: Check[], expected: number][] = [
    [[], 0],
    [[check('pass'), check('skip')], 0],
    [[check('pass'), check('fail')], 1],
  ]
  test.each(rows)('of %j is %i', (checks, expected) => expect(exitCodeOf({ checks })).toBe(expected))
})
