import { createHash } from 'node:crypto'
import { type Compression, plain } from './compression.ts'
import { layer, type Tree } from './layer.ts'

/** One history entry of a config (image-spec, config.md). */
export interface HistoryEntry {
  readonly created?: string
  readonly created_by?: string
  readonly author?: string
  readonly comment?: string
  readonly empty_layer?: boolean
}

/** An image in short; only `layers` is needed. */
export interface ImageLiteral {
  /** Base layer first; each a tree, or the bytes of a tar. */
  readonly layers: readonly (Tree | Uint8Array)[]
  /** Left out of the config where not given. */
  readonly history?: readonly HistoryEntry[]
  /** Such as `app:1.0`. */
  readonly tags?: readonly string[]
  /** `os/architecture[/variant]`; linux/amd64 where left out. */
  readonly platform?: string
  readonly created?: string
  /** The config's own `config` member: Env, Cmd, Labels and so on. */
  readonly config?: object
  /** Members of the config document to replace, or to leave out where undefined. */
  readonly document?: object
  /** How layers are stored by those containers that may compress: one for all, or one for each. */
  readonly compression?: Compression | readonly Compression[]
}

/** One layer, as tar and as blob. */
export interface ImageLayer {
  readonly tar: Uint8Array
  /** Hex of the sha256 of the tar. */
  readonly diffId: string
  readonly blob: Uint8Array
  readonly compression: Compression['kind']
}

/** An image from which every container is made. */
export interface Image {
  readonly layers: readonly ImageLayer[]
  /** The config document. */
  readonly config: Buffer
  /** Hex of the sha256 of the config. */
  readonly id: string
  readonly tags: readonly string[]
  readonly platform: Platform
}

/** A platform as descriptors give it (image-spec, image-index.md). */
export interface Platform {
  readonly os: string
  readonly architecture: string
  readonly variant?: string
}

/** When everything happened, unless told otherwise. */
export const CREATED = '2024-05-14T09:30:00Z'

/** An image with its tars, blobs and config worked out. */
export function image(literal: ImageLiteral): Image {
  const { compression = plain, tags = [], created = CREATED, config = {}, history, document } = literal
  const platform = parsePlatform(literal.platform ?? 'linux/amd64')
  const layers = literal.layers.map((source, index) => {
    const tar = source instanceof Uint8Array ? source : layer(source)
    const chosen = 'encode' in compression ? compression : (compression[index] ?? plain)
    return { tar, diffId: sha256(tar), blob: chosen.encode(tar), compression: chosen.kind }
  })
  const rootfs = { type: 'layers', diff_ids: layers.map(({ diffId }) => `sha256:${diffId}`) }
  const bytes = json({ ...platform, created, config, rootfs, history, ...document })
  return { layers, config: bytes, id: sha256(bytes), tags, platform }
}

/** One instruction of a build, and the layer it made if it made one. */
export type Step = readonly [createdBy: string, made?: Tree | Uint8Array]

/** What a build did, instruction by instruction: layers and history to spread into `image`; no tree, no layer. */
export function steps(...built: readonly Step[]): {
  readonly layers: readonly (Tree | Uint8Array)[]
  readonly history: readonly HistoryEntry[]
} {
  return {
    layers: built.flatMap(([, tree]) => (tree === undefined ? [] : [tree])),
    history: built.map(([created_by, tree]) => ({
      created: CREATED,
      created_by,
      ...(tree === undefined ? { empty_layer: true } : {}),
    })),
  }
}

/** Hex of the sha256 of some bytes. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** A JSON document as bytes. */
export function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

function parsePlatform(text: string): Platform {
  const [os = '', architecture = '', variant] = text.split('/')
  return { os, architecture, ...(variant === undefined ? {} : { variant }) }
}
