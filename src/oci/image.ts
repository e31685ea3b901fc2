import type { Warning } from '../errors.ts'
import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import { cloneWithOrigin } from '../tree/clone.ts'
import type { FileNode } from '../tree/node.ts'
import type { Archive } from './archive.ts'
import type { Candidate, LayerReference } from './candidate.ts'
import type { Oddity } from './changeset-builder.ts'
import { algorithmOf, type Digest, digestOf, digestOfPath, parseDigest } from './digest.ts'
import { alignHistory, type HistoryEntry, parseHistory } from './history.ts'
import { field, textField, textsField } from './json.ts'
import type { LayerContent, Reading } from './layer.ts'
import { exceeded } from './limits.ts'
import { layerNature } from './media-type.ts'
import { formatPlatform } from './platform.ts'
import { parseRuntimeConfig, type RuntimeConfig } from './runtime-config.ts'
import { sideBySide } from './side-by-side.ts'

/** Why the content of a layer is not known. */
export type Unread = 'non-distributable' | 'encrypted' | 'not-a-filesystem'

/** One layer of an image. */
export interface Layer {
  /** 0 is the base layer. */
  readonly index: number
  readonly digest: Digest | undefined
  readonly diffId: Digest | undefined
  readonly mediaType: string | undefined
  readonly history: HistoryEntry | undefined
  /** Bytes as stored in the archive; 0 where it does not hold the blob. */
  readonly blobBytes: number
  /** What was read of it, or why nothing was. */
  readonly content: LayerContent | Unread
}

/** An image as it was read: its metadata, and every layer with its changeset. */
export interface Image {
  /** Where it came from, for messages. */
  readonly archive: string
  readonly id: Digest | undefined
  readonly tags: readonly string[]
  /** os/architecture[/variant]. */
  readonly platform: string | undefined
  readonly created: string | undefined
  readonly config: RuntimeConfig
  readonly history: readonly HistoryEntry[]
  /** Base layer first. */
  readonly layers: readonly Layer[]
  readonly warnings: readonly Warning[]
  /** Makes sure that the bodies of some of its files are hashed. */
  hashBodies(files: readonly FileNode[]): Promise<void>
  /** The content of a file, in pieces that are valid until the next; undefined where the archive has passed by for good. */
  readonly readBody: ((file: FileNode) => AsyncIterable<Buffer>) | undefined
}

/**
 * Reads every layer of an image.
 *
 * @throws UserError where something of it is missing or damaged.
 */
export async function readImage(archive: Archive, candidate: Candidate, reading: Reading): Promise<Image> {
  if (candidate.absent.length > 0) {
    throw new UserError(
      `the image is not whole in ${archive.name}: it does not hold ${candidate.absent.slice(0, 3).join(', ')}` +
        `${candidate.absent.length > 3 ? ` and ${candidate.absent.length - 3} more` : ''}; save the image again with all its layers`,
    )
  }
  if (candidate.layers.length > reading.limits.layers) {
    throw exceeded('layers', archive.name, candidate.layers.length)
  }
  const { config } = candidate
  const { readBody: again } = archive
  const history = parseHistory(config)
  if (history.length > reading.limits.history) throw exceeded('history', archive.name, history.length)
  const steps = alignHistory(history, candidate.layers.length)
  const diffIds = textsField(field(config, 'rootfs'), 'diff_ids').map(parseDigest)
  const known = diffIds.length === candidate.layers.length ? diffIds : []
  const warnings: Warning[] = [...archive.warnings, ...metadataWarnings(candidate, diffIds.length, history)]
  const hollow = candidate.layers.find((layer, index) => isHollow(archive, layer, known[index]))
  if (hollow !== undefined) {
    throw new UserError(
      `the image is not whole in ${archive.name}: the layer ${escapeText(hollow.path)} is an empty file, but has the digest of something; save the image again with all its layers`,
    )
  }
  const layers: Layer[] = []
  const contents: LayerContents = { byPath: await readBlobs(archive, candidate.layers, reading), used: new Set() }
  for (const [index, reference] of candidate.layers.entries()) {
    const content = contentOf(reference, contents)
    if (typeof content === 'string') warnings.push(unreadWarning(index, content, reference))
    else {
      content.origin.layer = index
      warnings.push(...oddityWarnings(index, content), ...unseenWarnings(index, content))
    }
    layers.push({
      index,
      digest: reference.digest,
      diffId: known[index],
      mediaType: reference.mediaType,
      history: steps[index],
      blobBytes: archive.size(reference.path) ?? 0,
      content,
    })
  }
  if (reading.verify) warnings.push(...mismatches(candidate, layers))
  return {
    archive: archive.name,
    id: candidate.imageId,
    tags: candidate.tags,
    platform: candidate.platform && formatPlatform(candidate.platform),
    created: textField(config, 'created'),
    config: parseRuntimeConfig(config),
    history,
    layers,
    warnings,
    async hashBodies(files) {
      for (const [index, ofLayer] of groupByLayer(files)) {
        const path = candidate.layers[index]?.path
        if (path !== undefined) await archive.hashBodies(path, ofLayer, `layer ${index} of ${archive.name}`)
      }
    },
    readBody:
      again &&
      ((file) => {
        const { layer } = file.origin
        return again(candidate.layers[layer]?.path ?? '', file, `layer ${layer} of ${archive.name}`)
      }),
  }
}

