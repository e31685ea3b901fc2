import { escapeText } from '../format/escape.ts'
import type { Attributes, Changeset, DirectoryNode, FileNode, LinkNode, Node, Origin } from '../tree/node.ts'
import { find, impliedDirectory, joinPath, walk } from '../tree/tree.ts'
import { baseOf, cleanPath, parentOf } from './archive-path.ts'
import { exceeded, type Limits } from './limits.ts'
import type { TarEntry } from './tar-reader.ts'

/** A directory of the layer, and the path it really has. */
interface Parent {
  readonly path: string
  readonly directory: DirectoryNode
}

/** Linux gives up on a path after as many links. */
const MAX_SYMLINKS = 40

const WHITEOUT = '.wh.'
const OPAQUE = '.wh..wh..opq'
/** Everything else that begins so is aufs's own bookkeeping, which runtimes do not extract. */
const AUFS = '.wh..wh.'

/** A body that another entry of the same layer made invisible. */
export interface Superseded {
  readonly path: string
  readonly node: FileNode
  /** The same path came again, or a parent became something else. */
  readonly cause: 'duplicate-entry' | 'shadowed'
}

/** What the entries of one layer's tar add up to. */
export interface LayerEntries {
  readonly changeset: Changeset
  /** Bytes of the bodies of regular files, those of repeated entries included. */
  readonly contentBytes: number
  /** Entries of the tar, whiteouts included. */
  readonly entries: number
  readonly origin: Origin
  readonly superseded: readonly Superseded[]
  /** Oddities that are tolerated, each with how often it came and the first path that shows it (escaped). */
  readonly oddities: ReadonlyMap<Oddity, { count: number; example: string }>
}

/** A tolerable oddity of a layer's tar. */
export type Oddity = 'path-climbs' | 'invalid-whiteout' | 'duplicate-entry' | 'unknown-entry-type'

/** Turns the entries of one layer, in the order of its tar, into a changeset; the only place that knows whiteout names. */
export class ChangesetBuilder {
  readonly origin: Origin = { layer: -1 }
  readonly #what: string
  readonly #limits: Limits
  readonly #root = impliedRoot()
  readonly #removed = new Set<string>()
  readonly #opaque = new Set<string>()
  readonly #aufs = new Map<string, Node>()
  readonly #attributes = new Map<string, Attributes>()
  #lastAttributes: Attributes = { mode: -1, uid: -1, gid: -1, xattrs: '' }
  #lastParent: Parent & { asked: string } = { asked: '', path: '', directory: this.#root.node }
  #contentBytes = 0
  #entries = 0
  readonly #superseded: Superseded[] = []
  readonly #oddities = new Map<Oddity, { count: number; example: string }>()
  /** Paths of hard links whose target had not been seen when they came. */
  readonly #openLinks = new Set<string>()

  constructor(what: string, limits: Limits) {
    this.#what = what
    this.#limits = limits
  }

  /** Takes the next entry; gives the node of a regular file whose body follows, so that its content can be hashed. */
  add(entry: TarEntry): FileNode | undefined {
    // A pax global header is an entry to Go's reader, but runtimes neither apply nor extract it.
    if (entry.type === 'g') return undefined
    this.#entries++
    const { path, climbed } = cleanPath(entry.name)
    if (climbed) this.#note('path-climbs', entry.name)

    const base = baseOf(path)
    if (path.startsWith(AUFS) || path.includes(`/${AUFS}`)) {
      if (base === OPAQUE) this.#opaque.add(parentOf(path))
      else return this.#addAufs(path, entry)
      return undefined
    }
    if (base.startsWith(WHITEOUT)) {
      this.#addWhiteout(path, base.slice(WHITEOUT.length))
      return undefined
    }
    const node = this.#nodeOf(entry, path)
    const written = node.kind === 'file' && entry.type !== '1' ? node : undefined
    this.#contentBytes += written?.size ?? 0
    this.#place(path, node)
    return written
  }

