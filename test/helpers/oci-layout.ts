import type { Entries } from './archive.ts'
import { addRepositories, manifestRow, v1Chain } from './docker-archive.ts'
import { type Image, type ImageLayer, json, sha256 } from './image.ts'

/** What points at a blob (image-spec, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  readonly platform?: object
  readonly annotations?: Readonly<Record<string, string>>
}

/** Several platforms of one image, under an index of their own. */
export interface ImageIndex {
  readonly manifests: readonly Image[]
  /** Platforms that the index lists and the archive does not hold. */
  readonly absent?: readonly Image[]
  /** True adds an attestation manifest for each platform, as BuildKit does. */
  readonly attestations?: boolean
  readonly tags?: readonly string[]
}

/** The two families of media types a layout may use. */
export type Dialect = keyof typeof MEDIA_TYPES

/** The media types of OCI's image-spec and of Docker's schema 2. */
export const MEDIA_TYPES = {
  oci: {
    index: 'application/vnd.oci.image.index.v1+json',
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layer: {
      none: 'application/vnd.oci.image.layer.v1.tar',
      gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
      zstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
    },
  },
  docker: {
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: {
      none: 'application/vnd.docker.image.rootfs.diff.tar',
      gzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
      zstd: 'application/vnd.docker.image.rootfs.diff.tar.zstd',
    },
  },
} as const

const EMPTY = Buffer.alloc(0)

/** An OCI image layout; images stand in `index.json` itself, an `ImageIndex` beneath it. */
export function ociLayout(references: readonly (Image | ImageIndex)[], dialect: Dialect = 'oci'): Entries {
  const entries: Entries = new Map()
  const descriptors = references.flatMap((reference) => {
    const target =
      'manifests' in reference ? addIndex(entries, reference, dialect) : addImage(entries, reference, dialect)
    return annotated(target, reference.tags ?? [], (tag) => ({ 'org.opencontainers.image.ref.name': tag }))
  })
  return addLayoutFiles(entries, descriptors)
}

/** `docker save` with the containerd image store, and `ctr images export`: a nested index, layers as stored. */
export function containerdSave(references: readonly ImageIndex[], dialect: Dialect = 'oci'): Entries {
  const entries: Entries = new Map([
    ['blobs/', EMPTY],
    ['blobs/sha256/', EMPTY],
  ])
  const descriptors = references.flatMap((reference) =>
    annotated(addIndex(entries, reference, dialect), reference.tags ?? [], containerdNames),
  )
  addLayoutFiles(entries, descriptors)
  const rows = references.flatMap(({ manifests, tags = [] }) =>
    manifests.slice(0, 1).map((image) => ({
      ...manifestRow({ ...image, tags }, ({ blob }) => blobPath(blob)),
      Config: blobPath(image.config),
    })),
  )
  return entries.set('manifest.json', json(rows))
}

/** `docker save` of Docker 25 and later with graph drivers: one set of plain blobs under both kinds of metadata. */
export function dockerSave25(images: readonly Image[]): Entries {
  const entries: Entries = new Map([
    ['blobs/', EMPTY],
    ['blobs/sha256/', EMPTY],
  ])
  const plainImages = images.map((image) => ({ ...image, layers: image.layers.map(uncompressed) }))
  const descriptors = plainImages.flatMap((image) => {
    // The v1 documents are blobs that nothing refers to.
    for (const { json: v1 } of v1Chain(image)) entries.set(blobPath(v1), v1)
    return annotated(addImage(entries, image, 'oci'), image.tags, containerdNames)
  })
  const rows = plainImages.map((image) => ({
    ...manifestRow(image, ({ tar }) => blobPath(tar)),
    Config: blobPath(image.config),
    LayerSources: Object.fromEntries(
      image.layers.map(({ diffId, tar }) => [`sha256:${diffId}`, descriptor(MEDIA_TYPES.oci.layer.none, tar)]),
    ),
  }))
  addLayoutFiles(entries, descriptors).set('manifest.json', json(rows))
  addRepositories(entries, plainImages)
  return entries
}

/** skopeo's and podman's `dir:` transport: `manifest.json` is the manifest itself, blobs are bare hex names. */
export function dirTransport(image: Image, dialect: Dialect = 'oci'): Entries {
  const entries: Entries = new Map([['version', Buffer.from('Directory Transport Version: 1.1\n')]])
  for (const { blob } of image.layers) entries.set(sha256(blob), blob)
  entries.set(sha256(image.config), image.config)
  return entries.set('manifest.json', json(manifestOf(image, dialect)))
}

