import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Entry, fileSink, makePool, type Sink, tarBytes, tarHeader, writeTar } from './tar-writer.ts'

/** Layers of a benchmark image, base layer first. */
export type Layers = readonly (readonly Entry[])[]

/** The folder that benchmark archives are kept in. */
const CACHE = join(import.meta.dirname, '.cache')

const POOL_BYTES = 16 << 20
let pool: Buffer | undefined

function bodies(): Buffer {
  pool ??= makePool(POOL_BYTES)
  return pool
}

/** Files spread over directories as packages are: ten to a directory, a hundred directories to a package. */
export function files(first: number, count: number, size: (i: number) => number): Entry[] {
  const entries: Entry[] = []
  const made = new Set<string>()
  for (let i = first; i < first + count; i++) {
    const directories = [
      'usr',
      'usr/lib',
      `usr/lib/package-${Math.floor(i / 1000)}`,
      `usr/lib/package-${Math.floor(i / 1000)}/part-${Math.floor(i / 10) % 100}`,
    ]
    for (const path of directories) {
      if (made.has(path)) continue
      made.add(path)
      entries.push({ path: `${path}/`, type: '5', size: 0 })
    }
    entries.push({ path: pathOf(i), type: '0', size: size(i) })
  }
  return entries
}

/** The path of a benchmark file. */
function pathOf(i: number): string {
  return `usr/lib/package-${Math.floor(i / 1000)}/part-${Math.floor(i / 10) % 100}/module-${i}.js`
}

/** Whiteouts of files. */
export function removals(first: number, count: number, step = 1): Entry[] {
  return Array.from({ length: count }, (_, k): Entry => {
    const path = pathOf(first + k * step)
    const slash = path.lastIndexOf('/')
    return { path: `${path.slice(0, slash)}/.wh.${path.slice(slash + 1)}`, type: '0', size: 0 }
  })
}

/** Sizes with a long tail: most files are small, a few are large; the mean is about 21 KB times `scale`. */
export function longTail(scale: number): (i: number) => number {
  return (i) => {
    const noise = ((i * 2654435761) >>> 0) / 2 ** 32
    return Math.floor(scale * 1475 * (1 / (1.0009 - noise)) ** 0.62 * (1 + noise * 7))
  }
}

/** Makes a file of the cache once, whole or not at all; gives its path. */
export function cached(name: string, make: (path: string) => void): string {
  mkdirSync(CACHE, { recursive: true })
  const path = join(CACHE, name)
  if (!existsSync(path)) {
    rmSync(`${path}.part`, { force: true, recursive: true })
    make(`${path}.part`)
    renameSync(`${path}.part`, path)
  }
  return path
}

/** `docker save` as of Docker 10 to 24: plain layers; `sparse` leaves bodies as holes on disk, `document` adds to the config. */
export function dockerSave(layers: Layers, sparse = false, document: object = {}): (path: string) => void {
  return (path) => {
    const sink = fileSink(path)
    writeDockerSave(sink, layers, sparse ? undefined : bodies(), document)
    sink.close()
  }
}

/** Writes a `docker save` archive to a sink. */
export function writeDockerSave(sink: Sink, layers: Layers, fill: Buffer | undefined, document: object = {}): void {
  const ids = layers.map((_, i) => i.toString(16).padStart(64, '0'))
  for (const [i, entries] of layers.entries()) {
    sink.write(tarHeader({ path: `${ids[i]}/layer.tar`, type: '0', size: tarBytes(entries) }))
    writeTar(sink, entries, fill)
  }
  const config = json({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] }, ...document })
  const configName = `${sha256(config)}.json`
  const manifest = Buffer.from(
    JSON.stringify([{ Config: configName, RepoTags: ['bench:latest'], Layers: ids.map((id) => `${id}/layer.tar`) }]),
  )
  writeDocument(sink, configName, config)
  writeDocument(sink, 'manifest.json', manifest)
  sink.write(Buffer.alloc(1024))
}

