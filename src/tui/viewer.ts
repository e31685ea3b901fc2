import { makeRow, type Piece, type Row, safeText, widthOf } from './row.ts'
import type { Viewer } from './state.ts'

const PER_LINE = 16
/** Bytes looked at to tell text from other content. */
const SNIFFED = 8192
const TAB = 8

/** How a file is best shown: bytes where it has a NUL early on or is not UTF-8, as git tells text. */
export function viewerMode(bytes: Uint8Array): Viewer['mode'] {
  const head = bytes.subarray(0, SNIFFED)
  if (head.includes(0)) return 'hex'
  try {
    // A character may be cut at the end of what is looked at.
    new TextDecoder('utf8', { fatal: true }).decode(head, { stream: true })
    return 'text'
  } catch {
    return 'hex'
  }
}

const LINES = new WeakMap<Uint8Array, readonly string[]>()

function linesOf(bytes: Uint8Array): readonly string[] {
  const known = LINES.get(bytes)
  if (known !== undefined) return known
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  LINES.set(bytes, lines)
  return lines
}

/** Rows of a file's content in the viewer's mode; 0 while it is not there. */
export function viewerLength({ bytes, mode }: Viewer): number {
  if (bytes === undefined) return 0
  return mode === 'text' ? linesOf(bytes).length : Math.ceil(bytes.length / PER_LINE)
}

/** The row from `from` on, in one direction and around the end, that holds a text; undefined where none does. */
export function findInViewer(viewer: Viewer, query: string, from: number, direction: 1 | -1): number | undefined {
  const { bytes, mode } = viewer
  const count = viewerLength(viewer)
  if (bytes === undefined || query === '' || count === 0) return undefined
  const holds = mode === 'text' ? lineFinder(bytes, query) : byteFinder(bytes, query)
  for (let turn = 0; turn < count; turn++) {
    const row = (((from + direction * turn) % count) + count) % count
    if (holds(row)) return row
  }
  return undefined
}

function lineFinder(bytes: Uint8Array, query: string): (row: number) => boolean {
  const lines = linesOf(bytes)
  if (/\p{Lu}/u.test(query)) return (row) => lines[row]?.includes(query) === true
  const lower = query.toLowerCase()
  return (row) => lines[row]?.toLowerCase().includes(lower) === true
}

/** Rows of bytes in which the bytes of a text begin. */
function byteFinder(bytes: Uint8Array, query: string): (row: number) => boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const wanted = Buffer.from(query, 'utf8')
  return (row) => {
    const from = row * PER_LINE
    const at = buffer.subarray(from, from + PER_LINE + wanted.length - 1).indexOf(wanted)
    return at !== -1
  }
}

/** So many rows of the viewer, from its top on. */
export function viewerRows(viewer: Viewer, width: number, height: number): Row[] {
  const { bytes, mode, top, match } = viewer
  if (bytes === undefined) return [makeRow([['reading…', 'dim']], width)]
  if (bytes.length === 0) return [makeRow([['the file is empty', 'dim']], width)]
  const count = viewerLength(viewer)
  const pieces = mode === 'text' ? textPieces(viewer, bytes, count, width) : hexPieces(bytes)
  return Array.from({ length: Math.max(0, Math.min(height, count - top)) }, (_, i) =>
    makeRow(pieces(top + i), width, top + i === match),
  )
}

function textPieces({ left }: Viewer, bytes: Uint8Array, count: number, width: number): (row: number) => Piece[] {
  const lines = linesOf(bytes)
  const digits = String(count).length
  return (row) => {
    const line = lines[row] ?? ''
    const number = String(row + 1).padStart(digits)
    // No more of a line is looked at than can be seen of it.
    return [
      [`${number} `, 'dim'],
      [safeText(expandTabs(line.slice(left, left + 2 * width))), 'plain'],
      ...(left > 0 && line.length <= left && line !== '' ? ([['‹', 'dim']] as const) : []),
    ]
  }
}

function expandTabs(line: string): string {
  if (!line.includes('\t')) return line
  return line.split('\t').reduce((text, part) => text + ' '.repeat(TAB - (widthOf(safeText(text)) % TAB)) + part)
}

function hexPieces(bytes: Uint8Array): (row: number) => Piece[] {
  return (row) => {
    const from = row * PER_LINE
    const part = [...bytes.subarray(from, from + PER_LINE)]
    const hex = part.map((byte, i) => `${i === PER_LINE / 2 ? ' ' : ''}${byte.toString(16).padStart(2, '0')} `).join('')
    const text = part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
    return [
      [`${from.toString(16).padStart(8, '0')}  `, 'dim'],
      [hex.padEnd(3 * PER_LINE + 1), 'plain'],
      [` ${text}`, 'link'],
    ]
  }
}
