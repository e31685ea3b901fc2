import type { FileNode } from '../tree/node.ts'
import type { Instance } from './rule.ts'

/** Bytes of bodies by the bodies, in the order of the files that name them. */
export type Bodies = ReadonlyMap<FileNode, number>

/**
 * The bytes of each body that would go with all these names: none of one that has further names in its layer, unless it
 * is hidden, and just a part where only that is meant.
 */
export function bytesByBody(files: readonly Instance[], areHidden: boolean): Bodies {
  const names = new Map<FileNode, number>()
  const bytes = new Map<FileNode, number>()
  for (const { node, part } of files) {
    let isLast = true
    if (node.links > 1 && !areHidden) {
      const count = (names.get(node) ?? 0) + 1
      names.set(node, count)
      isLast = count >= node.links
    }
    if (part !== undefined) bytes.set(node, Math.min(part, node.size))
    else if (isLast) bytes.set(node, node.size)
  }
  return bytes
}

/** Whether any body would go with all these names, which nothing hides as far as is known. */
export function holdBytes(files: readonly Instance[]): boolean {
  if (files.some(({ node }) => node.links === 1 && node.size > 0)) return true
  for (const bytes of bytesByBody(files, false).values()) if (bytes > 0) return true
  return false
}

/** Weighs bodies one after another: all their bytes, and those of them that were not in what was weighed before. */
export function weigher(): (bodies: Bodies) => { readonly bytes: number; readonly attributedBytes: number } {
  const weighed = new Map<FileNode, number>()
  return (bodies) => {
    let sum = 0
    let attributedBytes = 0
    bodies.forEach((bytes, node) => {
      sum += bytes
      // A part counts as in one that was weighed, so that no byte counts twice.
      const before = weighed.get(node) ?? 0
      if (bytes <= before) return
      attributedBytes += bytes - before
      weighed.set(node, bytes)
    })
    return { bytes: sum, attributedBytes }
  }
}
