import type { DirectoryNode, Node } from '../tree/node.ts'
import { joinPath } from '../tree/tree.ts'
import { STEP, type Work } from './work.ts'

/** Calls `visit` with path and node of everything beneath a directory, parents before children. */
export function* walkInSteps(root: DirectoryNode, path: string, visit: (path: string, node: Node) => void): Work<void> {
  let visited = 0
  const pending: [string, DirectoryNode][] = [[path, root]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [parent, directory] = next
    for (const [name, node] of directory.children) {
      if (++visited % STEP === 0) yield
      const at = joinPath(parent, name)
      visit(at, node)
      if (node.kind === 'directory') pending.push([at, node])
    }
  }
}
