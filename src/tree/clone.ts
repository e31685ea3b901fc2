import type { DirectoryNode, FileNode, Origin } from './node.ts'

/** A copy of a changeset's tree with bodies of its own, written by another layer; hard links stay links. */
export function cloneWithOrigin(
  added: DirectoryNode,
  origin: Origin,
): { added: DirectoryNode; clones: Map<FileNode, FileNode> } {
  const clones = new Map<FileNode, FileNode>()
  const root: DirectoryNode = { ...added, children: new Map() }
  const pending: [DirectoryNode, DirectoryNode][] = [[added, root]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [from, to] = next
    for (const [name, node] of from.children) {
      if (node.kind === 'directory') {
        const copy: DirectoryNode = { ...node, children: new Map() }
        to.children.set(name, copy)
        pending.push([node, copy])
      } else if (node.kind === 'file') {
        const copy = clones.get(node) ?? { ...node, origin }
        clones.set(node, copy)
        to.children.set(name, copy)
      } else to.children.set(name, node)
    }
  }
  return { added: root, clones }
}
