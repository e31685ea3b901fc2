import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { CompressedSpans } from '../../src/oci/compressed-spans.ts'
import { defaultLimits } from '../../src/oci/limits.ts'
import type { FileNode } from '../../src/tree/node.ts'
import { gzip, gzipMembers, plain, stargz, zstd } from '../helpers/compression.ts'
import { contentOf } from '../helpers/stack.ts'

describe('a range of the tar', () => {
  const spans = new CompressedSpans()
  spans.note(10_000, 100_000)
  spans.note(40_000, 110_000)
  const compressedBytesOf = spans.finish(50_000, 200_000)

  it.each([
    ['that runs from place to place takes what lies between them', 100_000, 10_000, 30_000],
    ['within two places takes its share', 102_000, 1000, 3000],
    ['across places takes its share on both sides', 50_000, 55_000, 5000 + 15_000],
    ['behind the last place takes its share of the rest', 110_000, 45_000, 5000],
    ['that is empty takes nothing', 105_000, 0, 0],
    ['that is everything takes the blob', 0, 200_000, 50_000],
    ['that goes on behind the tar takes what there is of it', 110_000, 1e9, 10_000],
  ])('%s', (_, offset, bytes, expected) => {
    expect(compressedBytesOf(offset, bytes)).toBe(expected)
  })
})

test('without a place, all bytes of the tar are alike', () => {
  expect(new CompressedSpans().finish(30, 300)(100, 100)).toBe(10)
})

test('an empty tar takes nothing at any place', () => {
  expect(new CompressedSpans().finish(20, 0)(0, 0)).toBe(0)
})

test('compressed bytes that give nothing belong to what comes next', () => {
  const spans = new CompressedSpans()
  for (const [compressed, given] of [
    [2000, 0],
    [4000, 1000],
    [9000, 1000],
  ] as const)
    spans.note(compressed, given)
  const compressedBytesOf = spans.finish(10_000, 2000)
  expect([compressedBytesOf(0, 1000), compressedBytesOf(1000, 1000)]).toEqual([4000, 6000])
})

test('a layer of any size keeps a bounded number of places, which still sum up', () => {
  const spans = new CompressedSpans()
  const places = 200_000
  for (let i = 1; i <= places; i++) spans.note(i * 2000, i * 2000 + 500 * (i % 2))
  const compressedBytesOf = spans.finish(places * 2000 + 100, places * 2000 + 500)
  expect(compressedBytesOf(0, places * 2000 + 500)).toBe(places * 2000 + 100)
  // Those that are kept are no further apart than twice what 2^14 of them need.
  expect(Math.abs(compressedBytesOf(0, 123_456_789) - 123_456_789)).toBeLessThan(1000)
})

test('ranges end to end sum to the blob, and none takes less than nothing', () => {
  const steps = fc.array(fc.record({ compressed: fc.nat(100_000), plain: fc.nat(300_000) }), { maxLength: 50 })
  const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 })
  fc.assert(
    fc.property(steps, cuts, fc.nat(5000), fc.nat(5000), (noted, shares, moreBlob, moreTar) => {
      const spans = new CompressedSpans()
      let [blob, tar] = [0, 0]
      for (const step of noted) {
        blob += step.compressed
        tar += step.plain
        spans.note(blob, tar)
      }
      blob += moreBlob
      tar += moreTar
      fc.pre(tar > 0)
      const compressedBytesOf = spans.finish(blob, tar)
      const ends = [...shares.map((share) => Math.floor(share * tar)).sort((a, b) => a - b), tar]
      const taken = ends.map((end, i) => compressedBytesOf(ends[i - 1] ?? 0, end - (ends[i - 1] ?? 0)))
      expect(taken.every((bytes) => bytes >= 0 && Number.isInteger(bytes))).toBe(true)
      expect(taken.reduce((sum, bytes) => sum + bytes, 0)).toBe(blob)
    }),
  )
})

describe('a layer', () => {
  // What cannot be compressed, between what nearly vanishes.
  const noise = Buffer.from(Array.from({ length: 900_000 }, (_, i) => (Math.imul(i, 2654435761) ^ (i * i)) >>> 13))
  const tree = { 'a/zeros': Buffer.alloc(2_000_000), 'b/noise': noise, 'c/zeros': Buffer.alloc(2_000_000) }

  it.each([
    ['of one gzip member', gzip],
    ['of several gzip members', gzipMembers(7)],
    ['of eStargz', stargz],
    ['of one zstd frame', zstd({ windowLog: 17 })],
    ['of several zstd frames', zstd({ frames: 9 })],
    [
      'with skippable zstd frames',
      zstd({ frames: 3, skippable: { before: Buffer.alloc(9), after: Buffer.alloc(99) } }),
    ],
  ])('%s knows which file its bytes are of', async (_, compression) => {
    const { compressedBytesOf, blobBytes, tarBytes, changeset } = await contentOf(tree, defaultLimits, compression)
    const [first, second, third] = ['a', 'b', 'c'].map((name) => {
      const directory = changeset.added.children.get(name)
      if (directory?.kind !== 'directory') throw new Error(`no ${name}`)
      const [file] = directory.children.values()
      return file as FileNode
    })
    if (first === undefined || second === undefined || third === undefined) throw new Error('a file is missing')
    const ends = [0, first.offset + first.size, second.offset + second.size, tarBytes]
    const [before = 0, within = 0, after = 0] = ends
      .slice(1)
      .map((end, i) => compressedBytesOf?.(ends[i] ?? 0, end - (ends[i] ?? 0)))
    expect(before + within + after).toBe(blobBytes)
    // A place is known at least every 128 KiB of the blob, a zstd block at most.
    expect(Math.abs(within - blobBytes)).toBeLessThan(2 * (128 << 10))
    expect(compressedBytesOf?.(third.offset + 1_000_000, 500_000)).toBeLessThan(64 << 10)
  })

  it('that is not compressed has no such spans', async () => {
    const { compressedBytesOf } = await contentOf(tree, defaultLimits, plain)
    expect(compressedBytesOf).toBeUndefined()
  })
})
