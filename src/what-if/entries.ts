import type { Stack } from '../analysis/stack.ts'
import { parentOf } from '../oci/archive-path.ts'
import type { Image } from '../oci/image.ts'
import type { LayerContent } from '../oci/layer.ts'
import { findBelow } from '../tree/below.ts'
import type { Changeset, DirectoryNode, FileNode, Node } from '../tree/node.ts'
import { find, joinPath, walk } from '../tree/tree.ts'
import { Covers, type Marker } from './covers.ts'
import { type Body, Ledger } from './ledger.ts'

const BLOCK = 512

/** What a layer that was measured while it was read can tell of its parts. */
export interface Measured {
  /** Bytes of the blob that some bytes of the tar take, from an offset on. */
  readonly compressedBytesOf?: (offset: number, bytes: number) => number | undefined
}

interface LinkName {
  readonly path: string
  readonly bytes: number
  item: number | undefined
}

/** What was entered of one layer. */
interface Entered {
  readonly content: LayerContent & Measured
  readonly directories: Map<string, number>
  readonly markers: Map<string, number>
  /** Directories of which the final rootfs shows nothing but this layer's. */
  readonly own: Set<string>
  /** Paths of entries that would leave a whiteout. */
  readonly stubs: Set<string>
  /** Items of names whose node has several, by path. */
  readonly names: Map<string, number>
  /** The hard links of each node, in the order of the tar. */
  links: Map<Node, LinkName[]> | undefined
  /** The path of the entry that holds the body, of bodies with several names. */
  ownNames: Map<Node, string> | undefined
  superseded: Map<string, FileNode[]> | undefined
  trailer: number | undefined
}

/** The tar entries of an image as items of a ledger, entered when they are asked for. */
export class Entries {
  readonly ledger: Ledger
  readonly stack: Stack
  readonly covers: Covers
  readonly #layers: readonly (Entered | undefined)[]
  readonly #items = new Map<Node, number>()
  readonly #bodies = new Map<FileNode, Body>()
  readonly #hidden: ReadonlySet<Node>
  /** Paths of files and links that became a directory. */
  readonly #underDirectories: ReadonlySet<string>

  constructor({ layers }: Image, stack: Stack) {
    this.stack = stack
    this.ledger = new Ledger(layers.length)
    this.#layers = layers.map(({ content }) => (typeof content === 'string' ? undefined : entered(content)))
    this.covers = new Covers(layers.length, this.changesetOf)
    const replaced = stack.changes.flatMap((changes) => changes.replaced)
    const buried = replaced.filter(({ before, after }) => after?.kind === 'directory' && before?.kind !== 'directory')
    this.#hidden = new Set(stack.hidden.map(({ node }) => node))
    this.#underDirectories = new Set(buried.map(({ path }) => path))
  }

  /** Number of layers. */
  get length(): number {
    return this.#layers.length
  }

  /** What was read of a layer; undefined where nothing was. */
  contentOf(layer: number): (LayerContent & Measured) | undefined {
    return this.#layers[layer]?.content
  }

  /** What one layer changes; undefined where it was not read. */
  readonly changesetOf = (layer: number): Changeset | undefined => this.#layers[layer]?.content.changeset

  /** Whether the compression of a layer can be told by parts. */
  isMeasured(layer: number): boolean {
    const content = this.contentOf(layer)
    return content !== undefined && (content.compression === 'none' || content.compressedBytesOf !== undefined)
  }

  /** Whether the final rootfs shows a node of a layer at a path. */
  isLive(path: string, node: Node): boolean {
    // A body that has one name is hidden with it.
    if (node.kind === 'file' && node.links === 1 && !this.stack.shared.has(node)) return !this.#hidden.has(node)
    const shown = find(this.stack.rootfs, path)
    if (node.kind !== 'directory' || shown?.kind !== 'directory') return shown === node
    return !node.implied && !shown.implied && shown.attributes === node.attributes && shown.mtime === node.mtime
  }

