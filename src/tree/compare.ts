import type { FileNode, Node } from './node.ts'

/** Metadata of a node that can differ while its content is the same. */
export type Difference = 'mode' | 'owner' | 'xattrs' | 'mtime'

/** Which metadata of two nodes differ. */
export function metadataDifferences(before: Node, after: Node): Difference[] {
  const a = before.attributes
  const b = after.attributes
  const differences: Difference[] = []
  if (a.mode !== b.mode) differences.push('mode')
  if (a.uid !== b.uid || a.gid !== b.gid) differences.push('owner')
  if (a.xattrs !== b.xattrs) differences.push('xattrs')
  if (before.mtime !== after.mtime) differences.push('mtime')
  return differences
}

/** Whether two bodies can only be told apart by their hashes. */
export function needsHash(before: FileNode, after: FileNode): boolean {
  return before !== after && before.size === after.size && before.size > 0
}

/** Whether two bodies have the same content; both must be hashed where only that can tell. */
export function sameContent(before: FileNode, after: FileNode): boolean {
  if (before === after) return true
  if (before.size !== after.size) return false
  if (before.size === 0) return true
  if (before.hash === undefined || after.hash === undefined)
    throw new Error('two bodies were compared before they were hashed')
  return before.hash === after.hash
}

/** Bytes of the blocks that large bodies are compared by. */
export const BLOCK_BYTES = 64 << 10
/** Smaller bodies are not compared by their blocks. */
export const LARGE_BODY = 4 * BLOCK_BYTES
/** Share of two bodies that has to be alike for one to be called a small change of the other. */
const ALIKE = 0.9

/** Whether two bodies are so large, and so alike in size, that one may be a small change of the other. */
export function needsBlocks(before: FileNode, after: FileNode): boolean {
  const [less, more] = before.size < after.size ? [before.size, after.size] : [after.size, before.size]
  return before !== after && less >= LARGE_BODY && less >= ALIKE * more
}

/** Whether one large body is a small change of another: nine tenths of it lie in equal blocks at the same place. */
export function nearlySameContent(before: FileNode, after: FileNode): boolean {
  const [a, b] = [before.blocks, after.blocks]
  if (a === undefined || b === undefined || !needsBlocks(before, after) || before.hash === after.hash) return false
  const sizeOf = (block: number): number => Math.min(BLOCK_BYTES, before.size - block * BLOCK_BYTES)
  const alike = a.reduce((sum, hash, block) => sum + (hash === b[block] ? sizeOf(block) : 0), 0)
  return alike >= ALIKE * Math.max(before.size, after.size)
}

/** Whether two nodes are the same for whoever looks at the rootfs: kind, content, target and metadata. */
export function sameNode(before: Node, after: Node): boolean {
  if (before === after) return true
  if (before.kind !== after.kind || metadataDifferences(before, after).length > 0) return false
  if (before.kind === 'file' && after.kind === 'file') return sameContent(before, after)
  if ('target' in before && 'target' in after) return before.target === after.target
  if ('device' in before && 'device' in after) return before.device === after.device
  return true
}
