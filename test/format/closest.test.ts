import { describe, expect, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { closest, didYouMean, parseWord } from '../../src/format/closest.ts'

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

describe('one of some words', () => {
  const words = ['low', 'medium', 'high'] as const

  test('is itself', () => expect(parseWord('low', words, '--level')).toBe('low'))

  test.each([
    ['hig', '--level cannot be "hig"; did you mean high?'],
    ['LOW', '--level cannot be "LOW"; did you mean low?'],
    ['none', '--level cannot be "none": give low, medium or high'],
    ['\u001b[2J', '--level cannot be "\\e[2J": give low, medium or high'],
  ])('is not %j', (given, sentence) => {
    expect(() => parseWord(given, words, '--level')).toThrow(new UserError(sentence))
  })
})
