import { readWriteAheadLog } from './sqlite-wal.ts'
import { Unreadable } from './unreadable.ts'

/** What a row has in a column: of texts and blobs the bytes; undefined for NULL, and for what stands for the rowid. */
export type SqliteValue = Buffer | number | undefined

/** Pages of a database, each of which can be taken once: whatever names one again is damaged, and is not followed. */
interface Pages {
  /** Bytes of a page that hold content. */
  readonly usable: number
  readonly count: number
  take(number: number): Buffer
}

const MAGIC = 'SQLite format 3\0'
const HEADER_BYTES = 100
const SMALLEST_PAGE = 512
const LARGEST_PAGE = 65_536
const SMALLEST_USABLE = 480
const INTERIOR = 5
const LEAF = 13
/** No table has more columns (`SQLITE_MAX_COLUMN`). */
const MOST_COLUMNS = 32_767

/**
 * The rows of one table, in the order of their rowids (SQLite, *Database File Format*), with the changes that wait in a
 * write-ahead log, where there is one; throws `Unreadable` where the database is damaged, or has no such table with rowids.
 */
export function* readSqliteTable(file: Buffer, name: string, log?: Buffer): Generator<SqliteValue[]> {
  const pages = openPages(file, log)
  for (const [type, , table, root] of rowsOf(pages, 1)) {
    if (textOf(type) !== 'table' || textOf(table) !== name) continue
    if (typeof root !== 'number') throw new Unreadable(`its table ${name} has no root page`)
    return yield* rowsOf(pages, root)
  }
  throw new Unreadable(`it has no table ${name}`)
}

function openPages(file: Buffer, log: Buffer | undefined): Pages {
  if (file.length < HEADER_BYTES || file.toString('latin1', 0, MAGIC.length) !== MAGIC)
    throw new Unreadable('it does not begin as a SQLite file does')
  const told = file.readUInt16BE(16)
  const size = told === 1 ? LARGEST_PAGE : told
  const usable = size - file.readUInt8(20)
  if (size < SMALLEST_PAGE || (size & (size - 1)) !== 0 || usable < SMALLEST_USABLE)
    throw new Unreadable(`its pages cannot have ${size} bytes`)
  const stored = Math.floor(file.length / size)
  const waiting = log && readWriteAheadLog(log, size)
  // The number of pages holds only where the writer that left it was the last one.
  const whole = file.readUInt32BE(24) === file.readUInt32BE(92) ? file.readUInt32BE(28) : stored
  if (waiting === undefined && (file.length % size !== 0 || whole > stored)) throw new Unreadable('it is cut short')
  const count = waiting?.count ?? stored
  if (count > stored + (waiting?.pages.size ?? 0)) throw new Unreadable('it is cut short')
  const taken = new Uint8Array(count + 1)
  return {
    usable,
    count,
    take(number) {
      if (!(number >= 1 && number <= count)) throw new Unreadable(`it names page ${number} of ${count}`)
      if (taken[number] === 1) throw new Unreadable(`it names page ${number} twice`)
      taken[number] = 1
      const page = waiting?.pages.get(number) ?? file.subarray((number - 1) * size, number * size)
      if (page.length < size) throw new Unreadable('it is cut short')
      return page.subarray(0, usable)
    },
  }
}

/** The rows of a b-tree, from left to right. */
function* rowsOf(pages: Pages, root: number): Generator<SqliteValue[]> {
  const pending = [root]
  for (let number = pending.pop(); number !== undefined; number = pending.pop()) {
    const page = pages.take(number)
    const start = number === 1 ? HEADER_BYTES : 0
    const type = page[start]
    if (type === INTERIOR) {
      pending.push(page.readUInt32BE(start + 8))
      for (const at of cellsOf(page, start, 12).reverse()) {
        if (at + 4 > page.length) throw damagedPage(number)
        pending.push(page.readUInt32BE(at))
      }
      if (pending.length > pages.count) throw new Unreadable('it names more pages than it has')
    } else if (type === LEAF) {
      let room = page.length
      for (const at of cellsOf(page, start, 8)) {
        const { payload, end } = readCell(pages, page, at)
        room -= end - at
        if (room < 0) throw damagedPage(number)
        yield parseRecord(payload)
      }
    } else throw damagedPage(number)
  }
}

