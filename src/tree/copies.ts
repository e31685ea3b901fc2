import type { DirectoryNode, FileNode } from './node.ts'
import { joinPath, walkFiles } from './tree.ts'

/** A body, and a path that shows it. */
export interface NamedBody {
  readonly path: string
  readonly node: FileNode
}

/** Smaller bodies are not worth a second look. */
const LEAST_COPY = 4000
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
  // Counting first, by a hash that others may share, leaves few to be named and told apart exactly.
  const counts = new Uint8Array(SLOTS)
  walkFiles(root, '', ({ size }, name) => {
    if (size < LEAST_COPY) return
    const slot = slotOf(name, size)
    if ((counts[slot] ?? 0) < 2) counts[slot] = (counts[slot] ?? 0) + 1
  })
  const bySize = new Map<number, NamedBody[]>()
  const byName = new Map<string, NamedBody[]>()
  walkFiles(root, '', (node, name, parent) => {
    const { size } = node
    if (size < LEAST_COPY || counts[slotOf(name, size)] === 1) return
    const body = { path: joinPath(parent, name), node }
    if (size < NAMELESS_COPY) add(byName, name, body)
    else add(bySize, size, body)
  })
  const named = [...byName.values()].flatMap(groupBySize)
  return [...bySize.values(), ...named].filter(([first, ...rest]) => rest.some(({ node }) => node !== first?.node))
}

function groupBySize(bodies: readonly NamedBody[]): NamedBody[][] {
  const groups = new Map<number, NamedBody[]>()
  for (const body of bodies) add(groups, body.node.size, body)
  return [...groups.values()]
}

const SLOTS = 1 << 18
/** So many characters at the end of a name tell most names apart. */
const TAIL = 8

/** A number below `SLOTS` that is the same for bodies that may be copies. */
function slotOf(name: string, size: number): number {
  let hash = size
  if (size < NAMELESS_COPY) {
    for (let i = Math.max(name.length - TAIL, 0); i < name.length; i++)
      hash = (Math.imul(hash, 31) + name.charCodeAt(i)) | 0
  }
  return (hash ^ (hash >>> 15)) & (SLOTS - 1)
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
  walkFiles(root, '', (node, name, parent) => {
    if (!sizes.has(node.size)) return
    const key = `${node.origin.layer} ${node.size}`
    if (from.has(key)) add(to, key, { path: joinPath(parent, name), node })
  })
  return [...to].map(([key, arrived]) => ({ from: from.get(key) ?? [], to: arrived }))
}

function add<Key, Value>(groups: Map<Key, Value[]>, key: Key, value: Value): void {
  const group = groups.get(key)
  if (group === undefined) groups.set(key, [value])
  else group.push(value)
}
