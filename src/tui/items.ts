import type { Report } from '../analysis/report.ts'
import { pathOf } from '../format/escape.ts'
import type { Finding } from '../rules/finding.ts'
import { parentOf } from '../tree/tree.ts'
import { type Folding, isFolded } from './folding.ts'
import type { Place } from './state.ts'

/** One file that costs bytes: a row of the waste pane, whatever found it. */
export interface Item {
  readonly bytes: number
  /** Without a leading slash, as the trees name it. */
  readonly path: string
  /** In a word or two; what equal items are grouped by. */
  readonly cause: string
  /** More words on the cause, or ''. */
  readonly note: string
  /** The layer that stored the bytes and, where another one made them useless, that one. */
  readonly layers: readonly number[]
  /** Where to look at it. */
  readonly place: Place
}

/** Items that belong together: what a finding claims, or what has the same cause or directory. */
export interface Group {
  /** What it is told apart by from the others of its grouping. */
  readonly key: string
  readonly label: string
  readonly bytes: number
  /** How many items it has. */
  readonly count: number
  readonly finding?: Finding
  /** Largest first; the same array whenever it is asked for. */
  items(): readonly Item[]
}

/** A row of the waste pane: an item, or the line above a group of them. */
export type ItemRow =
  | { readonly kind: 'item'; readonly item: Item; readonly group: Group | undefined }
  | { readonly kind: 'group'; readonly group: Group }

/** Every wasted body of a report, largest first. */
export function wastedItems({ wasted }: Report): Item[] {
  return wasted.map((body) => {
    const path = pathOf(body).slice(1)
    return {
      bytes: body.bytes,
      path,
      cause: body.cause,
      note: body.differs?.join(' ') ?? '',
      layers: layersOf(body.layer, body.by),
      place: { layer: body.layer, path },
    }
  })
}

/** The layer that wrote something and the one that hid it, where that is another one. */
export function layersOf(layer: number, by: number | undefined): number[] {
  return by === undefined || by === layer ? [layer] : [layer, by]
}

/** What tells the groups of one grouping apart, and how a group is named by that. */
const GROUPED_BY = {
  cause: { key: ({ cause }: Item) => cause, label: (cause: string) => cause },
  directory: {
    // A part of the path costs no copy, which counts where there are many items.
    key: ({ path }: Item) => parentOf(path),
    label: (directory: string) => `/${directory}`,
  },
} as const

/** Wasted bodies in groups, the largest group first. */
export function wasteGroups(items: readonly Item[], by: 'cause' | 'directory'): Group[] {
  const { key: keyOf, label } = GROUPED_BY[by]
  const groups = new Map<string, { readonly members: Item[]; bytes: number }>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { members: [item], bytes: item.bytes })
    else {
      group.members.push(item)
      group.bytes += item.bytes
    }
  }
  return [...groups]
    .map(([key, { members, bytes }]): Group => {
      return { key, label: label(key), bytes, count: members.length, items: () => members }
    })
    .sort((a, b) => b.bytes - a.bytes)
}

/** What a grouping lists: groups, or items that are in none. */
export type Grouped = { readonly groups: readonly Group[] } | { readonly items: readonly Item[] }

/** The rows of the waste pane, of which only those are made that somebody looks at. */
export interface ItemRows {
  readonly length: number
  /** Undefined where there is no such row. */
  at(row: number): ItemRow | undefined
  /** The row above a group's items, or -1. */
  rowOf(group: Group): number
}

/** What a grouping lists as rows, without the items of folded groups; the items of a group are not asked for before a row of them is. */
export function itemRows(grouped: Grouped, folding: Folding): ItemRows {
  if ('items' in grouped) {
    const { items } = grouped
    const itemAt = (row: number): ItemRow | undefined => {
      const item = items[row]
      return item && { kind: 'item', item, group: undefined }
    }
    return { length: items.length, at: itemAt, rowOf: () => -1 }
  }
  const { groups } = grouped
  const starts: number[] = []
  let length = 0
  for (const { key, count } of groups) {
    starts.push(length)
    length += 1 + (isFolded(folding, key) ? 0 : count)
  }
  return {
    length,
    at(row) {
      if (!(row >= 0 && row < length)) return undefined
      const index = lastUpTo(starts, row)
      const group = groups[index] as Group
      const beneath = row - (starts[index] ?? 0)
      return beneath === 0
        ? { kind: 'group', group }
        : { kind: 'item', item: group.items()[beneath - 1] as Item, group }
    },
    rowOf: (group) => starts[groups.indexOf(group)] ?? -1,
  }
}

/** The index of the last of some ascending numbers, the first of which is 0, that is not above a given one. */
function lastUpTo(ascending: readonly number[], number: number): number {
  let low = 0
  for (let high = ascending.length; high - low > 1; ) {
    const middle = (low + high) >> 1
    if ((ascending[middle] as number) <= number) low = middle
    else high = middle
  }
  return low
}
