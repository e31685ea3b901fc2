/** One page as a log has it; `count` is how many pages the database has after a commit, 0 where it is none. */
export interface Frame {
  readonly page: number
  readonly body: Buffer
  readonly count?: number
  readonly salt?: number
}

/** A write-ahead log of SQLite. */
export function writeAheadLog(frames: readonly Frame[], { pageBytes = 512, bigEndian = false } = {}): Buffer {
  const sums = new Uint32Array(2)
  const sum = (bytes: Buffer): void => {
    for (let at = 0; at < bytes.length; at += 4) {
      const word = bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)
      const [one, other] = at % 8 === 0 ? [0, 1] : [1, 0]
      sums[one] = (sums[one] ?? 0) + word + (sums[other] ?? 0)
    }
  }
  const words = (...numbers: number[]): Buffer => {
    const bytes = Buffer.alloc(4 * numbers.length)
    for (const [i, number] of numbers.entries()) bytes.writeUInt32BE(number, 4 * i)
    return bytes
  }

  const header = words(bigEndian ? 0x377f0683 : 0x377f0682, 3_007_000, pageBytes, 1, 77, 88)
  sum(header)
  const parts = [header, words(...sums)]
  for (const { page, body, count = 0, salt = 77 } of frames) {
    const head = words(page, count)
    sum(head)
    sum(body)
    parts.push(head, words(salt, 88, ...sums), body)
  }
  return Buffer.concat(parts)
}

/** A log that makes a database of another, in one commit. */
export function logOf(database: Buffer, pageBytes = 512): Frame[] {
  const count = database.length / pageBytes
  return Array.from({ length: count }, (_, i) => ({
    page: i + 1,
    body: database.subarray(i * pageBytes, (i + 1) * pageBytes),
    count: i === count - 1 ? count : 0,
  }))
}