  /**
   * Items of everything that a layer has at a path, which hard links and directories are not the same for: a name, and
   * what it superseded. None for a body that a link of a higher layer names: it cannot go.
   */
  at(layer: number, path: string, node: Node): number[] {
    const known = this.#layers[layer]
    if (known === undefined || (node.kind === 'file' && this.stack.shared.has(node))) return []
    const superseded = supersededAt(known, path)
    const items = superseded.map((one) => this.#whole(layer, known, one, []))
    if (node.kind === 'file' && superseded.includes(node)) return items
    items.push(this.#name(layer, known, path, node))
    return items
  }

  /** Every name that a layer has for a body. */
  namesOf(layer: number, node: FileNode): string[] {
    const known = this.#layers[layer]
    if (known === undefined) return []
    const names = linksOf(known, node).map(({ path }) => path)
    const own = names.length < node.links ? ownNameOf(known, node) : undefined
    return own === undefined ? names : [own, ...names]
  }

  /** The item of a directory, which goes with the last entry that needs it unless the final rootfs does. */
  directory(layer: number, path: string): number | undefined {
    const known = this.#layers[layer]
    if (known === undefined) return undefined
    const item = known.directories.get(path)
    if (item !== undefined) return item
    // From the root down, since each is needed for those beneath it.
    const asked: string[] = []
    for (let at = path; !known.directories.has(at); at = parentOf(at)) {
      asked.push(at)
      if (at === '') break
    }
    for (let at = asked.pop(); at !== undefined; at = asked.pop()) {
      const node = find(known.content.changeset.added, at)
      if (node?.kind === 'directory') known.directories.set(at, this.#enterDirectory(layer, known, at, node))
    }
    return known.directories.get(path)
  }

  /** The item of a marker, which goes with the last entry that it hides. */
  marker(layer: number, { path, opaque }: Marker): number {
    const known = this.#layers[layer] as Entered
    const key = opaque ? `${path}/` : path
    let item = known.markers.get(key)
    if (item !== undefined) return item
    const { cost } = known.content
    const tarBytes = (opaque ? cost.opaque : cost.removed).get(path) ?? BLOCK
    // One that hides nothing as it is stays as it is.
    const needs = this.#hidesAny(layer, path, opaque) ? this.#countHidden(layer, path, opaque) : 0
    item = this.ledger.enter({ ...small(layer, known, tarBytes), needs })
    known.markers.set(key, item)
    return item
  }

  /** Paths of a layer's entries that would leave a whiteout in their place, of those that were asked for. */
  stubsOf(layer: number): ReadonlySet<string> {
    return this.#layers[layer]?.stubs ?? new Set()
  }

  /** The item of what follows the last entry of a layer. */
  trailer(layer: number): number | undefined {
    const known = this.#layers[layer]
    if (known === undefined) return undefined
    const { tarBytes, cost } = known.content
    known.trailer ??= this.ledger.enter(small(layer, known, tarBytes - cost.entries))
    return known.trailer
  }

  /** One name of a node: its entry, or its part in a body of several names. */
  #name(layer: number, known: Entered, path: string, node: Node): number {
    const linked = known.content.cost.hardLinks.has(path)
    const single = node.kind === 'file' && node.links <= 1 && !linked
    const alone = single || (node.kind !== 'file' && node.kind !== 'directory' && !linked)
    const item = alone ? this.#items.get(node) : known.names.get(path)
    if (item !== undefined) return item
    const isStub = this.#underDirectories.has(path) && this.#mustHide(layer, path)
    if (isStub) known.stubs.add(path)
    const holders = isStub ? [] : this.#holdersOf(layer, path, this.isLive(path, node))
    // A whiteout in its place keeps hidden what is beneath.
    const left = isStub ? BLOCK : 0
    if (alone) return this.#whole(layer, known, node, holders, left)
    const entry =
      node.kind === 'file'
        ? this.#nameOfBody(layer, known, path, node, holders, left)
        : this.ledger.enter(small(layer, known, bytesOf(node, path, known) - left), holders)
    known.names.set(path, entry)
    return entry
  }

  /** One of several names of a body, which by itself books only what it leaves. */
  #nameOfBody(
    layer: number,
    known: Entered,
    path: string,
    node: FileNode,
    holders: readonly number[],
    left: number,
  ): number {
    let body = this.#bodies.get(node)
    if (body === undefined) {
      const { tarBytes, size: contentBytes } = node
      const links = linksOf(known, node)
      const blobBytes = blobBytesOf(known, node)
      body = { layer, names: node.links, data: undefined, links, tarBytes, contentBytes, blobBytes }
      this.#bodies.set(node, body)
    }
    const item = this.ledger.enter(small(layer, known, -left), holders, body)
    const link = body.links.find((one) => one.path === path)
    if (link === undefined) body.data = item
    else link.item = item
    return item
  }

  /** An entry that goes as a whole, but for what it leaves. */
  #whole(layer: number, known: Entered, node: Node, holders: readonly number[], left = 0): number {
    let item = this.#items.get(node)
    if (item === undefined) {
      const tarBytes = node.tarBytes - left
      const entry =
        node.kind === 'file'
          ? {
              layer,
              tarBytes,
              contentBytes: node.size,
              blobBytes: blobBytesOf(known, node) - (known.content.compression === 'none' ? left : 0),
            }
          : small(layer, known, tarBytes)
      item = this.ledger.enter(entry, holders)
      this.#items.set(node, item)
    }
    return item
  }

