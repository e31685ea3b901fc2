import type { Archive } from './archive.ts'
import { cleanPath } from './archive-path.ts'
import type { Candidate, LayerReference } from './candidate.ts'
import { absentLayers, configLoader, type LoadConfig } from './config-document.ts'
import { digestOfPath } from './digest.ts'
import { listV1Images } from './docker-v1.ts'
import { IndexWalker } from './image-index.ts'
import { field, isObject, type Json, parseJson, textField, textsField } from './json.ts'

/**
 * Every image that an archive offers, in the order of its metadata: those of `manifest.json` first (it outranks the
 * index where Docker wrote both), then those only the index knows.
 *
 * @throws UserError where a document is damaged, or nothing says that this is an image.
 */
export async function listCandidates(archive: Archive): Promise<Candidate[]> {
  const manifest = await parsed(archive, 'manifest.json')
  const index = await parsed(archive, 'index.json')
  const loadConfig = configLoader(archive)
  const docker = Array.isArray(manifest)
    ? await Promise.all(manifest.map((element) => dockerImage(archive, element as Json, loadConfig)))
    : []
  const walker = new IndexWalker(archive, loadConfig)
  if (isObject(manifest)) await walker.document(manifest)
  if (index !== undefined) await walker.document(index)
  const candidates = mergeByConfig(docker, walker.found)
  return candidates.length > 0 ? candidates : listV1Images(archive)
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
  const rest = [...indexed]
  const merged = docker.map((image): Candidate => {
    const at = rest.findIndex((other) => other.imageId !== undefined && other.imageId === image.imageId)
    if (at < 0) return image
    const [other] = rest.splice(at, 1)
    if (other === undefined) return image
    const types = new Map(other.layers.map((layer) => [layer.path, layer]))
    return {
      ...image,
      tags: unique([
        ...image.tags,
        ...other.tags.filter((tag) => !image.tags.some((known) => known.endsWith(`:${tag}`))),
      ]),
      manifestDigest: other.manifestDigest,
      platform: other.platform ?? image.platform,
      // Both read the config, and say the same of it.
      mismatches: [
        ...image.mismatches,
        ...other.mismatches.filter(({ what }) => !image.mismatches.some((known) => known.what === what)),
      ],
      layers: image.layers.map((layer) => types.get(layer.path) ?? layer),
    }
  })
  return [...merged, ...rest]
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)]
}
