import { createHash, type Hash } from 'node:crypto'
import { UserError } from '../errors.ts'
import { BLOCK_BYTES } from '../tree/compare.ts'
import type { FileNode } from '../tree/node.ts'
import { cleanPath } from './archive-path.ts'
import { type BodyHash, BodyHasher } from './body-hash.ts'
import { type Awaitable, ByteSource, type Feed } from './byte-source.ts'
import { ChangesetBuilder, type LayerEntries } from './changeset-builder.ts'
import { type CompressedBytesOf, CompressedSpans } from './compressed-spans.ts'
import { decompress, sniffCompression } from './compression.ts'
import type { ContentHash } from './content-hash.ts'
import { algorithmOf, type Digest, digestOfPath } from './digest.ts'
import { type ChooseLook, type Excerpt, ExcerptTaker, type PlacedExcerpt, takeExcerpt } from './excerpt.ts'
import type { Limits } from './limits.ts'
import type { TarEntry } from './tar-entry.ts'
import { isTarBlock } from './tar-header.ts'
import { TarReader } from './tar-reader.ts'

/** What every part of a reading shares. */
export interface Reading {
  readonly limits: Limits
  /** Whether the digests of everything that is read are worked out. */
  readonly verify: boolean
  /** Counts what has been read so far, for whoever shows it. */
  readonly progress: Progress
  /** How many layers may be read side by side, where the archive allows it. */
  readonly layersAtOnce: number
  /** The hash of file bodies, loaded when the first body needs it. */
  readonly contentHash: () => Promise<ContentHash>
  /** Whether the entries of every layer are listed besides. */
  readonly listing?: boolean
  /** Chooses the files of which an excerpt is kept, in every layer; none where it is left out. */
  readonly look?: ChooseLook
  /** Whether only metadata are wanted: what passes by and is no document is skipped. */
  readonly documentsOnly?: boolean
}

/** An entry of a layer as its header tells it, whiteouts and repeated names included. */
export type ListedEntry = Pick<TarEntry, 'name' | 'type' | 'mode' | 'size'>

/** How far a reading is; written by the reader, read by whoever shows it. */
export interface Progress {
  /** Bytes of the archive read or passed over. */
  bytes: number
  /** Layers begun. */
  layers: number
  /** Entries of layers. */
  entries: number
}

/** A layer blob as it was read: what its tar holds, and its sizes. */
export interface LayerContent extends LayerEntries {
  readonly compression: 'none' | 'gzip' | 'zstd'
  /** Bytes as stored. */
  readonly blobBytes: number
  /** Digest of the blob as stored, where digests are verified. */
  readonly blobDigest: Digest | undefined
  /** Bytes of the uncompressed tar, whatever follows its end marker included. */
  readonly tarBytes: number
  /** Digest of the uncompressed tar, where digests are verified. */
  readonly diffId: Digest | undefined
  /** How many of the blob's bytes a range of the tar takes; only where the blob is compressed. */
  readonly compressedBytesOf?: CompressedBytesOf
  /** The entries in the order of the tar, where they are listed. */
  readonly listing?: readonly ListedEntry[]
  /** What was kept of bodies that were looked into. */
  readonly excerpts: ReadonlyMap<FileNode, PlacedExcerpt>
  /** Files that were not looked into because the layer's excerpts had come to `limits.excerpts`. */
  readonly unseen: number
}

/**
 * Reads the blob of one layer to its end: sniffs its compression and parses its tar. Bodies are hashed as they pass,
 * unless the blob can be read again at any place (`rereadable`) and is not compressed; then `hashBodies` does it later.
 *
 * @throws UserError where the blob is damaged, cut short, or no tar.
 */
export async function readLayer(
  blob: ByteSource,
  what: string,
  path: string,
  blobBytes: number,
  reading: Reading,
  rereadable: boolean,
): Promise<LayerContent> {
  if (!reading.verify) {
    return { ...(await readTar(blob, what, blobBytes, reading, rereadable)), blobBytes, blobDigest: undefined }
  }
  const claimed = digestOfPath(path)
  const algorithm = claimed === undefined ? 'sha256' : algorithmOf(claimed)
  const digest = createHash(algorithm)
  const hashed = new ByteSource(hashedFeed(blob, digest))
  const content = await readTar(hashed, what, blobBytes, reading, rereadable)
  await hashed.drain()
  return { ...content, blobBytes, blobDigest: `${algorithm}:${digest.digest('hex')}` }
}

type TarContent = Omit<LayerContent, 'blobBytes' | 'blobDigest'>

async function readTar(
  blob: ByteSource,
  what: string,
  blobBytes: number,
  reading: Reading,
  rereadable: boolean,
): Promise<TarContent> {
  await blob.fill(6)
  const compression = sniffCompression(blob.peek(6))
  if (compression === 'xz' || compression === 'bzip2') {
    throw new UserError(
      `${what} is compressed with ${compression}, which no image format allows; build or save the image again`,
    )
  }
  if (compression === 'none') {
    return { ...(await readPlainTar(blob, what, reading, !rereadable)), compression }
  }
  const spans = new CompressedSpans()
  const feed = decompress(blob, compression, what, reading.limits, (compressed, plain) => spans.note(compressed, plain))
  try {
    const tar = await readPlainTar(new ByteSource(feed), what, reading, true)
    return { ...tar, compression, compressedBytesOf: spans.finish(blobBytes, tar.tarBytes) }
  } finally {
    await feed.close()
  }
}

