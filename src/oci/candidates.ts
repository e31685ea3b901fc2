import type { Archive } from './archive.ts'
import { cleanPath } from './archive-path.ts'
import type { Candidate, LayerReference } from './candidate.ts'
import { absentLayers, configLoader, type LoadConfig } from './config-document.ts'
import { type Digest, digestOfPath } from './digest.ts'
import { listV1Images } from './docker-v1.ts'
import { IndexWalker } from './image-index.ts'
import { field, isObject, type Json, parseJson, textField, textsField } from './json.ts'
import { exceeded, type Limits } from './limits.ts'
import { familiarName } from './reference.ts'

/**
 * Every image that an archive offers, in the order of its metadata: those of `manifest.json` first (it outranks the
 * index where Docker wrote both), then those only the index knows.
 *
 * @throws UserError where a document is damaged, or nothing says that this is an image.
 */
export async function listCandidates(archive: Archive, limits: Limits): Promise<Candidate[]> {
  const manifest = await parsed(archive, 'manifest.json')
  const index = await parsed(archive, 'index.json')
  const loadConfig = configLoader(archive)
  if (Array.isArray(manifest) && manifest.length > limits.images)
    throw exceeded('images', archive.name, manifest.length)
  const docker = Array.isArray(manifest)
    ? await Promise.all(manifest.map((element) => dockerImage(archive, element as Json, loadConfig)))
    : []
  const walker = new IndexWalker(archive, loadConfig, limits)
  if (isObject(manifest)) await walker.document(manifest)
  if (index !== undefined) await walker.document(index)
  const candidates = mergeByConfig(docker, walker.found)
  return candidates.length > 0 ? candidates : listV1Images(archive, limits)
}

async function parsed(archive: Archive, path: string): Promise<Json | undefined> {
  const bytes = await archive.document(path)
  return bytes === undefined ? undefined : parseJson(bytes, `${path} in ${archive.name}`)
}

/** One element of a docker-archive's `manifest.json`; jib once wrote its keys in lower case. */
async function dockerImage(archive: Archive, element: Json, loadConfig: LoadConfig): Promise<Candidate> {
  const { path: configPath } = cleanPath(textField(element, 'Config') ?? '')
  const layers = textsField(element, 'Layers').map((name): LayerReference => {
    const { path } = cleanPath(name)
    return { path, digest: path.startsWith('blobs/') ? digestOfPath(path) : undefined, mediaType: undefined }
  })
  const config = await loadConfig(configPath, digestOfPath(configPath))
  return {
    tags: textsField(element, 'RepoTags'),
    manifestDigest: undefined,
    indexDigests: [],
    ...config,
    layers: withDescriptors(layers, field(element, 'LayerSources')),
    absent: [...config.absent, ...absentLayers(archive, layers)],
    isImage: true,
  }
}

/** `LayerSources` maps a diff ID to the descriptor of a layer: the only place a docker-archive names media types. */
function withDescriptors(layers: readonly LayerReference[], sources: Json | undefined): LayerReference[] {
  return layers.map((layer) => {
    const claimed = digestOfPath(layer.path)
    const mediaType = claimed === undefined ? undefined : textField(field(sources, claimed), 'mediaType')
    return mediaType === undefined ? layer : { ...layer, mediaType }
  })
}

/** Joins what `manifest.json` and the index say of one config: the first knows the layers, the second types and digests. */
function mergeByConfig(docker: readonly Candidate[], indexed: readonly Candidate[]): Candidate[] {
  const waiting = new Map<Digest, Candidate[]>()
  // The first of several is taken first.
  for (const image of indexed.toReversed()) {
    if (image.imageId === undefined) continue
    const others = waiting.get(image.imageId)
    if (others === undefined) waiting.set(image.imageId, [image])
    else others.push(image)
  }
  const used = new Set<Candidate>()
  const merged = docker.map((image): Candidate => {
    const other = image.imageId === undefined ? undefined : waiting.get(image.imageId)?.pop()
    if (other === undefined) return image
    used.add(other)
    return merge(image, other)
  })
  return [...merged, ...indexed.filter((image) => !used.has(image))]
}

function merge(image: Candidate, other: Candidate): Candidate {
  const types = new Map(other.layers.map((layer) => [layer.path, layer]))
  // The index has the whole name, or the tag alone, where `manifest.json` has the name as Docker shows it.
  const known = new Set(image.tags.flatMap((tag) => [familiarName(tag), tag.slice(tag.lastIndexOf(':') + 1)]))
  return {
    ...image,
    tags: [...new Set([...image.tags, ...other.tags.filter((tag) => !known.has(familiarName(tag)))])],
    manifestDigest: other.manifestDigest,
    indexDigests: other.indexDigests,
    platform: other.platform ?? image.platform,
    // Both read the config, and say the same of it.
    mismatches: [
      ...image.mismatches,
      ...other.mismatches.filter(({ what }) => !image.mismatches.some((known) => known.what === what)),
    ],
    layers: image.layers.map((layer) => types.get(layer.path) ?? layer),
  }
}
