import { describe, expect, test } from 'vitest'
import { isDisabled, parseBytes, parseRatio } from '../../src/format/quantity.ts'

describe('a size', () => {
  const rows: [text: string, expected: number | undefined][] = [
    ['0', 0],
    ['1234', 1234],
    ['20MB', 20_000_000],
    ['20Mb', 20_000_000],
    ['20m', 20_000_000],
    ['20M', 20_000_000],
    ['20 mb', 20_000_000],
    ['  20MB  ', 20_000_000],
    ['20MiB', 20_971_520],
    ['20Mi', 20_971_520],
    ['20mib', 20_971_520],
    ['1k', 1000],
    ['1KiB', 1024],
    ['1G', 1e9],
    ['1TB', 1e12],
    ['1Pi', 2 ** 50],
    ['5b', 5],
    ['1.5k', 1500],
    ['.5k', 500],
    ['5.k', 5000],
    ['1.9', 1],
    ['1,234', 1234],
    ['1,234.5kB', 1_234_500],
    ['', undefined],
    ['x', undefined],
    ['MB', undefined],
    ['-1', undefined],
    ['+1', undefined],
    ['1BB', undefined],
    ['1i', undefined],
    ['1iB', undefined],
    ['1.2.3', undefined],
    ['1e6', undefined],
    ['0x10', undefined],
    ['20 MB or so', undefined],
    ['9EB', undefined],
    ['9'.repeat(400), undefined],
  ]
  test.each(rows)('%j is %j bytes', (text, expected) => expect(parseBytes(text)).toBe(expected))
})

describe('a ratio', () => {
  const rows: [text: string, expected: number | undefined][] = [
    ['0', 0],
    ['1', 1],
    ['0.9', 0.9],
    ['.9', 0.9],
    ['1.', 1],
    [' 0.9 ', 0.9],
    ['90%', 0.9],
    ['90 %', 0.9],
    ['100%', 1],
    ['0%', 0],
    ['1e-3', 0.001],
    ['90', undefined],
    ['1.01', undefined],
    ['101%', undefined],
    ['-0.1', undefined],
    ['', undefined],
    ['%', undefined],
    ['NaN', undefined],
    ['Infinity', undefined],
    ['0,9', undefined],
    ['90%%', undefined],
  ]
  test.each(rows)('%j is %j', (text, expected) => expect(parseRatio(text)).toBe(expected))
})

test('a threshold is disabled by any word for it', () => {
  for (const text of ['disabled', 'DISABLED', ' off ', 'False', '']) expect(isDisabled(text)).toBe(true)
  for (const text of ['0', 'no', 'null', 'enabled']) expect(isDisabled(text)).toBe(false)
})