  /** What is needed for an entry: its directory, and the markers that hide it. */
  #holdersOf(layer: number, path: string, isLive: boolean): number[] {
    const directory = this.directory(layer, parentOf(path))
    const cover = isLive ? undefined : this.covers.of(layer, path)
    const markers = cover === undefined ? [] : cover.markers.map((marker) => this.marker(cover.layer, marker))
    return directory === undefined ? markers : [directory, ...markers]
  }

  /** Whether an entry keeps a lower directory from being one with a higher one. */
  #mustHide(layer: number, path: string): boolean {
    if (this.covers.of(layer, path) !== undefined) return false
    for (let above = layer + 1; above < this.length; above++) {
      const added = this.changesetOf(above)?.added
      const node = added && find(added, path)
      if (node?.kind === 'directory') return isDirectory(findBelow(this.changesetOf, layer, path))
    }
    return false
  }

  #enterDirectory(layer: number, known: Entered, path: string, node: DirectoryNode): number {
    const holders: number[] = []
    const parent = path === '' ? undefined : known.directories.get(parentOf(path))
    if (parent !== undefined) holders.push(parent)
    const cover = node.implied ? undefined : this.covers.of(layer, path)
    for (const marker of cover?.markers ?? []) holders.push(this.marker(cover?.layer ?? layer, marker))
    const needs = node.children.size + this.#otherNeeds(layer, path, node)
    return this.ledger.enter({ ...small(layer, known, node.tarBytes), needs }, holders)
  }

  /** For how much else than what the layer has in it a directory is needed. */
  #otherNeeds(layer: number, path: string, node: DirectoryNode): number {
    if (path === '') return 1
    if (!this.isLive(path, node)) return 0
    const shown = find(this.stack.rootfs, path) as DirectoryNode
    // An empty directory is part of the rootfs, and so are the attributes of one that a lower layer made.
    if (shown.children.size === 0 || findBelow(this.changesetOf, layer, path) !== undefined) return 1
    return this.#isOwn(layer, path, node, shown) ? 0 : 1
  }

  /** Whether everything that the final rootfs shows in a directory is of this layer. */
  #isOwn(layer: number, path: string, node: DirectoryNode, shown: DirectoryNode): boolean {
    const known = this.#layers[layer] as Entered
    if (known.own.has(parentOf(path))) {
      known.own.add(path)
      return true
    }
    const pending: [string, DirectoryNode, DirectoryNode][] = [[path, node, shown]]
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const [parent, mine, seen] = next
      for (const [name, child] of seen.children) {
        const own = mine.children.get(name)
        if (own === child) continue
        if (own?.kind !== 'directory' || child.kind !== 'directory') return false
        const at = joinPath(parent, name)
        if (!child.implied && !this.isLive(at, own)) return false
        pending.push([at, own, child])
      }
    }
    known.own.add(path)
    return true
  }

  /** Whether a marker hides anything that would be seen without it. */
  #hidesAny(layer: number, path: string, opaque: boolean): boolean {
    if (!opaque) return findBelow(this.changesetOf, layer, path) !== undefined
    for (let below = layer - 1; below >= 0; below--) {
      const root = this.changesetOf(below)?.added
      const directory = root && find(root, path)
      if (directory?.kind !== 'directory') continue
      for (const name of directory.children.keys()) {
        if (findBelow(this.changesetOf, layer, joinPath(path, name)) !== undefined) return true
      }
    }
    return false
  }

  /** How many entries of lower layers a marker hides that no marker between hides already. */
  #countHidden(layer: number, path: string, opaque: boolean): number {
    let count = 0
    for (let below = 0; below < layer; below++) {
      const root = this.changesetOf(below)?.added
      const top = root && find(root, path)
      if (top === undefined) continue
      const isHidden = (at: string, node: Node) =>
        !(node.kind === 'directory' && node.implied) && this.covers.of(below, at)?.layer === layer
      if (!opaque && isHidden(path, top)) count++
      const pending: [string, Node][] = [[path, top]]
      for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
        const [parent, directory] = next
        if (directory.kind !== 'directory') continue
        for (const [name, child] of directory.children) {
          const at = joinPath(parent, name)
          if (isHidden(at, child)) count++
          if (child.kind === 'directory') pending.push([at, child])
        }
      }
    }
    return count
  }
}

