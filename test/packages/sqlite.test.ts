import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSqliteTable } from '../../src/packages/sqlite.ts'
import { Unreadable } from '../../src/packages/unreadable.ts'
import { type Layout, sqlite, type Value, varint } from '../helpers/sqlite.ts'

/** The rows of a table as they were written. */
function read(file: Buffer, name = 'T'): unknown[][] {
  return [...readSqliteTable(file, name)]
}

function asRead(rows: readonly (readonly Value[])[]): unknown[][] {
  return rows.map((row) => row.map((value) => (typeof value === 'string' ? Buffer.from(value) : (value ?? undefined))))
}

/** Why a file is not read. */
function refusal(file: Buffer, name = 'T'): string {
  try {
    read(file, name)
  } catch (error) {
    if (error instanceof Unreadable) return error.message
    throw error
  }
  return 'read'
}

/** A database whose bytes at some places are others. */
function altered(file: Buffer, ...changes: readonly (readonly [at: number, bytes: readonly number[]])[]): Buffer {
  const copy = Buffer.from(file)
  for (const [at, bytes] of changes) copy.set(bytes, at)
  return copy
}

describe('a table', () => {
  const layouts: readonly (readonly [string, Layout])[] = [
    ['small pages', { pageBytes: 512 }],
    ['pages of 64 KiB, which the header tells as 1', { pageBytes: 65_536 }],
    ['bytes that are reserved at the end of each page', { pageBytes: 1024, reserved: 32 }],
    ['one cell in each leaf, and so several levels', { pageBytes: 512, cells: 1 }],
  ]
  const rows = Array.from({ length: 100 }, (_, i): Value[] => [null, Buffer.alloc(i * 30, i), `${i}`, i * 1e9 - 5, 1])

  it.each(layouts)('is read in order from %s', (_, layout) => {
    const file = sqlite({ other: [['x']], T: rows }, layout)
    expect(read(file)).toEqual(asRead(rows))
    expect(read(file, 'other')).toEqual([[Buffer.from('x')]])
  })

  it('may be empty', () => {
    expect(read(sqlite({ T: [] }))).toEqual([])
  })

  it('has numbers of every length', () => {
    const numbers = [0, 1, -1, 127, -128, 128, 32_767, 32_768, 8_388_608, 2 ** 31, 2 ** 47, -(2 ** 53) + 1, 0.5, -1e300]
    expect(read(sqlite({ T: [numbers] }))).toEqual([numbers])
  })

  it('gives back whatever was written', () => {
    const value = fc.oneof(
      fc.constant(null),
      fc.maxSafeInteger(),
      fc.string(),
      fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
    )
    const layout = fc.record({
      pageBytes: fc.constantFrom(512, 1024, 4096, 65_536),
      reserved: fc.constantFrom(0, 8, 32),
      cells: fc.integer({ min: 1, max: 20 }),
    })
    fc.assert(
      fc.property(fc.array(fc.array(value, { maxLength: 5 }), { maxLength: 40 }), layout, (rows, shape) => {
        expect(read(sqlite({ T: rows }, shape))).toEqual(
          asRead(rows.map((row) => row.map((one) => (Object.is(one, -0) ? 0 : one)))),
        )
      }),
    )
  })
})

