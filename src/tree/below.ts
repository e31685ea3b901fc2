import type { Changeset, Node } from './node.ts'
import { find } from './tree.ts'

/**
 * The node that the layers beneath one leave at a path, `unknown` where one of them was not read and may;
 * a directory's own entry is that of the uppermost that has one.
 */
export function findBelow(
  changesetOf: (layer: number) => Changeset | undefined,
  index: number,
  path: string,
): Node | 'unknown' | undefined {
  for (let i = index - 1; i >= 0; i--) {
    const changeset = changesetOf(i)
    if (changeset === undefined) return 'unknown'
    const { added, removed, opaque } = changeset
    const node = find(added, path)
    if (node !== undefined) return node
    if (removed.has(path)) return undefined
    for (let at = path; at !== ''; ) {
      at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))
      if (removed.has(at) || opaque.has(at)) return undefined
      const parent = find(added, at)
      if (parent !== undefined && parent.kind !== 'directory') return undefined
    }
  }
  return undefined
}
