import { Decompress } from 'fzstd'
import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import type { ByteSource, ClosableFeed } from './byte-source.ts'
import { exceeded, type Limits } from './limits.ts'

const MAGIC = 0xfd2fb528
const SKIPPABLE = 0x184d2a5
const DICTIONARY_BYTES = [0, 1, 2, 4] as const
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const

/**
 * The zstd data of a source cut into pieces that never hold bytes of two frames, without the skippable frames
 * (RFC 8878, section 3): Node's decoder silently drops what follows a frame within one write, and ends without an
 * error where a frame is cut short.
 *
 * @throws UserError where the frames are not well formed, end early, or ask for too large a window.
 */
export async function* zstdPieces(source: ByteSource, what: string, limits: Limits): AsyncGenerator<Buffer> {
  while (await source.fill(1)) {
    await need(source, 4, what)
    const magic = source.peek(4).readUInt32LE(0)
    if (magic >>> 4 === SKIPPABLE) {
      await need(source, 8, what)
      const size = source.peek(8).readUInt32LE(4)
      if ((await source.skip(8 + size)) < 8 + size) throw truncated(what)
    } else if (magic === MAGIC) yield* framePieces(source, what, limits)
    else
      throw new UserError(
        `${what} is damaged zstd data (no frame begins where one should); save or pull the image again`,
      )
  }
}

async function* framePieces(source: ByteSource, what: string, limits: Limits): AsyncGenerator<Buffer> {
  await need(source, 5, what)
  const descriptor = source.peek(5).readUInt8(4)
  const singleSegment = (descriptor & 0x20) !== 0
  const hasChecksum = (descriptor & 0x04) !== 0
  const dictionary = DICTIONARY_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3]
  const contentFlag = (descriptor >> 6) as 0 | 1 | 2 | 3
  const contentBytes = contentFlag === 0 && singleSegment ? 1 : CONTENT_SIZE_BYTES[contentFlag]
  const headerBytes = 5 + (singleSegment ? 0 : 1) + dictionary + contentBytes
  await need(source, headerBytes, what)
  const header = source.peek(headerBytes)
  const window = singleSegment ? contentSize(header, 5 + dictionary, contentBytes) : windowSize(header.readUInt8(5))
  if (window > limits.window) throw exceeded('window', what, window)
  yield source.take(headerBytes)

  for (let last = false; !last; ) {
    await need(source, 3, what)
    const block = source.peek(3).readUIntLE(0, 3)
    last = (block & 1) === 1
    const type = (block >> 1) & 3
    if (type === 3)
      throw new UserError(`${what} is damaged zstd data (a block of the reserved type); save or pull the image again`)
    const size = 3 + (type === 1 ? 1 : block >> 3)
    await need(source, size, what)
    yield source.take(size)
  }
  if (!hasChecksum) return
  await need(source, 4, what)
  yield source.take(4)
}

/** Bytes of the window (RFC 8878, 3.1.1.1.2). */
function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3))
  return base + (base / 8) * (descriptor & 7)
}

/** Bytes of the content (RFC 8878, 3.1.1.1.4); a two-byte size begins at 256. */
function contentSize(header: Buffer, at: number, bytes: number): number {
  if (bytes === 8) return Number(header.readBigUInt64LE(at))
  return header.readUIntLE(at, bytes) + (bytes === 2 ? 256 : 0)
}

async function need(source: ByteSource, n: number, what: string): Promise<void> {
  if (!(source.ready >= n || (await source.fill(n)))) throw truncated(what)
}

function truncated(what: string): UserError {
  return new UserError(
    `${what} ends in the middle of its zstd data; the archive is incomplete, save or pull the image again`,
  )
}

/** A zstd decoder for a Node without one of its own: slower, and just as strict. */
export function createFallbackZstd(
  pieces: AsyncGenerator<Buffer>,
  damaged: string,
  guard: (out: number) => void,
): ClosableFeed {
  const ready: Uint8Array[] = []
  const decoder = new Decompress((chunk) => {
    if (chunk.length > 0) ready.push(chunk)
  })
  let out = 0
  return {
    async read() {
      for (;;) {
        const chunk = ready.shift()
        if (chunk !== undefined) {
          out += chunk.length
          guard(out)
          return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
        }
        const piece = await pieces.next()
        if (piece.done === true) return undefined
        push(decoder, piece.value, damaged)
      }
    },
    async close() {
      await pieces.return(undefined)
    },
  }
}

function push(decoder: Decompress, piece: Buffer, damaged: string): void {
  try {
    // The decoder keeps what it is given until a block is whole, and the piece's memory is not ours to keep.
    decoder.push(new Uint8Array(piece))
  } catch (cause) {
    const why = cause instanceof Error ? escapeText(cause.message) : 'undecodable'
    throw new UserError(`${damaged} (${why}); save or pull the image again`, { cause })
  }
}
