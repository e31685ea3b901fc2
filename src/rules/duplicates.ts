import { type NamedBody, possibleCopies } from '../tree/copies.ts'
import type { FileNode } from '../tree/node.ts'
import type { Evidence } from './evidence.ts'
import type { Claim, Instance } from './rule.ts'

/** Licences come with each package that they are about. */
const LICENCES = /(?:^|\/)share\/(?:doc|licenses|common-licenses)\/|(?:^|\/)(?:LICEN[CS]E|COPYING|NOTICE)[^/]*$/i

/** The copies of each body of the final rootfs but the first one, one claim for each layer that wrote some. */
export function duplicateContent({ stack }: Evidence): Claim[] {
  const byLayer = new Map<number, (readonly [copy: NamedBody, kept: NamedBody])[]>()
  for (const alike of possibleCopies(stack.rootfs)) {
    for (const [kept, ...copies] of groupByContent(alike)) {
      for (const copy of copies) {
        if (kept === undefined || copy.node === kept.node || LICENCES.test(copy.path)) continue
        const { layer } = copy.node.origin
        const found = byLayer.get(layer)
        if (found === undefined) byLayer.set(layer, [[copy, kept]])
        else found.push([copy, kept])
      }
    }
  }
  return [...byLayer].map(([layer, found]) => {
    const files = found.map(([{ path, node }]): Instance => ({ path, node, layer, part: node.size }))
    const [largest] = [...found].sort(([a], [b]) => b.node.size - a.node.size || compare(a.path, b.path))
    const detail = largest && `such as /${largest[0].path}, a copy of /${largest[1].path}`
    return { layer, files, ...(detail !== undefined && { detail }) }
  })
}

/** Equal bodies together, and of those the one that was there first in front. */
function groupByContent(bodies: readonly NamedBody[]): NamedBody[][] {
  const groups = new Map<FileNode['hash'], NamedBody[]>()
  for (const body of bodies) {
    const group = groups.get(body.node.hash)
    if (body.node.hash === undefined) continue
    if (group === undefined) groups.set(body.node.hash, [body])
    else group.push(body)
  }
  return [...groups.values()].map((group) =>
    group.sort((a, b) => a.node.origin.layer - b.node.origin.layer || compare(a.path, b.path)),
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
