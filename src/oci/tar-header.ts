import { decodeName } from '../format/escape.ts'

/** Bytes of one tar block: headers are one block, bodies fill whole ones. */
export const BLOCK_BYTES = 512

/** Bytes that are no tar, or no sound one; the text says what is wrong with them, the reader says where. */
export class Malformed extends Error {
  override name = 'Malformed'
}

/** Which of the header layouts a block follows, by its magic. */
export type TarFormat = 'v7' | 'ustar' | 'gnu' | 'star'

/** One header block, decoded; extended headers may still replace any of it. */
export interface TarHeader {
  readonly format: TarFormat
  /** The type flag as a character, `\0` for the old regular file. */
  type: string
  name: string
  link: string
  size: number
  mode: number
  uid: number
  gid: number
  /** Seconds since 1970. */
  mtime: number
  devmajor: number
  devminor: number
}

const SPACE = 0x20
const TWO_POW_32 = 2 ** 32

/**
 * The header in a block (POSIX.1-1988 ustar, GNU tar, star and V7), or undefined for a block of zeros.
 * It accepts and refuses what Go's archive/tar does, because that is what unpacks layers.
 */
export function decodeHeader(block: Buffer): TarHeader | undefined {
  const sum = sumOf(block)
  if (sum === 0) return undefined
  checkSum(block, sum)
  const format = formatOf(block)
  const header: TarHeader = {
    format,
    type: String.fromCharCode(block[156] as number),
    name: decodeText(block, 0, 100),
    link: decodeText(block, 157, 257),
    size: decodeNumber(block, 124, 12, 'size'),
    mode: decodeNumber(block, 100, 8, 'mode'),
    uid: decodeNumber(block, 108, 8, 'uid'),
    gid: decodeNumber(block, 116, 8, 'gid'),
    mtime: decodeNumber(block, 136, 12, 'mtime'),
    devmajor: 0,
    devminor: 0,
  }
  if (format === 'v7') return header
  header.devmajor = decodeNumber(block, 329, 8, 'devmajor')
  header.devminor = decodeNumber(block, 337, 8, 'devminor')
  const prefix = decodePrefix(block, format)
  if (prefix !== '') header.name = `${prefix}/${header.name}`
  return header
}

/** The text in a NUL-terminated field, which may also fill the field. */
export function decodeText(block: Buffer, start: number, end: number): string {
  let ascii = true
  let i = start
  for (; i < end; i++) {
    const byte = block[i] as number
    if (byte === 0) break
    if (byte >= 0x80) ascii = false
  }
  if (i === start) return ''
  return ascii ? block.toString('latin1', start, i) : decodeName(block.subarray(start, i))
}

/** A numeric field: octal digits, or two's complement base-256 where the first bit is set (GNU tar manual, D.2). */
export function decodeNumber(block: Buffer, start: number, length: number, field: string): number {
  const value =
    (block[start] as number) >= 0x80 ? decodeBase256(block, start, length) : decodeOctal(block, start, length)
  if (value === undefined) throw new Malformed(`its ${field} is not a number`)
  return value
}

function decodeOctal(block: Buffer, start: number, length: number): number | undefined {
  // Most fields are digits up to a NUL.
  let digits = 0
  for (let at = start; at < start + length; at++) {
    const digit = (block[at] as number) - 0x30
    if (digit >= 0 && digit <= 7) digits = digits * 8 + digit
    else if (digit === -0x30 && at > start) return digits
    else return decodePaddedOctal(block, start, length)
  }
  return digits
}

function decodePaddedOctal(block: Buffer, start: number, length: number): number | undefined {
  let i = start
  let end = start + length
  while (i < end && isPadding(block[i] as number)) i++
  while (end > i && isPadding(block[end - 1] as number)) end--
  let value = 0
  for (; i < end; i++) {
    const byte = block[i] as number
    if (byte === 0) break
    const digit = byte - 0x30
    if (digit < 0 || digit > 7) return undefined
    value = value * 8 + digit
  }
  return value
}

function isPadding(byte: number): boolean {
  return byte === 0 || byte === SPACE
}

