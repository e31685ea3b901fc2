import { type Difference, metadataDifferences } from '../tree/compare.ts'
import type { Changeset, DirectoryNode, Node } from '../tree/node.ts'
import { find, parentOf } from '../tree/tree.ts'
import { type Mark, markOf } from './mark.ts'

/** How a path came to be hidden: by its own whiteout or one above it, an opaque directory, or something put in the way. */
export type HiddenBy = 'whiteout' | 'opaque' | 'shadowed'

/** What one layer did to a path. */
export interface Deed {
  readonly layer: number
  readonly mark: Exclude<Mark, 'unchanged'>
  /** What is there afterwards; what was there, where it was removed. */
  readonly node: Node
  /** Whether another content stands there than before. */
  readonly content: boolean
  /** Which metadata are others than before. */
  readonly differs: readonly Difference[]
  readonly by: HiddenBy | undefined
}

/** Everything that the layers did to a path, base layer first. */
export function biographyOf(
  path: string,
  layers: number,
  rootfs: (layer: number) => DirectoryNode | undefined,
  changeset: (layer: number) => Changeset | undefined,
): Deed[] {
  const deeds: Deed[] = []
  let before: Node | undefined
  for (let layer = 0; layer < layers; layer++) {
    const root = rootfs(layer)
    const after = root && find(root, path)
    const mark = markOf(before, after)
    const node = after ?? before
    if (mark !== 'unchanged' && node !== undefined) {
      deeds.push({
        layer,
        mark,
        node,
        content: mark === 'added' || (mark === 'modified' && isOther(before, after)),
        differs: before !== undefined && after !== undefined ? metadataDifferences(before, after) : [],
        by: after === undefined ? hiddenBy(path, changeset(layer)) : undefined,
      })
    }
    before = after
  }
  return deeds
}

/** Whether the content of a modified path, its target or its kind is another one. */
function isOther(before: Node | undefined, after: Node | undefined): boolean {
  if (before === undefined || after === undefined || before.kind !== after.kind) return true
  if (after.kind === 'directory') return false
  // The same node but for its metadata: only what is left can make the difference.
  return markOf(before, { ...after, attributes: before.attributes, mtime: before.mtime }) === 'modified'
}

function hiddenBy(path: string, changeset: Changeset | undefined): HiddenBy {
  for (let at = path; changeset !== undefined && at !== ''; ) {
    if (changeset.removed.has(at)) return 'whiteout'
    at = parentOf(at)
    if (changeset.opaque.has(at)) return 'opaque'
  }
  return 'shadowed'
}