function damagedPage(number: number): Unreadable {
  return new Unreadable(`page ${number} is damaged`)
}

/** Where the cells of a page begin, in the order of their keys. */
function cellsOf(page: Buffer, start: number, headerBytes: number): number[] {
  const count = page.readUInt16BE(start + 3)
  const first = start + headerBytes
  if (first + 2 * count > page.length) throw new Unreadable('a page has more cells than it can hold')
  return Array.from({ length: count }, (_, i) => page.readUInt16BE(first + 2 * i))
}

/** The payload of a cell of a leaf, and where the cell ends; what does not fit lies in a chain of pages. */
function readCell(pages: Pages, page: Buffer, at: number): { readonly payload: Buffer; readonly end: number } {
  const [size, afterSize] = readVarint(page, at)
  const [, begin] = readVarint(page, afterSize)
  const local = localBytes(size, pages.usable)
  const end = begin + local
  if (local === size && end <= page.length) return { payload: page.subarray(begin, end), end }
  if (end + 4 > page.length || size > pages.count * pages.usable) throw new Unreadable('a row is longer than its page')
  const parts = [page.subarray(begin, end)]
  let next = page.readUInt32BE(end)
  for (let left = size - local; left > 0; left -= pages.usable - 4) {
    const overflow = pages.take(next)
    parts.push(overflow.subarray(4, 4 + Math.min(left, pages.usable - 4)))
    next = overflow.readUInt32BE(0)
  }
  return { payload: Buffer.concat(parts), end: end + 4 }
}

/** How much of a payload of so many bytes stands in the leaf itself (section 1.6 of the format). */
function localBytes(size: number, usable: number): number {
  const most = usable - 35
  if (size <= most) return size
  const least = Math.floor(((usable - 12) * 32) / 255) - 23
  const filling = least + ((size - least) % (usable - 4))
  return filling <= most ? filling : least
}

/** A number of one to nine bytes, and where it ends; past 2^53 it is not exact. */
function readVarint(bytes: Buffer, at: number): readonly [value: number, end: number] {
  let value = 0
  for (let i = 0; i < 9; i++) {
    const byte = bytes[at + i]
    if (byte === undefined) break
    if (i === 8) return [value * 256 + byte, at + 9]
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) return [value, at + i + 1]
  }
  throw new Unreadable('a number is cut short')
}

const NUMBER_BYTES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0]
const FLOAT = 7

function parseRecord(payload: Buffer): SqliteValue[] {
  const [headerBytes, first] = readVarint(payload, 0)
  if (headerBytes > payload.length) throw new Unreadable('a row is cut short')
  const values: SqliteValue[] = []
  let begin = headerBytes
  for (let at = first; at < headerBytes; ) {
    const [type, next] = readVarint(payload, at)
    const size = type >= 12 ? Math.floor((type - 12) / 2) : NUMBER_BYTES[type]
    if (size === undefined || begin + size > payload.length || values.length === MOST_COLUMNS)
      throw new Unreadable('a row is damaged')
    values.push(parseValue(type, payload.subarray(begin, begin + size)))
    begin += size
    at = next
  }
  return values
}

function parseValue(type: number, bytes: Buffer): SqliteValue {
  if (type >= 12) return bytes
  if (type === FLOAT) return bytes.readDoubleBE(0)
  if (bytes.length === 8) return Number(bytes.readBigInt64BE(0))
  if (bytes.length > 0) return bytes.readIntBE(0, bytes.length)
  return type === 0 ? undefined : type - 8
}

function textOf(value: SqliteValue): string | undefined {
  return Buffer.isBuffer(value) ? value.toString('latin1') : undefined
}
