import type { Report } from '../analysis/report.ts'
import { formatBytes, formatCount } from '../format/bytes.ts'
import { formatSavings } from '../format/savings.ts'
import { SEVERITY_LETTERS, SEVERITY_ROLES } from './findings.ts'
import { type Group, type Item, type ItemRow, layersOf } from './items.ts'
import type { Model } from './model.ts'
import { cell, makeRow, type Piece, type Row, safeName, safeText, widthOf } from './row.ts'
import { wasteList } from './selection.ts'
import type { Grouping, State } from './state.ts'
import { type Glyphs, glyphsFor } from './theme.ts'
import { isRowTicked } from './ticking.ts'
import { isGroupFolded } from './waste.ts'

const BYTES = 8
const RULE = 24
const COUNT = 12
/** Columns of a pane from which on there is room for words. */
const ROOMY = 56
const SPACIOUS = 100

/** How rows are laid out; widths are in columns, the blank behind a column not counted. */
interface Look {
  readonly grouping: Grouping
  readonly glyphs: Glyphs
  readonly width: number
  readonly arrow: string
  /** Before what came with the base image, or may have. */
  readonly base: string
  readonly layers: number
  /** 0 where all rows of a group have the same cause, or where the layers are their group's. */
  readonly cause: number
}

/** The rows of the waste pane: titles, then what is visible of the list. */
export function wasteRows(state: State, model: Model, width: number, height: number): Row[] {
  const { waste, grouping } = state
  const rows = wasteList(state, model)
  const look = lookOf(state, model, width)
  if (rows.length === 0) return [makeRow([[EMPTY[grouping === 'finding' ? 'finding' : 'waste'], 'dim']], width)]
  return [
    titleRow(look, model),
    ...Array.from({ length: Math.max(0, Math.min(height - 1, rows.length - waste.top)) }, (_, i) => {
      const row = rows.at(waste.top + i) as ItemRow
      const selected = waste.top + i === waste.row
      const tick = isRowTicked(state, row) ? look.glyphs.tick : ' '
      if (row.kind === 'item') return makeRow(itemPieces(row, tick, look), width, selected)
      const fold =
        row.group.count === 0 ? ' ' : isGroupFolded(state, row.group) ? look.glyphs.folded : look.glyphs.unfolded
      return makeRow(groupPieces(row.group, fold, tick, look), width, selected)
    }),
  ]
}

const EMPTY = {
  finding: 'there are no findings here (s lists what is wasted)',
  waste: 'nothing is wasted: the final rootfs shows every file that is stored',
}

/** What is found or wasted in all, for the pane's title. */
export function wasteTitle({ grouping }: State, { report, items, base }: Model): string {
  if (grouping === 'finding') {
    const passed = passedText(report)
    if (report.findings.length === 0) return `No findings${passed}`
    const bytes = { own: 0, base: 0 }
    for (const { origin, attributedBytes } of report.findings) bytes[origin] += attributedBytes
    const count = report.findings.length
    const inBase =
      bytes.base === 0 ? '' : `, ${formatBytes(bytes.base)} ${base === undefined ? 'perhaps ' : ''}of the base`
    return `${formatCount(count)} ${count === 1 ? 'finding' : 'findings'}${passed}: ${formatBytes(bytes.own)} own${inBase}`
  }
  const all = `Waste: ${formatBytes(report.summary.wastedBytes)} in ${formatCount(items.length)} ${items.length === 1 ? 'file' : 'files'}`
  return grouping === 'none' ? all : `${all}, by ${grouping}`
}

/** How many findings the policy lets pass; '' where it lets none. */
function passedText({ suppressed, savings }: Report): string {
  if (suppressed.length === 0) return ''
  const { own, base } = savings.suppressed
  const bytes = own > 0 ? ` (${formatBytes(own)})` : base > 0 ? ` (${formatBytes(base)} of the base)` : ''
  return `, ${formatCount(suppressed.length)} let pass${bytes}`
}

function lookOf({ grouping, ascii }: State, { report, base }: Model, width: number): Look {
  const glyphs = glyphsFor(ascii)
  const arrow = width < ROOMY ? glyphs.arrow : ` ${glyphs.arrow} `
  const digits = String(report.layers.length).length
  const cause = grouping === 'finding' || grouping === 'cause' ? 0 : width < ROOMY ? 9 : 13
  const layers = Math.max('layers'.length, 2 * digits + arrow.length)
  return { grouping, glyphs, width, arrow, base: base === undefined ? 'base? ' : 'base: ', layers, cause }
}