/** One plain tar with the entries of all layers, as `tar -tf` would list them. */
export function plainTar(layers: Layers): (path: string) => void {
  return (path) => {
    const sink = fileSink(path)
    writeTar(sink, layers.flat(), bodies())
    sink.close()
  }
}

/** An OCI archive of the same layers, compressed by a program that reads standard input. */
export function ociArchive(layers: Layers, compressor: readonly string[], mediaType: string): (path: string) => void {
  return (path) => {
    const folder = `${path}.layers`
    mkdirSync(folder, { recursive: true })
    const sink = fileSink(path)
    const descriptors = layers.map((entries, i) => {
      const plain = join(folder, `${i}.tar`)
      const file = fileSink(plain)
      writeTar(file, entries, bodies())
      file.close()
      const [program = '', ...args] = compressor
      const packed = `${plain}.packed`
      const { status } = spawnSync('sh', ['-c', `"$@" < "$0" > "${packed}"`, plain, program, ...args])
      if (status !== 0) throw new Error(`${program} failed`)
      const blob = readFileSync(packed)
      rmSync(plain)
      rmSync(packed)
      return writeBlob(sink, blob, mediaType)
    })
    rmSync(folder, { recursive: true })
    const config = writeBlob(
      sink,
      json({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } }),
      'application/vnd.oci.image.config.v1+json',
    )
    const manifest = writeBlob(
      sink,
      json({ schemaVersion: 2, config, layers: descriptors }),
      'application/vnd.oci.image.manifest.v1+json',
    )
    writeDocument(sink, 'index.json', json({ schemaVersion: 2, manifests: [manifest] }))
    writeDocument(sink, 'oci-layout', json({ imageLayoutVersion: '1.0.0' }))
    sink.write(Buffer.alloc(1024))
    sink.close()
  }
}

/** An OCI archive with the `manifest.json` of a docker archive added. */
export function withDockerManifest(archive: string): (path: string) => void {
  return (path) => {
    const folder = `${path}.layout`
    layerBlobs(archive)(folder)
    const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'))
    const blob = (digest: string) => `blobs/sha256/${digest.slice(7)}`
    const manifest = JSON.parse(readFileSync(join(folder, blob(index.manifests[0].digest)), 'utf8'))
    const Layers = manifest.layers.map((layer: { digest: string }) => blob(layer.digest))
    writeFileSync(
      join(folder, 'manifest.json'),
      json([{ Config: blob(manifest.config.digest), RepoTags: ['bench:latest'], Layers }]),
    )
    const { status } = spawnSync('tar', [
      '-cf',
      path,
      '-C',
      folder,
      'blobs',
      'index.json',
      'oci-layout',
      'manifest.json',
    ])
    rmSync(folder, { recursive: true })
    if (status !== 0) throw new Error('tar failed')
  }
}

/** The layers of an OCI archive that `ociArchive` made, cut out into a folder, for programs that only decompress. */
export function layerBlobs(archive: string): (folder: string) => void {
  return (folder) => {
    mkdirSync(folder, { recursive: true })
    const { status } = spawnSync('tar', ['-xf', archive, '-C', folder])
    if (status !== 0) throw new Error('tar failed')
    const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'))
    const blob = (digest: string) => join(folder, 'blobs', 'sha256', digest.slice(7))
    const manifest = JSON.parse(readFileSync(blob(index.manifests[0].digest), 'utf8'))
    writeFileSync(
      join(folder, 'layers.txt'),
      manifest.layers.map((layer: { digest: string }) => blob(layer.digest).replace('.part/', '/')).join('\n'),
    )
  }
}

function writeBlob(sink: Sink, blob: Buffer, mediaType: string): { mediaType: string; digest: string; size: number } {
  const hex = sha256(blob)
  writeDocument(sink, `blobs/sha256/${hex}`, blob)
  return { mediaType, digest: `sha256:${hex}`, size: blob.length }
}

function writeDocument(sink: Sink, path: string, bytes: Buffer): void {
  sink.write(tarHeader({ path, type: '0', size: bytes.length }))
  sink.write(bytes)
  sink.write(Buffer.alloc((512 - (bytes.length % 512)) % 512))
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
