import type { PaneName, Size, State } from './state.ts'

/** A pane's place on the screen, its border included. */
export interface Area {
  readonly id: PaneName | 'details' | 'overlay'
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** From so many columns on panes stand side by side. */
const SIDE_BY_SIDE = 80
/** With fewer rows than this for all panes there is one at a time. */
const STACKED = 14
const SMALLEST: Size = { columns: 40, rows: 10 }
/** Rows of a pane that are not its list: the border, and the line of column titles. */
const FRAME = 2
const TITLES = 1

/** Whether nothing can be shown for want of room. */
export function isTooSmall({ columns, rows }: Size): boolean {
  return columns < SMALLEST.columns || rows < SMALLEST.rows
}

/** Where the panes are, between the header in the first row and the footer in the last; `layers` is how many there are. */
export function layOut({ size, focus, beside, zoomed, overlay }: State, layers: number): Area[] {
  if (isTooSmall(size)) return []
  const y = 1
  const width = size.columns
  const height = size.rows - 2
  const whole = { x: 0, y, width, height }
  if (overlay !== undefined && overlay.kind !== 'overwrite') return [{ id: 'overlay', ...whole }]
  if (zoomed || (width < SIDE_BY_SIDE && height < STACKED)) return [{ id: focus, ...whole }]
  const wanted = layers + FRAME + TITLES
  if (width < SIDE_BY_SIDE) {
    const upper = clamp(wanted, FRAME + TITLES + 1, Math.floor(height * 0.4))
    return [
      { id: 'layers', x: 0, y, width, height: upper },
      { id: beside, x: 0, y: y + upper, width, height: height - upper },
    ]
  }
  const left = clamp(Math.round(width * 0.4), 36, 76)
  const upper = clamp(wanted, 6, Math.floor(height * 0.5))
  return [
    { id: 'layers', x: 0, y, width: left, height: upper },
    { id: 'details', x: 0, y: y + upper, width: left, height: height - upper },
    { id: beside, x: left, y, width: width - left, height },
  ]
}

/** Rows of its list that a pane shows at once; as if it were alone where it is not on the screen. */
export function listHeight(state: State, layers: number, pane: PaneName | 'overlay'): number {
  const height = layOut(state, layers).find(({ id }) => id === pane)?.height ?? state.size.rows - 2
  const titles = pane === 'layers' || pane === 'files' || pane === 'waste' ? TITLES : 0
  return Math.max(1, height - FRAME - titles)
}

/** Columns within the border of a pane. */
export function innerWidth(state: State, layers: number, pane: PaneName | 'overlay'): number {
  const width = layOut(state, layers).find(({ id }) => id === pane)?.width ?? state.size.columns
  return Math.max(1, width - FRAME)
}

/** A number kept between two others; the lower one wins where they contradict. */
export function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most))
}
