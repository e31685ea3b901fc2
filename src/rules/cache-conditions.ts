import type { Node } from '../tree/node.ts'
import { find, walk } from '../tree/tree.ts'
import type { Evidence, Instance } from './evidence.ts'
import { onceForImage } from './once.ts'
import { CACHEDIR_TAG } from './places.ts'
import { roleOf, runs } from './role.ts'

/** A condition of path rules. */
type Condition = (file: Instance, evidence: Evidence) => boolean

/** Holds where a container starts none of these programs; `names` as `runs` takes them. */
export function unlessStarted(names: string): Condition {
  const isStarted = runs(names)
  return (_, evidence) => !isStarted.test(roleOf(evidence).start)
}

/** Holds where what a container starts says none of this. */
export function unlessNamed(text: RegExp): Condition {
  return (_, evidence) => !text.test(roleOf(evidence).start)
}

/** Holds where each of some conditions does. */
export function all(...conditions: readonly Condition[]): Condition {
  return (file, evidence) => conditions.every((holds) => holds(file, evidence))
}

/** Holds where dropping this name drops the body: no other name, in its layer or above, shows it. */
export function hasOneName({ node }: Instance, { stack }: Evidence): boolean {
  return node.links === 1 && !stack.shared.has(node)
}

/** Holds where `result` stands beside the directory of a file's path, and for files beneath no such directory. */
export function beside(directory: string, result: string): Condition {
  return ({ path, layer }, evidence) => {
    const at = `/${path}`.lastIndexOf(`/${directory}/`)
    return at < 0 || exists(evidence, layer, path.slice(0, at) + result)
  }
}

/** Holds for what lies beneath a `target` directory that Cargo marked as its own (The Cargo Book, Build Cache). */
export function isCargoTarget({ path, layer }: Instance, evidence: Evidence): boolean {
  const at = `/${path}`.lastIndexOf('/target/')
  const target = `${path.slice(0, at)}target`
  const tagPath = `${target}/CACHEDIR.TAG`
  const tag = evidence.live(tagPath) ?? wrote(evidence, layer, tagPath)
  const isTagged = tag?.kind === 'file' && evidence.excerpt(tag)?.head.toString('latin1').startsWith(CACHEDIR_TAG)
  return isTagged || exists(evidence, layer, `${target}/.rustc_info.json`)
}

/** Whether a path is in the final rootfs, or in what one layer wrote. */
function exists(evidence: Evidence, layer: number, path: string): boolean {
  return (evidence.live(path) ?? wrote(evidence, layer, path)) !== undefined
}

function wrote({ image }: Evidence, layer: number, path: string): Node | undefined {
  const content = image.layers[layer]?.content
  return content === undefined || typeof content === 'string' ? undefined : find(content.changeset.added, path)
}

/** Holds where nothing in the image loads its dependencies by Yarn's Plug'n'Play. */
export function unlessPlugAndPlay(_: Instance, evidence: Evidence): boolean {
  return !usesPlugAndPlay(evidence)
}

const usesPlugAndPlay = onceForImage(({ stack }) => {
  let found = false
  walk(stack.rootfs, '', (_path, _node, name) => {
    found ||= name.endsWith('.pnp.cjs') || name.endsWith('.pnp.js')
  })
  return found
})
