import { Unreadable } from './unreadable.ts'

/** A database and what all of it has in common. */
interface Database {
  readonly file: Buffer
  readonly pageBytes: number
  readonly pageCount: number
  readonly short: (at: number) => number
  readonly long: (at: number) => number
  /** The pages of values that were gone through. */
  readonly taken: Uint8Array
}

const HASH_MAGIC = 0x06_15_61
const META_BYTES = 512
const LARGEST_PAGE = 65_536
const PAGE_HEADER_BYTES = 26
/** Types of pages: of pairs that are in order or not, of one part of a long value, and of what the first page tells. */
const UNORDERED = 2
const OVERFLOW = 7
const META = 8
const ORDERED = 13
/** Types of items: one that stands where it is told, and one that lies on pages of its own. */
const HERE = 1
const ELSEWHERE = 3
const ELSEWHERE_BYTES = 12

/** The pairs of a Berkeley DB hash, as they lie in its pages, of either byte order; throws `Unreadable` where it is damaged. */
export function* readBerkeleyHash(file: Buffer): Generator<readonly [key: Buffer, value: Buffer]> {
  const database = openDatabase(file)
  for (let number = 1; number < database.pageCount; number++) {
    const type = file[number * database.pageBytes + 25]
    if (type !== UNORDERED && type !== ORDERED) continue
    const items = itemsOf(database, number)
    if (items.length % 2 !== 0) throw damagedPage(number)
    for (let i = 0; i < items.length; i += 2)
      yield [itemValue(database, items[i] as Buffer), itemValue(database, items[i + 1] as Buffer)]
  }
}

function openDatabase(file: Buffer): Database {
  const little = file.length >= META_BYTES && file.readUInt32LE(12) === HASH_MAGIC
  if (!little && (file.length < META_BYTES || file.readUInt32BE(12) !== HASH_MAGIC))
    throw new Unreadable('it does not begin as a hash of Berkeley DB does')
  const short = (at: number) => (little ? file.readUInt16LE(at) : file.readUInt16BE(at))
  const long = (at: number) => (little ? file.readUInt32LE(at) : file.readUInt32BE(at))
  if (file[25] !== META || file[24] !== 0) throw new Unreadable('it is no hash of Berkeley DB, or it is encrypted')
  const pageBytes = long(20)
  if (pageBytes < META_BYTES || pageBytes > LARGEST_PAGE || (pageBytes & (pageBytes - 1)) !== 0)
    throw new Unreadable(`its pages cannot have ${pageBytes} bytes`)
  const pageCount = long(32) + 1
  if (pageCount * pageBytes > file.length) throw new Unreadable('it is cut short')
  return { file, pageBytes, pageCount, short, long, taken: new Uint8Array(pageCount) }
}

/** The items of a page: each ends where the one before it begins, the first at the end of the page. */
function itemsOf({ file, pageBytes, short }: Database, number: number): Buffer[] {
  const start = number * pageBytes
  const count = short(start + 20)
  const least = PAGE_HEADER_BYTES + 2 * count
  let end = pageBytes
  const items: Buffer[] = []
  for (let i = 0; i < count && end > least; i++) {
    const at = short(start + PAGE_HEADER_BYTES + 2 * i)
    if (at < least || at >= end) throw damagedPage(number)
    items.push(file.subarray(start + at, start + end))
    end = at
  }
  if (items.length !== count) throw damagedPage(number)
  return items
}

function itemValue(database: Database, item: Buffer): Buffer {
  if (item[0] === HERE) return item.subarray(1)
  if (item[0] !== ELSEWHERE || item.length < ELSEWHERE_BYTES) throw new Unreadable('it has values of an unknown kind')
  const at = item.byteOffset - database.file.byteOffset
  return longValue(database, database.long(at + 4), database.long(at + 8))
}

/** A value of so many bytes from a chain of pages, none of which may be named twice. */
function longValue({ file, pageBytes, pageCount, short, long, taken }: Database, first: number, bytes: number): Buffer {
  const parts: Buffer[] = []
  let left = bytes
  for (let number = first; number !== 0; ) {
    if (number >= pageCount || taken[number] === 1)
      throw new Unreadable(`it names page ${number} twice or has none such`)
    taken[number] = 1
    const start = number * pageBytes
    const length = short(start + 22)
    if (file[start + 25] !== OVERFLOW || length > pageBytes - PAGE_HEADER_BYTES) throw damagedPage(number)
    parts.push(file.subarray(start + PAGE_HEADER_BYTES, start + PAGE_HEADER_BYTES + length))
    left -= length
    number = long(start + 16)
  }
  if (left !== 0) throw new Unreadable('a value has another length')
  return Buffer.concat(parts)
}

function damagedPage(number: number): Unreadable {
  return new Unreadable(`page ${number} is damaged`)
}
