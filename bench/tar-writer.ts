import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'

const BLOCK = 512
const BUFFER_BYTES = 4 << 20

/** What a benchmark archive holds at one path. */
export interface Entry {
  readonly path: string
  readonly type: '0' | '5'
  /** Bytes of the body. */
  readonly size: number
}

/** Bytes that a tar of some entries has, its end marker included. */
export function tarBytes(entries: readonly Entry[]): number {
  return entries.reduce((sum, { size }) => sum + BLOCK + padded(size), 2 * BLOCK)
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK
}

/** The ustar header of an entry, with a path of up to 100 bytes, or 255 where it can be split. */
export function tarHeader({ path, type, size }: Entry): Buffer {
  const block = Buffer.alloc(BLOCK)
  const cut = path.length > 100 ? path.indexOf('/', path.length - 101) : -1
  block.write(path.slice(cut + 1), 0, 100, 'latin1')
  block.write(type === '5' ? '0000755\x00' : '0000644\x00', 100, 'latin1')
  block.write('0000000\x000000000\0', 108, 'latin1')
  block.write(`${size.toString(8).padStart(11, '0')}\x00`, 124, 'latin1')
  block.write('14615236400\x00        ', 136, 'latin1')
  block.write(type, 156, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  if (cut >= 0) block.write(path.slice(0, cut), 345, 155, 'latin1')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\x00 `, 148, 'latin1')
  return block
}

/** Bytes to fill bodies with: half noise, half words, so that they pack about as well as programs do. */
export function makePool(bytes: number): Buffer {
  const pool = Buffer.alloc(bytes)
  let state = 0x9e3779b9
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  const words = 'return function const import export value index layer image export default string number '
  for (let i = 0; i < bytes; ) {
    const run = 256 + (next() & 1023)
    if ((next() & 1) === 0) for (let k = 0; k < run && i < bytes; k++) pool[i++] = next() & 0xff
    else i += pool.write(words.repeat(Math.ceil(run / words.length)).slice(next() % 80, run), i, 'latin1') || 1
  }
  return pool
}

/** Where tar bytes go: a file, in which bodies may be left as holes, or anything that takes buffers. */
export interface Sink {
  write(bytes: Buffer): void
  /** Leaves a hole of zeros. */
  hole(bytes: number): void
}

/** A sink over a file; `close` ends it. */
export function fileSink(path: string): Sink & { close(): void } {
  const fd = openSync(path, 'w')
  const buffer = Buffer.alloc(BUFFER_BYTES)
  let used = 0
  let at = 0
  const flush = () => {
    writeSync(fd, buffer, 0, used, at)
    at += used
    used = 0
  }
  return {
    write(bytes) {
      if (used + bytes.length > BUFFER_BYTES) flush()
      if (bytes.length > BUFFER_BYTES) {
        writeSync(fd, bytes, 0, bytes.length, at)
        at += bytes.length
      } else used += bytes.copy(buffer, used)
    },
    hole(bytes) {
      flush()
      at += bytes
    },
    close() {
      flush()
      ftruncateSync(fd, at)
      closeSync(fd)
    },
  }
}

/** Writes entries and the end marker; bodies come from the pool, or are holes where there is none. */
export function writeTar(sink: Sink, entries: readonly Entry[], pool: Buffer | undefined): void {
  const zeros = Buffer.alloc(BLOCK)
  let from = 0
  for (const entry of entries) {
    sink.write(tarHeader(entry))
    if (entry.size === 0) continue
    const padding = padded(entry.size) - entry.size
    if (pool === undefined) sink.hole(entry.size + padding)
    else {
      for (let left = entry.size; left > 0; ) {
        from = (from + 7919) % pool.length
        const piece = pool.subarray(from, from + left)
        sink.write(piece)
        left -= piece.length
      }
      sink.write(zeros.subarray(0, padding))
    }
  }
  sink.write(zeros)
  sink.write(zeros)
}
