import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { ByteSource } from '../../src/oci/byte-source.ts'
import { decompress } from '../../src/oci/compression.ts'
import { defaultLimits } from '../../src/oci/limits.ts'
import { chunked } from '../helpers/feed.ts'

const MiB = 1 << 20

const inflated = (plain: Buffer) =>
  decompress(new ByteSource(chunked(gzipSync(plain), MiB)), 'gzip', 'the layer', defaultLimits)

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
