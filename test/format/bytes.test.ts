import { describe, expect, test } from 'vitest'
import { formatBytes, formatCount, formatPercent } from '../../src/format/bytes.ts'

describe('a size for people', () => {
  const rows: [bytes: number, expected: string][] = [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [32_025, '32 kB'],
    [999_999, '1 MB'],
    [1_234_567, '1.23 MB'],
    [Number.MAX_SAFE_INTEGER, '9.01 PB'],
  ]
  test.each(rows)('of %i bytes is %s', (bytes, expected) => expect(formatBytes(bytes)).toBe(expected))
})

describe('a count for people', () => {
  const rows: [count: number, expected: string][] = [
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [32_025, '32,025'],
    [Number.MAX_SAFE_INTEGER, '9,007,199,254,740,991'],
  ]
  test.each(rows)('of %i is %s', (count, expected) => expect(formatCount(count)).toBe(expected))
})

test('a ratio for people is a percentage', () => {
  expect([0, 0.98441, 1, 1.5].map(formatPercent)).toEqual(['0.00 %', '98.44 %', '100.00 %', '150.00 %'])
})