async function readPlainTar(
  plain: ByteSource,
  what: string,
  reading: Reading,
  hashAll: boolean,
): Promise<Omit<TarContent, 'compression' | 'compressedBytesOf'>> {
  const digest = reading.verify ? createHash('sha256') : undefined
  const tar = digest === undefined ? plain : new ByteSource(hashedFeed(plain, digest))
  await tar.fill(512)
  if (tar.ready > 0 && !isTarBlock(tar.peek(512))) {
    throw noLayer(what)
  }
  reading.progress.layers++
  const entries = await readEntries(tar, what, reading, hashAll)
  await tar.drain()
  const diffId: Digest | undefined = digest === undefined ? undefined : `sha256:${digest.digest('hex')}`
  return { ...entries, tarBytes: tar.position, diffId }
}

/** The failure to see a layer in something that the metadata call one. */
export function noLayer(what: string): UserError {
  return new UserError(`${what} is no tar archive, so it cannot be a layer; build or save the image again`)
}

async function readEntries(
  tar: ByteSource,
  what: string,
  reading: Reading,
  hashAll: boolean,
): Promise<LayerEntries & Pick<LayerContent, 'listing' | 'excerpts' | 'unseen'>> {
  const listing: ListedEntry[] | undefined = reading.listing ? [] : undefined
  const reader = new TarReader(tar, what, reading.limits)
  const builder = new ChangesetBuilder(what, reading.limits)
  const excerpts = new Map<FileNode, PlacedExcerpt>()
  let hash: ContentHash | undefined
  let kept = 0
  let unseen = 0
  const keep = (file: FileNode, name: string, excerpt: Excerpt): void => {
    excerpts.set(file, { ...excerpt, path: cleanPath(name).path })
    kept += excerpt.head.length
  }
  for (;;) {
    const next = reader.next()
    const entry = next instanceof Promise ? await next : next
    if (entry === undefined) break
    reading.progress.entries++
    const { name, type, mode, size } = entry
    if (type !== 'g') listing?.push({ name, type, mode, size })
    const file = builder.add(entry)
    if (file === undefined || size === 0) continue
    let look = entry.sparse === undefined ? reading.look?.(name, mode, size) : undefined
    if (look !== undefined && kept + Math.min(look.bytes, size) > reading.limits.excerpts) {
      look = undefined
      unseen++
    }
    // Only while its map is at hand can a sparse file be told from its stored bytes.
    if (hashAll || entry.sparse !== undefined) {
      const taker = look && new ExcerptTaker(look, size)
      hash ??= await reading.contentHash()
      const hashed = hashBody(reader, entry, hash, taker)
      Object.assign(file, hashed instanceof Promise ? await hashed : hashed)
      if (taker !== undefined) keep(file, name, taker.finish())
    } else if (look !== undefined) keep(file, name, await takeExcerpt(reader, look, size))
  }
  return { ...builder.finish(), ...(listing && { listing }), excerpts, unseen }
}

/** Hashes a body as it passes, at once where it lies ready in one piece, as most do. */
function hashBody(
  reader: TarReader,
  entry: TarEntry,
  hash: ContentHash,
  taker: ExcerptTaker | undefined,
): Awaitable<BodyHash> {
  const chunk = reader.readBody()
  const isWhole = chunk instanceof Buffer && chunk.length === entry.size && entry.size <= BLOCK_BYTES
  if (!isWhole || entry.sparse !== undefined) return hashPieces(reader, chunk, entry, hash, taker)
  taker?.take(chunk, 0)
  return { hash: hash.whole(chunk) }
}

async function hashPieces(
  reader: TarReader,
  first: Awaitable<Buffer | undefined>,
  { sparse }: TarEntry,
  hash: ContentHash,
  taker: ExcerptTaker | undefined,
): Promise<BodyHash> {
  const hasher = new BodyHasher(hash)
  if (sparse !== undefined) hasher.update(Buffer.from(JSON.stringify(sparse)))
  let at = 0
  for (let chunk = await first; chunk !== undefined; chunk = await reader.readBody()) {
    hasher.update(chunk)
    taker?.take(chunk, at)
    at += chunk.length
  }
  const found = hasher.finish()
  // What was stored of a sparse file stands at other places than its content.
  return sparse === undefined ? found : { hash: found.hash }
}

/** Hashes bytes on their way; nothing can be passed over unseen. */
function hashedFeed(source: ByteSource, digest: Hash): Feed {
  return {
    async read() {
      if (!(await source.fill(1))) return undefined
      const chunk = source.take(source.ready)
      digest.update(chunk)
      return chunk
    },
  }
}

/** As much of a body is read at once, where it lies in a file. */
const READ_BYTES = 1 << 20

/**
 * Hashes bodies of a layer that were passed over when it was read, seeking from one to the next.
 *
 * @throws UserError where the blob has become shorter since.
 */
export async function hashBodies(
  tar: ByteSource,
  files: readonly FileNode[],
  what: string,
  hash: ContentHash,
): Promise<void> {
  for (const file of [...files].sort((a, b) => a.offset - b.offset)) {
    await tar.skip(file.offset - tar.position)
    const state = new BodyHasher(hash)
    let left = file.size
    while (left > 0) {
      if (tar.ready === 0 && !(await tar.fill(Math.min(left, READ_BYTES))))
        throw new UserError(`${what} became shorter while it was read; let whatever writes it finish, and try again`)
      const chunk = tar.take(left)
      state.update(chunk)
      left -= chunk.length
    }
    Object.assign(file, state.finish())
  }
}
