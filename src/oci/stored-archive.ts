import type { Warning } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import { type Archive, lookup, missing, walkArchive } from './archive.ts'
import { readBody } from './body.ts'
import { ByteSource, type Feed } from './byte-source.ts'
import type { LayerEntries } from './changeset-builder.ts'
import { hashBodies, type Reading, readLayer } from './layer.ts'
import { exceeded } from './limits.ts'

/** Files that can be opened at any time, in any order. */
export interface FileStore {
  readonly name: string
  /** Bytes of the archive as one tar; 0 for a directory. */
  readonly bytes: number
  /** Bytes of a file; undefined where there is none of that clean path. */
  size(path: string): number | undefined
  /** The bytes of a file from its start; of the archive itself for the path ''. */
  open(path: string): Feed
  /** The archive's own entries read as a layer, where it is a tar. */
  readonly entries: LayerEntries | undefined
  readonly isRootfs: boolean
  readonly warnings: readonly Warning[]
}

/** An archive over files that can be opened at will: nothing is read until it is asked for. */
export function openStoredArchive(store: FileStore, reading: Reading): Archive {
  const { name, bytes, entries, isRootfs, warnings } = store
  return {
    name,
    bytes,
    entries,
    isRootfs,
    warnings,
    size: (path) => store.size(path),
    async document(path) {
      const size = store.size(path)
      if (size === undefined) return undefined
      if (size > reading.limits.json) throw exceeded('json', `${name}: ${escapeText(path)}`, size)
      const source = new ByteSource(store.open(path))
      await source.fill(size)
      return Buffer.from(source.take(size))
    },
    async layer(path, what) {
      const size = store.size(path)
      if (size === undefined) throw missing(what, path, name)
      return readLayer(new ByteSource(store.open(path)), what, path, size, reading, true)
    },
    async hashBodies(path, files, what) {
      const missed = files.filter((file) => file.hash === undefined)
      if (missed.length > 0)
        await hashBodies(new ByteSource(store.open(path)), missed, what, await reading.contentHash())
    },
    readBody: (path, file, what) => readBody(new ByteSource(store.open(path)), file, what, reading.limits),
  }
}

/** Opens the bytes of a plain archive file from one offset to another. */
export type OpenRange = (start: number, end: number) => Feed

/**
 * Indexes a plain archive file: hops over every body from header to header.
 *
 * @throws UserError where the tar is damaged or cut short.
 */
export async function indexArchive(
  openRange: OpenRange,
  size: number,
  name: string,
  reading: Reading,
): Promise<FileStore> {
  const source = new ByteSource(openRange(0, size))
  const walked = await walkArchive(source, name, reading, (_path, entry) => ({
    start: entry.offset,
    size: entry.stored,
  }))
  const at = lookup(walked)
  const { entries, isRootfs, warnings } = walked
  return {
    name,
    bytes: size,
    entries,
    isRootfs,
    warnings,
    size: (path) => at(path)?.size,
    open(path) {
      const file = path === '' ? { start: 0, size } : at(path)
      if (file === undefined) throw new Error(`not in the archive: ${path}`)
      return openRange(file.start, file.start + file.size)
    },
  }
}
