import type { Attributes, DirectoryNode, FileNode, Node } from './node.ts'

const IMPLIED: Attributes = { mode: 0o755, uid: 0, gid: 0, xattrs: '' }

/** A directory that no tar entry made; `owner` is who may change it in place. */
export function impliedDirectory(owner?: object): DirectoryNode {
  return { kind: 'directory', attributes: IMPLIED, mtime: 0, tarBytes: 0, implied: true, children: new Map(), owner }
}

/** The path of a child; paths have no leading slash and '' is the root. */
export function joinPath(parent: string, name: string): string {
  return parent === '' ? name : `${parent}/${name}`
}

/** The path of the directory that holds a path; '' for the root's children. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0))
}

/** The last segment of a path. */
export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The node at a path, or undefined; never follows links. */
export function find(root: DirectoryNode, path: string): Node | undefined {
  if (path === '') return root
  let node: Node | undefined = root
  for (const name of path.split('/')) {
    if (node?.kind !== 'directory') return undefined
    node = node.children.get(name)
  }
  return node
}

/** Calls `visit` with path, node and name of every node beneath a directory, parents before children; the stack is explicit, so depth costs no call frames. */
export function walk(root: DirectoryNode, path: string, visit: (path: string, node: Node, name: string) => void): void {
  const pending: [string, DirectoryNode][] = [[path, root]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [parent, directory] = next
    for (const [name, node] of directory.children) {
      const at = joinPath(parent, name)
      visit(at, node, name)
      if (node.kind === 'directory') pending.push([at, node])
    }
  }
}

/**
 * Calls `visit` with node, name and the path of its directory for every regular file beneath a directory, in the order of
 * `walk`; where few of many files are wanted, only those need a path.
 */
export function walkFiles(
  root: DirectoryNode,
  path: string,
  visit: (node: FileNode, name: string, parent: string) => void,
): void {
  const paths = [path]
  const directories = [root]
  for (let directory = directories.pop(); directory !== undefined; directory = directories.pop()) {
    const parent = paths.pop() ?? ''
    // No pair is made for each of a hundred thousand files.
    directory.children.forEach((node, name) => {
      if (node.kind === 'file') visit(node, name, parent)
      else if (node.kind === 'directory') {
        directories.push(node)
        paths.push(joinPath(parent, name))
      }
    })
  }
}
