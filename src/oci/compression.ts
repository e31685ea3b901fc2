import type { Transform } from 'node:stream'
import zlib from 'node:zlib'
import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import type { ByteSource, ClosableFeed } from './byte-source.ts'
import { exceeded, type Limits } from './limits.ts'
import { createFallbackZstd, type Watch, type ZstdPiece, zstdPieces } from './zstd.ts'

/** How bytes are compressed, by their first bytes; xz and bzip2 are known only to be named. */
export type Compression = 'none' | 'gzip' | 'zstd' | 'xz' | 'bzip2'

const MAGIC: readonly (readonly [Exclude<Compression, 'none'>, (head: Buffer) => boolean])[] = [
  ['gzip', (head) => head.length >= 2 && head.readUInt16BE(0) === 0x1f8b],
  ['zstd', (head) => head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528],
  ['zstd', (head) => head.length >= 4 && head.readUInt32LE(0) >>> 4 === 0x184d2a5],
  ['xz', (head) => head.length >= 6 && head.readUIntBE(0, 6) === 0xfd377a585a00],
  [
    'bzip2',
    (head) => head.length >= 4 && head.readUIntBE(0, 3) === 0x425a68 && head[3] !== undefined && head[3] > 0x30,
  ],
]

/** How bytes that begin with `head` (6 bytes or more, fewer at the end) are compressed; names and media types are not asked. */
export function sniffCompression(head: Buffer): Compression {
  return MAGIC.find(([, matches]) => matches(head))?.[0] ?? 'none'
}

// zlib's default of 16 KiB an output chunk halves the speed.
const OUTPUT_CHUNK = 1 << 20
// At the end of every such step a place is noted; smaller ones would know more places, and cost more turns of the thread pool.
const INPUT_CHUNK = 1 << 17

/** Is told how many compressed bytes have given how many others, now and then. */
type NotePlace = (compressed: number, plain: number) => void

/**
 * The decompressed bytes of a source, inflated ahead of the reader by one chunk.
 *
 * @throws UserError from `read` where the data are damaged, truncated, or inflate beyond the limit.
 */
export function decompress(
  source: ByteSource,
  compression: 'gzip' | 'zstd',
  what: string,
  limits: Limits,
  note: NotePlace = () => {},
): ClosableFeed {
  const start = source.position
  const watch: Watch = {
    out: (out) => guardRatio(out, source.position - start, what, limits),
    used(out) {
      const consumed = source.position - start
      if (compression === 'zstd' || isPlace(consumed)) note(consumed, out)
    },
  }
  if (compression === 'gzip') {
    return pumped(
      zlib.createGunzip({ chunkSize: OUTPUT_CHUNK }),
      gzipPieces(source),
      `${what} is damaged gzip data`,
      watch,
    )
  }
  const pieces = zstdPieces(source, what, limits)
  const native = createNativeZstd()
  const damaged = `${what} is damaged zstd data`
  return native === undefined
    ? createFallbackZstd(pieces, damaged, watch)
    : pumped(native, bytesOf(pieces), damaged, watch)
}

type ZstdFactory = (options: { chunkSize: number }) => Transform

/** Node's own zstd decoder, which Node 20 does not have. */
function createNativeZstd(): Transform | undefined {
  const create = (zlib as { createZstdDecompress?: ZstdFactory }).createZstdDecompress
  return create?.({ chunkSize: OUTPUT_CHUNK })
}

async function* bytesOf(pieces: AsyncGenerator<ZstdPiece>): AsyncGenerator<Buffer> {
  for await (const { bytes } of pieces) yield bytes
}

/** Pieces of a source, one of which ends at each place that is noted. */
async function* gzipPieces(source: ByteSource): AsyncGenerator<Buffer> {
  const start = source.position
  while (await source.fill(1)) yield source.take(bytesToPlace(source.position - start))
}

const FIRST_PLACE = 2 << 10

/** Whether what is known after so many bytes of a gzip blob is noted: the same wherever they come from, and in whatever pieces. */
function isPlace(consumed: number): boolean {
  if (consumed >= INPUT_CHUNK) return consumed % INPUT_CHUNK === 0
  return consumed >= FIRST_PLACE && (consumed & (consumed - 1)) === 0
}

function bytesToPlace(consumed: number): number {
  let next = FIRST_PLACE
  while (next <= consumed && next < INPUT_CHUNK) next *= 2
  return next > consumed ? next - consumed : INPUT_CHUNK - (consumed % INPUT_CHUNK)
}

const SMALL_OUTPUT = 1 << 30

function guardRatio(out: number, consumed: number, what: string, limits: Limits): void {
  if (out > SMALL_OUTPUT && out > consumed * limits.inflation) throw exceeded('inflation', what)
}

/**
 * Gives back memory at once: what is transferred to a port that is closed goes nowhere. Left to the garbage collector,
 * a MiB of output after the other makes it mark the whole heap dozens of times, on the cores that inflate.
 */
function forgetter(): (bytes: Buffer) => void {
  const { port1: nowhere } = new MessageChannel()
  nowhere.close()
  return ({ buffer }) => {
    if (buffer instanceof ArrayBuffer) nowhere.postMessage(undefined, [buffer])
  }
}

/** Whether a chunk is the last that a decoder cut out of an output buffer: it has begun another by then. */
function isWhollyUsed({ buffer, byteOffset, length }: Buffer): boolean {
  return buffer.byteLength === OUTPUT_CHUNK && byteOffset + length === OUTPUT_CHUNK
}

/** Writes pieces to a decoder, each when the one before it is used up, and hands on what comes out. */
function pumped(decoder: Transform, pieces: AsyncGenerator<Buffer>, damaged: string, watch: Watch): ClosableFeed {
  let failure: unknown
  let ended = false
  let closed = false
  let out = 0
  let given: Buffer | undefined
  const forget = forgetter()
  let wake = () => {}
  let release = () => {}
  const fail = (error: unknown) => {
    failure ??= error
    wake()
  }
  decoder.on('readable', () => wake())
  // zlib streams may report a second error after the first; the listener stays for good.
  decoder.on('error', (cause) => {
    fail(
      closed
        ? undefined
        : new UserError(`${damaged} (${escapeText(cause.message)}); save or pull the image again`, { cause }),
    )
  })

  const finish = () => {
    ended = true
    wake()
  }
  decoder.on('end', finish)
  const pump = async () => {
    let isFed = false
    for await (const piece of pieces) {
      isFed = true
      await new Promise<void>((resolve) => {
        release = resolve
        decoder.write(piece, () => {
          watch.used(out + decoder.readableLength)
          resolve()
        })
      })
      if (closed || failure !== undefined) return
    }
    // A decoder that got nothing, since all frames were skippable, takes its end for an early one on newer Nodes.
    if (isFed) decoder.end()
    else finish()
  }
  const pumping = pump().catch(fail)

  return {
    async read() {
      if (given !== undefined && isWhollyUsed(given)) forget(given)
      given = undefined
      for (;;) {
        if (failure !== undefined) throw failure
        const chunk = decoder.read() as Buffer | null
        if (chunk !== null) {
          given = chunk
          out += chunk.length
          watch.out(out)
          return chunk
        }
        if (ended) return undefined
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    async close() {
      closed = true
      decoder.destroy()
      // A write that waits for its output to be read is never called back once the decoder is gone.
      release()
      await pumping
    },
  }
}
