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

/** Whether two nodes are the same for whoever looks at the rootfs: kind, content, target and metadata. */
export function sameNode(before: Node, after: Node): boolean {
  if (before === after) return true
  if (before.kind !== after.kind || metadataDifferences(before, after).length > 0) return false
  if (before.kind === 'file' && after.kind === 'file') return sameContent(before, after)
  if ('target' in before && 'target' in after) return before.target === after.target
  if ('device' in before && 'device' in after) return before.device === after.device
  return true
}

/** Files of fewer bytes are not looked for at other paths: there are too many of every size. */
export const LEAST_MOVED = 4096
