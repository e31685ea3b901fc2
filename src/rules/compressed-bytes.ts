import type { FileNode } from '../tree/node.ts'
import type { Evidence } from './evidence.ts'

/**
 * Bytes that some bodies, or so much of each, take in their layers as these are stored; undefined where none of the
 * layers is compressed. Measured where the layers were inflated, which is right to the place but not to the byte.
 */
export function compressedBytesOf(bodies: ReadonlyMap<FileNode, number>, { image }: Evidence): number | undefined {
  if (image.layers.every(({ content }) => typeof content === 'string' || content.compressedBytesOf === undefined)) {
    return undefined
  }
  let isCompressed = false
  let sum = 0
  for (const [{ origin, offset, size }, bytes] of bodies) {
    const content = image.layers[origin.layer]?.content
    const spanOf = typeof content === 'object' ? content.compressedBytesOf : undefined
    isCompressed ||= spanOf !== undefined
    sum += spanOf === undefined ? bytes : spanOf(offset, size) * (bytes / Math.max(size, 1))
  }
  return isCompressed ? Math.round(sum) : undefined
}
