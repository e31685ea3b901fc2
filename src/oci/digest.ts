import { createHash } from 'node:crypto'

/** A content address, `algorithm:hex`, known to be well formed (image-spec, descriptor.md, "Digests"). */
export type Digest = `${'sha256' | 'sha512'}:${string}`

const WELL_FORMED = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/

/** The digest a text is, or undefined where it is none: nothing else may become part of a path or a key. */
export function parseDigest(text: unknown): Digest | undefined {
  return typeof text === 'string' && WELL_FORMED.test(text) ? (text as Digest) : undefined
}

/** The algorithm of a digest. */
export function algorithmOf(digest: Digest): 'sha256' | 'sha512' {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256'
}

/** The hexadecimal part of a digest. */
export function hexOf(digest: Digest): string {
  return digest.slice(7)
}

/** The digest of some bytes. */
export function digestOf(bytes: Uint8Array, algorithm: 'sha256' | 'sha512' = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`
}

/** Where an image layout keeps a blob (image-layout.md, "Blobs"). */
export function blobPath(digest: Digest): string {
  return `blobs/${algorithmOf(digest)}/${hexOf(digest)}`
}

/** The digest that a blob's path in an archive claims, where it claims one. */
export function digestOfPath(path: string): Digest | undefined {
  const match = /^(?:blobs\/(sha256|sha512)\/|sha256:)?([0-9a-f]{64,128})(?:\.tar|\.tar\.gz|\.tar\.zst|\.json)?$/.exec(
    path,
  )
  return match === null ? undefined : parseDigest(`${match[1] ?? 'sha256'}:${match[2]}`)
}
