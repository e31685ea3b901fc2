import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import type { Archive } from './archive.ts'
import type { Candidate, LayerReference, Mismatch } from './candidate.ts'
import { absentLayers, compareDigest, type LoadConfig, type LoadedConfig, NO_CONFIG } from './config-document.ts'
import { algorithmOf, blobPath, type Digest, digestOf, hexOf, parseDigest } from './digest.ts'
import { field, type Json, listField, parseJson, textField } from './json.ts'
import { isIndexType, layerNature } from './media-type.ts'
import { type Platform, parsePlatform } from './platform.ts'
import { schema1Image } from './schema1.ts'

/** What the descriptor that points at a document says of it. */
interface Known {
  readonly digest: Digest | undefined
  readonly tags: readonly string[]
  readonly platform: Platform | undefined
  readonly mismatches: readonly Mismatch[]
}

const UNKNOWN: Known = { digest: undefined, tags: [], platform: undefined, mismatches: [] }

/** A nested index deeper than this is no index that any tool writes. */
const MAX_INDEX_DEPTH = 16

/** Collects the images of an index, its nested indexes, and of a manifest that stands alone. */
export class IndexWalker {
  readonly found: Candidate[] = []
  readonly #archive: Archive
  readonly #loadConfig: LoadConfig
  readonly #visited = new Set<Digest>()

  constructor(archive: Archive, loadConfig: LoadConfig) {
    this.#archive = archive
    this.#loadConfig = loadConfig
  }

  async document(document: Json, known: Known = UNKNOWN, depth = 0): Promise<void> {
    const isIndex = field(document, 'manifests') !== undefined
    const isManifest = field(document, 'layers') !== undefined || field(document, 'config') !== undefined
    // Two tools would see two images in one document (CVE-2021-41190).
    if (isIndex && isManifest) {
      throw new UserError(
        `${this.#archive.name}: a document names both manifests and layers, so it is no safe image; build it again`,
      )
    }
    if (isIndex) await this.#index(document, known, depth)
    else if (isManifest) this.#add(await this.#manifest(document, known))
    else if (field(document, 'fsLayers') !== undefined)
      this.#add({ ...schema1Image(this.#archive, document), mismatches: known.mismatches })
  }

  async #index(index: Json, known: Known, depth: number): Promise<void> {
    if (depth > MAX_INDEX_DEPTH)
      throw new UserError(`${this.#archive.name}: its indexes nest too deeply to be an image; build it again`)
    for (const descriptor of listField(index, 'manifests')) {
      const digest = parseDigest(textField(descriptor, 'digest'))
      if (digest === undefined || isAttestation(descriptor)) continue
      const tags = [...known.tags, ...annotatedTags(descriptor)]
      const platform = parsePlatform(field(descriptor, 'platform'))
      const bytes = await this.#blob(digest)
      if (bytes === undefined) {
        if (!isIndexType(textField(descriptor, 'mediaType'))) this.#add(absentImage(digest, tags, platform))
        continue
      }
      // The same manifest may stand under several names: each adds its tags.
      const seen = this.found.findIndex((candidate) => candidate.manifestDigest === digest)
      const twin = this.found[seen]
      if (twin !== undefined) this.found[seen] = { ...twin, tags: [...new Set([...twin.tags, ...tags])] }
      if (this.#visited.has(digest)) continue
      this.#visited.add(digest)
      const what = `the manifest ${digest}`
      const mismatches = [...known.mismatches, ...compareDigest(what, digest, digestOf(bytes, algorithmOf(digest)))]
      await this.document(
        parseJson(bytes, `${what} in ${this.#archive.name}`),
        { digest, tags, platform, mismatches },
        depth + 1,
      )
    }
  }

  /** A blob of a layout, or of a `dir:` directory, where manifests may have their own ending. */
  async #blob(digest: Digest): Promise<Buffer | undefined> {
    for (const path of [blobPath(digest), hexOf(digest), `${hexOf(digest)}.manifest.json`]) {
      if (this.#archive.size(path) !== undefined) return this.#archive.document(path)
    }
    return undefined
  }

  async #manifest(manifest: Json, known: Known): Promise<Candidate> {
    const configDigest = parseDigest(textField(field(manifest, 'config'), 'digest'))
    const layers = listField(manifest, 'layers').map((layer) => this.#layer(layer))
    const configType = textField(field(manifest, 'config'), 'mediaType')
    const isImage =
      isImageConfig(configType) || layers.some(({ mediaType }) => layerNature(mediaType) !== 'not-a-filesystem')
    const path = configDigest === undefined ? '' : this.#path(configDigest)
    const config: LoadedConfig = isImage ? await this.#loadConfig(path, configDigest) : NO_CONFIG
    return {
      ...config,
      tags: known.tags,
      manifestDigest: known.digest,
      platform: known.platform ?? config.platform,
      mismatches: [...known.mismatches, ...config.mismatches],
      layers,
      absent: [...config.absent, ...absentLayers(this.#archive, layers)],
      isImage,
    }
  }

  #layer(descriptor: Json): LayerReference {
    const digest = parseDigest(textField(descriptor, 'digest'))
    if (digest === undefined) {
      const text = escapeText(textField(descriptor, 'digest') ?? 'none')
      throw new UserError(
        `${this.#archive.name}: a layer has no valid digest (${text}); the manifest is damaged, save the image again`,
      )
    }
    return { path: this.#path(digest), digest, mediaType: textField(descriptor, 'mediaType') }
  }

  #path(digest: Digest): string {
    return this.#archive.size(blobPath(digest)) === undefined && this.#archive.size(hexOf(digest)) !== undefined
      ? hexOf(digest)
      : blobPath(digest)
  }

  #add(candidate: Candidate): void {
    this.found.push(candidate)
  }
}

function isImageConfig(mediaType: string | undefined): boolean {
  return (
    mediaType === undefined ||
    mediaType === 'application/vnd.oci.image.config.v1+json' ||
    mediaType === 'application/vnd.docker.container.image.v1+json'
  )
}

/** BuildKit stores provenance and SBOMs as manifests of their own beside the images they speak of. */
function isAttestation(descriptor: Json): boolean {
  const kind = textField(field(descriptor, 'annotations'), 'vnd.docker.reference.type')
  const platform = parsePlatform(field(descriptor, 'platform'))
  return kind === 'attestation-manifest' || (platform?.os === 'unknown' && platform.architecture === 'unknown')
}

const NAME_ANNOTATIONS = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'] as const

/** containerd writes the full name and, as ref.name, its tag alone: the tag says nothing more. */
function annotatedTags(descriptor: Json): string[] {
  const annotations = field(descriptor, 'annotations')
  const [full, reference] = NAME_ANNOTATIONS.map((name) => textField(annotations, name))
  if (full === undefined) return reference === undefined ? [] : [reference]
  return reference === undefined || full.endsWith(`:${reference}`) ? [full] : [full, reference]
}

function absentImage(digest: Digest, tags: readonly string[], platform: Platform | undefined): Candidate {
  return {
    ...NO_CONFIG,
    tags,
    manifestDigest: digest,
    platform,
    layers: [],
    absent: [`the manifest ${digest}`],
    isImage: true,
  }
}
