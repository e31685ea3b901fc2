import type { LayerContent } from '../oci/layer.ts'
import type { FileNode, Node } from '../tree/node.ts'
import { find } from '../tree/tree.ts'
import { walkInSteps } from './walk-in-steps.ts'
import { finish, STEP, type Work } from './work.ts'

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
  /** Hard links: those of each node, in the order of the tar, and the same by their paths. */
  links: { readonly of: Map<Node, LinkName[]>; readonly at: Map<string, LinkName> } | undefined
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

/** Learns what a layer has of names and of what it superseded, which is asked for again and again. */
export function* learn(known: Entered): Work<void> {
  if (known.links === undefined) yield* learnLinks(known)
  if (known.superseded === undefined) yield* learnSuperseded(known)
}

/** Learns which paths of a layer are entries that hold bodies of several names. */
export function* learnOwnNames(known: Entered): Work<Map<Node, string>> {
  const names = new Map<Node, string>()
  const { changeset, cost } = known.content
  yield* walkInSteps(changeset.added, '', (path, one) => {
    if (one.kind === 'file' && one.links > 1 && !cost.hardLinks.has(path)) names.set(one, path)
  })
  known.ownNames = names
  return names
}

function* learnLinks(known: Entered): Work<NonNullable<Entered['links']>> {
  const links = { of: new Map<Node, LinkName[]>(), at: new Map<string, LinkName>() }
  const { changeset, cost } = known.content
  let looked = 0
  for (const [path, bytes] of cost.hardLinks) {
    if (++looked % STEP === 0) yield
    const linked = find(changeset.added, path)
    if (linked === undefined) continue
    const names = links.of.get(linked) ?? []
    const name = { path, bytes, item: undefined }
    names.push(name)
    links.at.set(path, name)
    links.of.set(linked, names)
  }
  known.links = links
  return links
}

function* learnSuperseded(known: Entered): Work<Map<string, FileNode[]>> {
  const superseded = new Map<string, FileNode[]>()
  let looked = 0
  for (const { path, node } of known.content.superseded) {
    if (++looked % STEP === 0) yield
    const others = superseded.get(path)
    if (others === undefined) superseded.set(path, [node])
    else others.push(node)
  }
  known.superseded = superseded
  return superseded
}

/** The hard links of a body, in the order of the tar. */
export function linksOf(known: Entered, node: Node): LinkName[] {
  return (known.links ?? finish(learnLinks(known))).of.get(node) ?? []
}

/** The name whose entry holds a body of several names; undefined where that name is gone. */
export function ownNameOf(known: Entered, node: Node): string | undefined {
  return (known.ownNames ?? finish(learnOwnNames(known))).get(node)
}

/** What a layer had at a path before its last entry there. */
export function supersededAt(known: Entered, path: string): readonly FileNode[] {
  return (known.superseded ?? finish(learnSuperseded(known))).get(path) ?? []
}
