import type { Report, WastedBody } from '../analysis/report.ts'
import { decodeName } from '../format/escape.ts'
import { type Folding, isFolded } from './folding.ts'
import type { Grouping, Place } from './state.ts'

/** One thing about the image that costs bytes: a row of the waste pane, whatever found it. */
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

/** A row of the waste pane: an item, or the line above a group of them. */
export type ItemRow =
  | { readonly kind: 'item'; readonly item: Item; readonly grouped: boolean }
  | { readonly kind: 'group'; readonly label: string; readonly bytes: number; readonly items: number }

/** Every wasted body of a report, largest first. */
export function wastedItems({ wasted }: Report): Item[] {
  return wasted.map((body) => {
    const path = pathOf(body)
    return {
      bytes: body.bytes,
      path,
      cause: body.cause,
      note: body.differs?.join(' ') ?? '',
      layers: body.layer === body.by ? [body.layer] : [body.layer, body.by],
      place: { layer: body.layer, path },
    }
  })
}

/** The path as its bytes were decoded; reports escape the ones that are not UTF-8. */
function pathOf({ path, pathBytes }: WastedBody): string {
  return (pathBytes === undefined ? path : decodeName(Buffer.from(pathBytes, 'base64'))).slice(1)
}

/** How the items of one grouping are named. */
const LABELS: Readonly<Record<Exclude<Grouping, 'none'>, (item: Item) => string>> = {
  cause: ({ cause }) => cause,
  directory: ({ path }) => `/${path.slice(0, Math.max(path.lastIndexOf('/'), 0))}`,
}

/** Items as rows: as they are, or by groups with the largest first, and without the items of folded groups. */
export function itemRows(items: readonly Item[], grouping: Grouping, folding: Folding): ItemRow[] {
  if (grouping === 'none') return items.map((item) => ({ kind: 'item', item, grouped: false }))
  const groups = new Map<string, { bytes: number; items: Item[] }>()
  for (const item of items) {
    const label = LABELS[grouping](item)
    const group = groups.get(label)
    if (group === undefined) groups.set(label, { bytes: item.bytes, items: [item] })
    else {
      group.bytes += item.bytes
      group.items.push(item)
    }
  }
  const rows: ItemRow[] = []
  for (const [label, group] of [...groups].sort(([, a], [, b]) => b.bytes - a.bytes)) {
    rows.push({ kind: 'group', label, bytes: group.bytes, items: group.items.length })
    if (isFolded(folding, label)) continue
    for (const item of group.items) rows.push({ kind: 'item', item, grouped: true })
  }
  return rows
}
