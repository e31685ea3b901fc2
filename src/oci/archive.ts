import type { Warning } from '../errors.ts'
import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import type { FileNode } from '../tree/node.ts'
import { baseOf, parentOf } from '../tree/tree.ts'
import { cleanPath, joinClean } from './archive-path.ts'
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
  /** Reads the content of a file of a layer again; undefined where the bytes have passed by for good. */
  readonly readBody: ((path: string, file: FileNode, what: string) => AsyncIterable<Buffer>) | undefined
  /** The archive's own entries read as a layer, where it is a tar. */
  readonly entries: LayerEntries | undefined
  /** Whether they are those of a root filesystem. */
  readonly isRootfs: boolean
  readonly warnings: readonly Warning[]
}

/** Metadata files that tell what an archive is; one of them stands at its top, or beneath one common directory. */
export const MARKERS: ReadonlySet<string> = new Set(['manifest.json', 'index.json', 'repositories'])

/** Whether a path is that of a document that tells what an archive is. */
export function isMarker(path: string): boolean {
  return MARKERS.has(baseOf(path))
}

/** Names at the top of every root filesystem that an engine exports, or that a distribution ships. */
const ROOTFS_NAMES: ReadonlySet<string> = new Set([
  '.dockerenv',
  'bin',
  'dev',
  'etc',
  'home',
  'lib',
  'lib64',
  'opt',
  'proc',
  'root',
  'run',
  'sbin',
  'sys',
  'tmp',
  'usr',
  'var',
])

/** Notes the top-level names of a tar; gives whether they are those of a root filesystem, which no image archive has. */
function rootfsDetector(): (path: string) => boolean {
  const seen = new Set<string>()
  return (path) => {
    const [top = ''] = path.split('/', 1)
    if (ROOTFS_NAMES.has(top)) seen.add(top)
    return seen.size >= 2
  }
}

/** The outer entries of an archive that is a tar. */
export interface ArchiveEntries<T> {
  /** What `visit` made of each regular file, by clean path; a later file of a name replaces an earlier one. */
  readonly files: Map<string, T>
  /** Clean path of each link to the clean path it names. */
  readonly aliases: Map<string, string>
  /** All entries as a layer: what they are if the tar is a root filesystem. */
  readonly entries: LayerEntries
  /** Whether it is one: then none of its files is a part of an image, and `files` is empty. */
  readonly isRootfs: boolean
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
  visit: (path: string, entry: TarEntry, reader: TarReader) => T | Promise<T>,
): Promise<ArchiveEntries<T>> {
  const reader = new TarReader(source, name, reading.limits)
  const builder = new ChangesetBuilder(name, reading.limits)
  const files = new Map<string, T>()
  const aliases = new Map<string, string>()
  const warnings: Warning[] = []
  const detectRootfs = rootfsDetector()
  let isRootfs = false
  for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) {
    builder.add(entry)
    const { path } = cleanPath(entry.name)
    isRootfs ||= detectRootfs(path)
    if (isRootfs || baseOf(path).startsWith('._')) continue
    if (entry.type === '1' || entry.type === '2') {
      aliases.set(path, entry.type === '1' ? cleanPath(entry.link).path : joinClean(parentOf(path), entry.link))
      continue
    }
    if (entry.type !== '0' && entry.type !== '7') continue
    if (files.has(path)) {
      warnings.push({
        code: 'duplicate-file',
        message: `${name} holds ${escapeText(path)} more than once; the last one counts`,
      })
    }
    aliases.delete(path)
    files.set(path, await visit(path, entry, reader))
    if (files.size > reading.limits.entries) throw exceeded('entries', name, files.size)
  }
  const entries = builder.finish()
  return isRootfs
    ? { files: new Map(), aliases: new Map(), entries, isRootfs, warnings: [] }
    : { files, aliases, entries, isRootfs, warnings }
}

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
  const directories = paths.filter(isMarker).map(parentOf)
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
