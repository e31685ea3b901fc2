import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import type { Archive } from './archive.ts'
import type { Candidate, LayerReference } from './candidate.ts'
import { field, isObject, type Json, parseJson, textField, textsField } from './json.ts'
import { exceeded, type Limits } from './limits.ts'
import { parsePlatform } from './platform.ts'

/** A chain longer than any storage driver allowed; what is longer runs in a circle. */
const MAX_CHAIN = 1024

/**
 * The images of an archive as Docker wrote it before 1.10: `repositories` names the top layer of each tag, and each
 * layer's `json` its parent.
 *
 * @throws UserError where a document is damaged.
 */
export async function listV1Images(archive: Archive, limits: Limits): Promise<Candidate[]> {
  const bytes = await archive.document('repositories')
  const repositories = bytes === undefined ? undefined : parseJson(bytes, `repositories in ${archive.name}`)
  const tagsOf = new Map<string, string[]>()
  for (const [repository, tags] of Object.entries(isObject(repositories) ? repositories : {})) {
    for (const [tag, id] of Object.entries(isObject(tags) ? tags : {})) {
      if (typeof id !== 'string' || !isV1Id(id)) continue
      const known = tagsOf.get(id)
      if (known === undefined) tagsOf.set(id, [`${repository}:${tag}`])
      else known.push(`${repository}:${tag}`)
    }
  }
  if (tagsOf.size > limits.images) throw exceeded('images', archive.name, tagsOf.size)
  const load = v1Loader(archive)
  return Promise.all([...tagsOf].map(([id, tags]) => v1Image(archive, load, id, tags)))
}

/** One layer with its `json`, which names the layer beneath. */
interface V1Layer {
  readonly json: Json
  readonly parent: string | undefined
  readonly history: Json
  readonly layer: LayerReference
  readonly isHeld: boolean
}

type LoadLayer = (id: string) => Promise<V1Layer | undefined>

/** Reads the layers of an archive, each once, however many images stand on it. */
function v1Loader(archive: Archive): LoadLayer {
  const loaded = new Map<string, Promise<V1Layer | undefined>>()
  return (id) => {
    const layer = loaded.get(id) ?? loadV1Layer(archive, id)
    loaded.set(id, layer)
    return layer
  }
}

async function loadV1Layer(archive: Archive, id: string): Promise<V1Layer | undefined> {
  const bytes = await archive.document(`${id}/json`)
  if (bytes === undefined) return undefined
  const json = parseJson(bytes, `${id}/json in ${archive.name}`)
  const parent = textField(json, 'parent')
  const path = `${id}/layer.tar`
  return {
    json,
    parent: parent !== undefined && isV1Id(parent) ? parent : undefined,
    history: v1History(json),
    layer: { path, digest: undefined, mediaType: undefined },
    isHeld: archive.size(path) !== undefined,
  }
}

async function v1Image(archive: Archive, load: LoadLayer, top: string, tags: readonly string[]): Promise<Candidate> {
  const chain: V1Layer[] = []
  const absent: string[] = []
  for (let id: string | undefined = top; id !== undefined; ) {
    if (chain.length === MAX_CHAIN) {
      throw new UserError(
        `${archive.name}: the layers of ${escapeText(tags.join(', '))} have more than ${MAX_CHAIN} ancestors or run in a circle; the archive is damaged, save the image again`,
      )
    }
    const layer: V1Layer | undefined = await load(id)
    if (layer === undefined) {
      absent.push(`the layer ${id}`)
      break
    }
    chain.push(layer)
    id = layer.parent
  }
  chain.reverse()
  const missing = chain.filter(({ isHeld }) => !isHeld).map(({ layer: { path } }) => `the layer ${path}`)
  const last = chain.at(-1)?.json
  const config = { ...(isObject(last) ? last : {}), history: chain.map(({ history }) => history) }
  return {
    tags,
    manifestDigest: undefined,
    indexDigests: [],
    imageId: undefined,
    mismatches: [],
    config,
    platform: parsePlatform(last),
    layers: chain.map(({ layer }) => layer),
    absent: [...absent, ...missing],
    isImage: true,
  }
}

/** What a v1 config says of the step that made it, as a history entry; every step of that time made a layer. */
export function v1History(v1: Json | undefined): Json {
  return {
    created: textField(v1, 'created') ?? null,
    created_by: textsField(field(v1, 'container_config'), 'Cmd').join(' '),
    comment: textField(v1, 'comment') ?? '',
    empty_layer: field(v1, 'throwaway') === true,
  }
}

function isV1Id(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text)
}