describe('a damaged database', () => {
  const file = sqlite({ T: [['a'], ['b'], ['c']] }, { pageBytes: 512, cells: 1 })
  const long = sqlite({ T: [[Buffer.alloc(2000, 7)]] }, { pageBytes: 512 })
  const interior = 4 * 512
  /** The last cell of a page ends where the page does. */
  const cell = (page: number) => (page - 1) * 512 + 512

  it.each<readonly [string, Buffer, string]>([
    ['is empty', Buffer.alloc(0), 'it does not begin as a SQLite file does'],
    ['is another file', Buffer.alloc(4096, 'x'), 'it does not begin as a SQLite file does'],
    ['has pages of an odd size', altered(file, [16, [0x02, 0x01]]), 'its pages cannot have 513 bytes'],
    ['has pages without a size', altered(file, [16, [0, 0]]), 'its pages cannot have 0 bytes'],
    ['reserves too much of a page', altered(file, [20, [33]]), 'its pages cannot have 512 bytes'],
    ['ends within a page', file.subarray(0, -1), 'it is cut short'],
    ['has lost its last pages', file.subarray(0, -512), 'it is cut short'],
    ['has no such table', sqlite({ other: [['a']] }), 'it has no table T'],
    ['has a page of an unknown type', altered(file, [512, [2]]), 'page 2 is damaged'],
    ['has a page that leads to itself', altered(file, [interior + 8, [0, 0, 0, 5]]), 'it names page 5 twice'],
    ['has a page that leads to the first', altered(file, [interior + 8, [0, 0, 0, 1]]), 'it names page 1 twice'],
    ['leads out of itself', altered(file, [interior + 8, [0, 0, 0, 9]]), 'it names page 9 of 7'],
    ['leads to page zero', altered(file, [interior + 8, [0, 0, 0, 0]]), 'it names page 0 of 7'],
    ['has more cells than room', altered(file, [512 + 3, [0xff, 0xff]]), 'a page has more cells than it can hold'],
    ['has a cell at the end of a page', altered(file, [512 + 8, [0x02, 0x00]]), 'a number is cut short'],
    ['has an inner cell at the end of a page', altered(file, [interior + 12, [0x01, 0xfe]]), 'page 5 is damaged'],
    ['has a row longer than its page', altered(file, [cell(2) - 5, [0x7f]]), 'a row is longer than its page'],
    [
      'has a row of absurd length',
      altered(file, [cell(2) - 5, [0xff, 0xff, 0xff, 0x7f]]),
      'a row is longer than its page',
    ],
    ['has a record with a long header', altered(file, [cell(2) - 3, [9]]), 'a row is cut short'],
    ['has a value that is not there', altered(file, [cell(2) - 2, [99]]), 'a row is damaged'],
    ['has a value of an unknown type', altered(file, [cell(2) - 2, [10]]), 'a row is damaged'],
    ['has a long value that leads in a circle', altered(long, [4 * 512, [0, 0, 0, 5]]), 'it names page 5 twice'],
    ['has a long value that ends early', altered(long, [4 * 512, [0, 0, 0, 0]]), 'it names page 0 of 6'],
  ])('that %s is not read', (_, damaged, reason) => {
    expect(refusal(damaged)).toBe(reason)
  })

  it('whose cells overlap is not read: each row could be as long as the page, for two bytes', () => {
    const row = sqlite({ T: [[Buffer.alloc(300)]] }, { pageBytes: 512 })
    const at = [...row.subarray(512 + 8, 512 + 10)]
    const pointers = Array.from({ length: 50 }, () => at).flat()
    expect(refusal(altered(row, [512 + 3, [0, 50]], [512 + 8, pointers]))).toBe('page 2 is damaged')
  })

  it('that names more pages than it has is not read', () => {
    expect(refusal(altered(file, [interior + 3, [0, 200]]))).toBe('it names more pages than it has')
  })

  it('whose record has more columns than any table is not read', () => {
    const types = Buffer.alloc(40_000)
    const header = Buffer.concat([varint(types.length + 3), types])
    const row = sqlite({ T: [[Buffer.alloc(header.length + 100)]] }, { pageBytes: 65_536 })
    const begin = 65_536 + row.readUInt16BE(65_536 + 8) + 4
    expect(refusal(altered(row, [begin, [...header]]))).toBe('a row is damaged')
  })

  it('never ends otherwise than in a refusal or in rows', () => {
    const whole = sqlite({ T: [['a'], [Buffer.alloc(1500)], [3, 4]] }, { pageBytes: 512, cells: 2 })
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 }), (changes) => {
        expect(refusal(altered(whole, ...changes.map(([at, byte]) => [at, [byte]] as const)))).toMatch(/^\w/)
      }),
      { numRuns: 2000 },
    )
  })
})
