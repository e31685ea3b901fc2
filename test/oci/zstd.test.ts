import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { ByteSource, type ClosableFeed } from '../../src/oci/byte-source.ts'
import { decompress } from '../../src/oci/compression.ts'
import { defaultLimits } from '../../src/oci/limits.ts'
import { createFallbackZstd, zstdPieces } from '../../src/oci/zstd.ts'
import { chunked } from '../helpers/feed.ts'
import { type StreamOptions, skippableFrame, zstd, zstdFrame } from '../helpers/zstd.ts'

const watch = { out() {}, used() {} }

/** Both decoders: the one that is chosen on this Node, and the one for a Node without its own. */
const decoders: Readonly<Record<string, (source: ByteSource) => ClosableFeed>> = {
  'the decoder of this Node': (source) => decompress(source, 'zstd', 'layer 3', defaultLimits),
  'the fallback': (source) =>
    createFallbackZstd(zstdPieces(source, 'layer 3', defaultLimits), 'layer 3 is damaged zstd data', watch),
}

async function decoded(feed: ClosableFeed): Promise<Buffer> {
  const parts: Buffer[] = []
  try {
    for (let part = await feed.read(); part !== undefined; part = await feed.read()) parts.push(Buffer.from(part))
  } finally {
    await feed.close()
  }
  return Buffer.concat(parts)
}

// What `zstd --check` makes of eleven times "abc": a compressed block and a checksum.
const checked = Buffer.from('28b52ffd04584d00001861626301008a6e083afa61eb', 'hex')
const abc = Buffer.from('abc'.repeat(11))

const mixed = Buffer.concat([Buffer.from('text before'), Buffer.alloc(300_000, 7), Buffer.from('and after')])
const streams: readonly (readonly [string, Buffer, Buffer])[] = [
  ...(
    [
      ['nothing', Buffer.alloc(0), {}],
      ['a few bytes', Buffer.from('abc'), {}],
      ['a frame of a few bytes after a large one', Buffer.concat([mixed, Buffer.alloc(mixed.length)]), { frames: 2 }],
      ['many frames', mixed, { frames: 50 }],
      ['frames that do not tell their size', mixed, { frames: 3, windowLog: 17, contentSize: false }],
      ['skippable frames', mixed, { frames: 3, skippable: { before: Buffer.alloc(5), after: Buffer.alloc(70_000) } }],
    ] satisfies readonly (readonly [string, Buffer, StreamOptions])[]
  ).map(([name, content, options]) => [name, content, zstd(content, options)] as const),
  ['a checksum', abc, checked],
  [
    'checksums, and frames without',
    Buffer.concat([abc, Buffer.from('x'), abc]),
    Buffer.concat([checked, zstd(Buffer.from('x')), checked]),
  ],
  ['a skippable frame and nothing else', Buffer.alloc(0), skippableFrame(Buffer.from('a'), 15)],
]

const damaged: readonly (readonly [string, Buffer, RegExp])[] = [
  [
    'a checksum that is wrong',
    Buffer.concat([checked.subarray(0, -1), Buffer.from([checked.at(-1) === 0 ? 1 : 0])]),
    /is damaged zstd data \(.*checksum/,
  ],
  ['content shorter than the frame says', withContentSize(4), /is damaged zstd data \(/],
  ['content longer than the frame says', withContentSize(2), /is damaged zstd data \(/],
  ['a magic number that is cut', zstd(abc).subarray(0, 3), /ends in the middle of its zstd data; /],
  ['a frame header that is cut', zstd(abc).subarray(0, 6), /ends in the middle of its zstd data; /],
  ['a block that is cut', zstd(abc).subarray(0, -1), /ends in the middle of its zstd data; /],
  ['a checksum that is cut', checked.subarray(0, -2), /ends in the middle of its zstd data; /],
  ['a skippable frame that is cut', skippableFrame(abc).subarray(0, -1), /ends in the middle of its zstd data; /],
  ['a second frame that is none', Buffer.concat([zstd(abc), Buffer.from('none')]), /no frame begins where one should/],
  ['a window beyond the limit', zstd(abc, { windowLog: 31 }), /--limit window=2147483648$/],
]

function withContentSize(size: number): Buffer {
  const frame = zstdFrame(Buffer.from('abc'), { windowLog: 12 })
  frame.writeUInt32LE(size, 6)
  return frame
}

describe.each(Object.entries(decoders))('%s', (_, open) => {
  it.each(streams)('reads %s', async (_, content, bytes) => {
    for (const size of [bytes.length, 1000, 1]) {
      expect((await decoded(open(new ByteSource(chunked(bytes, size))))).equals(content)).toBe(true)
    }
  })

  it.each(damaged)('refuses %s', async (_, bytes, pattern) => {
    const failure = await decoded(open(new ByteSource(chunked(bytes)))).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(UserError)
    expect((failure as UserError).message).toMatch(pattern)
  })
})
