import { expect, it } from 'vitest'
import { compressedBytesOf } from '../../src/rules/compressed-bytes.ts'
import type { Evidence } from '../../src/rules/evidence.ts'
import type { FileNode } from '../../src/tree/node.ts'
import { gzip, plain } from '../helpers/compression.ts'
import { asLayer, contentOf, imageOf } from '../helpers/stack.ts'

/** Evidence of an image with one layer of each way to store it, each with a file of noise and one of zeros. */
async function evidenceOf(...ways: readonly (typeof gzip)[]) {
  const noise = Buffer.from(Array.from({ length: 40_000 }, (_, i) => (i * i * 7919 + (i >> 3) * 104_729) % 251))
  const contents = await Promise.all(
    ways.map((way) => contentOf({ noise, zeros: Buffer.alloc(40_000) }, undefined, way)),
  )
  const image = imageOf(contents.map(asLayer))
  const file = (layer: number, name: string) => {
    const content = image.layers[layer]?.content
    return (typeof content === 'object' ? content.changeset.added.children.get(name) : undefined) as FileNode
  }
  return { evidence: { image } as Evidence, file }
}

it('is nothing that could be told of bodies in plain layers', async () => {
  const { evidence, file } = await evidenceOf(plain)
  expect(compressedBytesOf(new Map([[file(0, 'noise'), 40_000]]), evidence)).toBeUndefined()
})

it('is what bodies take in a compressed layer, and no more than all of it', async () => {
  const { evidence, file } = await evidenceOf(gzip)
  const of = (name: string, bytes: number) => compressedBytesOf(new Map([[file(0, name), bytes]]), evidence) ?? -1
  const blob = evidence.image.layers[0]?.blobBytes ?? 0
  expect(of('noise', 40_000)).toBeGreaterThan(0)
  expect(of('noise', 40_000) + of('zeros', 40_000)).toBeLessThanOrEqual(blob)
  expect(of('noise', 20_000)).toBeCloseTo(of('noise', 40_000) / 2, -1)
})

it('counts the bytes of plain layers as they are, where others are compressed', async () => {
  const { evidence, file } = await evidenceOf(gzip, plain)
  const inGzip = compressedBytesOf(new Map([[file(0, 'noise'), 40_000]]), evidence) ?? 0
  const bodies = new Map([file(0, 'noise'), file(1, 'noise')].map((node) => [node, 40_000]))
  expect(compressedBytesOf(bodies, evidence)).toBe(inGzip + 40_000)
})
