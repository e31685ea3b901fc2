import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { BodyHasher } from '../../src/oci/body-hash.ts'
import { type ContentHash, loadContentHash } from '../../src/oci/content-hash.ts'
import { BLOCK_BYTES, LARGE_BODY } from '../../src/tree/compare.ts'

let content: ContentHash
beforeAll(async () => {
  content = await loadContentHash()
})

/** The hash of a body that comes in chunks of these sizes, over and over. */
function hashOf(body: Uint8Array, ...sizes: readonly number[]) {
  const hasher = new BodyHasher(content)
  for (let at = 0, turn = 0; at < body.length; turn++) {
    const size = sizes[turn % sizes.length] ?? body.length
    hasher.update(body.subarray(at, at + size))
    at += size
  }
  return hasher.finish()
}

const pattern = (length: number): Buffer => Buffer.alloc(length, 'how a body is told from another. ')

describe('the hash of a body', () => {
  it('is its xxh64 where it is no longer than a block', () => {
    for (const length of [1, 100, BLOCK_BYTES])
      expect(hashOf(pattern(length))).toEqual({ hash: content.whole(pattern(length)) })
  })

  it('brings the hashes of its blocks where it is large', () => {
    const body = pattern(LARGE_BODY + 5)
    const { blocks = [] } = hashOf(body)
    const starts = [0, 1, 2, 3, 4].map((block) => block * BLOCK_BYTES)
    expect([...blocks]).toEqual(starts.map((at) => content.whole(body.subarray(at, at + BLOCK_BYTES))))
    expect(hashOf(pattern(LARGE_BODY - 1)).blocks).toBeUndefined()
  })

  it('does not depend on the pieces that it comes in', () => {
    const piece = fc.integer({ min: 1, max: 3 * BLOCK_BYTES })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 * BLOCK_BYTES }), fc.array(piece, { minLength: 1 }), (length, sizes) => {
        const body = pattern(length)
        expect(hashOf(body, ...sizes)).toEqual(hashOf(body))
      }),
      { numRuns: 60 },
    )
  })

  it('tells bodies apart that differ in their last byte', () => {
    const other = pattern(LARGE_BODY)
    other[LARGE_BODY - 1] = 0
    expect(hashOf(other).hash).not.toBe(hashOf(pattern(LARGE_BODY)).hash)
  })
})
