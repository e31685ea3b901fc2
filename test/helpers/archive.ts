import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type TarEntry, tar } from './tar.ts'

/** What an image archive holds under a name: bytes, or a link to another entry. */
export type Entry = Uint8Array | { readonly symlink: string } | { readonly hardlink: string }

/** The files of an image archive or layout by name, in the order written; a name that ends in a slash is a directory. */
export type Entries = Map<string, Entry>

/** How a producer arranges the entries of its tar. */
export interface ArchiveOptions {
  /** Put before every name, such as `./` or `image/`. */
  readonly prefix?: string
  /** As written where left out. */
  readonly order?: keyof typeof ORDERS
  /** Seconds since 1970 for every entry. */
  readonly mtime?: number
}

const METADATA = /^(manifest\.json|index\.json|oci-layout|repositories)$/

const ORDERS = {
  /** By name, as Docker, containerd and podman write. */
  lexical: (a: string, b: string) => (a < b ? -1 : 1),
  reverse: (a: string, b: string) => (a < b ? 1 : -1),
  /** What describes the image before its blobs, which almost no producer does. */
  'metadata first': (a: string, b: string) => Number(METADATA.test(b)) - Number(METADATA.test(a)),
} as const

/** An image archive: the tar of `entries`. */
export function tarOf(entries: Entries, options: ArchiveOptions = {}): Buffer {
  return tar(archiveEntries(entries, options))
}

/** The tar entries of an image archive, in order. */
export function archiveEntries(entries: Entries, options: ArchiveOptions = {}): TarEntry[] {
  const { prefix = '', order, mtime = 0 } = options
  const names = [...entries.keys()]
  if (order !== undefined) names.sort(ORDERS[order])
  return names.map((name) => ({ name: prefix + name, mtime, ...nodeOf(name, entries.get(name) as Entry) }))
}

function nodeOf(name: string, entry: Entry): Omit<TarEntry, 'name'> {
  if ('symlink' in entry) return { type: '2', mode: 0o777, link: entry.symlink }
  if ('hardlink' in entry) return { type: '1', link: entry.hardlink }
  return name.endsWith('/') ? { type: '5', mode: 0o755 } : { body: entry, mode: 0o644 }
}

/** Writes an image layout into `folder`, which need not exist; a hard link becomes a copy. */
export async function writeTo(folder: string, entries: Entries): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, entry] of entries) {
    const path = join(folder, name)
    await mkdir(name.endsWith('/') ? path : dirname(path), { recursive: true })
    if (name.endsWith('/')) continue
    if ('symlink' in entry) await symlink(entry.symlink, path)
    else await writeFile(path, 'hardlink' in entry ? (entries.get(entry.hardlink) as Uint8Array) : entry)
  }
}
