import type { Excerpt } from '../oci/excerpt.ts'
import type { Image } from '../oci/image.ts'
import type { HiddenBody, Stack } from '../stack.ts'
import type { FileNode, Node } from '../tree/node.ts'
import { find, joinPath, walkFiles } from '../tree/tree.ts'
import type { RoleName } from './image-role.ts'

/** One regular file as one layer wrote it. */
export interface Instance {
  /** Without a leading slash. */
  readonly path: string
  readonly node: FileNode
  /** Index of the layer that wrote it. */
  readonly layer: number
  /** Bytes of its body that are meant, whatever names the body has; all of a body that has no other name, where it is left out. */
  readonly part?: number
}

/** Everything that rules may look at. */
export interface Evidence {
  readonly image: Image
  readonly stack: Stack
  /** What hid a body, where something did. */
  readonly hiddenBy: ReadonlyMap<object, HiddenBody>
  /** The environment of containers. */
  readonly env: ReadonlyMap<string, string>
  /** Layers below this index came with the base image. */
  readonly baseLayers: number
  /** What the image is for, where the user says it. */
  readonly role: RoleName | undefined
  /** The node at a path of the final rootfs. */
  live(path: string): Node | undefined
  /** What was kept of a body; undefined where it was not looked into. */
  excerpt(file: FileNode): Excerpt | undefined
}

/** Gathers the evidence of an image. */
export function gatherEvidence(image: Image, stack: Stack, baseLayers: number, role?: RoleName): Evidence {
  const env = new Map((image.config.env ?? []).map((entry): [string, string] => split(entry)))
  const live = (path: string) => find(stack.rootfs, path)
  return {
    image,
    stack,
    hiddenBy: new Map(stack.hidden.map((body) => [body.node, body])),
    env,
    baseLayers,
    role,
    live,
    excerpt: (file) => excerptOf(image, file),
  }
}

/** What was kept of a body when its layer was read. */
export function excerptOf({ layers }: Image, file: FileNode): Excerpt | undefined {
  const content = layers[file.origin.layer]?.content
  return content === undefined || typeof content === 'string' ? undefined : content.excerpts.get(file)
}

function split(entry: string): [string, string] {
  const at = entry.indexOf('=')
  return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)]
}

/** The regular files of a layer that are wanted, those included that another entry of the same layer made invisible. */
export function instancesOf(
  { image }: Evidence,
  layer: number,
  wanted: (node: FileNode) => boolean = () => true,
): Instance[] {
  const content = image.layers[layer]?.content
  if (content === undefined || typeof content === 'string') return []
  const found: Instance[] = []
  for (const { path, node } of content.superseded) if (wanted(node)) found.push({ path, node, layer })
  walkFiles(content.changeset.added, '', (node, name, parent) => {
    if (wanted(node)) found.push({ path: joinPath(parent, name), node, layer })
  })
  return found
}
