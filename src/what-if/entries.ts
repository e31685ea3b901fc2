import type { Image } from '../oci/image.ts'
import type { LayerContent } from '../oci/layer.ts'
import type { Stack } from '../stack.ts'
import type { Changeset, DirectoryNode, FileNode, Node } from '../tree/node.ts'
import { find, parentOf } from '../tree/tree.ts'
import { type Cover, Covers, type Marker } from './covers.ts'
import {
  BLOCK,
  blobBytesOf,
  bytesOf,
  type Entered,
  entered,
  learn,
  learnOwnNames,
  linksOf,
  type Measured,
  ownNameOf,
  small,
  supersededAt,
} from './entered-layer.ts'
import { ItemMap } from './item-map.ts'
import { type Body, Ledger } from './ledger.ts'
import { Needs } from './needs.ts'
import { finish, STEP, type Work } from './work.ts'

/** The tar entries of an image as items of a ledger, entered when they are asked for. */
export class Entries {
  readonly ledger: Ledger
  readonly stack: Stack
  readonly covers: Covers
  readonly #layers: readonly (Entered | undefined)[]
  readonly #items = new ItemMap()
  readonly #bodies = new Map<FileNode, Body>()
  readonly #needs: Needs
  readonly #hidden: ReadonlySet<Node>
  /** Paths of files and links that became a directory. */
  readonly #underDirectories: ReadonlySet<string>
  /** The last directory that was made ready. */
  #ready: { readonly layer: number; readonly directory: string } | undefined

  constructor({ layers }: Image, stack: Stack, { hidden, underDirectories } = finish(learnHidden(stack))) {
    this.stack = stack
    this.ledger = new Ledger(layers.length)
    this.#layers = layers.map(({ content }) => (typeof content === 'string' ? undefined : entered(content)))
    this.covers = new Covers(layers.length, this.changesetOf)
    const { covers, changesetOf } = this
    const isLive = (path: string, node: Node) => this.isLive(path, node)
    this.#needs = new Needs({ layers: layers.length, rootfs: stack.rootfs, covers, changesetOf, isLive })
    this.#hidden = hidden
    this.#underDirectories = underDirectories
  }

  /** The entries of an image. */
  static *open(image: Image, stack: Stack): Work<Entries> {
    return new Entries(image, stack, yield* learnHidden(stack))
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
    // What was superseded itself goes alone.
    if (node.kind === 'file' && node.links === 0) return [this.#whole(layer, known, node, [])]
    const items = supersededAt(known, path).map((one) => this.#whole(layer, known, one, []))
    items.push(this.#name(layer, known, path, node))
    return items
  }

  /** Enters what the entries of a layer's directory need, however much has to be looked at for it, so that `at` is quick for them. */
  *prepare(layer: number, directory: string): Work<void> {
    const known = this.#layers[layer]
    if (known === undefined || (this.#ready?.layer === layer && this.#ready.directory === directory)) return
    yield* learn(known)
    yield* this.#enterPath(layer, known, directory)
    yield* this.#enterMarkers(this.covers.within(layer, directory))
    this.#ready = { layer, directory }
  }

  /** Learns the names of a layer's bodies, so that `namesOf` is quick. */
  *learnNames(layer: number): Work<void> {
    const known = this.#layers[layer]
    if (known === undefined) return
    yield* learn(known)
    if (known.ownNames === undefined) yield* learnOwnNames(known)
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
    return known.directories.get(path) ?? finish(this.#enterPath(layer, known, path))
  }

  /** The item of a marker, which goes with the last entry that it hides. */
  marker(layer: number, marker: Marker): number {
    const known = this.#layers[layer] as Entered
    return known.markers.get(keyOf(marker)) ?? finish(this.#enterMarker(layer, known, marker))
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
    const isStub = this.#underDirectories.has(path) && this.#needs.mustHide(layer, path)
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
    const link = known.links?.at.get(path)
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

  *#enterPath(layer: number, known: Entered, path: string): Work<number | undefined> {
    // From the root down, since each is needed for those beneath it.
    const asked: string[] = []
    for (let at = path; !known.directories.has(at); at = parentOf(at)) {
      asked.push(at)
      if (at === '') break
    }
    for (let at = asked.pop(); at !== undefined; at = asked.pop()) {
      const node = find(known.content.changeset.added, at)
      if (node?.kind === 'directory') known.directories.set(at, yield* this.#enterDirectory(layer, known, at, node))
    }
    return known.directories.get(path)
  }

  *#enterDirectory(layer: number, known: Entered, path: string, node: DirectoryNode): Work<number> {
    const parent = path === '' ? undefined : known.directories.get(parentOf(path))
    const markers = yield* this.#enterMarkers(node.implied ? undefined : this.covers.of(layer, path))
    const holders = parent === undefined ? markers : [parent, ...markers]
    const needs = node.children.size + (yield* this.#needs.directory(layer, path, node))
    return this.ledger.enter({ ...small(layer, known, node.tarBytes), needs }, holders)
  }

  *#enterMarkers(cover: Cover | undefined): Work<number[]> {
    const items: number[] = []
    if (cover === undefined) return items
    const known = this.#layers[cover.layer] as Entered
    for (const marker of cover.markers) {
      items.push(known.markers.get(keyOf(marker)) ?? (yield* this.#enterMarker(cover.layer, known, marker)))
    }
    return items
  }

  *#enterMarker(layer: number, known: Entered, marker: Marker): Work<number> {
    const { cost } = known.content
    const tarBytes = (marker.opaque ? cost.opaque : cost.removed).get(marker.path) ?? BLOCK
    const needs = yield* this.#needs.marker(layer, marker)
    const item = this.ledger.enter({ ...small(layer, known, tarBytes), needs })
    known.markers.set(keyOf(marker), item)
    return item
  }
}

/** A directory's own marker and the whiteout of it are told apart. */
function keyOf({ path, opaque }: Marker): string {
  return opaque ? `${path}/` : path
}

/** What the final rootfs does not show: nodes that are hidden, and paths of files and links that became a directory. */
function* learnHidden(stack: Stack): Work<{ hidden: ReadonlySet<Node>; underDirectories: ReadonlySet<string> }> {
  const hidden = new Set<Node>()
  const underDirectories = new Set<string>()
  let looked = 0
  for (const { node } of stack.hidden) {
    if (++looked % STEP === 0) yield
    hidden.add(node)
  }
  for (const { replaced } of stack.changes) {
    for (const { path, before, after } of replaced) {
      if (++looked % STEP === 0) yield
      if (after?.kind === 'directory' && before?.kind !== 'directory') underDirectories.add(path)
    }
  }
  return { hidden, underDirectories }
}
