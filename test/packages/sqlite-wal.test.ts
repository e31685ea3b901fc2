import { describe, expect, it } from 'vitest'
import { readSqliteTable } from '../../src/packages/sqlite.ts'
import { sqlite } from '../helpers/sqlite.ts'
import { type Frame, logOf, writeAheadLog } from '../helpers/sqlite-wal.ts'

const SMALL = { pageBytes: 512 }
const old = sqlite({ T: [['old'], ['older']] }, SMALL)
const later = sqlite({ T: [['new'], [Buffer.alloc(3000, 'x')]] }, SMALL)
const last = sqlite({ T: [['last']] }, SMALL)

/** The first column of a table, as text. */
function read(log: Buffer, file = old): string[] {
  return [...readSqliteTable(file, 'T', log)].map(([value]) => `${value}`.slice(0, 5))
}

describe('a write-ahead log', () => {
  it.each([false, true])('changes the pages of its database; with the high byte first: %s', (bigEndian) => {
    expect(read(writeAheadLog(logOf(later), { bigEndian }))).toEqual(['new', 'xxxxx'])
  })

  it('may make its database shorter, and write a page again', () => {
    const log = writeAheadLog([...logOf(later), ...logOf(last)])
    expect(read(log)).toEqual(['last'])
    expect(read(log, old.subarray(0, 512))).toEqual(['last'])
  })

  it('holds up to its last commit', () => {
    const open: Frame[] = logOf(last).map((frame) => ({ ...frame, count: 0 }))
    expect(read(writeAheadLog(open))).toEqual(['old', 'older'])
    expect(read(writeAheadLog([...logOf(later), ...open]))).toEqual(['new', 'xxxxx'])
  })

  it('ends where an earlier use of it begins, where a checksum is wrong, and within a frame', () => {
    const stale: Frame[] = logOf(last).map((frame) => ({ ...frame, salt: 76 }))
    const both = writeAheadLog([...logOf(later), ...logOf(last)])
    const wrong = Buffer.from(both)
    wrong.writeUInt8(wrong.readUInt8(wrong.length - 1) ^ 1, wrong.length - 1)
    for (const log of [writeAheadLog([...logOf(later), ...stale]), wrong, both.subarray(0, -1)])
      expect(read(log)).toEqual(['new', 'xxxxx'])
  })

  it.each([
    ['is empty', Buffer.alloc(0)],
    ['is something else', Buffer.alloc(2000, 'x')],
    ['has a header with a wrong checksum', Buffer.alloc(32).fill(writeAheadLog(logOf(later)).subarray(0, 28), 0, 28)],
  ])('that %s changes nothing', (_, log) => {
    expect(read(log)).toEqual(['old', 'older'])
  })

  it.each([
    ['has pages of another size', writeAheadLog([], { pageBytes: 1024 }), 'the pages of its log have another size'],
    [
      'promises pages that are nowhere',
      writeAheadLog(logOf(later).map((one) => ({ ...one, count: 99 }))),
      'it is cut short',
    ],
    ['leaves out a page', writeAheadLog(logOf(later).filter(({ page }) => page !== 4)), 'it is cut short'],
  ])('that %s is not read', (_, log, reason) => {
    expect(() => read(log)).toThrow(reason)
  })
})
