import type { LayerContent } from '../oci/layer.ts'
import type { FileNode, Node } from '../tree/node.ts'
import { find, walk } from '../tree/tree.ts'

/** Bytes of a header, and what bodies are filled up to. */
export const BLOCK = 512

/** What a layer that was measured while it was read can tell of its parts. */
export interface Measured {
  /** Bytes of the blob that some bytes of the tar take, from an offset on. */
  readonly compressedBytesOf?: (offset: number, bytes: number) => number | undefined
}

/** A further name of a body. */
interface LinkName {
  readonly path: string
  readonly bytes: number
  item: number | undefined
}

/** What was entered of one layer. */
export interface Entered {
  readonly content: LayerContent & Measured
  readonly directories: Map<string, number>
  readonly markers: Map<string, number>
  /** Paths of entries that would leave a whiteout. */
  readonly stubs: Set<string>
  /** Items of names whose node has several, by path. */
  readonly names: Map<string, number>
  /** The hard links of each node, in the order of the tar. */
  links: Map<Node, LinkName[]> | undefined
  /** The same by their paths. */
  readonly linkAt: Map<string, LinkName>
  /** The path of the entry that holds the body, of bodies with several names. */
  ownNames: Map<Node, string> | undefined
  superseded: Map<string, FileNode[]> | undefined
  trailer: number | undefined
}

/** A layer of which nothing was entered yet. */
export function entered(content: LayerContent): Entered {
  const maps = {
    directories: new Map(),
    markers: new Map(),
    names: new Map(),
    linkAt: new Map(),
    stubs: new Set<string>(),
  }
  return { content, ...maps, links: undefined, ownNames: undefined, superseded: undefined, trailer: undefined }
}

/** An entry without a body, of which compression leaves next to nothing. */
export function small(layer: number, { content }: Entered, tarBytes: number) {
  return { layer, tarBytes, contentBytes: 0, blobBytes: content.compression === 'none' ? tarBytes : 0 }
}

/** Bytes of the blob that an entry with a body takes: exact where the layer is stored as it is, else as it was measured. */
export function blobBytesOf({ content }: Entered, { offset, size, tarBytes }: FileNode): number {
  if (content.compression === 'none') return tarBytes
  const body = Math.ceil(size / BLOCK) * BLOCK
  const headers = Math.max(BLOCK, tarBytes - body)
  return content.compressedBytesOf?.(offset - headers, tarBytes) ?? 0
}

/** Bytes of the entry of one name. */
export function bytesOf(node: Node, path: string, { content }: Entered): number {
  return content.cost.hardLinks.get(path) ?? node.tarBytes
}

/** The hard links of a body, in the order of the tar. */
export function linksOf(known: Entered, node: Node): LinkName[] {
  if (known.links === undefined) {
    known.links = new Map()
    const { changeset, cost } = known.content
    for (const [path, bytes] of cost.hardLinks) {
      const linked = find(changeset.added, path)
      if (linked === undefined) continue
      const names = known.links.get(linked) ?? []
      const name = { path, bytes, item: undefined }
      names.push(name)
      known.linkAt.set(path, name)
      known.links.set(linked, names)
    }
  }
  return known.links.get(node) ?? []
}

/** The name whose entry holds a body of several names; undefined where that name is gone. */
export function ownNameOf(known: Entered, node: Node): string | undefined {
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

/** What a layer had at a path before its last entry there. */
export function supersededAt(known: Entered, path: string): readonly FileNode[] {
  const { superseded } = known.content
  if (superseded.length === 0) return []
  if (known.superseded === undefined) {
    known.superseded = new Map()
    for (const { path: at, node } of superseded) {
      const others = known.superseded.get(at)
      if (others === undefined) known.superseded.set(at, [node])
      else others.push(node)
    }
  }
  return known.superseded.get(path) ?? []
}
