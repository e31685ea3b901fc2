import type { Base } from '../dockerfile/base.ts'
import { escapeText, isCleanText, printablePath } from '../format/escape.ts'
import type { Image, Layer } from '../oci/image.ts'
import type { Claimed } from '../rules/find.ts'
import { redactConfig, redactSecrets } from '../rules/secret-text.ts'
import type { LayerChanges, PathChange, Stack } from '../stack.ts'
import { sameNode } from '../tree/compare.ts'
import type { DirectoryNode, FileNode, Node } from '../tree/node.ts'
import { walk, walkFiles } from '../tree/tree.ts'
import { reportBloat } from './bloat-report.ts'
import type {
  Change,
  Report,
  ReportBase,
  ReportFile,
  ReportImage,
  ReportLayer,
  Summary,
  Warning,
  WastedBody,
} from './report.ts'
import { causeOf } from './waste.ts'

/**
 * The report of an image; bodies that `contentQuestions` named must be hashed, and a base that nobody looked for is the
 * first layer. Checks are added by whoever has thresholds.
 */
export function makeReport(
  image: Image,
  stack: Stack,
  bloat: readonly Claimed[] = [],
  base: ReportBase = unknownBase(image),
): Report {
  const wasted = wastedBodies(stack)
  const wastedBytes = new Map<number, number>()
  for (const { layer, bytes } of wasted) wastedBytes.set(layer, (wastedBytes.get(layer) ?? 0) + bytes)
  const layers = image.layers.map((layer, i) => reportLayer(layer, wastedBytes.get(i) ?? 0, stack.changes[i]))
  return {
    schemaVersion: 1,
    image: reportImage(image, base),
    summary: summarise(layers, stack, wasted, base.layers),
    layers,
    wasted: wasted
      .filter(({ bytes }) => bytes > 0)
      .sort((a, b) => b.bytes - a.bytes || compareText(a.path, b.path) || a.layer - b.layer),
    ...reportBloat(bloat),
    checks: [],
    warnings: [...image.warnings, ...stackWarnings(stack)],
    ...(stack.paths ? { rootfs: { files: rootfsFiles(stack.rootfs) } } : {}),
  }
}

function wastedBodies({ hidden }: Stack): WastedBody[] {
  return hidden.map((body) => ({
    ...printablePath(`/${body.path}`),
    bytes: body.node.size,
    ...causeOf(body),
    layer: body.node.origin.layer,
    by: body.by,
  }))
}

/** What a report says of the base image. */
export function reportBase({ layers, name, strength, evidence }: Base): ReportBase {
  return {
    layers,
    ...(name !== undefined && { name }),
    strength,
    evidence: evidence.map((one) => ({
      marker: one.marker,
      strength: one.strength,
      ...(one.layers !== undefined && { layers: one.layers }),
      ...(one.name !== undefined && { name: one.name }),
    })),
  }
}

function unknownBase({ layers }: Image): ReportBase {
  return { layers: Math.min(1, layers.length), strength: 'assumed', evidence: [] }
}

function summarise(
  layers: readonly ReportLayer[],
  stack: Stack,
  wasted: readonly WastedBody[],
  baseLayers: number,
): Summary {
  const wastedBytes = sum(wasted.map(({ bytes }) => bytes))
  const contentBytes = sum(layers.map((layer) => layer.contentBytes))
  const { rootfsBytes, files } = measure(stack)
  // Both sides are counted by themselves: bodies that the layers hid, and bodies that the rootfs shows.
  if (contentBytes !== rootfsBytes + wastedBytes) {
    throw new Error(`content ${contentBytes} is not rootfs ${rootfsBytes} plus waste ${wastedBytes}`)
  }
  const ownContentBytes = sum(layers.slice(baseLayers).map((layer) => layer.contentBytes))
  // Who hides a body makes it waste: a layer of the image that replaces files of its base, not the base.
  const ownWastedBytes = sum(wasted.filter(({ by }) => by >= baseLayers).map(({ bytes }) => bytes))
  return {
    contentBytes,
    rootfsBytes,
    wastedBytes,
    efficiency: contentBytes === 0 ? 1 : rootfsBytes / contentBytes,
    ownContentBytes,
    ownWastedBytes,
    userWastedPercent: ownContentBytes > 0 ? ownWastedBytes / ownContentBytes : null,
    blobBytes: sum(layers.map((layer) => layer.blobBytes)),
    tarBytes: sum(layers.map((layer) => layer.tarBytes)),
    files,
  }
}

