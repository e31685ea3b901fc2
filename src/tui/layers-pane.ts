import type { ReportLayer } from '../analysis/report.ts'
import { formatBytes } from '../format/bytes.ts'
import { formatCreatedBy } from '../format/created-by.ts'
import type { Model } from './model.ts'
import { cell, makeRow, type Piece, type Row, safeText } from './row.ts'
import type { State } from './state.ts'
import { glyphsFor, makeBar } from './theme.ts'

const BYTES = 7

/** The rows of the layers pane: titles, then as many layers as fit. */
export function layersRows(state: State, { report: { layers }, base }: Model, width: number, height: number): Row[] {
  const glyphs = glyphsFor(state.ascii)
  const digits = String(Math.max(0, layers.length - 1)).length
  const bar = width >= 60 ? 10 : width >= 42 ? 6 : 0
  const largest = Math.max(1, ...layers.map(({ contentBytes }) => contentBytes))
  const line = (
    index: string,
    side: string,
    size: string,
    wasted: Piece,
    share: number,
    rest: Piece,
    selected = false,
  ): Row =>
    makeRow(
      [
        [`${cell(index, digits, 'right')}${side}`, 'dim'],
        [`${cell(size, BYTES, 'right')} `, 'size'],
        [`${cell(wasted[0], BYTES, 'right')} `, wasted[1]],
        ...(bar === 0 ? [] : ([[`${makeBar(share, bar, glyphs)} `, 'bar']] as const)),
        rest,
      ],
      width,
      selected,
    )
  return [
    line('#', ' ', 'size', ['wasted', 'dim'], 0, ['instruction', 'dim']),
    ...layers.slice(state.layersTop, state.layersTop + height - 1).map((layer) => {
      const { index, contentBytes, wastedBytes, unread } = layer
      const size = unread === undefined ? formatBytes(contentBytes) : '?'
      const wasted = wastedBytes === 0 ? '' : formatBytes(wastedBytes)
      const share = contentBytes / largest
      const isBase = base !== undefined && index < base.layers
      const made: Piece = [instruction(layer), isBase ? 'dim' : 'plain']
      const side = isBase ? glyphs.level : ' '
      return line(String(index), side, size, [wasted, 'waste'], share, made, index === state.layer)
    }),
  ]
}

/** How many layers came with the base image, where that is known, for the pane's title. */
export function layersTitle({ report: { layers }, base }: Model): string {
  return base === undefined ? 'Layers' : `Layers: ${base.layers} of the base, ${layers.length - base.layers} own`
}

/** What made a layer, on one line. */
export function instruction({ createdBy, unread }: ReportLayer): string {
  return `${unread === undefined ? '' : `[${unread}] `}${safeText(formatCreatedBy(createdBy))}`
}