/** The manifest of an image (image-spec, manifest.md). */
export function manifestOf(image: Image, dialect: Dialect = 'oci'): object {
  const types = MEDIA_TYPES[dialect]
  return {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: descriptor(types.config, image.config),
    layers: image.layers.map(({ blob, compression }) => descriptor(types.layer[compression], blob)),
  }
}

/** A descriptor of some bytes. */
export function descriptor(mediaType: string, bytes: Uint8Array): Descriptor {
  return { mediaType, digest: `sha256:${sha256(bytes)}`, size: bytes.length }
}

function addIndex(entries: Entries, index: ImageIndex, dialect: Dialect): Descriptor {
  const types = MEDIA_TYPES[dialect]
  const present = index.manifests.map((image) => addImage(entries, image, dialect))
  // Added to entries that are thrown away: only the descriptors are wanted.
  const absent = (index.absent ?? []).map((image) => addImage(new Map(), image, dialect))
  const attestations = index.attestations === true ? present.map((target) => addAttestation(entries, target)) : []
  const manifests = [...present, ...absent, ...attestations]
  return addBlob(entries, types.index, json({ schemaVersion: 2, mediaType: types.index, manifests }))
}

function addImage(entries: Entries, image: Image, dialect: Dialect): Descriptor {
  const types = MEDIA_TYPES[dialect]
  for (const { blob } of image.layers) entries.set(blobPath(blob), blob)
  entries.set(blobPath(image.config), image.config)
  return { ...addBlob(entries, types.manifest, json(manifestOf(image, dialect))), platform: image.platform }
}

/** Provenance of the image at `target`, as BuildKit attaches it. */
function addAttestation(entries: Entries, target: Descriptor): Descriptor {
  const predicate = 'https://slsa.dev/provenance/v0.2'
  const statement = json({
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType: predicate,
    subject: [{ name: '_', digest: { sha256: target.digest.slice('sha256:'.length) } }],
    predicate: { buildType: 'https://mobyproject.org/buildkit@v1' },
  })
  const layer = addBlob(entries, 'application/vnd.in-toto+json', statement)
  const rootfs = { type: 'layers', diff_ids: [layer.digest] }
  const config = json({ architecture: 'unknown', os: 'unknown', config: {}, rootfs })
  const types = MEDIA_TYPES.oci
  const manifest = {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: addBlob(entries, types.config, config),
    layers: [{ ...layer, annotations: { 'in-toto.io/predicate-type': predicate } }],
  }
  return {
    ...addBlob(entries, types.manifest, json(manifest)),
    platform: { architecture: 'unknown', os: 'unknown' },
    annotations: {
      'vnd.docker.reference.digest': target.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
  }
}

function addBlob(entries: Entries, mediaType: string, bytes: Uint8Array): Descriptor {
  entries.set(blobPath(bytes), bytes)
  return descriptor(mediaType, bytes)
}

function addLayoutFiles(entries: Entries, manifests: readonly Descriptor[]): Entries {
  entries.set('index.json', json({ schemaVersion: 2, mediaType: MEDIA_TYPES.oci.index, manifests }))
  return entries.set('oci-layout', json({ imageLayoutVersion: '1.0.0' }))
}

/** The descriptor once for each tag, or once without annotations. */
function annotated(
  target: Descriptor,
  tags: readonly string[],
  names: (tag: string) => Record<string, string>,
): Descriptor[] {
  return tags.length === 0 ? [target] : tags.map((tag) => ({ ...target, annotations: names(tag) }))
}

/** The two annotations of containerd: the full name, and the tag alone. */
function containerdNames(tag: string): Record<string, string> {
  const path = tag.includes('/') ? tag : `library/${tag}`
  return {
    'io.containerd.image.name': `docker.io/${path}`,
    'org.opencontainers.image.ref.name': tag.slice(tag.lastIndexOf(':') + 1),
  }
}

function uncompressed(layer: ImageLayer): ImageLayer {
  return { ...layer, blob: layer.tar, compression: 'none' }
}

function blobPath(bytes: Uint8Array): string {
  return `blobs/sha256/${sha256(bytes)}`
}
