import type { Archive } from './archive.ts'
import type { Candidate, LayerReference } from './candidate.ts'
import { absentLayers, NO_CONFIG } from './config-document.ts'
import { blobPath, hexOf, parseDigest } from './digest.ts'
import { v1History } from './docker-v1.ts'
import { field, isObject, type Json, listField, parseJson, textField } from './json.ts'
import { parsePlatform } from './platform.ts'

/** A Docker schema 1 manifest, which a `dir:` directory may hold: layers newest first, configs as texts in the history. */
export function schema1Image(archive: Archive, manifest: Json): Candidate {
  const versions = listField(manifest, 'history').map((entry) => {
    const text = textField(entry, 'v1Compatibility')
    return text === undefined ? null : parseJson(Buffer.from(text), `the history of the manifest in ${archive.name}`)
  })
  const blobs = listField(manifest, 'fsLayers').map((layer) => parseDigest(textField(layer, 'blobSum')))
  const layers: LayerReference[] = []
  for (const [i, digest] of [...blobs.entries()].reverse()) {
    if (digest === undefined || field(versions[i], 'throwaway') === true) continue
    const path = archive.size(hexOf(digest)) === undefined ? blobPath(digest) : hexOf(digest)
    layers.push({ path, digest, mediaType: undefined })
  }
  const config = { ...asObject(versions[0]), history: versions.toReversed().map(v1History) }
  const name = textField(manifest, 'name')
  const tag = textField(manifest, 'tag')
  return {
    ...NO_CONFIG,
    tags: name === undefined ? [] : [tag === undefined ? name : `${name}:${tag}`],
    manifestDigest: undefined,
    indexDigests: [],
    config,
    platform: parsePlatform(config),
    layers,
    absent: absentLayers(archive, layers),
    isImage: true,
  }
}

function asObject(value: Json | undefined): { readonly [key: string]: Json } {
  return isObject(value) ? value : {}
}