/** What an empty layer may be: nothing, or the zeros that end a tar, as Go and as GNU tar write them. */
const EMPTY_LAYERS = [0, 1024, 10_240].map((bytes) => Buffer.alloc(bytes))

/** Whether a layer is an empty file in the stead of one with content, as buildpacks put where the daemon has the layer. */
function isHollow(archive: Archive, { path, digest, mediaType }: LayerReference, diffId: Digest | undefined): boolean {
  if (archive.size(path) !== 0 || layerNature(mediaType) !== 'filesystem') return false
  const claims = [diffId, digest].filter((claim) => claim !== undefined)
  return claims.some((claim) => EMPTY_LAYERS.every((bytes) => digestOf(bytes, algorithmOf(claim)) !== claim))
}

/** Reads every blob that layers are made of, each once, by path; the largest first, since all wait for the last. */
async function readBlobs(
  archive: Archive,
  layers: readonly LayerReference[],
  { layersAtOnce }: Reading,
): Promise<Map<string, LayerContent>> {
  const what = new Map<string, string>()
  for (const [index, { path, mediaType }] of layers.entries()) {
    if (layerNature(mediaType) === 'filesystem' && !what.has(path)) what.set(path, `layer ${index} of ${archive.name}`)
  }
  const paths = [...what.keys()].sort((a, b) => (archive.size(b) ?? 0) - (archive.size(a) ?? 0))
  const tasks = paths.map((path) => () => archive.layer(path, what.get(path) ?? path))
  const contents = await sideBySide(tasks, layersAtOnce)
  return new Map(paths.map((path, i) => [path, contents[i]] as [string, LayerContent]))
}

/** What was read of the blobs of an image, and which of it a layer has taken for its own. */
interface LayerContents {
  readonly byPath: Map<string, LayerContent>
  readonly used: Set<LayerContent>
}

/** What a layer holds, or why that is not known; a blob that the image uses twice is two layers, with bodies of their own. */
function contentOf({ path, mediaType }: LayerReference, { byPath, used }: LayerContents): LayerContent | Unread {
  const nature = layerNature(mediaType)
  if (nature !== 'filesystem') return nature
  const content = byPath.get(path)
  if (content === undefined) throw new Error(`${path} was not read`)
  if (used.has(content)) return repeat(content)
  used.add(content)
  return content
}

function repeat(content: LayerContent): LayerContent {
  const origin = { layer: -1 }
  const { added, clones } = cloneWithOrigin(content.changeset.added, origin)
  const superseded = content.superseded.map((one) => ({
    ...one,
    node: clones.get(one.node) ?? { ...one.node, origin },
  }))
  for (const [i, { node }] of content.superseded.entries()) clones.set(node, superseded[i]?.node ?? node)
  const excerpts = new Map([...content.excerpts].map(([node, excerpt]) => [clones.get(node) ?? node, excerpt]))
  return { ...content, origin, changeset: { ...content.changeset, added }, superseded, excerpts }
}

