import type { Changeset, DirectoryNode, Node } from './node.ts'
import { find, parentOf } from './tree.ts'

/**
 * The node that the layers beneath one leave at a path, `unknown` where one of them was not read and may;
 * a directory's own entry is that of the uppermost that has one.
 */
export function findBelow(
  changesetOf: (layer: number) => Changeset | undefined,
  index: number,
  path: string,
): Node | 'unknown' | undefined {
  // Whoever made a directory further down gave it its attributes, if it is the same directory.
  let implied: DirectoryNode | undefined
  for (let i = index - 1; i >= 0; i--) {
    const changeset = changesetOf(i)
    if (changeset === undefined) return implied ?? 'unknown'
    const { added, removed, opaque } = changeset
    const node = find(added, path)
    if (node?.kind === 'directory' && node.implied) implied ??= node
    else if (node !== undefined) return implied === undefined || node.kind === 'directory' ? node : implied
    if (removed.has(path)) return implied
    for (let at = path; at !== ''; ) {
      at = parentOf(at)
      if (removed.has(at) || opaque.has(at)) return implied
      const parent = find(added, at)
      if (parent !== undefined && parent.kind !== 'directory') return implied
    }
  }
  return implied
}
