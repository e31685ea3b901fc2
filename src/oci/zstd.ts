import { Decompress } from 'fzstd'
import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import type { ByteSource, ClosableFeed } from './byte-source.ts'
import { type ContentHash, loadContentHash } from './content-hash.ts'
import { exceeded, type Limits } from './limits.ts'

const MAGIC = 0xfd2fb528
const SKIPPABLE = 0x184d2a5
const DICTIONARY_BYTES = [0, 1, 2, 4] as const
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const

/** Some bytes of one frame; the last piece of a frame carries what the frame says of its content. */
export interface ZstdPiece {
  readonly bytes: Buffer
  readonly end?: FrameEnd
}

interface FrameEnd {
  /** Bytes of the content, where the header tells. */
  readonly contentBytes: number | undefined
  /** The low half of the content's XXH64, where the frame has it. */
  readonly checksum: number | undefined
}

/**
 * The zstd data of a source cut into pieces that never hold bytes of two frames, without the skippable frames
 * (RFC 8878, section 3): Node's decoder silently drops what follows a frame within one write, and ends without an
 * error where a frame is cut short.
 *
 * @throws UserError where the frames are not well formed, end early, or ask for too large a window.
 */
export async function* zstdPieces(source: ByteSource, what: string, limits: Limits): AsyncGenerator<ZstdPiece> {
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

async function* framePieces(source: ByteSource, what: string, limits: Limits): AsyncGenerator<ZstdPiece> {
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
  const content = contentBytes === 0 ? undefined : contentSize(header, headerBytes - contentBytes, contentBytes)
  const window = singleSegment ? (content ?? 0) : windowSize(header.readUInt8(5))
  if (window > limits.window) throw exceeded('window', what, window)
  const end = { contentBytes: content, checksum: undefined }
  yield { bytes: source.take(headerBytes) }

  for (let last = false; !last; ) {
    await need(source, 3, what)
    const block = source.peek(3).readUIntLE(0, 3)
    last = (block & 1) === 1
    const type = (block >> 1) & 3
    if (type === 3)
      throw new UserError(`${what} is damaged zstd data (a block of the reserved type); save or pull the image again`)
    const size = 3 + (type === 1 ? 1 : block >> 3)
    await need(source, size, what)
    const bytes = source.take(size)
    yield last && !hasChecksum ? { bytes, end } : { bytes }
  }
  if (!hasChecksum) return
  await need(source, 4, what)
  const bytes = source.take(4)
  yield { bytes, end: { ...end, checksum: bytes.readUInt32LE(0) } }
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

/** What is told of the bytes that a decoder gives. */
export interface Watch {
  /** So many have been handed on; throws where they are too many. */
  out(bytes: number): void
  /** A piece is used up, and what came before its end is so many bytes. */
  used(bytes: number): void
}

/** A zstd decoder for a Node without one of its own: slower, and just as strict. */
export function createFallbackZstd(pieces: AsyncGenerator<ZstdPiece>, damaged: string, watch: Watch): ClosableFeed {
  let out = 0
  let frame: FrameDecoder | undefined
  let failure: unknown
  const next = async (): Promise<Buffer | undefined> => {
    for (;;) {
      const chunk = frame?.ready.shift()
      if (chunk !== undefined) {
        out += chunk.length
        watch.out(out)
        return chunk
      }
      if (frame?.ended === true) frame = undefined
      const piece = await pieces.next()
      if (piece.done === true) return undefined
      frame ??= new FrameDecoder(await loadHash())
      try {
        frame.push(piece.value)
        watch.used(out + frame.ready.reduce((sum, { length }) => sum + length, 0))
      } catch (cause) {
        const why = cause instanceof Error ? escapeText(cause.message) : 'undecodable'
        throw new UserError(`${damaged} (${why}); save or pull the image again`, { cause })
      }
    }
  }
  return {
    async read() {
      // Pieces that failed once are at their end, which is none of the data.
      if (failure !== undefined) throw failure
      try {
        return await next()
      } catch (error) {
        failure = error
        throw error
      }
    },
    async close() {
      await pieces.return(undefined)
    },
  }
}

let hash: ReturnType<typeof loadContentHash> | undefined
function loadHash(): ReturnType<typeof loadContentHash> {
  hash ??= loadContentHash()
  return hash
}

/** Decodes one frame and checks what fzstd does not: that the content is as long, and has the checksum, as the frame says. */
class FrameDecoder {
  readonly ready: Buffer[] = []
  ended = false
  readonly #decoder: Decompress
  readonly #hash: ReturnType<ContentHash['start']>
  #bytes = 0

  constructor(hash: ContentHash) {
    this.#hash = hash.start()
    this.#decoder = new Decompress((chunk) => {
      if (chunk.length === 0) return
      this.#bytes += chunk.length
      this.#hash.update(chunk)
      this.ready.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
    })
  }

  push({ bytes, end }: ZstdPiece): void {
    // The decoder keeps what it is given until it has enough, and the piece's memory is not ours to keep.
    this.#decoder.push(new Uint8Array(bytes), end !== undefined)
    if (end === undefined) return
    this.ended = true
    const { contentBytes, checksum } = end
    if (contentBytes !== undefined && contentBytes !== this.#bytes) throw new Error('content of another size')
    if (checksum !== undefined && checksum !== Number(this.#hash.digest() & 0xffffffffn))
      throw new Error('wrong checksum')
  }
}
