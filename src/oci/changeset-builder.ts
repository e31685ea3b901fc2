import { escapeText } from '../format/escape.ts'
import type { Attributes, Changeset, FileNode, Node, Origin } from '../tree/node.ts'
import { baseOf, joinPath, parentOf } from '../tree/tree.ts'
import { cleanPath } from './archive-path.ts'
import { LayerTree, type Superseded } from './layer-tree.ts'
import type { Limits } from './limits.ts'
import { BLOCK_BYTES } from './tar-header.ts'
import type { TarEntry } from './tar-reader.ts'

const WHITEOUT = '.wh.'
const OPAQUE = '.wh..wh..opq'
/** Everything else that begins so is aufs's own bookkeeping, which runtimes do not extract. */
const AUFS = '.wh..wh.'

/** What the entries of one layer's tar add up to. */
export interface LayerEntries {
  readonly changeset: Changeset
  /** Bytes of the bodies of regular files, those of repeated entries included. */
  readonly contentBytes: number
  /** Entries of the tar, whiteouts included. */
  readonly entries: number
  readonly origin: Origin
  readonly superseded: readonly Superseded[]
  readonly cost: EntryCost
  /** Oddities that are tolerated, each with how often it came and the first path that shows it (escaped). */
  readonly oddities: ReadonlyMap<Oddity, { count: number; example: string }>
}

/** Bytes of the tar that entries take besides those that nodes tell of themselves. */
export interface EntryCost {
  /** Of all entries; what the tar holds beyond is its trailer. */
  readonly entries: number
  /** Of each hard link's own entry, by the path it made, in the order of the tar; any other name of a file is its body's. */
  readonly hardLinks: ReadonlyMap<string, number>
  /** Of the whiteouts of a path, where they take other than one block. */
  readonly removed: ReadonlyMap<string, number>
  /** Of the opaque whiteouts of a directory, where they take other than one block. */
  readonly opaque: ReadonlyMap<string, number>
}

/** A tolerable oddity of a layer's tar. */
export type Oddity = 'path-climbs' | 'invalid-whiteout' | 'duplicate-entry' | 'unknown-entry-type'

/** Turns the entries of one layer, in the order of its tar, into a changeset; the only place that knows whiteout names. */
export class ChangesetBuilder {
  readonly origin: Origin = { layer: -1 }
  readonly #tree: LayerTree
  readonly #removed = new Set<string>()
  readonly #opaque = new Set<string>()
  readonly #aufs = new Map<string, Node>()
  readonly #linkedAufs = new Set<Node>()
  readonly #attributes = new Map<string, Attributes>()
  #lastAttributes: Attributes = { mode: -1, uid: -1, gid: -1, xattrs: '' }
  #contentBytes = 0
  #entries = 0
  #entryBytes = 0
  readonly #hardLinks = new Map<string, number>()
  readonly #removedBytes = new Map<string, number>()
  readonly #opaqueBytes = new Map<string, number>()
  readonly #oddities = new Map<Oddity, { count: number; example: string }>()

  constructor(what: string, limits: Limits) {
    this.#tree = new LayerTree(what, limits, (path) => this.#note('duplicate-entry', path))
  }

