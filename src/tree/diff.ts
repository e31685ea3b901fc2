import type { Node } from './node.ts'
import { joinPath } from './tree.ts'

/** A path at which two trees hold different nodes, or only one of them holds any. */
export interface Difference {
  readonly path: string
  readonly before: Node | undefined
  readonly after: Node | undefined
}

/**
 * Walks two trees side by side and gives every path where they do not hold the same object, parents before children;
 * whatever both trees share is passed over unseen. A directory is given for the sake of what differs beneath it, too.
 */
export function* diff(lower: Node | undefined, upper: Node | undefined): Generator<Difference> {
  const pending: Difference[] = [{ path: '', before: lower, after: upper }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path, before, after } = next
    if (before === after) continue
    yield next
    pairChildren(before, after, (name, beneath, above) => {
      if (beneath !== above) pending.push({ path: joinPath(path, name), before: beneath, after: above })
    })
  }
}

/** Visits the children of two nodes by name, those of the upper one first; nodes that are no directories have none. */
export function pairChildren(
  lower: Node | undefined,
  upper: Node | undefined,
  visit: (name: string, lower: Node | undefined, upper: Node | undefined) => void,
): void {
  const beneath = lower?.kind === 'directory' ? lower.children : undefined
  const above = upper?.kind === 'directory' ? upper.children : undefined
  if (above !== undefined) for (const [name, node] of above) visit(name, beneath?.get(name), node)
  if (beneath === undefined || beneath === above) return
  for (const [name, node] of beneath) if (above?.has(name) !== true) visit(name, node, undefined)
}
