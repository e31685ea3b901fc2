import { decodeName } from '../format/escape.ts'
import { Malformed, type TarHeader } from './tar-header.ts'

/**
 * The records of one pax extended header by key, the last of each key.
 * Keys and values are byte strings (one character per byte): values may be any bytes, and most are never looked at.
 */
export type PaxRecords = ReadonlyMap<string, string>

const XATTR = 'SCHILY.xattr.'
const SPARSE_OFFSET = 'GNU.sparse.offset'
const SPARSE_BYTES = 'GNU.sparse.numbytes'

const PLUS = 0x2b
const MINUS = 0x2d
const ZERO = 0x30
const NINE = 0x39

const TEXT_KEYS: ReadonlySet<string> = new Set(['path', 'linkpath', 'uname', 'gname'])

/** The records in the body of a pax extended header (POSIX.1-2001, pax: `length key=value\n`). */
export function parsePax(body: Buffer): PaxRecords {
  const records = new Map<string, string>()
  const sparse: string[] = []
  for (let at = 0; at < body.length; ) {
    const space = digitsEnd(body, at)
    const end = at + lengthIn(body, at, space)
    const equals = indexOfEquals(body, space + 1, end)
    if (body[space] !== 0x20 || end - at < 5 || end > body.length || body[end - 1] !== 0x0a || equals <= space + 1) {
      throw new Malformed('a pax record in it does not have the form "length key=value"')
    }
    const key = body.toString('latin1', space + 1, equals)
    const value = body.toString('latin1', equals + 1, end - 1)
    if ((TEXT_KEYS.has(key) ? value : key).includes('\0')) {
      throw new Malformed('a pax record in it has a NUL byte where text belongs')
    }
    if (key === SPARSE_OFFSET || key === SPARSE_BYTES) addFragmentNumber(sparse, key, value)
    else records.set(key, value)
    at = end
  }
  // Sparse format 0.0 repeats two keys; joined, they read like the single record of format 0.1.
  if (sparse.length > 0) records.set('GNU.sparse.map', sparse.join(','))
  return records
}

/** Puts the records into the header they precede; a record without a value leaves the field as it is. */
export function applyPax(header: TarHeader, records: PaxRecords): void {
  for (const [key, value] of records) if (value !== '') applyRecord(header, key, value)
}

function applyRecord(header: TarHeader, key: string, value: string): void {
  switch (key) {
    case 'path':
      header.name = nameOf(value)
      break
    case 'linkpath':
      header.link = nameOf(value)
      break
    case 'size':
      header.size = parseInteger(value, key)
      break
    case 'uid':
      header.uid = parseInteger(value, key)
      break
    case 'gid':
      header.gid = parseInteger(value, key)
      break
    case 'mtime':
      header.mtime = parseTime(value, key)
      break
    // These two are not kept, but an entry with a bad one is refused.
    case 'atime':
    case 'ctime':
      parseTime(value, key)
  }
}

/** Extended attributes among the records, by name and as raw bytes; undefined where there are none. */
export function xattrsOf(records: PaxRecords): ReadonlyMap<string, Uint8Array> | undefined {
  let xattrs: Map<string, Uint8Array> | undefined
  for (const [key, value] of records) {
    if (value === '' || !key.startsWith(XATTR)) continue
    xattrs ??= new Map()
    xattrs.set(nameOf(key.slice(XATTR.length)), Buffer.from(value, 'latin1'))
  }
  return xattrs
}

/** The name in a byte string. */
export function nameOf(bytes: string): string {
  for (let i = 0; i < bytes.length; i++) {
    if (bytes.charCodeAt(i) >= 0x80) return decodeName(Buffer.from(bytes, 'latin1'))
  }
  return bytes
}

/** A decimal integer with an optional sign; anything that a signed 64-bit number does not hold is malformed. */
export function parseInteger(text: string, field: string): number {
  const sign = text.charCodeAt(0)
  const start = sign === PLUS || sign === MINUS ? 1 : 0
  let value = start === text.length ? Number.NaN : 0
  for (let i = start; i < text.length; i++) {
    const digit = text.charCodeAt(i) - ZERO
    value = digit < 0 || digit > 9 ? Number.NaN : value * 10 + digit
  }
  if (value > Number.MAX_SAFE_INTEGER) value = parseLong(text, value)
  if (Number.isNaN(value)) throw new Malformed(`its ${field} is not a number`)
  return sign === MINUS && value !== 0 ? -value : value
}

/** The magnitude of a number that a double cannot count up to, or NaN past 64 bits. */
function parseLong(text: string, estimate: number): number {
  if (estimate > 2 ** 64) return Number.NaN
  const exact = BigInt(text)
  return BigInt.asIntN(64, exact) === exact ? Math.abs(Number(exact)) : Number.NaN
}

/** Seconds with a fraction, which counts away from zero; to the microsecond, past which a double would round up. */
function parseTime(text: string, field: string): number {
  const dot = text.indexOf('.')
  if (dot === -1) return parseInteger(text, field)
  const seconds = parseInteger(text.slice(0, dot), field)
  for (let i = dot + 1; i < text.length; i++) {
    if (!isDigit(text.charCodeAt(i))) throw new Malformed(`its ${field} is not a number`)
  }
  const fraction = Number(text.slice(dot + 1, dot + 7).padEnd(6, '0')) / 1e6
  return text.startsWith('-') ? seconds - fraction : seconds + fraction
}

function digitsEnd(body: Buffer, start: number): number {
  let i = body[start] === PLUS ? start + 1 : start
  while (isDigit(body[i])) i++
  return i
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE
}

function lengthIn(body: Buffer, start: number, end: number): number {
  let value = 0
  for (let i = body[start] === PLUS ? start + 1 : start; i < end; i++) value = value * 10 + (body[i] as number) - ZERO
  return value
}

/** Where the key ends in the record that ends at `end`, or -1. */
function indexOfEquals(body: Buffer, start: number, end: number): number {
  for (let i = start; i < end - 1 && i < body.length; i++) if (body[i] === 0x3d) return i
  return -1
}

function addFragmentNumber(sparse: string[], key: string, value: string): void {
  const expected = sparse.length % 2 === 0 ? SPARSE_OFFSET : SPARSE_BYTES
  if (key !== expected || value.includes(',')) throw new Malformed('its sparse map is out of order')
  sparse.push(value)
}
