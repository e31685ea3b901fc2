import { formatBytes, formatCount } from '../format/bytes.ts'
import { isFolded } from './folding.ts'
import type { Item, ItemRow } from './items.ts'
import type { Model } from './model.ts'
import { cell, makeRow, type Row, safeText } from './row.ts'
import type { State } from './state.ts'
import { type Glyphs, glyphsFor } from './theme.ts'

const BYTES = 8

/** The rows of the waste pane: titles, then what is visible of the list. */
export function wasteRows(state: State, model: Model, width: number, height: number): Row[] {
  const { waste, grouping, wasteFolding } = state
  const glyphs = glyphsFor(state.ascii)
  const rows = model.itemRows(grouping, wasteFolding)
  const layers = 2 * String(model.report.layers.length).length + 2 + glyphs.arrow.length
  const cause = grouping === 'cause' ? 0 : 13
  const title = `${cell('bytes', BYTES, 'right')} ${cell('layers', layers)} ${cause > 0 ? cell('cause', cause + 1) : ''}path`
  if (rows.length === 0)
    return [makeRow([['nothing is wasted: the final rootfs shows every file that is stored', 'dim']], width)]
  return [
    makeRow([[title, 'dim']], width),
    ...rows.slice(waste.top, waste.top + height - 1).map((row, i) => {
      const selected = waste.top + i === waste.row
      if (row.kind === 'item') return itemRow(row, glyphs, layers, cause, width, selected)
      return groupRow(row, isFolded(wasteFolding, row.label), glyphs, width, selected)
    }),
  ]
}

/** What is wasted in all, for the pane's title. */
export function wasteTitle({ grouping }: State, { report, items }: Model): string {
  const all = `Waste: ${formatBytes(report.summary.wastedBytes)} in ${formatCount(items.length)} ${items.length === 1 ? 'file' : 'files'}`
  return grouping === 'none' ? all : `${all}, by ${grouping}`
}

function itemRow(
  { item, grouped }: Extract<ItemRow, { kind: 'item' }>,
  { arrow }: Glyphs,
  layers: number,
  cause: number,
  width: number,
  selected: boolean,
): Row {
  const room = Math.max(1, width - BYTES - layers - 2 - (cause > 0 ? cause + 1 : 0) - (grouped ? 2 : 0))
  return makeRow(
    [
      [`${cell(formatBytes(item.bytes), BYTES, 'right')} `, 'size'],
      [`${cell(item.layers.join(` ${arrow} `), layers)} `, 'plain'],
      [cause > 0 ? `${cell(item.cause, cause)} ` : '', 'waste'],
      [grouped ? '  ' : '', 'plain'],
      [pathText(item, room), 'plain'],
    ],
    width,
    selected,
  )
}

function pathText({ path, note }: Item, room: number): string {
  const text = safeText(`/${path}`)
  const noted = note === '' ? text : `${text} (${note})`
  return cell(noted, room, 'left', 'middle')
}

function groupRow(
  { label, bytes, items }: Extract<ItemRow, { kind: 'group' }>,
  folded: boolean,
  glyphs: Glyphs,
  width: number,
  selected: boolean,
): Row {
  const count = ` ${formatCount(items)} ${items === 1 ? 'file' : 'files'}`
  const room = Math.max(1, width - BYTES - 3 - count.length)
  return makeRow(
    [
      [`${cell(formatBytes(bytes), BYTES, 'right')} `, 'size'],
      [`${folded ? glyphs.folded : glyphs.unfolded} `, 'border'],
      [cell(safeText(label), room, 'left', 'middle').trimEnd(), 'title'],
      [count, 'dim'],
    ],
    width,
    selected,
  )
}