/** Content bytes of the bodies that a tree shows, each once however many names it has, and its regular files. */
function measure({ rootfs, shared }: Stack): { rootfsBytes: number; files: number } {
  const counted = new Set<FileNode>()
  let rootfsBytes = 0
  let files = 0
  walkFiles(rootfs, '', (node) => {
    files++
    if (counted.has(node)) return
    if (node.links > 1 || shared.has(node)) counted.add(node)
    rootfsBytes += node.size
  })
  return { rootfsBytes, files }
}

function reportLayer(layer: Layer, wastedBytes: number, changes: LayerChanges | undefined): ReportLayer {
  const { content, history } = layer
  const read =
    typeof content === 'string'
      ? { compression: 'none' as const, tarBytes: 0, contentBytes: 0, entries: 0, unread: content }
      : {
          compression: content.compression,
          tarBytes: content.tarBytes,
          contentBytes: content.contentBytes,
          entries: content.entries,
        }
  return {
    index: layer.index,
    ...defined({ digest: layer.digest, diffId: layer.diffId, mediaType: layer.mediaType }),
    blobBytes: layer.blobBytes,
    ...read,
    wastedBytes,
    createdBy:
      history === undefined ? '(no history)' : redactSecrets(history.createdBy ?? history.comment ?? '(no command)'),
    ...defined({ created: history?.created, comment: history?.comment && redactSecrets(history.comment) }),
    added: changes?.added ?? 0,
    modified: changes?.replaced.filter((change) => changeOf(change) === 'modified').length ?? 0,
    removed: changes?.removed ?? 0,
    ...(changes?.others === undefined ? {} : { files: layerFiles([...changes.others, ...changes.replaced]) }),
  }
}

function layerFiles(changes: readonly PathChange[]): (ReportFile & { change: Change })[] {
  return changes.map(reportChange).sort((a, b) => compareText(a.path, b.path))
}

function changeOf({ before, after }: PathChange): Change {
  if (before === undefined) return 'added'
  if (after === undefined) return 'removed'
  return sameNode(before, after) ? 'unchanged' : 'modified'
}

function reportChange(change: PathChange): ReportFile & { change: Change } {
  const node = change.after ?? change.before
  if (node === undefined) throw new Error(`a change of nothing at ${change.path}`)
  return { ...reportFile(change.path, node), change: changeOf(change) }
}

function reportFile(path: string, node: Node): ReportFile {
  const { mode, uid, gid } = node.attributes
  const file = {
    ...printablePath(`/${path}`),
    kind: node.kind,
    size: node.kind === 'file' ? node.size : 0,
    mode,
    uid,
    gid,
  }
  return 'target' in node ? { ...file, link: textOf(node.target) } : file
}

function rootfsFiles(rootfs: DirectoryNode): ReportFile[] {
  const files: ReportFile[] = []
  walk(rootfs, '', (path, node) => files.push(reportFile(path, node)))
  return files.sort((a, b) => compareText(a.path, b.path))
}

function textOf(name: string): string {
  return isCleanText(name) ? name : escapeText(name)
}

function reportImage({ archive, id, tags, platform, created, config }: Image, base: ReportBase): ReportImage {
  return {
    name: tags[0] ?? archive,
    ...defined({ id }),
    tags,
    ...defined({ platform, created }),
    base,
    config: redactConfig(config),
  }
}

/** The fields that have a value. */
function defined<T extends Record<string, string | undefined>>(fields: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string
  }
}

function stackWarnings({ buriedLinks, danglingLinks }: Stack): Warning[] {
  return [
    ...grouped(
      buriedLinks,
      'buried-symlink',
      'directory of the layer hides a symbolic link beneath it, and what it led to',
      'directories of the layer hide symbolic links beneath them, and what they led to',
    ),
    ...grouped(
      danglingLinks,
      'dangling-hard-link',
      'hard link has no target in this or a lower layer',
      'hard links have no target in this or a lower layer',
    ),
  ]
}

function grouped(
  found: readonly { layer: number; path: string }[],
  code: string,
  one: string,
  many: string,
): Warning[] {
  const layers = new Map<number, { count: number; example: string }>()
  for (const { layer, path } of found) {
    const known = layers.get(layer)
    if (known === undefined) layers.set(layer, { count: 1, example: path })
    else known.count++
  }
  return [...layers].map(([layer, { count, example }]) => ({
    code,
    message: `layer ${layer}: ${count} ${count === 1 ? one : many}, as at "/${escapeText(example)}"`,
  }))
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0)
}