function titleRow({ grouping, layers, cause, width }: Look, { report }: Model): Row {
  const bytes = cell('bytes', BYTES, 'right')
  if (grouping !== 'finding') {
    const title = `${bytes} ${cell('layers', layers)} ${cause > 0 ? cell('cause', cause + 1) : ''}path`
    return makeRow([[title, 'dim']], width)
  }
  const title = `  ${bytes}   ${cell('layers', layers)} finding`
  const room = Math.max(0, width - widthOf(title) - 2)
  const savings = savingsTexts(report).find((text) => widthOf(text) <= room) ?? ''
  return makeRow([[`${title}  ${cell(savings, room, 'right')}`, 'dim']], width)
}

/** Own bytes by how safe it is to save them, the fullest text first. */
function savingsTexts({ savings: { own } }: Report): string[] {
  const safe = `${formatBytes(own.safe)} safe`
  return [
    formatSavings(own),
    `${safe}, ${formatBytes(own.likely)} likely, ${formatBytes(own.review)} review`,
    `${safe} to save`,
  ]
}

function itemPieces({ item, group }: Extract<ItemRow, { kind: 'item' }>, tick: string, look: Look): Piece[] {
  const { layers, arrow, cause } = look
  const bytes: Piece[] = [
    [cell(formatBytes(item.bytes), BYTES, 'right'), 'size'],
    [tick, 'key'],
  ]
  const indent: Piece = [group === undefined ? '' : '  ', 'plain']
  const columns: Piece[] =
    look.grouping === 'finding'
      ? [['  ', 'plain'], ...bytes, indent]
      : [
          ...bytes,
          [`${cell(item.layers.join(arrow), layers)} `, 'plain'],
          [cause > 0 ? `${cell(causeText(item, look), cause)} ` : '', 'waste'],
          indent,
        ]
  const room = look.width - columns.reduce((sum, [text]) => sum + widthOf(text), 0)
  return [...columns, [pathText(item, Math.max(1, room), look), 'plain']]
}

/** In a narrow pane a word is enough: the details beside it say the rest. */
function causeText({ cause }: Item, { width }: Look): string {
  return width < ROOMY ? (cause.split('-')[0] ?? cause) : cause
}

function pathText({ path, note }: Item, room: number, { width }: Look): string {
  const text = safeName(`/${path}`)
  const noted = note === '' || width < ROOMY ? text : `${text} (${note})`
  return cell(noted, room, 'left', 'middle')
}

function groupPieces(group: Group, fold: string, tick: string, look: Look): Piece[] {
  const { bytes, count, finding, label } = group
  const { width } = look
  const size: Piece[] = [
    [cell(bytes === 0 ? '' : formatBytes(bytes), BYTES, 'right'), 'size'],
    [tick, 'key'],
  ]
  const sign: Piece = [`${fold} `, 'border']
  const counted = count === 0 ? '' : ` ${formatCount(count)} ${count === 1 ? 'file' : 'files'}`
  if (finding === undefined) {
    const named = cell(safeName(label), Math.max(1, width - BYTES - 3 - counted.length), 'left', 'middle').trimEnd()
    return [...size, sign, [named, 'title'], [counted, 'dim']]
  }
  const { severity, rule, layer, by, origin } = finding
  const role = SEVERITY_ROLES[severity]
  const before: Piece[] = [
    [`${SEVERITY_LETTERS[severity]} `, role],
    ...size,
    sign,
    [`${cell(layersOf(layer, by).join(look.arrow), look.layers)} `, 'dim'],
    [origin === 'base' ? look.base : '', 'dim'],
  ]
  const spacious = ` ${cell(rule, RULE)}${cell(counted, COUNT, 'right')}`
  const after: Piece[] = [[width < ROOMY ? '' : width < SPACIOUS ? counted : spacious, 'dim']]
  const room = Math.max(1, width - [...before, ...after].reduce((sum, [text]) => sum + widthOf(text), 0))
  // Where a title would be cut, the name of the rule says more.
  const named = cell(safeText(width < ROOMY ? rule : label), room)
  return [...before, [named, severity === 'high' ? 'title' : role], ...after]
}
