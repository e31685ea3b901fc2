import { formatBytes, formatPercent } from '../format/bytes.ts'
import { filesRows, filesTitle } from './files-pane.ts'
import { selectFooter } from './footer.ts'
import { imageRows } from './image-pane.ts'
import { itemDetails } from './item-details.ts'
import { BINDINGS, type Binding } from './keys.ts'
import { fittedDetails } from './layer-details.ts'
import { layersRows, layersTitle } from './layers-pane.ts'
import { type Area, isTooSmall, layOut, listHeight } from './layout.ts'
import type { Model } from './model.ts'
import type { MouseEvent } from './mouse.ts'
import { pageRows, pageTitle } from './overlay.ts'
import { asciiRow, asciiText, cell, makeRow, type Piece, type Row, safeText, widthOf } from './row.ts'
import { currentItemRow } from './selection.ts'
import type { Action, Size, State } from './state.ts'
import { glyphsFor } from './theme.ts'
import { tickedFacts } from './ticked-sizes.ts'
import { wasteRows, wasteTitle } from './waste-pane.ts'

/** A bordered part of the screen; `rows` are its `height - 2` rows of `width - 2` columns within the border. */
export interface ScreenPane extends Area {
  /** Safe text of at most `width - 6` columns. */
  readonly title: string
  readonly rows: readonly Row[]
  readonly focused: boolean
}

/** Everything that is on the screen: the header at row 0, panes beneath it, the footer in the last row. */
export interface Screen {
  readonly size: Size
  /** Whether there is only the header's message, for want of room. */
  readonly tooSmall: boolean
  readonly header: Row
  /** They fill the rows between header and footer and do not overlap; a page stands in place of the others. */
  readonly panes: readonly ScreenPane[]
  /** Hints, a message, or the prompt. */
  readonly footer: Row
  /** Where the user types, counted from 0; undefined where nothing is typed. */
  readonly cursor: { readonly x: number; readonly y: number } | undefined
}

/** What is on the screen in a state; exactly as large as the terminal. */
export function selectScreen(state: State, model: Model, bindings: readonly Binding[] = BINDINGS): Screen {
  const { size, ascii } = state
  const { columns, rows } = size
  const draw = (row: Row): Row => (ascii ? asciiRow(row) : row)
  if (isTooSmall(size)) {
    const header = draw(makeRow([['the terminal is too small', 'error']], columns))
    return { size, tooSmall: true, header, panes: [], footer: makeRow([], columns), cursor: undefined }
  }
  const { row, cursor } = selectFooter(state, bindings, columns)
  const panes = layOut(state, model.report.layers.length).map((area) => {
    const { title, rows: content } = paneContent(area, state, model, bindings, area.width - 2, area.height - 2)
    const fitted = widthOf(title) > area.width - 6 ? cell(title, area.width - 6).trimEnd() : title
    return {
      ...area,
      title: ascii ? asciiText(fitted) : fitted,
      rows: fill(content, area).map(draw),
      focused: area.id === 'overlay' || area.id === state.focus,
    }
  })
  return {
    size,
    tooSmall: false,
    header: draw(headerRow(state, model, columns)),
    panes,
    footer: draw(row),
    cursor: cursor === undefined ? undefined : { x: cursor, y: rows - 1 },
  }
}

