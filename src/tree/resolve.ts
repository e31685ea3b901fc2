import type { DirectoryNode, Node } from './node.ts'

/** Linux gives up on a path after as many links. */
const MAX_SYMLINKS = 40
/** Links may make a path longer; this is longer than any that a program can name. */
const MAX_NAMES = 4096

/** What a path leads to, all links followed; undefined where it leads nowhere. The path has no leading slash. */
export function resolve(root: DirectoryNode, path: string): { readonly path: string; readonly node: Node } | undefined {
  const names = path.split('/').reverse()
  const trail: { readonly name: string; readonly node: Node }[] = []
  let hops = 0
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    if (name === '' || name === '.') continue
    if (name === '..') {
      trail.pop()
      continue
    }
    const directory = trail.at(-1)?.node ?? root
    const node = directory.kind === 'directory' ? directory.children.get(name) : undefined
    if (node === undefined) return undefined
    if (node.kind !== 'symlink') {
      trail.push({ name, node })
      continue
    }
    if (node.target.startsWith('/')) trail.length = 0
    names.push(...node.target.split('/').reverse())
    if (++hops > MAX_SYMLINKS || names.length > MAX_NAMES) return undefined
  }
  return { path: trail.map(({ name }) => name).join('/'), node: trail.at(-1)?.node ?? root }
}
