import { findBelow } from '../tree/below.ts'
import type { Changeset, DirectoryNode, Node } from '../tree/node.ts'
import { find, joinPath, parentOf } from '../tree/tree.ts'
import type { Covers, Marker } from './covers.ts'
import { STEP, type Work } from './work.ts'

/** What is known of an image, to tell what its directories and markers are needed for. */
export interface Known {
  readonly layers: number
  readonly rootfs: DirectoryNode
  readonly covers: Covers
  readonly changesetOf: (layer: number) => Changeset | undefined
  readonly isLive: (path: string, node: Node) => boolean
}

/** Tells what directories and markers of an image are needed for. */
export class Needs {
  readonly #length: number
  readonly #rootfs: DirectoryNode
  readonly #covers: Covers
  readonly #changesetOf: Known['changesetOf']
  readonly #isLive: Known['isLive']
  /** Directories, by layer, of which the final rootfs shows nothing but what is of that layer. */
  readonly #own: Set<string>[] = []

  constructor({ layers, rootfs, covers, changesetOf, isLive }: Known) {
    this.#length = layers
    this.#rootfs = rootfs
    this.#covers = covers
    this.#changesetOf = changesetOf
    this.#isLive = isLive
  }

  /** How many entries a marker is needed for; 0 for one that hides nothing as it is. */
  *marker(layer: number, marker: Marker): Work<number> {
    return (yield* this.#hidesAny(layer, marker)) ? yield* this.#countHidden(layer, marker) : 0
  }

  /** Whether an entry keeps a lower directory from being one with a higher one. */
  mustHide(layer: number, path: string): boolean {
    if (this.#covers.of(layer, path) !== undefined) return false
    for (let above = layer + 1; above < this.#length; above++) {
      const added = this.#changesetOf(above)?.added
      if (added === undefined) continue
      const node = find(added, path)
      if (node?.kind === 'directory') return isDirectory(findBelow(this.#changesetOf, layer, path))
      // What took the place of a directory around it hides the lower one.
      if (node === undefined && isBlocked(added, path)) return false
    }
    return false
  }

  /** For how much else than what the layer has in it a directory is needed. */
  *directory(layer: number, path: string, node: DirectoryNode): Work<number> {
    if (path === '') return 1
    if (!this.#isLive(path, node)) return 0
    const shown = find(this.#rootfs, path) as DirectoryNode
    // An empty directory is part of the rootfs, and so are the attributes of one that a lower layer made.
    if (shown.children.size === 0 || findBelow(this.#changesetOf, layer, path) !== undefined) return 1
    return (yield* this.#isOwn(layer, path, node, shown)) ? 0 : 1
  }

  /** Whether everything that the final rootfs shows in a directory is of this layer. */
  *#isOwn(layer: number, path: string, node: DirectoryNode, shown: DirectoryNode): Work<boolean> {
    const own = this.#ownOf(layer)
    if (own.has(parentOf(path))) {
      own.add(path)
      return true
    }
    const pending: [string, DirectoryNode, DirectoryNode][] = [[path, node, shown]]
    let looked = 0
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const [parent, mine, seen] = next
      for (const [name, child] of seen.children) {
        if (++looked % STEP === 0) yield
        const node = mine.children.get(name)
        if (node === child) continue
        if (node?.kind !== 'directory' || child.kind !== 'directory') return false
        const at = joinPath(parent, name)
        if (!child.implied && !this.#isLive(at, node)) return false
        pending.push([at, node, child])
      }
    }
    own.add(path)
    return true
  }

  /** Whether a marker hides anything that would be seen without it; a directory that no entry made is only its content. */
  *#hidesAny(layer: number, { path, opaque }: Marker): Work<boolean> {
    const implied = new Set<string>()
    const isSeen = (at: string): boolean => {
      const node = findBelow(this.#changesetOf, layer, at)
      if (node === undefined || node === 'unknown' || node.kind !== 'directory' || !node.implied)
        return node !== undefined
      implied.add(at)
      return false
    }
    if (opaque) implied.add(path)
    else if (isSeen(path)) return true
    let looked = 0
    // What is added to a set while it is walked is met later.
    for (const parent of implied) {
      for (let below = layer - 1; below >= 0; below--) {
        const root = this.#changesetOf(below)?.added
        const directory = root && find(root, parent)
        if (directory?.kind !== 'directory') continue
        for (const name of directory.children.keys()) {
          if (++looked % STEP === 0) yield
          if (isSeen(joinPath(parent, name))) return true
        }
      }
    }
    return false
  }

  /** How many entries of lower layers a marker hides that no marker between hides already. */
  *#countHidden(layer: number, { path, opaque }: Marker): Work<number> {
    let count = 0
    let looked = 0
    for (let below = 0; below < layer; below++) {
      const root = this.#changesetOf(below)?.added
      const top = root && find(root, path)
      if (top === undefined) continue
      const isHidden = (at: string, node: Node) =>
        !(node.kind === 'directory' && node.implied) && this.#covers.of(below, at)?.layer === layer
      if (!opaque && isHidden(path, top)) count++
      const pending: [string, Node][] = [[path, top]]
      for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
        const [parent, directory] = next
        if (directory.kind !== 'directory') continue
        for (const [name, child] of directory.children) {
          if (++looked % STEP === 0) yield
          const at = joinPath(parent, name)
          if (isHidden(at, child)) count++
          if (child.kind === 'directory') pending.push([at, child])
        }
      }
    }
    return count
  }

  #ownOf(layer: number): Set<string> {
    const known = this.#own[layer] ?? new Set()
    this.#own[layer] = known
    return known
  }
}

/** Whether a layer has something else where a path needs a directory. */
function isBlocked(added: DirectoryNode, path: string): boolean {
  let node: Node | undefined = added
  for (const name of path.split('/')) {
    if (node === undefined) return false
    if (node.kind !== 'directory') return true
    node = node.children.get(name)
  }
  return false
}

function isDirectory(node: Node | 'unknown' | undefined): boolean {
  return node !== undefined && (node === 'unknown' || node.kind === 'directory')
}
