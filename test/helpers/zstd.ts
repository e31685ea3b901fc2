/** How a frame describes itself (RFC 8878, section 3.1.1.1). */
export interface FrameOptions {
  /** Power of two of the window size in bytes, 10 to 41; left out, the frame is a single segment. */
  readonly windowLog?: number
  /** False leaves out how long the content is; a single segment always tells. */
  readonly contentSize?: boolean
}

/** How a stream is made of frames. */
export interface StreamOptions extends FrameOptions {
  /** Into how many frames the content is cut. */
  readonly frames?: number
  /** Bytes of a skippable frame put before the first, after the last, or both. */
  readonly skippable?: { readonly before?: Uint8Array; readonly after?: Uint8Array }
}

const MAGIC = 0xfd2fb528
const SKIPPABLE = 0x184d2a50
const MAX_BLOCK = 128 * 1024
/** The shortest run of one byte worth a block of its own. */
const MIN_RUN = 64
const RAW = 0
const RLE = 1

/** A zstd stream of raw and run-length blocks, without a content checksum (RFC 8878). */
export function zstd(content: Uint8Array, options: StreamOptions = {}): Buffer {
  const { frames = 1, skippable = {} } = options
  const step = Math.max(1, Math.ceil(content.length / frames))
  const parts: Buffer[] = []
  if (skippable.before !== undefined) parts.push(skippableFrame(skippable.before))
  for (let at = 0; at === 0 || at < content.length; at += step) {
    parts.push(zstdFrame(content.subarray(at, at + step), options))
  }
  if (skippable.after !== undefined) parts.push(skippableFrame(skippable.after))
  return Buffer.concat(parts)
}

/** One zstd frame (RFC 8878, section 3.1.1). */
export function zstdFrame(content: Uint8Array, options: FrameOptions = {}): Buffer {
  const { windowLog, contentSize = true } = options
  const window = windowLog === undefined ? content.length : 2 ** windowLog
  return Buffer.concat([
    frameHeader(content.length, windowLog, contentSize || windowLog === undefined),
    ...blocks(content, Math.min(window, MAX_BLOCK)),
  ])
}

/** A frame that decoders pass over (RFC 8878, section 3.1.2); `kind` is 0 to 15. */
export function skippableFrame(content: Uint8Array, kind = 0): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32LE(SKIPPABLE + kind)
  head.writeUInt32LE(content.length, 4)
  return Buffer.concat([head, content])
}

function frameHeader(length: number, windowLog: number | undefined, tellSize: boolean): Buffer {
  const head = Buffer.alloc(5 + (windowLog === undefined ? 0 : 1) + (tellSize ? 4 : 0))
  head.writeUInt32LE(MAGIC)
  // Frame_Header_Descriptor: 0x80 is a content size of four bytes, 0x20 a single segment.
  head[4] = (tellSize ? 0x80 : 0) | (windowLog === undefined ? 0x20 : 0)
  if (windowLog !== undefined) head[5] = (windowLog - 10) << 3
  if (tellSize) head.writeUInt32LE(length, head.length - 4)
  return head
}

function blocks(content: Uint8Array, max: number): Buffer[] {
  if (content.length === 0) return [block(RAW, 0, content, true)]
  const parts: Buffer[] = []
  for (let at = 0; at < content.length; ) {
    const run = runLength(content, at, max)
    const type = run >= MIN_RUN ? RLE : RAW
    const length = type === RLE ? run : rawLength(content, at, max)
    const stored = content.subarray(at, at + (type === RLE ? 1 : length))
    at += length
    parts.push(block(type, length, stored, at === content.length))
  }
  return parts
}

function block(type: number, length: number, stored: Uint8Array, last: boolean): Buffer {
  const head = Buffer.alloc(3)
  head.writeUIntLE((length << 3) | (type << 1) | (last ? 1 : 0), 0, 3)
  return Buffer.concat([head, stored])
}

/** How many bytes from `at` are all the same. */
function runLength(content: Uint8Array, at: number, max: number): number {
  const end = Math.min(content.length, at + max)
  let i = at + 1
  while (i < end && content[i] === content[at]) i++
  return i - at
}

/** How many bytes lie before the next run that is worth a block. */
function rawLength(content: Uint8Array, at: number, max: number): number {
  const end = Math.min(content.length, at + max)
  let i = at
  while (i < end) {
    const run = runLength(content, i, MIN_RUN)
    if (run >= MIN_RUN) break
    i += run
  }
  return Math.min(i, end) - at
}
