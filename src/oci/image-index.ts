import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import type { Archive } from './archive.ts'
import type { Candidate, LayerReference, Mismatch } from './candidate.ts'
import { absentLayers, compareDigest, type LoadConfig, type LoadedConfig, NO_CONFIG } from './config-document.ts'
import { algorithmOf, blobPath, type Digest, digestOf, hexOf, parseDigest } from './digest.ts'
import { field, type Json, listField, parseJson, textField } from './json.ts'
import { exceeded, type Limits } from './limits.ts'
import { isIndexType, layerNature } from './media-type.ts'
import { type Platform, parsePlatform } from './platform.ts'
import { schema1Image } from './schema1.ts'

/** What the descriptors on the way to a document say of it. */
interface Known {
  readonly digest: Digest | undefined
  readonly tags: readonly string[]
  readonly platform: Platform | undefined
  readonly mismatches: readonly Mismatch[]
  /** Digests of the indexes it is in, the outermost first. */
  readonly indexes: readonly Digest[]
}

const UNKNOWN: Known = { digest: undefined, tags: [], platform: undefined, mismatches: [], indexes: [] }

/** What one index says of one digest, however many of its descriptors do. */
interface Entry {
  readonly tags: string[]
  readonly platform: Platform | undefined
  readonly isIndex: boolean
}

/** An image that was found; one that stands in several places has the names of all of them. */
interface Found {
  readonly candidate: Candidate
  readonly tags: Set<string>
  readonly indexes: Set<Digest>
}

/** A nested index deeper than this is no index that any tool writes. */
const MAX_INDEX_DEPTH = 16

/** Collects the images of an index, its nested indexes, and of a manifest that stands alone. */
export class IndexWalker {
  readonly #found: Found[] = []
  readonly #archive: Archive
  readonly #loadConfig: LoadConfig
  readonly #limits: Limits
  #descriptors = 0
  /** The images in each document that was read, by its digest. */
  readonly #beneath = new Map<Digest, ReadonlySet<Found>>()

  constructor(archive: Archive, loadConfig: LoadConfig, limits: Limits) {
    this.#archive = archive
    this.#loadConfig = loadConfig
    this.#limits = limits
  }

  /** The images in the order in which they were met. */
  get found(): Candidate[] {
    return this.#found.map(({ candidate, tags, indexes }) => ({
      ...candidate,
      tags: [...tags],
      indexDigests: [...indexes],
    }))
  }

  /** Adds the images of a document; gives them. */
  async document(document: Json, known: Known = UNKNOWN): Promise<ReadonlySet<Found>> {
    const isIndex = field(document, 'manifests') !== undefined
    const isManifest = field(document, 'layers') !== undefined || field(document, 'config') !== undefined
    // Two tools would see two images in one document (CVE-2021-41190).
    if (isIndex && isManifest) {
      throw new UserError(
        `${this.#archive.name}: a document names both manifests and layers, so it is no safe image; build it again`,
      )
    }
    if (isIndex) return this.#index(document, known)
    if (isManifest) return this.#add(await this.#manifest(document, known), known)
    if (field(document, 'fsLayers') === undefined) return new Set()
    return this.#add({ ...schema1Image(this.#archive, document), mismatches: known.mismatches }, known)
  }

  async #index(index: Json, known: Known): Promise<ReadonlySet<Found>> {
    const { digest: own } = known
    const indexes = own === undefined ? known.indexes : [...known.indexes, own]
    if (indexes.length > MAX_INDEX_DEPTH)
      throw new UserError(`${this.#archive.name}: its indexes nest too deeply to be an image; build it again`)
    const beneath = new Set<Found>()
    for (const [digest, entry] of this.#entries(index)) {
      const tags = [...known.tags, ...entry.tags]
      const seen = this.#beneath.get(digest)
      for (const image of seen ?? (await this.#read(digest, { ...known, tags, indexes }, entry))) {
        if (seen !== undefined) for (const tag of tags) image.tags.add(tag)
        for (const around of indexes) image.indexes.add(around)
        beneath.add(image)
      }
    }
    return beneath
  }

  /** What an index lists, attestations left out. */
  #entries(index: Json): Map<Digest, Entry> {
    const descriptors = listField(index, 'manifests')
    this.#descriptors += descriptors.length
    if (this.#descriptors > this.#limits.images) throw exceeded('images', this.#archive.name, this.#descriptors)
    const entries = new Map<Digest, Entry>()
    for (const descriptor of descriptors) {
      const digest = parseDigest(textField(descriptor, 'digest'))
      if (digest === undefined || isAttestation(descriptor)) continue
      const tags = annotatedTags(descriptor)
      const known = entries.get(digest)
      if (known !== undefined) known.tags.push(...tags)
      else {
        const platform = parsePlatform(field(descriptor, 'platform'))
        entries.set(digest, { tags, platform, isIndex: isIndexType(textField(descriptor, 'mediaType')) })
      }
    }
    return entries
  }

  async #read(digest: Digest, known: Known, { platform, isIndex }: Entry): Promise<ReadonlySet<Found>> {
    // An index that contains itself has nothing to add.
    this.#beneath.set(digest, new Set())
    const beneath = await this.#readBlob(digest, known, platform, isIndex)
    this.#beneath.set(digest, beneath)
    return beneath
  }

  async #readBlob(
    digest: Digest,
    known: Known,
    platform: Platform | undefined,
    isIndex: boolean,
  ): Promise<ReadonlySet<Found>> {
    const bytes = await this.#blob(digest)
    if (bytes === undefined) return isIndex ? new Set() : this.#add(absentImage(digest, platform), known)
    const what = `the manifest ${digest}`
    const mismatches = [...known.mismatches, ...compareDigest(what, digest, digestOf(bytes, algorithmOf(digest)))]
    const document = parseJson(bytes, `${what} in ${this.#archive.name}`)
    return this.document(document, { ...known, digest, platform, mismatches })
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
    const holdsFiles = layers.some(({ mediaType }) => layerNature(mediaType) !== 'not-a-filesystem')
    const hasConfig = isImageConfig(configType)
    const path = configDigest === undefined ? '' : this.#path(configDigest)
    const config: LoadedConfig = hasConfig || holdsFiles ? await this.#loadConfig(path, configDigest) : NO_CONFIG
    return {
      ...config,
      tags: [],
      manifestDigest: known.digest,
      indexDigests: [],
      platform: known.platform ?? config.platform,
      mismatches: [...known.mismatches, ...config.mismatches],
      layers,
      absent: [...config.absent, ...absentLayers(this.#archive, layers)],
      // Signatures and attestations often have the config of an image, but nothing that an image is made of.
      isImage: holdsFiles || (hasConfig && layers.length === 0),
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

  #add(candidate: Candidate, { tags }: Known): ReadonlySet<Found> {
    const image = { candidate, tags: new Set([...tags, ...candidate.tags]), indexes: new Set<Digest>() }
    this.#found.push(image)
    return new Set([image])
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

function absentImage(digest: Digest, platform: Platform | undefined): Candidate {
  return {
    ...NO_CONFIG,
    tags: [],
    indexDigests: [],
    manifestDigest: digest,
    platform,
    layers: [],
    absent: [`the manifest ${digest}`],
    isImage: true,
  }
}
