import type { Changeset, DirectoryNode, Node } from '../tree/node.ts'
import { resolvePath } from './image-path.ts'

/** What a layer wrote beneath a place of the tree. */
export interface Wrote {
  /** Regular files and links. */
  readonly files: number
  /** Names of the first of them or of their directories, which end with a slash. */
  readonly names: readonly string[]
}

const NAMES = 3

/** What a layer added beneath the destination of a COPY or ADD; undefined where it added nothing there. */
export function wroteBeneath({ added }: Changeset, destination: string, workingDir: string): Wrote | undefined {
  const path = resolvePath(workingDir, destination)
  let node: Node | undefined = added
  for (const name of path.split('/').filter((part) => part !== '')) {
    node = node?.kind === 'directory' ? node.children.get(name) : undefined
  }
  if (node === undefined) return undefined
  if (node.kind !== 'directory') return { files: 1, names: [path.slice(path.lastIndexOf('/') + 1)] }
  const names: string[] = []
  for (const [name, child] of node.children) {
    if (names.length === NAMES) break
    names.push(child.kind === 'directory' ? `${name}/` : name)
  }
  return { files: countFiles(node), names }
}

function countFiles(root: DirectoryNode): number {
  const pending = [root]
  let files = 0
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const child of next.children.values()) {
      if (child.kind === 'directory') pending.push(child)
      else files++
    }
  }
  return files
}
