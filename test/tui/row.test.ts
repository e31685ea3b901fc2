import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { textWidth } from '../../src/format/width.ts'
import { asciiText, cell, makeRow, rowText, safeName, safeText, wrap } from '../../src/tui/row.ts'

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string())

describe('a row', () => {
  const rows: [string, readonly string[], number, string][] = [
    ['is filled up', ['ab', 'c'], 5, 'abc  '],
    ['is cut where it is too long', ['ab', 'cdef'], 4, 'abc…'],
    ['drops what comes after the cut', ['abcd', 'ef'], 3, 'ab…'],
    ['keeps columns where a wide letter does not fit', ['a漢漢'], 4, 'a漢…'],
    ['can be empty', [], 3, '   '],
    ['can have no room', ['a'], 0, ''],
  ]
  test.each(rows)('%s', (_, parts, width, expected) => {
    expect(
      rowText(
        makeRow(
          parts.map((part) => [part, 'plain']),
          width,
        ),
      ),
    ).toBe(expected)
  })

  test('is exactly as wide as asked, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), fc.integer({ min: 0, max: 60 }), (parts, width) => {
        const pieces = parts.flatMap((part) => [[safeText(part), 'plain'] as const, [' ', 'dim'] as const])
        expect(textWidth(rowText(makeRow(pieces, width)))).toBe(width)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('safe text', () => {
  const rows: [string, string, string][] = [
    ['keeps letters of all scripts', 'naïve 漢字 слово', 'naïve 漢字 слово'],
    ['shows controls', 'a\u001b[31m\nb\u0007', 'a\\e[31m\\nb\\x07'],
    ['shows marks that turn text around', 'a\u202eb', 'a\\u{202e}b'],
    ['shows bytes that are no text', 'a\udcff', 'a\\xff'],
  ]
  test.each(rows)('%s', (_, given, expected) => expect(safeText(given)).toBe(expected))

  test('has no control and takes the columns that it seems to take', () => {
    fc.assert(
      fc.property(text, (given) => {
        const safe = safeText(given)
        expect(safe).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u)
        expect(textWidth(`| ${safe} |`)).toBe(textWidth(safe) + 4)
      }),
      { numRuns: 1000 },
    )
  })
})

test('a name looks like no other', () => {
  const parts = fc.constantFrom('\\', 'x07', 'x85', 'u{', '300', '}', 'e', '\u0007', '\u0300', '\u0085', '\udc85', '漢')
  const name = fc.array(parts, { maxLength: 4 }).map((some) => some.join(''))
  const shown = new Map<string, string>()
  fc.assert(
    fc.property(name, (given) => {
      const safe = safeName(given)
      expect(shown.get(safe) ?? given).toBe(given)
      shown.set(safe, given)
    }),
    { numRuns: 10_000 },
  )
  expect(safeName('a\\x07')).toBe('a\\\\x07')
})

test('a cell is exactly as wide as asked', () => {
  fc.assert(
    fc.property(
      text,
      fc.integer({ min: 1, max: 30 }),
      fc.constantFrom('left', 'right'),
      fc.constantFrom('end', 'middle'),
      (given, width, align, cut) => {
        expect(textWidth(cell(safeText(given), width, align, cut))).toBe(width)
      },
    ),
    { numRuns: 1000 },
  )
})

test('text in ASCII is as wide as it was', () => {
  fc.assert(
    fc.property(text, (given) => {
      const safe = safeText(given)
      expect(asciiText(safe)).toMatch(/^[ -~]*$/)
      expect(asciiText(safe)).toHaveLength(textWidth(safe))
    }),
  )
})

describe('wrapped text', () => {
  const rows: [string, string, number, string[]][] = [
    ['breaks between words', 'one two three', 7, ['one two', 'three']],
    ['breaks a word that is longer than a line', 'a abcdefgh b', 4, ['a', 'abcd', 'efgh', 'b']],
    ['does not break wide letters', '漢漢漢', 3, ['漢', '漢', '漢']],
    ['puts one character on a line that is too narrow for it', '漢a', 1, ['漢', 'a']],
    ['is one empty line for nothing', '', 5, ['']],
  ]
  test.each(rows)('%s', (_, given, width, expected) => expect(wrap(given, width)).toEqual(expected))

  test('loses nothing but spaces', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 2, max: 20 }), (given, width) => {
        expect(wrap(safeText(given), width).join('').replaceAll(' ', '')).toBe(safeText(given).replaceAll(' ', ''))
      }),
    )
  })
})