function entered(content: LayerContent): Entered {
  const maps = {
    directories: new Map(),
    markers: new Map(),
    names: new Map(),
    stubs: new Set<string>(),
    own: new Set<string>(),
  }
  return { content, ...maps, links: undefined, ownNames: undefined, superseded: undefined, trailer: undefined }
}

/** An entry without a body, of which compression leaves next to nothing. */
function small(layer: number, { content }: Entered, tarBytes: number) {
  return { layer, tarBytes, contentBytes: 0, blobBytes: content.compression === 'none' ? tarBytes : 0 }
}

/** Bytes of the blob that an entry with a body takes: exact where the layer is stored as it is, else as it was measured. */
function blobBytesOf({ content }: Entered, { offset, size, tarBytes }: FileNode): number {
  if (content.compression === 'none') return tarBytes
  const body = Math.ceil(size / BLOCK) * BLOCK
  const headers = Math.max(BLOCK, tarBytes - body)
  return content.compressedBytesOf?.(offset - headers, tarBytes) ?? 0
}

/** Bytes of the entry of one name. */
function bytesOf(node: Node, path: string, { content }: Entered): number {
  return content.cost.hardLinks.get(path) ?? node.tarBytes
}

function linksOf(known: Entered, node: Node): LinkName[] {
  if (known.links === undefined) {
    known.links = new Map()
    const { changeset, cost } = known.content
    for (const [path, bytes] of cost.hardLinks) {
      const linked = find(changeset.added, path)
      if (linked === undefined) continue
      const names = known.links.get(linked) ?? []
      names.push({ path, bytes, item: undefined })
      known.links.set(linked, names)
    }
  }
  return known.links.get(node) ?? []
}

function ownNameOf(known: Entered, node: Node): string | undefined {
  if (known.ownNames === undefined) {
    const names = new Map<Node, string>()
    const { changeset, cost } = known.content
    walk(changeset.added, '', (path, one) => {
      if (one.kind === 'file' && one.links > 1 && !cost.hardLinks.has(path)) names.set(one, path)
    })
    known.ownNames = names
  }
  return known.ownNames.get(node)
}

function supersededAt(known: Entered, path: string): readonly FileNode[] {
  const { superseded } = known.content
  if (superseded.length === 0) return []
  if (known.superseded === undefined) {
    known.superseded = new Map()
    for (const { path: at, node } of superseded) {
      known.superseded.set(at, [...(known.superseded.get(at) ?? []), node])
    }
  }
  return known.superseded.get(path) ?? []
}

function isDirectory(node: Node | 'unknown' | undefined): boolean {
  return node !== undefined && (node === 'unknown' || node.kind === 'directory')
}
