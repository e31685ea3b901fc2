import { Unreadable } from './unreadable.ts'

/** Pages that were changed and not yet taken over into their database. */
export interface WaitingPages {
  readonly pages: ReadonlyMap<number, Buffer>
  /** How many pages the database has with them. */
  readonly count: number
}

const HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24
const MAGIC = 0x37_7f_06_82
const VERSION = 3_007_000

/** Reads the 32-bit word at a place, in the byte order that the checksums of a log are made with. */
type Word = (at: number) => number
type Sums = readonly [number, number]

/**
 * The pages of a write-ahead log up to its last commit (SQLite, *WAL-mode File Format*); undefined where it has none, as
 * an old log does that was taken over before. Throws `Unreadable` where its pages are of another size.
 */
export function readWriteAheadLog(log: Buffer, pageBytes: number): WaitingPages | undefined {
  if (log.length < HEADER_BYTES || (log.readUInt32BE(0) & ~1) >>> 0 !== MAGIC || log.readUInt32BE(4) !== VERSION)
    return undefined
  const word: Word = (log[3] as number) % 2 === 1 ? (at) => log.readUInt32BE(at) : (at) => log.readUInt32LE(at)
  let sums = addUp(word, 0, 24, [0, 0])
  if (!areAt(log, 24, sums)) return undefined
  if (log.readUInt32BE(8) !== pageBytes) throw new Unreadable('the pages of its log have another size')
  const salts = log.subarray(16, 24)
  const frames: [page: number, body: Buffer][] = []
  let committed = 0
  let count = 0
  const frameBytes = FRAME_HEADER_BYTES + pageBytes
  for (let at = HEADER_BYTES; at + frameBytes <= log.length; at += frameBytes) {
    const body = at + FRAME_HEADER_BYTES
    sums = addUp(word, body, body + pageBytes, addUp(word, at, at + 8, sums))
    // What an earlier use of the log left behind begins with other salts.
    if (!salts.equals(log.subarray(at + 8, at + 16)) || !areAt(log, at + 16, sums)) break
    frames.push([log.readUInt32BE(at), log.subarray(body, body + pageBytes)])
    const countAfter = log.readUInt32BE(at + 4)
    if (countAfter === 0) continue
    committed = frames.length
    count = countAfter
  }
  return committed === 0 ? undefined : { pages: new Map(frames.slice(0, committed)), count }
}

/** The checksums of some bytes behind others that were summed before (section 4.2 of the format). */
function addUp(word: Word, begin: number, end: number, [first, second]: Sums): Sums {
  let a = first
  let b = second
  for (let at = begin; at < end; at += 8) {
    a = (a + word(at) + b) >>> 0
    b = (b + word(at + 4) + a) >>> 0
  }
  return [a, b]
}

function areAt(log: Buffer, at: number, [a, b]: Sums): boolean {
  return log.readUInt32BE(at) === a && log.readUInt32BE(at + 4) === b
}
