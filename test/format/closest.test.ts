import { describe, expect, test } from 'vitest'
import { closest, didYouMean } from '../../src/format/closest.ts'

const candidates = ['--files', '--format', '--ci', '--ci-config', '--lowest-efficiency', '--output']

describe('the word that was meant', () => {
  const rows: [typed: string, expected: string | undefined][] = [
    ['fils', '--files'],
    ['--file', '--files'],
    ['FORMAT', '--format'],
    ['fromat', '--format'],
    ['lowestEficiency', '--lowest-efficiency'],
    ['lowest-efficiency-threshold', '--lowest-efficiency'],
    ['ciconfg', '--ci-config'],
    ['out', '--output'],
    ['ui', undefined],
    ['x', undefined],
    ['', undefined],
    ['--', undefined],
    ['completely-different', undefined],
    ['f'.repeat(100_000), undefined],
  ]
  test.each(rows)('by %.30j is %j', (typed, expected) => expect(closest(typed, candidates)).toBe(expected))
})

test('a hint is only given where there is one', () => {
  expect(didYouMean('fils', candidates)).toBe('; did you mean --files?')
  expect(didYouMean('nothing', candidates)).toBe('')
})
