import type { Digest } from './digest.ts'
import type { Json } from './json.ts'
import type { Platform } from './platform.ts'

/** One layer as the metadata name it; nothing of it has been read. */
export interface LayerReference {
  /** Clean path of the blob in the archive. */
  readonly path: string
  readonly digest: Digest | undefined
  readonly mediaType: string | undefined
}

/** A document whose bytes have another digest than the one it is known by. */
export interface Mismatch {
  /** Which document, in words. */
  readonly what: string
  readonly claimed: Digest
  readonly actual: Digest
}

/** One image that an archive offers: everything its metadata say, before any layer is read. */
export interface Candidate {
  /** As the user may name it; RepoTags first, then the annotations of the index. */
  readonly tags: readonly string[]
  /** Digest of its manifest, where there is one. */
  readonly manifestDigest: Digest | undefined
  /** Digests of the indexes it is in below the archive's own; with the containerd store, Docker calls one of them the image ID. */
  readonly indexDigests: readonly Digest[]
  /** Digest of its config as it stands in the archive. */
  readonly imageId: Digest | undefined
  readonly config: Json | undefined
  readonly platform: Platform | undefined
  /** Base layer first. */
  readonly layers: readonly LayerReference[]
  /** What the metadata name and the archive does not hold, in words. */
  readonly absent: readonly string[]
  /** Documents that are not what their digests say. */
  readonly mismatches: readonly Mismatch[]
  /** Whether it is an image at all, or some other artifact that was stored as one. */
  readonly isImage: boolean
}