/** The image in one line. */
function headerRow(state: State, model: Model, width: number): Row {
  const { image, summary, warnings } = model.report
  const separator = ` ${glyphsFor(state.ascii).separator} `
  const ticked = tickedFacts(state, model, width)
  const waste = summary.wastedBytes > 0 ? 'waste' : 'plain'
  const usual: Piece[] = [
    ...(image.platform === undefined || width < 100 ? [] : ([[safeText(image.platform), 'dim']] as const)),
    [`${formatBytes(summary.rootfsBytes)} rootfs`, 'size'],
    [`${formatBytes(summary.wastedBytes)} wasted`, waste],
    [`${formatPercent(summary.efficiency)} efficient`, 'plain'],
    ...(warnings.length === 0
      ? []
      : ([[`${warnings.length} ${warnings.length === 1 ? 'warning' : 'warnings'} (i)`, 'error']] as const)),
  ]
  const facts = (ticked.length === 0 ? usual : ticked).map(([text, role]): Piece => [separator + text, role])
  const room = Math.max(12, width - facts.reduce((sum, [text]) => sum + widthOf(text), 0))
  const name = safeText(image.name)
  return makeRow([[widthOf(name) > room ? cell(name, room, 'left', 'middle') : name, 'title'], ...facts], width)
}

function paneContent(
  { id }: Area,
  state: State,
  model: Model,
  bindings: readonly Binding[],
  width: number,
  height: number,
): { readonly title: string; readonly rows: readonly Row[] } {
  switch (id) {
    case 'layers':
      return { title: layersTitle(model), rows: layersRows(state, model, width, height) }
    case 'details': {
      const row = state.focus === 'waste' ? currentItemRow(state, model) : undefined
      if (row === undefined) {
        return { title: `Layer ${state.layer}`, rows: fittedDetails(state.layer, model, width, height) }
      }
      const { title, rows } = itemDetails(row, model, width)
      if (rows.length <= height) return { title, rows }
      const more = row.group?.finding === undefined ? '…' : `… ${rows.length - height + 1} more lines: v on the finding`
      return { title, rows: [...rows.slice(0, height - 1), makeRow([[more, 'dim']], width)] }
    }
    case 'files': {
      // The title tells how long the list is, as far as drawing its rows has shown.
      const rows = filesRows(state, model, width, height)
      return { title: filesTitle(state, model), rows }
    }
    case 'waste':
      return { title: wasteTitle(state, model), rows: wasteRows(state, model, width, height) }
    case 'image':
      return { title: 'Image', rows: imageRows(state, model, width).slice(state.imageTop, state.imageTop + height) }
    case 'overlay': {
      const { overlay } = state
      if (overlay === undefined || overlay.kind === 'overwrite') return { title: '', rows: [] }
      return { title: pageTitle(overlay, state), rows: pageRows(overlay, state, model, bindings, width, height) }
    }
  }
}

/** Exactly as many rows as an area has within its border. */
function fill(rows: readonly Row[], { width, height }: Area): Row[] {
  const blank = makeRow([], width - 2)
  return Array.from({ length: height - 2 }, (_, i) => rows[i] ?? blank)
}

/** Rows that one notch of the wheel scrolls. */
const NOTCH = 3

/** The action that something done with the mouse stands for; undefined where it stands for none. */
export function mouseToAction({ kind, x, y }: MouseEvent, state: State, model: Model): Action | undefined {
  if (state.prompt !== undefined || state.overlay?.kind === 'overwrite') return undefined
  const layers = model.report.layers.length
  const area = layOut(state, layers).find(
    (one) => x >= one.x && x < one.x + one.width && y >= one.y && y < one.y + one.height,
  )
  if (area === undefined || area.id === 'details') return undefined
  const { id } = area
  if (kind === 'wheel-up' || kind === 'wheel-down') {
    return { type: 'scroll', pane: id, rows: kind === 'wheel-up' ? -NOTCH : NOTCH }
  }
  if (id === 'overlay') return undefined
  const visible = listHeight(state, layers, id)
  // The rows of a list are the last ones within the border.
  const row = y - (area.y + area.height - 1 - visible)
  if (row < 0 || row >= visible) return { type: 'click', pane: id, row: Number.MAX_SAFE_INTEGER, double: false }
  const tops = { layers: state.layersTop, files: state.files.top, waste: state.waste.top, image: state.imageTop }
  return { type: 'click', pane: id, row: tops[id] + row, double: kind === 'double-click' }
}
