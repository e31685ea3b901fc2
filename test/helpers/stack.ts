import { makeReport } from '../../src/analysis/make-report.ts'
import type { Report } from '../../src/analysis/report.ts'
import { ByteSource } from '../../src/oci/byte-source.ts'
import { type ContentHash, loadContentHash } from '../../src/oci/content-hash.ts'
import type { Image, Layer } from '../../src/oci/image.ts'
import { type LayerContent, readLayer } from '../../src/oci/layer.ts'
import { defaultLimits, type Limits } from '../../src/oci/limits.ts'
import { chooseLook } from '../../src/rules/looks.ts'
import { stackLayers } from '../../src/stack.ts'
import type { DirectoryNode, Node } from '../../src/tree/node.ts'
import { walk } from '../../src/tree/tree.ts'
import { type Compression, plain } from './compression.ts'
import { chunked } from './feed.ts'
import { layer, type Tree } from './layer.ts'

let hash: Promise<ContentHash> | undefined

function contentHash(): Promise<ContentHash> {
  hash ??= loadContentHash()
  return hash
}

/** What one layer holds, read from its blob, with every body hashed and looked into. */
export function contentOf(
  tree: Tree,
  limits: Limits = defaultLimits,
  compression: Compression = plain,
): Promise<LayerContent> {
  const bytes = compression.encode(layer(tree))
  const progress = { bytes: 0, layers: 0, entries: 0 }
  const reading = { limits, verify: false, progress, layersAtOnce: 1, contentHash, look: chooseLook }
  return readLayer(new ByteSource(chunked(bytes)), 'layer 3', 'blob', bytes.length, reading, false)
}

/** Layers that hold the trees, base layer first. */
export async function layersOf(trees: readonly Tree[]): Promise<Layer[]> {
  const contents = await Promise.all(trees.map((tree) => contentOf(tree)))
  return contents.map(asLayer)
}

/** What was read of a layer, in its place in an image. */
export function asLayer(content: LayerContent, index: number): Layer {
  content.origin.layer = index
  const unknown = { digest: undefined, diffId: undefined, mediaType: undefined, history: undefined }
  return { index, ...unknown, blobBytes: content.blobBytes, content }
}

/** An image of these layers that says nothing else about itself. */
export function imageOf(layers: readonly Layer[]): Image {
  return {
    archive: 'app.tar',
    id: undefined,
    tags: [],
    platform: undefined,
    created: undefined,
    config: {},
    history: [],
    layers,
    warnings: [],
    readBody: undefined,
    async hashBodies() {
      throw new Error('every body was hashed when it was read')
    },
  }
}

/** The report of an image whose layers hold the trees, with every path listed. */
export async function reportOf(trees: readonly Tree[]): Promise<Report> {
  const layers = await layersOf(trees)
  return makeReport(imageOf(layers), stackLayers(layers, true))
}

/**
 * Every path of a tree as a short text, sorted: `d/` a directory, `(d)/` an implied one, `f:3@1` a file of 3 bytes that
 * layer 1 wrote, `l>target` a symbolic link, `h=target` a hard link that leads nowhere, `p:fifo` anything else.
 */
export function listing(root: DirectoryNode): string[] {
  const lines: string[] = []
  walk(root, '', (path, node) => lines.push(line(path, node)))
  return lines.sort()
}

function line(path: string, node: Node): string {
  switch (node.kind) {
    case 'directory':
      return node.implied ? `(${path})/` : `${path}/`
    case 'file':
      return `${path}:${node.size}@${node.origin.layer}`
    case 'symlink':
      return `${path}>${node.target}`
    case 'hardlink':
      return `${path}=${node.target}`
    default:
      return `${path}:${node.kind}`
  }
}

/** Every wasted body as a short text: path, bytes, cause with what differs, and from which layer to which. */
export function wasteLines({ wasted }: Report): string[] {
  return wasted.map(({ path, bytes, cause, differs = [], layer, by }) =>
    [path, bytes, [cause, ...differs].join('+'), `${layer}>${by}`].join(' '),
  )
}

/** Every layer as a short text: content and wasted bytes, then how many paths it adds, modifies and removes. */
export function layerLines({ layers }: Report): string[] {
  return layers.map(
    ({ contentBytes, wastedBytes, added, modified, removed }) =>
      `${contentBytes}/${wastedBytes} +${added} ~${modified} -${removed}`,
  )
}