  /** Takes the next entry; gives the node of a regular file whose body follows, so that its content can be hashed. */
  add(entry: TarEntry): FileNode | undefined {
    this.#entryBytes += entry.tarBytes
    // A pax global header is an entry to Go's reader, but runtimes neither apply nor extract it.
    if (entry.type === 'g') return undefined
    this.#entries++
    const { path, climbed } = cleanPath(entry.name)
    if (climbed) this.#note('path-climbs', entry.name)

    const base = baseOf(path)
    if (path.startsWith(AUFS) || path.includes(`/${AUFS}`)) {
      if (base === OPAQUE) mark(this.#opaque, this.#opaqueBytes, parentOf(path), entry)
      else return this.#addAufs(path, entry)
      return undefined
    }
    if (base.startsWith(WHITEOUT)) {
      this.#addWhiteout(path, base.slice(WHITEOUT.length), entry)
      return undefined
    }
    const node = this.#nodeOf(entry, path)
    const written = node.kind === 'file' && entry.type !== '1' ? node : undefined
    this.#contentBytes += written?.size ?? 0
    const at = this.#tree.place(path, node)
    if (entry.type === '1') this.#hardLinks.set(at, entry.tarBytes)
    else if (this.#hardLinks.size > 0) this.#hardLinks.delete(at)
    return written
  }

  /** The changeset of everything that was added. */
  finish(): LayerEntries {
    const { added, linksBelow, superseded } = this.#tree.finish()
    return {
      changeset: { added, removed: this.#removed, opaque: this.#opaque, linksBelow },
      contentBytes: this.#contentBytes,
      entries: this.#entries,
      origin: this.origin,
      superseded,
      cost: {
        entries: this.#entryBytes,
        hardLinks: this.#hardLinks,
        removed: this.#removedBytes,
        opaque: this.#opaqueBytes,
      },
      oddities: this.#oddities,
    }
  }

  #addWhiteout(path: string, target: string, entry: TarEntry): void {
    if (target === '' || target === '.' || target === '..') this.#note('invalid-whiteout', path)
    else mark(this.#removed, this.#removedBytes, joinPath(parentOf(path), target), entry)
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
    const { mtime, tarBytes } = entry
    switch (entry.type) {
      case '0':
      case '7':
      case 'S':
        return {
          kind: 'file',
          attributes,
          mtime,
          tarBytes,
          size: entry.size,
          origin: this.origin,
          offset: entry.offset,
          links: 0,
          hash: undefined,
        }
      case '1':
        return (
          this.#linkTarget(entry.link) ?? {
            kind: 'hardlink',
            attributes,
            mtime,
            tarBytes,
            target: cleanPath(entry.link).path,
          }
        )
      case '2':
        return { kind: 'symlink', attributes, mtime, tarBytes, target: entry.link }
      case '5':
        return { kind: 'directory', attributes, mtime, tarBytes, implied: false, children: new Map(), owner: undefined }
      default: {
        const kind = SPECIAL[entry.type]
        if (kind === undefined) this.#note('unknown-entry-type', path)
        return { kind: kind ?? 'other', attributes, mtime, tarBytes, device: entry.devmajor * 2 ** 32 + entry.devminor }
      }
    }
  }

  /** What a hard link shares, where the layer has it already. */
  #linkTarget(link: string): Node | undefined {
    const { path: target } = cleanPath(link)
    const found = this.#tree.lookUp(target)
    if (typeof found === 'object') return found.kind === 'hardlink' || found.kind === 'directory' ? undefined : found
    const stored = this.#aufs.get(target)
    if (stored?.kind === 'file' && !this.#linkedAufs.has(stored)) this.#contentBytes += stored.size
    if (stored !== undefined) this.#linkedAufs.add(stored)
    return stored
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

/** Remembers a marker of a path, and what it takes where that is not the one block that every honest one takes. */
function mark(marked: Set<string>, bytes: Map<string, number>, path: string, { tarBytes }: TarEntry): void {
  const all = (marked.has(path) ? (bytes.get(path) ?? BLOCK_BYTES) : 0) + tarBytes
  marked.add(path)
  if (all !== BLOCK_BYTES) bytes.set(path, all)
}

const SPECIAL: Readonly<Record<string, 'character-device' | 'block-device' | 'fifo'>> = {
  '3': 'character-device',
  '4': 'block-device',
  '6': 'fifo',
}

function canonicalXattrs(xattrs: ReadonlyMap<string, Uint8Array>): string {
  return [...xattrs]
    .map(([name, value]) => `${name}=${Buffer.from(value).toString('base64')}`)
    .sort()
    .join('\n')
}
