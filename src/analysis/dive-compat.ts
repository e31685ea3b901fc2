import { encodeName } from '../format/escape.ts'
import type { Layer } from '../oci/image.ts'
import type { ListedEntry } from '../oci/layer.ts'
import type { DiveFigures } from './report.ts'

/*
 * dive 0.13.1 counts by rules of its own, and some of them are faults: a removed directory counts as well used, a
 * rewritten file as wasted twice, and a whiteout of nothing ends the count of its layer. Who moves a pipeline over
 * needs the same figures, so the rules are kept here as they are. dive stacks all lower layers anew for each whiteout;
 * one stack that grows from layer to layer, and knows the size of each subtree, gives the same answers.
 */

/** A path as dive keeps it: a whiteout is a node like any other, and no link is followed. */
interface DiveNode {
  readonly parent: DiveNode | undefined
  /** Undefined until there is one. */
  children: Map<string, DiveNode> | undefined
  /** Size that the header of its entry claims; 0 where it has none. */
  size: number
  isDirectory: boolean
  /** Its size and those of everything beneath it. */
  total: number
}

/** All that dive knows of one path over all layers. */
interface Tally {
  copies: number
  total: number
  /** Size of the smallest copy; -1 until there is one. */
  least: number
}

const WHITEOUT = '.wh.'
/** Names that dive leaves out of its trees, opaque whiteouts among them. */
const DROPPED = '.wh..wh..'
/** File type in the mode of a header, and its value for a directory (POSIX.1, cpio interchange format). */
const TYPE_MASK = ~0o7777
const TYPE_DIRECTORY = 0o40000

/** dive's own figures for layers that were read with a `listing`; a layer without one counts as empty. */
export function diveFigures(layers: readonly Layer[]): DiveFigures {
  const trees = layers.map(({ content }) => (typeof content === 'string' ? [] : (content.listing ?? [])))
  const tallies = new Map<string, Tally>()
  // dive's stack starts as a copy of the base layer, which is then stacked onto itself.
  const stacked = treeOf(trees[0] ?? []).root
  let userBytes = 0
  for (const [index, listing] of trees.entries()) {
    const { root, bytes } = treeOf(listing)
    if (index > 0) userBytes += bytes
    tally(root, stacked, tallies)
    stack(stacked, root)
  }
  return judge(tallies, userBytes)
}

function judge(tallies: ReadonlyMap<string, Tally>, userBytes: number): DiveFigures {
  let needed = 0
  let stored = 0
  let wastedBytes = 0
  for (const { copies, total, least } of tallies.values()) {
    needed += least
    stored += total
    if (copies > 1) wastedBytes += total
  }
  return {
    efficiencyScore: stored === 0 ? 1 : needed / stored,
    wastedBytes,
    userWastedPercent: userBytes === 0 ? null : wastedBytes / userBytes,
  }
}

/** The tree of a layer, and the sum of all sizes in it, those of repeated names included. */
function treeOf(listing: readonly ListedEntry[]): { root: DiveNode; bytes: number } {
  const root = emptyNode(undefined)
  let bytes = 0
  for (const { name, type, mode, size } of listing) {
    const path = cleanNames(name)
    if (path === undefined) continue
    bytes += size
    add(root, path, { size, isDirectory: type === '5' || (mode & TYPE_MASK) === TYPE_DIRECTORY })
  }
  return { root, bytes }
}

/** Counts the leaves of a layer; a whiteout counts as large as the lower directory that it hides, or as nothing. */
function tally(upper: DiveNode, lower: DiveNode, tallies: Map<string, Tally>): void {
  for (const { path, node } of childrenFirst(upper)) {
    if (node.children !== undefined) continue
    const target = whiteoutTarget(path)
    const key = (target ?? path).join('/')
    const known = tallies.get(key) ?? { copies: 0, total: 0, least: -1 }
    tallies.set(key, known)
    const hidden = target && find(lower, target)
    // A whiteout of nothing fails in dive, which leaves out whatever of the layer comes after it.
    if (target !== undefined && hidden === undefined) return
    const size = hidden === undefined ? node.size : hidden.isDirectory ? hidden.total : 0
    known.copies++
    known.total += size
    known.least = known.least < 0 ? size : Math.min(known.least, size)
  }
}

