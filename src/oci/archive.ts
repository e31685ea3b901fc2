import type { Warning } from '../errors.ts'
import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import type { FileNode } from '../tree/node.ts'
import { baseOf, cleanPath, joinClean, parentOf } from './archive-path.ts'
import type { ByteSource } from './byte-source.ts'
import { ChangesetBuilder, type LayerEntries } from './changeset-builder.ts'
import type { LayerContent, Reading } from './layer.ts'
import { exceeded } from './limits.ts'
import { type TarEntry, TarReader } from './tar-reader.ts'

/** The named files of an image archive or image layout, whichever way they can be read. */
export interface Archive {
  /** As the user knows it, for messages. */
  readonly name: string
  /** Bytes of the archive as one tar, uncompressed; 0 for a directory. */
  readonly bytes: number
  /** Bytes of a file, links followed; undefined where it is not in the archive. */
  size(path: string): number | undefined
  /** The bytes of a metadata document; undefined where it is not in the archive. UserError where it is too large. */
  document(path: string): Promise<Buffer | undefined>
  /** Reads a file as a layer blob, `what` in messages. UserError where it is missing, damaged or none. */
  layer(path: string, what: string): Promise<LayerContent>
  /** Makes sure that the bodies of some files of a layer are hashed. */
  hashBodies(path: string, files: readonly FileNode[], what: string): Promise<void>
  /** The archive's own entries read as a layer, where it is a tar: it may be a root filesystem. */
  readonly entries: LayerEntries | undefined
  readonly warnings: readonly Warning[]
}

/** Metadata files that tell what an archive is; one of them stands at its top, or beneath one common directory. */
const MARKERS = ['manifest.json', 'index.json', 'repositories'] as const

/** The outer entries of an archive that is a tar. */
export interface ArchiveEntries<T> {
  /** What `visit` made of each regular file, by clean path; a later file of a name replaces an earlier one. */
  readonly files: Map<string, T>
  /** Clean path of each link to the clean path it names. */
  readonly aliases: Map<string, string>
  /** All entries as a layer: what they are if the tar is a root filesystem. */
  readonly entries: LayerEntries
  readonly warnings: Warning[]
}

/**
 * Walks the outer tar of an archive once and lets `visit` read, or note, each regular file.
 *
 * @throws UserError where the tar is damaged or cut short.
 */
export async function walkArchive<T>(
  source: ByteSource,
  name: string,
  reading: Reading,
  visit: (path: string, entry: TarEntry, reader: TarReader, isRootfs: boolean) => T | Promise<T>,
): Promise<ArchiveEntries<T>> {
  const reader = new TarReader(source, name, reading.limits)
  const builder = new ChangesetBuilder(name, reading.limits)
  const files = new Map<string, T>()
  const aliases = new Map<string, string>()
  const warnings: Warning[] = []
  let isRootfs = false
  for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) {
    builder.add(entry)
    const { path } = cleanPath(entry.name)
    isRootfs ||= ROOTFS_DIRECTORY.test(path)
    if (baseOf(path).startsWith('._')) continue
    if (entry.type === '1' || entry.type === '2') {
      aliases.set(path, entry.type === '1' ? cleanPath(entry.link).path : joinClean(parentOf(path), entry.link))
      continue
    }
    if (entry.type !== '0' && entry.type !== '7') continue
    if (files.has(path) && !isRootfs) {
      warnings.push({
        code: 'duplicate-file',
        message: `${name} holds ${escapeText(path)} more than once; the last one counts`,
      })
    }
    aliases.delete(path)
    files.set(path, await visit(path, entry, reader, isRootfs))
    if (files.size > reading.limits.entries) throw exceeded('entries', name, files.size)
  }
  return { files, aliases, entries: builder.finish(), warnings }
}

/** Top directories that every root filesystem has and no image archive: nothing beneath them can be a blob. */
const ROOTFS_DIRECTORY = /^(?:bin|dev|etc|lib|proc|run|sbin|sys|tmp|usr|var)(?:\/|$)/

/**
 * Finds files by the clean paths that metadata use: links are followed, and where all metadata stand beneath one
 * directory, paths count from there.
 */
export function lookup<T>({
  files,
  aliases,
}: Pick<ArchiveEntries<T>, 'files' | 'aliases'>): (path: string) => T | undefined {
  const prefix = findPrefix([...files.keys(), ...aliases.keys()])
  return (path) => {
    let at: string | undefined = prefix === '' ? path : `${prefix}/${path}`
    for (let hops = 0; at !== undefined && hops < MAX_LINKS; hops++) {
      const file = files.get(at)
      if (file !== undefined) return file
      at = aliases.get(at)
    }
    return undefined
  }
}

const MAX_LINKS = 40

/** The directory that the metadata files stand in: '' where they stand at the top, or where there are none. */
function findPrefix(paths: readonly string[]): string {
  const directories = paths.filter((path) => MARKERS.some((marker) => baseOf(path) === marker)).map(parentOf)
  return directories.reduce(
    (best, directory) => (directory.length < best.length ? directory : best),
    directories[0] ?? '',
  )
}

/** The failure to find a file that the metadata name. */
export function missing(what: string, path: string, archive: string): UserError {
  return new UserError(
    `${what} (${escapeText(path)}) is not in ${archive}: the archive is incomplete, or was saved without it; save the image again with all its layers`,
  )
}
