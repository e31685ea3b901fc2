import type { Report, WastedBody } from '../analysis/report.ts'
import { decodeName } from '../format/escape.ts'
import type { Finding } from '../rules/finding.ts'
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
    const path = pathOf(body)
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

/** The path as its bytes were decoded; reports escape the ones that are not UTF-8. */
function pathOf({ path, pathBytes }: WastedBody): string {
  return (pathBytes === undefined ? path : decodeName(Buffer.from(pathBytes, 'base64'))).slice(1)
}

/** How the items of one grouping are named. */
const LABELS: Readonly<Record<'cause' | 'directory', (item: Item) => string>> = {
  cause: ({ cause }) => cause,
  directory: ({ path }) => `/${path.slice(0, Math.max(path.lastIndexOf('/'), 0))}`,
}

/** Wasted bodies in groups, the largest group first. */
export function wasteGroups(items: readonly Item[], by: 'cause' | 'directory'): Group[] {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const label = LABELS[by](item)
    const group = groups.get(label)
    if (group === undefined) groups.set(label, [item])
    else group.push(item)
  }
  return [...groups]
    .map(([label, group]): Group => {
      const bytes = group.reduce((sum, item) => sum + item.bytes, 0)
      return { key: label, label, bytes, count: group.length, items: () => group }
    })
    .sort((a, b) => b.bytes - a.bytes)
}

/** What a grouping lists: groups, or items that are in none. */
export type Grouped = { readonly groups: readonly Group[] } | { readonly items: readonly Item[] }

/** What a grouping lists as rows, without the items of folded groups. */
export function itemRows(grouped: Grouped, folding: Folding): ItemRow[] {
  if ('items' in grouped) return grouped.items.map((item) => ({ kind: 'item', item, group: undefined }))
  const rows: ItemRow[] = []
  for (const group of grouped.groups) {
    rows.push({ kind: 'group', group })
    if (isFolded(folding, group.key)) continue
    for (const item of group.items()) rows.push({ kind: 'item', item, group })
  }
  return rows
}
