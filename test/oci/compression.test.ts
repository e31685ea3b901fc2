import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { ByteSource } from '../../src/oci/byte-source.ts'
import { decompress } from '../../src/oci/compression.ts'
import { defaultLimits } from '../../src/oci/limits.ts'
import { chunked } from '../helpers/feed.ts'

const MiB = 1 << 20

/** The places that are noted of a gzip blob which comes in chunks of so many bytes. */
async function placesOf(blob: Buffer, size: number) {
  const places: [compressed: number, plain: number][] = []
  const note = (compressed: number, plain: number) => void places.push([compressed, plain])
  const feed = decompress(new ByteSource(chunked(blob, size)), 'gzip', 'the layer', defaultLimits, note)
  while ((await feed.read()) !== undefined);
  return places
}

const inflated = (plain: Buffer) =>
  decompress(new ByteSource(chunked(gzipSync(plain), MiB)), 'gzip', 'the layer', defaultLimits)

test('the same places of a blob are known, whatever pieces it comes in', async () => {
  const noise = Buffer.alloc(700_000)
  for (let i = 0, seed = 1; i < noise.length; i++) {
    seed = (seed * 48_271) % 0x7fffffff
    noise[i] = seed % (1 + (i >> 14))
  }
  const blob = gzipSync(noise)
  const whole = await placesOf(blob, blob.length)
  expect(whole.map(([compressed]) => compressed)).toEqual([2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072, 262_144])
  for (const size of [700, 4096, 100_000, 131_072]) expect(await placesOf(blob, size)).toEqual(whole)
})

describe('inflated bytes', () => {
  test('take no more memory than a few chunks, however many there are, and without waiting for the garbage collector', async () => {
    const feed = inflated(Buffer.alloc(256 * MiB))
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    let bytes = 0
    for (let chunk = await feed.read(); chunk !== undefined; chunk = await feed.read()) {
      bytes += chunk.length
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    }
    expect(bytes).toBe(256 * MiB)
    expect(most).toBeLessThan(8 * MiB)
  })

  test.each([MiB - 1, MiB, MiB + 1, 3 * MiB])('are what was packed where they end at %i bytes', async (length) => {
    const plain = Buffer.alloc(length, 'layer after layer ')
    const feed = inflated(plain)
    const found: Buffer[] = []
    for (let chunk = await feed.read(); chunk !== undefined; chunk = await feed.read()) found.push(Buffer.from(chunk))
    expect(Buffer.concat(found).equals(plain)).toBe(true)
  })
})
