import { clamp } from './layout.ts'
import type { Command, Cursor } from './state.ts'

/** The cursor on a row of a list, with as little scrolling as makes it visible. */
export function moveTo(cursor: Cursor, row: number, height: number, count: number): Cursor {
  const on = clamp(row, 0, Math.max(0, count - 1))
  const shown = clamp(cursor.top, on - height + 1, on)
  const top = clamp(shown, 0, Math.max(0, count - height))
  return on === cursor.row && top === cursor.top ? cursor : { ...cursor, row: on, top }
}

/** The list scrolled by some rows; the cursor goes along where it would be left behind. */
export function scrollBy(cursor: Cursor, rows: number, height: number, count: number): Cursor {
  const top = clamp(cursor.top + rows, 0, Math.max(0, count - height))
  return { ...cursor, top, row: clamp(cursor.row, top, Math.min(top + height, count) - 1) }
}

/** The commands that move a cursor, each with where it leads: from a row, with rows to a page and rows in all. */
export const MOVES: Readonly<Partial<Record<Command, (row: number, height: number, count: number) => number>>> = {
  up: (row) => row - 1,
  down: (row) => row + 1,
  'page-up': (row, height) => row - height,
  'page-down': (row, height) => row + height,
  top: () => 0,
  bottom: (_row, _height, count) => count - 1,
}
