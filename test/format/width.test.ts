import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pad, textWidth, truncate, wrap } from '../../src/format/width.ts'

describe('text cut to a width', () => {
  const rows: [text: string, width: number, where: 'end' | 'middle', expected: string][] = [
    ['short', 5, 'end', 'short'],
    ['longer', 5, 'end', 'long…'],
    ['/a/long/path/name.txt', 12, 'middle', '/a/lo…me.txt'],
    ['日本語テキスト', 5, 'end', '日本…'],
    ['日本語テキスト', 6, 'end', '日本…'],
    ['日本語テキスト', 8, 'middle', '日…スト'],
    ['e\u0301e\u0301e\u0301', 2, 'end', 'e\u0301…'],
    ['👍👍👍', 5, 'end', '👍👍…'],
    ['abc', 1, 'middle', '…'],
    ['abc', 0, 'end', ''],
    ['', 0, 'end', ''],
  ]
  test.each(rows)('%j at %i, at the %s, is %j', (text, width, where, expected) => {
    expect(truncate(text, width, where)).toBe(expected)
  })

  test('is never wider', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 })
    fc.assert(
      fc.property(text, fc.nat(30), fc.constantFrom('end' as const, 'middle' as const), (whole, width, where) => {
        const cut = truncate(whole, width, where)
        expect(textWidth(cut)).toBeLessThanOrEqual(width)
        if (textWidth(whole) <= width) expect(cut).toBe(whole)
      }),
    )
  })
})

test('text is filled to a width that counts columns', () => {
  expect(pad('ab', 4)).toBe('ab  ')
  expect(pad('ab', 4, 'right')).toBe('  ab')
  expect(pad('日', 4)).toBe('日  ')
  expect(pad('longer', 4)).toBe('longer')
})

describe('text broken into lines', () => {
  const rows: [text: string, expected: string[]][] = [
    ['', ['']],
    ['a bc', ['a bc']],
    ['aa bb cc dd', ['aa bb cc', '  dd']],
    ['aa bb cc dd ee ff', ['aa bb cc', '  dd ee', '  ff']],
    ['a  b', ['a  b']],
    ['a longerthanaline b', ['a', '  longe…', '  b']],
    ['日本 語テ キ', ['日本', '  語テ', '  キ']],
  ]
  test.each(rows)('%j', (text, expected) => expect(wrap(text, 8, '  ')).toEqual(expected))

  test('keeps all words that fit, and no line is wider', () => {
    const word = fc.string({ unit: fc.constantFrom('a', '日', '-'), minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(fc.array(word), fc.integer({ min: 10, max: 20 }), (words, width) => {
        const lines = wrap(words.join(' '), width, '  ')
        expect(lines.map((line) => line.trimStart()).join(' ')).toBe(words.join(' '))
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width)
      }),
    )
  })
})