/** Puts a layer onto a stack in the order of its names, so that a whiteout also hits what came before it. */
function stack(lower: DiveNode, upper: DiveNode): void {
  for (const { path, node } of childrenFirst(upper)) {
    const target = whiteoutTarget(path)
    if (target !== undefined) remove(lower, target)
    // Only here does dive see that a name climbs above the root.
    else add(lower, path[0] === '..' ? path.slice(path.lastIndexOf('..') + 1) : path, node)
  }
}

/** The path that a whiteout hides, its last name empty where the whiteout names none; undefined for other paths. */
function whiteoutTarget(path: readonly string[]): string[] | undefined {
  const name = path.at(-1)
  return name?.startsWith(WHITEOUT) ? [...path.slice(0, -1), name.slice(WHITEOUT.length)] : undefined
}

function emptyNode(parent: DiveNode | undefined): DiveNode {
  return { parent, children: undefined, size: 0, isDirectory: false, total: 0 }
}

/** Adds a node or gives it another size and kind; children that it had stay, and so do parents made for a dropped name. */
function add(root: DiveNode, path: readonly string[], { size, isDirectory }: Pick<DiveNode, 'size' | 'isDirectory'>) {
  let node = root
  for (const name of path) {
    let child = node.children?.get(name)
    if (child === undefined) {
      if (name.startsWith(DROPPED)) return
      child = emptyNode(node)
      node.children ??= new Map()
      node.children.set(name, child)
    }
    node = child
  }
  if (node === root) return
  grow(node, size - node.size)
  node.size = size
  node.isDirectory = isDirectory
}

function remove(root: DiveNode, path: readonly string[]): void {
  const node = find(root, path)
  const name = path.findLast((one) => one !== '')
  if (node?.parent === undefined || name === undefined) return
  grow(node.parent, -node.total)
  node.parent.children?.delete(name)
}

function find(root: DiveNode, path: readonly string[]): DiveNode | undefined {
  let node: DiveNode | undefined = root
  for (const name of path) if (name !== '') node = node?.children?.get(name)
  return node
}

function grow(node: DiveNode, bytes: number): void {
  if (bytes === 0) return
  for (let at: DiveNode | undefined = node; at !== undefined; at = at.parent) at.total += bytes
}

/** Every node but the root, children before their parent and siblings in the order of their names' bytes; `path` is reused. */
function* childrenFirst(root: DiveNode): Generator<{ path: readonly string[]; node: DiveNode }> {
  const path: string[] = []
  const open = [{ node: root, left: namesLastFirst(root) }]
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const name = top.left.pop()
    const child = name === undefined ? undefined : top.node.children?.get(name)
    if (name !== undefined && child !== undefined) {
      path.push(name)
      open.push({ node: child, left: namesLastFirst(child) })
    } else {
      open.pop()
      if (top.node !== root) yield { path, node: top.node }
      path.pop()
    }
  }
}

// UTF-16 sorts like UTF-8 except for surrogates, which also stand for bytes that are no text.
const SURROGATE = /[\ud800-\udfff]/

function namesLastFirst({ children }: DiveNode): string[] {
  if (children === undefined) return []
  const names = [...children.keys()]
  if (!names.some((name) => SURROGATE.test(name))) return names.sort().reverse()
  return names.sort((a, b) => Buffer.compare(encodeName(b), encodeName(a)))
}

/** The names in a path as Go's `path.Clean` leaves them: `..` at the front stays; undefined for the current directory. */
function cleanNames(name: string): string[] | undefined {
  const rooted = name.startsWith('/')
  const names: string[] = []
  for (const one of name.split('/')) {
    if (one === '' || one === '.') continue
    if (one !== '..') names.push(one)
    else if (names.length > 0 && names.at(-1) !== '..') names.pop()
    else if (!rooted) names.push(one)
  }
  return rooted || names.length > 0 ? names : undefined
}
