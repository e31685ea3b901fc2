import type { DirectoryNode, FileNode } from './node.ts'
import { joinPath } from './tree.ts'

/** A body, and a path that shows it. */
export interface NamedBody {
  readonly path: string
  readonly node: FileNode
}

/** Smaller bodies are not worth a second look. */
export const LEAST_COPY = 4000
/** Below this, only files of one name are compared: bodies of such sizes are too often equally long by chance. */
const NAMELESS_COPY = 64 << 10

const known = new WeakMap<DirectoryNode, NamedBody[][]>()

/**
 * The bodies of a tree that may be copies of each other: of at least `LEAST_COPY` bytes and equally long, and below
 * 64 KiB also of the same name. Whether they are, their hashes tell. A body with several names comes with each.
 */
export function possibleCopies(root: DirectoryNode): NamedBody[][] {
  const groups = known.get(root) ?? groupCopies(root)
  known.set(root, groups)
  return groups
}

function groupCopies(root: DirectoryNode): NamedBody[][] {
  const seen = new Set<number>()
  const repeated = new Set<number>()
  visitFiles(root, (_, name, { size }) => {
    if (size < LEAST_COPY) return
    const mark = markOf(name, size)
    if (seen.has(mark)) repeated.add(mark)
    else seen.add(mark)
  })
  if (repeated.size === 0) return []
  const groups = new Map<string, NamedBody[]>()
  visitFiles(root, (parent, name, node) => {
    const { size } = node
    if (size < LEAST_COPY || !repeated.has(markOf(name, size))) return
    add(groups, size < NAMELESS_COPY ? `${size} ${name}` : `${size}`, { path: joinPath(parent, name), node })
  })
  return [...groups.values()].filter(([first, ...rest]) => rest.some(({ node }) => node !== first?.node))
}

/** A number that is the same for bodies that may be copies, and seldom for others: a small one, since such are looked up fastest. */
function markOf(name: string, size: number): number {
  if (size >= NAMELESS_COPY) return -size
  let letters = 0
  for (let i = 0; i < name.length; i++) letters = (Math.imul(letters, 31) + name.charCodeAt(i)) | 0
  return size * 4096 + ((letters ^ (letters >>> 12)) & 4095)
}

/** Bodies that a layer deleted, and bodies of the tree that the same layer wrote. */
export interface PossibleMoves<Deleted> {
  readonly from: readonly Deleted[]
  readonly to: readonly NamedBody[]
}

/** The deleted bodies of at least `LEAST_COPY` bytes that may have moved: the layer that deleted one wrote another, equally long. */
export function possibleMoves<Deleted extends { readonly node: FileNode; readonly by: number }>(
  root: DirectoryNode,
  deleted: readonly Deleted[],
): PossibleMoves<Deleted>[] {
  const from = new Map<string, Deleted[]>()
  const sizes = new Set<number>()
  for (const body of deleted) {
    const { size } = body.node
    if (size < LEAST_COPY) continue
    sizes.add(size)
    add(from, `${body.by} ${size}`, body)
  }
  if (sizes.size === 0) return []
  const to = new Map<string, NamedBody[]>()
  visitFiles(root, (parent, name, node) => {
    if (!sizes.has(node.size)) return
    const key = `${node.origin.layer} ${node.size}`
    if (from.has(key)) add(to, key, { path: joinPath(parent, name), node })
  })
  return [...to].map(([key, arrived]) => ({ from: from.get(key) ?? [], to: arrived }))
}

function add<Value>(groups: Map<string, Value[]>, key: string, value: Value): void {
  const group = groups.get(key)
  if (group === undefined) groups.set(key, [value])
  else group.push(value)
}

/** Calls `visit` for every file, without working out paths that nobody asks for. */
function visitFiles(root: DirectoryNode, visit: (parent: string, name: string, node: FileNode) => void): void {
  const pending: [string, DirectoryNode][] = [['', root]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [parent, directory] = next
    for (const [name, node] of directory.children) {
      if (node.kind === 'file') visit(parent, name, node)
      else if (node.kind === 'directory') pending.push([joinPath(parent, name), node])
    }
  }
}