  /** The changeset of everything that was added. */
  finish(): LayerEntries {
    const linksBelow = this.#resolveOpenLinks()
    return {
      changeset: { added: this.#root.node, removed: this.#removed, opaque: this.#opaque, linksBelow },
      contentBytes: this.#contentBytes,
      entries: this.#entries,
      origin: this.origin,
      superseded: this.#superseded,
      oddities: this.#oddities,
    }
  }

  #addWhiteout(path: string, target: string): void {
    if (target === '' || target === '.' || target === '..') this.#note('invalid-whiteout', path)
    else this.#removed.add(joinPath(parentOf(path), target))
  }

  /** Keeps what aufs stored for hard links across layers: only a link to it makes it part of the layer. */
  #addAufs(path: string, entry: TarEntry): FileNode | undefined {
    if (entry.type === '5') return undefined
    const node = this.#nodeOf(entry, path)
    this.#aufs.set(path, node)
    return node.kind === 'file' ? node : undefined
  }

  #nodeOf(entry: TarEntry, path: string): Node {
    const attributes = this.#internAttributes(entry)
    const { mtime } = entry
    switch (entry.type) {
      case '0':
      case '7':
      case 'S':
        return {
          kind: 'file',
          attributes,
          mtime,
          size: entry.size,
          origin: this.origin,
          offset: entry.offset,
          links: 0,
          hash: undefined,
        }
      case '1':
        return (
          this.#linkTarget(entry, path) ?? { kind: 'hardlink', attributes, mtime, target: cleanPath(entry.link).path }
        )
      case '2':
        return { kind: 'symlink', attributes, mtime, target: entry.link }
      case '5':
        return { kind: 'directory', attributes, mtime, implied: false, children: new Map(), owner: undefined }
      default: {
        const kind = SPECIAL[entry.type]
        if (kind === undefined) this.#note('unknown-entry-type', path)
        return { kind: kind ?? 'other', attributes, mtime, device: entry.devmajor * 2 ** 32 + entry.devminor }
      }
    }
  }

  /** What a hard link shares, where the layer has it already. */
  #linkTarget(entry: TarEntry, path: string): Node | undefined {
    const { path: target } = cleanPath(entry.link)
    const node = find(this.#root.node, target) ?? this.#aufs.get(target)
    if (node?.kind === 'file' && node.links === 0) this.#contentBytes += node.size
    if (node === undefined || node.kind === 'hardlink' || node.kind === 'directory') {
      this.#openLinks.add(path)
      return undefined
    }
    return node
  }

  #place(path: string, node: Node): void {
    if (path === '') {
      if (node.kind === 'directory') this.#root.setAttributes(node)
      return
    }
    const parent = this.#parent(parentOf(path))
    const name = baseOf(path)
    const before = parent.directory.children.get(name)
    if (before === node) return
    if (before?.kind === 'directory' && node.kind === 'directory') {
      parent.directory.children.set(name, { ...node, children: before.children })
      return
    }
    if (before !== undefined) this.#supersede(joinPath(parent.path, name), before)
    if (node.kind === 'file') node.links++
    parent.directory.children.set(name, node)
  }

  /** Takes a node and all beneath it out of the layer: the bodies stay in the tar, but nothing shows them. */
  #supersede(path: string, before: Node): void {
    this.#note('duplicate-entry', path)
    this.#lastParent = { asked: '', path: '', directory: this.#root.node }
    if (before.kind === 'directory') walk(before, path, (at, node) => this.#unlink(at, node, 'shadowed'))
    else this.#unlink(path, before, 'duplicate-entry')
  }

  #unlink(path: string, node: Node, cause: Superseded['cause']): void {
    this.#openLinks.delete(path)
    if (node.kind === 'file' && --node.links === 0) this.#superseded.push({ path, node, cause })
  }

  /**
   * The directory at a path, with every missing parent implied. A symbolic link of the same layer is followed, as
   * runtimes do that unpack a layer by itself; any other parent that is no directory becomes one.
   */
  #parent(asked: string): Parent {
    if (asked === this.#lastParent.asked) return this.#lastParent
    const names = asked === '' ? [] : asked.split('/').reverse()
    let depth = 0
    let hops = 0
    let parent: Parent = { path: '', directory: this.#root.node }
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      if (++depth > this.#limits.depth) throw exceeded('depth', this.#what, depth)
      const path = joinPath(parent.path, name)
      const child = parent.directory.children.get(name)
      if (child?.kind === 'directory') parent = { path, directory: child }
      else if (child?.kind === 'symlink' && ++hops <= MAX_SYMLINKS) {
        const target = child.target.startsWith('/') ? child.target : joinPath(parent.path, child.target)
        names.push(...cleanPath(target).path.split('/').filter(Boolean).reverse())
        parent = { path: '', directory: this.#root.node }
      } else {
        const directory = impliedDirectory()
        if (child !== undefined) this.#supersede(path, child)
        parent.directory.children.set(name, directory)
        parent = { path, directory }
      }
    }
    this.#lastParent = { asked, ...parent }
    return parent
  }

  /** Resolves links to entries that came later; gives whether some point below the layer, or nowhere. */
  #resolveOpenLinks(): boolean {
    let below = false
    for (const path of this.#openLinks) {
      const link = find(this.#root.node, path)
      if (link?.kind !== 'hardlink') continue
      const node = followLinks(this.#root.node, link)
      if (node === undefined || node.kind === 'directory') below = true
      else {
        if (node.kind === 'file') node.links++
        this.#parent(parentOf(path)).directory.children.set(baseOf(path), node)
      }
    }
    return below
  }

  #internAttributes(entry: TarEntry): Attributes {
    const { uid, gid } = entry
    // Some writers repeat the file type in the mode.
    const mode = entry.mode & 0o7777
    const xattrs = entry.xattrs === undefined ? '' : canonicalXattrs(entry.xattrs)
    const last = this.#lastAttributes
    if (last.mode === mode && last.uid === uid && last.gid === gid && last.xattrs === xattrs) return last
    const key = `${mode} ${uid} ${gid} ${xattrs}`
    const known = this.#attributes.get(key) ?? { mode, uid, gid, xattrs }
    this.#attributes.set(key, known)
    this.#lastAttributes = known
    return known
  }

  #note(oddity: Oddity, path: string): void {
    const known = this.#oddities.get(oddity)
    if (known === undefined) this.#oddities.set(oddity, { count: 1, example: escapeText(path) })
    else known.count++
  }
}

const SPECIAL: Readonly<Record<string, 'character-device' | 'block-device' | 'fifo'>> = {
  '3': 'character-device',
  '4': 'block-device',
  '6': 'fifo',
}

/** The root of a changeset: implied until an entry for `/` gives it attributes, with one and the same set of children. */
function impliedRoot() {
  const holder = {
    node: impliedDirectory(),
    setAttributes(from: DirectoryNode) {
      holder.node = { ...from, children: holder.node.children }
    },
  }
  return holder
}

/** The end of a chain of hard links within one layer; undefined where it leaves the layer or runs in a circle. */
function followLinks(root: DirectoryNode, link: LinkNode): Node | undefined {
  const seen = new Set<Node>([link])
  let node = find(root, link.target)
  while (node?.kind === 'hardlink') {
    if (seen.has(node)) return undefined
    seen.add(node)
    node = find(root, node.target)
  }
  return node
}

function canonicalXattrs(xattrs: ReadonlyMap<string, Uint8Array>): string {
  return [...xattrs]
    .map(([name, value]) => `${name}=${Buffer.from(value).toString('base64')}`)
    .sort()
    .join('\n')
}
