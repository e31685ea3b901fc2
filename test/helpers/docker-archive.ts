import type { Entries } from './archive.ts'
import { CREATED, type Image, type ImageLayer, json, sha256 } from './image.ts'

/** How `docker save` stores a layer a second time. */
export interface DockerSaveOptions {
  readonly repeated?: 'symlink' | 'hardlink' | 'copy'
}

/** `docker save` of Docker 1.10 to 24: a directory for each layer's v1 ID, `manifest.json` and `repositories`. */
export function dockerSave(images: readonly Image[], options: DockerSaveOptions = {}): Entries {
  const { repeated = 'symlink' } = options
  const entries: Entries = new Map()
  const written = new Map<string, string>()
  for (const image of images) {
    for (const { id, json: v1, layer } of v1Chain(image)) {
      if (entries.has(`${id}/`)) continue
      addLegacy(entries, id, v1, true)
      const path = `${id}/layer.tar`
      const first = written.get(layer.diffId)
      if (first === undefined || repeated === 'copy') entries.set(path, layer.tar)
      else entries.set(path, repeated === 'symlink' ? { symlink: `../${first}` } : { hardlink: first })
      if (first === undefined) written.set(layer.diffId, path)
    }
    entries.set(`${image.id}.json`, image.config)
  }
  const rows = images.map((image) => manifestRow(image, (_, index) => `${v1Chain(image)[index]?.id}/layer.tar`))
  entries.set('manifest.json', json(rows))
  addRepositories(entries, images)
  return entries
}

/** `docker save` before Docker 1.10: `repositories` names the top layer, and each layer's `json` its parent. */
export function dockerV1(images: readonly Image[]): Entries {
  const entries: Entries = new Map()
  for (const image of images) {
    for (const { id, json: v1, layer } of v1Chain(image)) {
      addLegacy(entries, id, v1, true)
      entries.set(`${id}/layer.tar`, layer.tar)
    }
  }
  addRepositories(entries, images)
  return entries
}

/** `podman save`: layers at the root, each stored once, and legacy directories whose `layer.tar` is a symlink. */
export function podmanSave(images: readonly Image[]): Entries {
  const entries: Entries = new Map()
  for (const image of images) {
    for (const { diffId, tar } of image.layers) entries.set(`${diffId}.tar`, tar)
    entries.set(`${image.id}.json`, image.config)
    for (const { id, json: v1, layer } of v1Chain(image)) {
      entries.set(`${id}/layer.tar`, { symlink: `../${layer.diffId}.tar` })
      addLegacy(entries, id, v1, false)
    }
  }
  entries.set('manifest.json', json(images.map((image) => manifestRow(image, ({ diffId }) => `${diffId}.tar`, []))))
  entries.set('repositories', json(repositories(images)))
  return entries
}

/** kaniko, ko and crane: layers as stored, named by digest, and a config named `sha256:<hex>`. */
export function kaniko(images: readonly Image[]): Entries {
  const entries: Entries = new Map()
  const path = (layer: ImageLayer) => sha256(layer.blob) + EXTENSION[layer.compression]
  for (const image of images) {
    entries.set(`sha256:${image.id}`, image.config)
    for (const layer of image.layers) entries.set(path(layer), layer.blob)
  }
  const rows = images.map((image) => ({ ...manifestRow(image, path), Config: `sha256:${image.id}` }))
  entries.set('manifest.json', json(rows))
  return entries
}

/** jib of 2019: `config.json`, and lower-case keys in `manifest.json`. */
export function jib(image: Image): Entries {
  const entries: Entries = new Map()
  const paths = image.layers.map((layer) => `${sha256(layer.blob)}.tar.gz`)
  image.layers.forEach((layer, index) => {
    entries.set(paths[index] as string, layer.blob)
  })
  entries.set('config.json', image.config)
  entries.set('manifest.json', json([{ config: 'config.json', repoTags: image.tags, layers: paths }]))
  return entries
}

/** Cloud Native Buildpacks: layer names start with a slash; layers the daemon has (`blank`, by index) are empty files. */
export function buildpacks(image: Image, blank: readonly number[] = []): Entries {
  const entries: Entries = new Map()
  const path = (layer: ImageLayer, index: number) =>
    blank.includes(index) ? `blank_${index}` : `/sha256:${layer.diffId}.tar`
  entries.set(`${image.id}.json`, image.config)
  image.layers.forEach((layer, index) => {
    entries.set(path(layer, index), blank.includes(index) ? Buffer.alloc(0) : layer.tar)
  })
  entries.set('manifest.json', json([manifestRow(image, path)]))
  return entries
}

/** What layers are called by go-containerregistry. */
const EXTENSION = { none: '.tar', gzip: '.tar.gz', zstd: '.tar.zst' } as const

/** An element of `manifest.json`; an image without tags has `untagged` for its RepoTags. */
export function manifestRow(
  image: Image,
  path: (layer: ImageLayer, index: number) => string,
  untagged: readonly string[] | null = null,
): object {
  return {
    Config: `${image.id}.json`,
    RepoTags: image.tags.length > 0 ? image.tags : untagged,
    Layers: image.layers.map(path),
  }
}

/** One layer of the chain of v1 images: its ID and the document that names its parent. */
export interface V1Layer {
  readonly id: string
  readonly json: Buffer
  readonly layer: ImageLayer
}

/** The v1 images Docker invents for an image, base first; the ID of the top one depends on the whole config. */
export function v1Chain(image: Image): V1Layer[] {
  const chain: V1Layer[] = []
  image.layers.forEach((layer, index) => {
    const parent = chain.at(-1)?.id
    const top = index === image.layers.length - 1
    const id = sha256(`${parent ?? ''} ${layer.diffId} ${top ? image.id : ''}`)
    const { config, architecture, os } = JSON.parse(image.config.toString())
    const own = top ? { config, architecture, os } : { os: image.platform.os }
    const v1 = {
      id,
      ...(parent === undefined ? {} : { parent }),
      created: CREATED,
      container_config: { Cmd: null },
      ...own,
    }
    chain.push({ id, json: json(v1), layer })
  })
  return chain
}

/** Adds `repositories`, which Docker leaves out where no image has a tag. */
export function addRepositories(entries: Entries, images: readonly Image[]): void {
  if (images.some(({ tags }) => tags.length > 0)) entries.set('repositories', json(repositories(images)))
}

function repositories(images: readonly Image[]): Record<string, Record<string, string>> {
  const found: Record<string, Record<string, string>> = {}
  for (const image of images) {
    for (const reference of image.tags) {
      const cut = reference.lastIndexOf(':')
      const name = reference.slice(0, cut)
      found[name] = { ...found[name], [reference.slice(cut + 1)]: v1Chain(image).at(-1)?.id ?? '' }
    }
  }
  return found
}

function addLegacy(entries: Entries, id: string, v1: Buffer, directory: boolean): void {
  if (directory) entries.set(`${id}/`, Buffer.alloc(0))
  entries.set(`${id}/VERSION`, Buffer.from('1.0'))
  entries.set(`${id}/json`, v1)
}