function groupByLayer(files: readonly FileNode[]): Map<number, FileNode[]> {
  const groups = new Map<number, FileNode[]>()
  for (const file of files) {
    const group = groups.get(file.origin.layer)
    if (group === undefined) groups.set(file.origin.layer, [file])
    else group.push(file)
  }
  return groups
}

function metadataWarnings({ layers }: Candidate, diffIds: number, history: readonly HistoryEntry[]): Warning[] {
  const made = history.filter(({ emptyLayer }) => !emptyLayer).length
  const warnings: Warning[] = []
  if (diffIds > 0 && diffIds !== layers.length) {
    warnings.push({
      code: 'diff-id-count',
      message: `the config names ${diffIds} diff IDs for ${layers.length} layers; none is shown`,
    })
  }
  if (made > 0 && made !== layers.length) {
    warnings.push({
      code: 'history-count',
      message: `the history has ${made} steps for ${layers.length} layers; none is shown`,
    })
  }
  return warnings
}

const UNREAD_REASONS: Readonly<Record<Unread, string>> = {
  'non-distributable': 'is non-distributable, so it is not read',
  encrypted: 'is encrypted',
  'not-a-filesystem': 'is not a file system layer',
}

function unreadWarning(index: number, unread: Unread, { mediaType }: LayerReference): Warning {
  return {
    code: unread,
    message: `layer ${index} ${UNREAD_REASONS[unread]} (${escapeText(mediaType ?? '')}); its content is not counted`,
  }
}

const ODDITIES: Readonly<Record<Oddity, (count: number, example: string) => string>> = {
  'path-climbs': (count, example) =>
    `${times(count, 'name climbs', 'names climb')} with "..", as in "${example}"; clamped at the root`,
  'invalid-whiteout': (count, example) =>
    `${times(count, 'whiteout')} without a valid name, as in "${example}"; ignored`,
  'duplicate-entry': (count, example) =>
    `${times(count, 'path')} came more than once, as in "${example}"; the last one counts`,
  'unknown-entry-type': (count, example) =>
    `${times(count, 'entry', 'entries')} of a type that runtimes refuse, as in "${example}"`,
}

/** The warnings about the oddities of one layer. */
export function oddityWarnings(index: number, content: Pick<LayerContent, 'oddities'>): Warning[] {
  return [...content.oddities].map(([code, { count, example }]) => ({
    code,
    message: `layer ${index}: ${ODDITIES[code](count, example)}`,
  }))
}

function unseenWarnings(index: number, { unseen }: LayerContent): Warning[] {
  if (unseen === 0) return []
  const message =
    `layer ${index}: ${times(unseen, 'file')} not looked into, since what was kept of others has come to its limit; ` +
    'raise it with --limit excerpts=N'
  return [{ code: 'excerpts-full', message }]
}

function times(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** What `--verify` finds: every digest that is not the digest of what it names. */
function mismatches(candidate: Candidate, layers: readonly Layer[]): Warning[] {
  const found = candidate.mismatches.map(({ what, claimed, actual }) => mismatch(what, claimed, actual))
  for (const { index, digest, diffId, content } of layers) {
    if (typeof content === 'string') continue
    const claimed = digest ?? digestOfPath(candidate.layers[index]?.path ?? '')
    if (claimed !== undefined && content.blobDigest !== claimed)
      found.push(mismatch(`the blob of layer ${index}`, claimed, content.blobDigest))
    if (diffId !== undefined && content.diffId !== diffId)
      found.push(mismatch(`the tar of layer ${index}`, diffId, content.diffId))
  }
  return found
}

/** The warning code that makes `--verify` fail. */
export const MISMATCH = 'digest-mismatch'

function mismatch(what: string, claimed: string, actual: string | undefined): Warning {
  return { code: MISMATCH, message: `${what} should have the digest ${claimed}, but has ${actual ?? 'none'}` }
}
