import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeName,
  encodeName,
  escapeName,
  escapeText,
  isCleanText,
  pathOf,
  printablePath,
} from '../../src/format/escape.ts'

const bytes = (...values: number[]) => Uint8Array.from(values)

describe('a name', () => {
  const rows: readonly (readonly [string, Uint8Array, string])[] = [
    ['is nothing', bytes(), ''],
    ['is ASCII', Buffer.from('a/b.txt'), 'a/b.txt'],
    ['is UTF-8 of two, three and four bytes', Buffer.from('é漢🐳'), 'é漢🐳'],
    ['has the replacement character itself', Buffer.from('a\ufffdb'), 'a\ufffdb'],
    ['has the replacement character and an invalid byte', bytes(0xef, 0xbf, 0xbd, 0xff), '\ufffd\udcff'],
    ['begins with a byte order mark', Buffer.from('\ufeffa'), '\ufeffa'],
    ['is Latin-1', bytes(0x6c, 0xe9, 0x6e), 'l\udce9n'],
    ['ends within a sequence', bytes(0x61, 0xe6, 0xbc), 'a\udce6\udcbc'],
    ['is an overlong form', bytes(0xc0, 0xaf, 0xe0, 0x80, 0xaf), '\udcc0\udcaf\udce0\udc80\udcaf'],
    ['is a four-byte overlong form', bytes(0xf0, 0x8f, 0xbf, 0xbf), '\udcf0\udc8f\udcbf\udcbf'],
    ['is an encoded surrogate', bytes(0xed, 0xa0, 0x80), '\udced\udca0\udc80'],
    ['lies beyond Unicode', bytes(0xf4, 0x90, 0x80, 0x80, 0xf5), '\udcf4\udc90\udc80\udc80\udcf5'],
    ['has an invalid byte after a pair of surrogates', Buffer.concat([Buffer.from('🐳'), bytes(0x80)]), '🐳\udc80'],
  ]
  test.each(rows)('%s', (_, raw, text) => {
    expect(decodeName(raw)).toBe(text)
    expect([...encodeName(text)]).toEqual([...raw])
    expect(isCleanText(text)).toBe(!/\p{Cs}/u.test(text))
  })

  test('keeps its bytes, whatever they are', () => {
    // Whole bytes at random are seldom UTF-8, so text and bytes are mixed.
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc.string({ unit: 'binary', maxLength: 4 }).map((text) => Buffer.from(text)),
      fc.constantFrom(bytes(0xef, 0xbf, 0xbd), bytes(0xed, 0xb2, 0x80), bytes(0xf0, 0x9f)),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        const raw = Buffer.concat(parts)
        const text = decodeName(raw)
        expect(encodeName(text).equals(raw)).toBe(true)
        expect(isCleanText(text)).toBe(Buffer.from(raw.toString('utf8')).equals(raw))
        if (isCleanText(text)) expect(text).toBe(raw.toString('utf8'))
      }),
      { numRuns: 2000 },
    )
  })

  test('of a view into a larger buffer is the view’s', () => {
    expect(decodeName(Buffer.from('xxaé\xffyy', 'utf8').subarray(2, 5))).toBe('aé')
  })
})

/** Code points from one to another. */
function span(from: number, to = from): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

/** C0, DEL and C1, bidi marks and isolates, zero-width characters, line separators, the byte order mark. */
const UNSAFE = [
  ...span(0, 0x1f),
  ...span(0x7f, 0x9f),
  ...span(0x61c),
  ...span(0x200b, 0x200f),
  ...span(0x2028, 0x202e),
  ...span(0x2060, 0x2064),
  ...span(0x2066, 0x206f),
  ...span(0xfeff),
]

describe('escaped text', () => {
  test.each([
    ['plain text 漢字 é 🐳', 'plain text 漢字 é 🐳'],
    ['a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['\u001b[31mred\u001b]0;title\u0007', '\\e[31mred\\e]0;title\\x07'],
    ['\u0000\u007f\u0085\u009b', '\\x00\\x7f\\u{85}\\u{9b}'],
    ['a\u202egnp.exe\u2066', 'a\\u{202e}gnp.exe\\u{2066}'],
    ['zero\u200bwidth\u2060\ufeff\u00ad', 'zero\\u{200b}width\\u{2060}\\u{feff}\\u{ad}'],
    ['line\u2028paragraph\u2029', 'line\\u{2028}paragraph\\u{2029}'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['l\udce9n', 'l\\xe9n'],
    ['\ud800\udc00 \ud800 \udc00', '\ud800\udc00 \\u{d800} \\u{dc00}'],
  ])('of %j is %j', (text, escaped) => expect(escapeText(text)).toBe(escaped))

  test('has no control, no bidi mark, no lone surrogate, and is then escaped no further', () => {
    const raw = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.uint8Array().map(decodeName),
      fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
      fc.array(fc.constantFrom(...UNSAFE)).map((codes) => String.fromCharCode(...codes)),
    )
    fc.assert(
      fc.property(raw, (text) => {
        const escaped = escapeText(text)
        expect([...escaped].filter((character) => UNSAFE.includes(character.codePointAt(0) ?? 0))).toEqual([])
        expect(escaped.isWellFormed()).toBe(true)
        expect(escapeText(escaped)).toBe(escaped)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a name that is printed', () => {
  test.each([
    ['a\\x07', 'a\\\\x07'],
    ['a\u0007', 'a\\x07'],
    ['system-\\x2d.slice', 'system-\\\\x2d.slice'],
    ['\\\n', '\\\\\\n'],
    ['\u0085 \udc85', '\\u{85} \\x85'],
  ])('%j is %j', (name, printed) => expect(escapeName(name)).toBe(printed))

  /** Names out of what escapes are made of, and what they stand for. */
  const names = fc
    .array(
      fc.constantFrom(
        '\\',
        'x',
        '0',
        '7',
        'u',
        '{',
        '}',
        '8',
        '5',
        'n',
        'e',
        '\n',
        '\u0007',
        '\u001b',
        '\u0085',
        '\udc85',
      ),
      {
        maxLength: 6,
      },
    )
    .map((parts) => parts.join(''))

  test('is unlike every other', () => {
    const printed = new Map<string, string>()
    fc.assert(
      fc.property(names, (name) => {
        const known = printed.get(escapeName(name))
        if (known !== undefined) expect(known).toBe(name)
        printed.set(escapeName(name), name)
      }),
      { numRuns: 20_000 },
    )
  })

  test('tells what the name is', () => {
    const named: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', e: '\u001b', '\\': '\\' }
    const read = (printed: string) =>
      printed.replace(/\\(?:u\{([0-9a-f]+)\}|x([0-9a-f]{2})|(.))/gu, (_, code, byte, letter) => {
        if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16))
        const value = Number.parseInt(byte, 16)
        return byte === undefined ? (named[letter] ?? '') : String.fromCharCode(value < 0x80 ? value : 0xdc00 + value)
      })
    const any = fc.oneof(names, fc.uint8Array().map(decodeName), fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(any, (name) => {
        expect(read(escapeName(name))).toBe(name)
      }),
      { numRuns: 3000 },
    )
  })

  test('is had back from what reports hold', () => {
    fc.assert(
      fc.property(fc.oneof(names, fc.uint8Array().map(decodeName)), (path) => {
        expect(pathOf(printablePath(path))).toBe(path)
      }),
    )
  })
})
