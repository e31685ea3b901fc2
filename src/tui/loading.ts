import { formatBytes, formatCount } from '../format/bytes.ts'
import { makeRow, type Piece, type Row, safeText } from './row.ts'
import type { Size } from './state.ts'

/** How far reading has come. */
export interface Loading {
  /** What is read, as the user named it. */
  readonly name: string
  readonly bytes: number
  /** Layers begun, the last of which is being read. */
  readonly layers: number
  readonly entries: number
  readonly milliseconds: number
}

/** What the screen shows while an image is read: one row per line of the terminal. */
export function selectLoading({ name, bytes, layers, entries, milliseconds }: Loading, { columns, rows }: Size): Row[] {
  const rate = formatBytes(Math.round((bytes / Math.max(milliseconds, 1)) * 1000))
  const lines: Piece[][] = [
    [],
    [
      ['  Reading ', 'title'],
      [safeText(name), 'plain'],
    ],
    [],
    [
      ['  ', 'plain'],
      [formatBytes(bytes), 'size'],
      [` at ${rate}/s`, 'dim'],
    ],
    [
      [layers === 0 ? '  looking for layers' : `  layer ${layers - 1}`, 'plain'],
      [`, ${formatCount(entries)} entries so far`, 'plain'],
    ],
    [],
    [
      ['  q', 'key'],
      [' or ', 'dim'],
      ['Ctrl-C', 'key'],
      [' cancels', 'dim'],
    ],
  ]
  return Array.from({ length: rows }, (_, y) => makeRow(lines[y] ?? [], columns))
}
