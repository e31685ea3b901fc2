import type { Node } from '../tree/node.ts'
import type { Mark } from './mark.ts'
import type { Sort } from './state.ts'

/** One path of the files pane: what two trees hold there. */
export interface Entry {
  readonly name: string
  /** Undefined for the root, which is no row itself. */
  readonly parent: Entry | undefined
  /** 0 for what lies in the root directory. */
  readonly depth: number
  readonly lower: Node | undefined
  readonly upper: Node | undefined
  readonly mark: Mark
  /** Place in the order of marks of the first one of it and of what is shown beneath it. */
  readonly rank: number
  /** Content bytes of it and of all that is shown beneath it, each body once. */
  readonly bytes: number
  /** How many paths are shown beneath it. */
  readonly below: number
  /** Worked out when they are first asked for. */
  children: readonly Entry[] | undefined
  sorted: { readonly order: Order; readonly entries: readonly Entry[] } | undefined
}

/** How siblings are put in order. */
export interface Order {
  readonly sort: Sort
  readonly reversed: boolean
}

type Compare = (a: Entry, b: Entry) => number

const byName: Compare = (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
const bySize: Compare = (a, b) => b.bytes - a.bytes || byName(a, b)
const COMPARE: Readonly<Record<Sort, Compare>> = {
  size: bySize,
  name: byName,
  change: (a, b) => a.rank - b.rank || bySize(a, b),
}

/** Compares two siblings, or the same entry of two views of the same layer. */
export function compareSiblings(a: Entry, b: Entry, { sort, reversed }: Order): number {
  const compared = COMPARE[sort](a, b)
  return reversed ? -compared : compared
}

/** Compares two entries of one view by the place that an unfolded list gives them; a directory comes before what is in it. */
export function compareEntries(a: Entry, b: Entry, order: Order): number {
  const ways = [wayTo(a), wayTo(b)] as const
  for (let i = 0; ; i++) {
    const left = ways[0][i]
    const right = ways[1][i]
    if (left === undefined || right === undefined) return ways[0].length - ways[1].length
    const compared = left.name === right.name ? 0 : compareSiblings(left, right, order)
    if (compared !== 0) return compared
  }
}

/** The entries from just beneath the root to an entry. */
function wayTo(entry: Entry): Entry[] {
  const way: Entry[] = []
  for (let at: Entry | undefined = entry; at?.parent !== undefined; at = at.parent) way.push(at)
  return way.reverse()
}

/** The path of an entry, without a leading slash. */
export function pathOf(entry: Entry): string {
  return wayTo(entry)
    .map(({ name }) => name)
    .join('/')
}

/** The node that a row shows: what is there now, or what was there last. */
export function nodeOf({ lower, upper }: Entry): Node {
  const node = upper ?? lower
  if (node === undefined) throw new Error('an entry of nothing')
  return node
}

/** Whether an entry can be folded. */
export function hasChildren(entry: Entry): boolean {
  return entry.below > 0
}
