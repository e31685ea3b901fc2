import { type NamedBody, possibleCopies } from '../tree/copies.ts'
import type { FileNode } from '../tree/node.ts'
import type { Evidence } from './evidence.ts'
import { onceForImage } from './once.ts'
import type { Claim, Instance } from './rule.ts'

/** Licences come with each package that they are about. */
const LICENCES = /(?:^|\/)share\/(?:doc|licenses|common-licenses)\/|(?:^|\/)(?:LICEN[CS]E|COPYING|NOTICE)[^/]*$/i

/** The copies of each body of the final rootfs but the first one, one claim for each layer that wrote some. */
export const duplicateContent = onceForImage(({ stack }: Evidence): readonly Claim[] => {
  const byLayer = new Map<number, Copy[]>()
  for (const alike of possibleCopies(stack.rootfs)) {
    for (const one of copiesAmong(alike)) {
      const { path, node } = one.copy
      if (node === one.kept.node || LICENCES.test(path)) continue
      const found = byLayer.get(node.origin.layer)
      if (found === undefined) byLayer.set(node.origin.layer, [one])
      else found.push(one)
    }
  }
  return [...byLayer].map(([layer, found]) => {
    const files = found.map(({ copy: { path, node } }): Instance => ({ path, node, layer, part: node.size }))
    const largest = found.reduce((a, b) => (bySize(a, b) <= 0 ? a : b))
    return { layer, files, detail: `such as /${largest.copy.path}, a copy of /${largest.kept.path}` }
  })
})

interface Copy {
  readonly copy: NamedBody
  /** The equal body that was there first. */
  readonly kept: NamedBody
}

/** Each body that comes after an equal one, by layer and path. */
function* copiesAmong(bodies: readonly NamedBody[]): Generator<Copy> {
  const inOrder = bodies.filter(({ node }) => node.hash !== undefined).sort(byLayerAndPath)
  // Most bodies that may be copies are two, too few for a table.
  const [first, second, third] = inOrder
  if (first === undefined || second === undefined) return
  if (third === undefined) {
    if (first.node.hash === second.node.hash) yield { copy: second, kept: first }
    return
  }
  const kept = new Map<FileNode['hash'], NamedBody>()
  for (const body of inOrder) {
    const before = kept.get(body.node.hash)
    if (before === undefined) kept.set(body.node.hash, body)
    else yield { copy: body, kept: before }
  }
}

function byLayerAndPath(a: NamedBody, b: NamedBody): number {
  return a.node.origin.layer - b.node.origin.layer || compare(a.path, b.path)
}

function bySize({ copy: a }: Copy, { copy: b }: Copy): number {
  return b.node.size - a.node.size || compare(a.path, b.path)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