function decodeBase256(block: Buffer, start: number, length: number): number | undefined {
  const first = block[start] as number
  const flip = (first & 0x40) === 0 ? 0 : 0xff
  // Only 63 bits count as a value; whatever lies above them has to be mere sign.
  let high = 0
  let low = 0
  for (let i = 0; i < length; i++) {
    const byte = i === 0 ? (first ^ flip) & 0x7f : (block[start + i] as number) ^ flip
    const fromEnd = length - i
    if (fromEnd > 8 && byte !== 0) return undefined
    if (fromEnd === 8 && byte > 0x7f) return undefined
    if (fromEnd > 4) high = high * 256 + byte
    else low = low * 256 + byte
  }
  const value = high * TWO_POW_32 + low
  return flip === 0 ? value : -value - 1
}

/** Whether a block is zeros all over. */
export function isZeroBlock(block: Buffer): boolean {
  return sumOf(block) === 0
}

// Blocks of one piece of memory come one after another.
let words: Uint32Array = new Uint32Array(0)

/** The sum of all bytes, four at a time where they lie so that they can be. */
function sumOf(block: Buffer): number {
  const { buffer, byteOffset } = block
  if (byteOffset % 4 !== 0) return sumOfBytes(block)
  if (words.buffer !== buffer) words = new Uint32Array(buffer, 0, buffer.byteLength >>> 2)
  const first = byteOffset / 4
  // Two sums in one number: neither half can outgrow 16 bits.
  let sums = 0
  for (let i = first; i < first + BLOCK_BYTES / 4; i++) {
    const word = words[i] as number
    sums += (word & 0xff00ff) + ((word >>> 8) & 0xff00ff)
  }
  return (sums & 0xffff) + (sums >>> 16)
}

function sumOfBytes(block: Buffer): number {
  let sum = 0
  for (let i = 0; i < BLOCK_BYTES; i += 4) {
    sum += (block[i] as number) + (block[i + 1] as number) + (block[i + 2] as number) + (block[i + 3] as number)
  }
  return sum
}

/** The checksum counts its own eight bytes as spaces; old Suns summed signed bytes, so both sums are right. */
function checkSum(block: Buffer, sum: number): void {
  const stored = decodeOctal(block, 148, 8)
  let expected = sum + 8 * SPACE
  for (let i = 148; i < 156; i++) expected -= block[i] as number
  if (stored === expected) return
  let negative = 0
  for (let i = 0; i < BLOCK_BYTES; i++) if ((block[i] as number) >= 0x80 && (i < 148 || i >= 156)) negative++
  if (stored !== expected - 256 * negative) throw new Malformed('its checksum is wrong')
}

function formatOf(block: Buffer): TarFormat {
  if (!hasText(block, 257, 'ustar')) return 'v7'
  if (block[262] === 0) return hasText(block, 508, 'tar\0') ? 'star' : 'ustar'
  return hasText(block, 262, '  \0') ? 'gnu' : 'v7'
}

function hasText(block: Buffer, start: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (block[start + i] !== text.charCodeAt(i)) return false
  return true
}

function decodePrefix(block: Buffer, format: TarFormat): string {
  if (format === 'ustar') return decodeText(block, 345, 500)
  if (format === 'star') {
    // The times are checked although nobody asks for them: a star header with a bad one is refused.
    decodeNumber(block, 476, 12, 'atime')
    decodeNumber(block, 488, 12, 'ctime')
    return decodeText(block, 345, 476)
  }
  // GNU headers hold times there, but Go before 1.8 wrote a prefix into them (golang/go#12594).
  if (isTime(block, 345) && isTime(block, 357)) return ''
  const prefix = decodeText(block, 345, 500)
  return isAscii(prefix) ? prefix : ''
}

function isTime(block: Buffer, start: number): boolean {
  const first = block[start] as number
  if (first === 0) return true
  return (first >= 0x80 ? decodeBase256(block, start, 12) : decodeOctal(block, start, 12)) !== undefined
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false
  return true
}

/** Whether a tar may begin with these bytes: a sound header, or the zeros of an empty one. */
export function isTarBlock(block: Buffer): boolean {
  if (block.length < BLOCK_BYTES) return false
  try {
    decodeHeader(block)
    return true
  } catch (error) {
    if (error instanceof Malformed) return false
    throw error
  }
}
