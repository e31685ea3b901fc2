import { type TarEntry, type Text, tar } from './tar.ts'

/** Everything about a tar entry except its name. */
export type Node = Omit<TarEntry, 'name'>

/** Owner, mode, times and whatever else a node may have. */
export type Attributes = Partial<Omit<Node, 'type' | 'body' | 'link'>>

/** What lies at a path: the body of a plain file, a node, or one of the two removal marks. */
export type Content = Text | Node | Mark

/**
 * Paths and what lies there, in the order of the tar; a list of pairs where a path comes twice,
 * or where a path is a number (an object would move it to the front).
 */
export type Tree = Readonly<Record<string, Content>> | readonly (readonly [string, Content])[]

/** What a layer says about lower layers (image-spec, layer.md, whiteouts). */
export interface Mark {
  readonly mark: 'whiteout' | 'opaque'
}

/** Removes the path it stands at: `'etc/motd': whiteout` writes `etc/.wh.motd`. */
export const whiteout: Mark = { mark: 'whiteout' }

/** A directory that hides what lower layers have in it: `'etc/': opaque` writes `etc/` and `etc/.wh..wh..opq`. */
export const opaque: Mark = { mark: 'opaque' }

/** A regular file with attributes. */
export function file(body: Text, attributes: Attributes = {}): Node {
  return { type: '0', body, ...attributes }
}

/** A directory; the path it stands at ends in a slash. */
export function dir(attributes: Attributes = {}): Node {
  return { type: '5', mode: 0o755, ...attributes }
}

/** A symbolic link to `target`, as text. */
export function symlink(target: string, attributes: Attributes = {}): Node {
  return { type: '2', mode: 0o777, link: target, ...attributes }
}

/** A further name of the file at `target`, a path from the layer's root. */
export function hardlink(target: string, attributes: Attributes = {}): Node {
  return { type: '1', link: target, ...attributes }
}

/** A character ('c') or block ('b') device. */
export function device(kind: 'c' | 'b', major: number, minor: number, attributes: Attributes = {}): Node {
  return { type: kind === 'c' ? '3' : '4', mode: 0o660, major, minor, ...attributes }
}

/** A named pipe. */
export function fifo(attributes: Attributes = {}): Node {
  return { type: '6', ...attributes }
}

/** The tar of a layer, uncompressed. */
export function layer(tree: Tree): Buffer {
  return tar(layerEntries(tree))
}

/** The tar entries of a layer, in order. */
export function layerEntries(tree: Tree): TarEntry[] {
  const pairs: readonly (readonly [string, Content])[] = Array.isArray(tree) ? tree : Object.entries(tree)
  return pairs.flatMap(([path, content]) => entriesAt(path, content))
}

/** The tar of `docker export`: a whole root filesystem, and no image. */
export function rootfsTar(tree: Tree): Buffer {
  const mounts: Tree = { '.dockerenv': file('', { mode: 0o755 }), 'dev/': dir(), 'proc/': dir(), 'sys/': dir() }
  return tar([...layerEntries(mounts), ...layerEntries(tree)])
}

function entriesAt(path: string, content: Content): TarEntry[] {
  if (typeof content === 'string' || content instanceof Uint8Array) return [{ name: path, body: content }]
  if (!('mark' in content)) return [{ name: path, ...content }]
  if (content.mark === 'opaque') {
    return [
      { name: path, ...dir() },
      { name: `${path}.wh..wh..opq`, mode: 0o755 },
    ]
  }
  const cut = path.lastIndexOf('/') + 1
  return [{ name: `${path.slice(0, cut)}.wh.${path.slice(cut)}`, mode: 0 }]
}
