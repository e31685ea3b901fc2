import type { Change } from '../analysis/report.ts'
import { metadataDifferences, needsHash, sameNode } from '../tree/compare.ts'
import { pairChildren } from '../tree/diff.ts'
import type { DirectoryNode, FileNode, Node } from '../tree/node.ts'

/** What became of a path between two trees; `rewritten` is stored again, though nothing about it changed. */
export type Mark = Change | 'rewritten'

/** All marks, the most telling first. */
export const MARKS: readonly Mark[] = ['added', 'modified', 'rewritten', 'removed', 'unchanged']

/** What became of a path; implied directories are nobody's change, as in the report, but they can be removed. */
export function markOf(lower: Node | undefined, upper: Node | undefined): Mark {
  if (lower === upper) return 'unchanged'
  if (lower === undefined) return isImplied(upper) ? 'unchanged' : 'added'
  if (upper === undefined) return 'removed'
  if (isImplied(lower)) return isImplied(upper) ? 'unchanged' : 'added'
  if (lower.kind === 'directory' && upper.kind === 'directory') {
    if (upper.implied) return 'unchanged'
    return metadataDifferences(lower, upper).length > 0 ? 'modified' : 'unchanged'
  }
  // What cannot be told apart yet is taken for modified until it has been hashed.
  return !isOpen(lower, upper) && sameNode(lower, upper) ? 'rewritten' : 'modified'
}

/** Whether only hashes that are not there can tell whether two nodes are the same. */
function isOpen(lower: Node | undefined, upper: Node | undefined): boolean {
  return (
    lower?.kind === 'file' &&
    upper?.kind === 'file' &&
    needsHash(lower, upper) &&
    (lower.hash === undefined || upper.hash === undefined)
  )
}

/** Bodies of two trees that must be hashed before it can be told what became of all their paths. */
export function openBodies(lower: DirectoryNode, upper: DirectoryNode): FileNode[] {
  const files = new Set<FileNode>()
  const pairs: [Node, Node][] = [[lower, upper]]
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    // What only one of them holds raises no question, however much it is.
    pairChildren(...pair, (_, before, after) => {
      if (before === undefined || after === undefined || before === after) return
      if (before.kind === 'directory' && after.kind === 'directory') pairs.push([before, after])
      else if (before.kind === 'file' && after.kind === 'file' && isOpen(before, after)) files.add(before).add(after)
    })
  }
  return [...files].filter(({ hash }) => hash === undefined)
}

function isImplied(node: Node | undefined): boolean {
  return node?.kind === 'directory' && node.implied
}
