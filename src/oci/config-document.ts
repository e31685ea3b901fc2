import { escapeText } from '../format/escape.ts'
import type { Archive } from './archive.ts'
import type { LayerReference, Mismatch } from './candidate.ts'
import { algorithmOf, type Digest, digestOf } from './digest.ts'
import { type Json, parseJson } from './json.ts'
import { layerNature } from './media-type.ts'
import { type Platform, parsePlatform } from './platform.ts'

/** An image config, as far as the archive holds it. */
export interface LoadedConfig {
  readonly config: Json | undefined
  readonly imageId: Digest | undefined
  readonly platform: Platform | undefined
  readonly absent: readonly string[]
  readonly mismatches: readonly Mismatch[]
}

/** Reads the config at a path, `claimed` being the digest it is known by. UserError where it is no JSON. */
export type LoadConfig = (path: string, claimed: Digest | undefined) => Promise<LoadedConfig>

/** Reads the configs of an archive, each once, however many images share it. */
export function configLoader(archive: Archive): LoadConfig {
  const loaded = new Map<string, Promise<LoadedConfig>>()
  return (path, claimed) => {
    const key = `${claimed} ${path}`
    const config = loaded.get(key) ?? loadConfig(archive, path, claimed)
    loaded.set(key, config)
    return config
  }
}

async function loadConfig(archive: Archive, path: string, claimed: Digest | undefined): Promise<LoadedConfig> {
  const bytes = path === '' ? undefined : await archive.document(path)
  if (bytes === undefined) {
    return { ...NO_CONFIG, imageId: claimed, absent: [`the config ${escapeText(path) || '(none is named)'}`] }
  }
  const what = `the config ${escapeText(path)}`
  const config = parseJson(bytes, `${what} in ${archive.name}`)
  const imageId = digestOf(bytes, claimed === undefined ? 'sha256' : algorithmOf(claimed))
  return {
    config,
    imageId,
    platform: parsePlatform(config),
    absent: [],
    mismatches: compareDigest(what, claimed, imageId),
  }
}

/** What `--verify` will say where a document is not what its digest says. */
export function compareDigest(what: string, claimed: Digest | undefined, actual: Digest): Mismatch[] {
  return claimed === undefined || claimed === actual ? [] : [{ what, claimed, actual }]
}

/** The layers that an image needs and the archive does not hold, in words. */
export function absentLayers(archive: Archive, layers: readonly LayerReference[]): string[] {
  const isAbsent = ({ path, mediaType }: LayerReference) =>
    archive.size(path) === undefined && layerNature(mediaType) !== 'non-distributable'
  return layers.filter(isAbsent).map(({ path }) => `the layer ${escapeText(path)}`)
}

/** An image without a config: an artifact, or one whose manifest is absent. */
export const NO_CONFIG: LoadedConfig = {
  config: undefined,
  imageId: undefined,
  platform: undefined,
  absent: [],
  mismatches: [],
}
