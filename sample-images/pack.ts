import { gzipSync } from 'fflate'
import { type Header, pack } from 'tar-stream'
import { archiveEntries, type Entries } from '../test/helpers/archive.ts'
import type { Compression } from '../test/helpers/compression.ts'
import type { HistoryEntry } from '../test/helpers/image.ts'
import { dir, layerEntries, type Tree } from '../test/helpers/layer.ts'
import type { TarEntry } from '../test/helpers/tar.ts'

/** What `steps` gives: layers and the history that tells how they came to be. */
interface Built {
  readonly layers: readonly (Tree | Uint8Array)[]
  readonly history: readonly HistoryEntry[]
}

/** 2024-05-14T09:30:00Z in seconds. */
const BUILT_AT = 1_715_679_000

/** The type flags that the sample images use. */
const TYPES: Readonly<Record<string, Header['type']>> = {
  '0': 'file',
  '1': 'link',
  '2': 'symlink',
  '5': 'directory',
}

/** Directories that a base image makes with permissions of their own. */
const MODES: Readonly<Record<string, number>> = { 'root/': 0o700, 'tmp/': 0o1777, 'var/tmp/': 0o1777 }

/** Gzip whose bytes do not depend on the version of Node. */
export const portableGzip: Compression = {
  kind: 'gzip',
  encode: (bytes) => gzipSync(bytes, { level: 9, mtime: 0 }),
}

/** The steps of a build with every tree packed by tar-stream, and history that names BuildKit as its writer. */
export async function packed({ layers, history }: Built): Promise<Built> {
  return {
    layers: await Promise.all(layers.map((source) => (source instanceof Uint8Array ? source : packLayer(source)))),
    history: history.map((entry) => ({ ...entry, comment: 'buildkit.dockerfile.v0' })),
  }
}

/** A layer's tar, with the directories above every path, as overlay file systems record them. */
function packLayer(tree: Tree): Promise<Buffer> {
  return packTar(withParents(layerEntries(tree)).map((entry) => ({ mtime: BUILT_AT, ...entry })))
}

/** An image archive with its entries in the order of their names. */
export function packArchive(entries: Entries): Promise<Buffer> {
  return packTar(archiveEntries(entries, { order: 'lexical' }))
}

async function packTar(entries: readonly TarEntry[]): Promise<Buffer> {
  const stream = pack()
  for (const entry of entries) stream.entry(headersOf(entry), Buffer.from(entry.body ?? ''))
  stream.finalize()
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk as Uint8Array)
  return Buffer.concat(chunks)
}

function headersOf(entry: TarEntry): Partial<Header> & { name: string } {
  return {
    name: entry.name,
    type: TYPES[entry.type ?? '0'] ?? 'file',
    mode: entry.mode ?? 0o644,
    uid: entry.uid ?? 0,
    gid: entry.gid ?? 0,
    mtime: new Date((entry.mtime ?? 0) * 1000),
    linkname: entry.link ?? '',
  }
}

function withParents(entries: readonly TarEntry[]): TarEntry[] {
  const known = new Set(entries.filter(({ type }) => type === '5').map(({ name }) => name))
  return entries.flatMap((entry) => {
    const missing = parents(entry.name).filter((path) => !known.has(path))
    for (const path of missing) known.add(path)
    return [...missing.map((path) => ({ name: path, ...dir({ mode: MODES[path] ?? 0o755 }) })), entry]
  })
}

/** The directories above a path, outermost first. */
function parents(path: string): string[] {
  const found: string[] = []
  for (let at = path.indexOf('/'); at !== -1 && at < path.length - 1; at = path.indexOf('/', at + 1)) {
    found.push(path.slice(0, at + 1))
  }
  return found.filter((parent) => !parent.endsWith('../'))
}
