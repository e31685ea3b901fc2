import { doubleBackslashes, escapeText } from '../format/escape.ts'
import { pad, textWidth, truncate } from '../format/width.ts'

/** What a piece of text is, so that a theme can say how it looks; never the only sign of a meaning. */
export type Role =
  | 'plain'
  | 'dim'
  | 'title'
  | 'border'
  | 'focus'
  | 'added'
  | 'modified'
  | 'removed'
  | 'directory'
  | 'link'
  | 'size'
  | 'bar'
  | 'waste'
  | 'key'
  | 'error'
  | 'match'

/** Text of one role, free of control characters. */
export interface Segment {
  readonly text: string
  readonly role: Role
}

/** One line of a pane: segments that together are exactly as wide as the pane. */
export interface Row {
  readonly segments: readonly Segment[]
  /** Whether the cursor is on it, so that all of it is painted in one style. */
  readonly selected: boolean
}

/** Segments in the making, as `[text, role]`; the text is safe already. */
export type Piece = readonly [text: string, role: Role]

const PRINTABLE_ASCII = /^[ -~]*$/
/** Text whose characters take one column each: ASCII and what panes are drawn with. */
const NARROW = /^[ -~·…‹→│█▸▾✓≈]*$/
const NOT_ASCII = /[^ -~]/gu

/**
 * Text from an image made safe for a row: controls become visible escapes, and text that would melt together with what
 * stands beside it, such as a combining mark at its start, is escaped as a whole.
 */
export function safeText(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text
  const escaped = escapeText(text)
  if (PRINTABLE_ASCII.test(escaped) || standsAlone(escaped)) return escaped
  return escaped.replace(NOT_ASCII, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** A name or path as `safeText` gives it, its own backslashes doubled: different names never look alike. */
export function safeName(name: string): string {
  return safeText(doubleBackslashes(name))
}

/** Whether every part of a text takes the same columns wherever it is cut and whatever stands beside it. */
function standsAlone(text: string): boolean {
  return textWidth(`- ${text} -`) === textWidth(text) + 4 && textWidth(`…${text}…`) === textWidth(text) + 2
}

/** A row of exactly `width` columns: pieces that do not fit are cut at the end, and spaces fill what is left. */
export function makeRow(pieces: readonly Piece[], width: number, selected = false): Row {
  const segments: Segment[] = []
  let left = width
  for (const [text, role] of pieces) {
    if (left <= 0 || text === '') continue
    const taken = widthOf(text)
    const fitting = taken <= left ? text : truncate(text, left)
    segments.push({ text: fitting, role })
    left -= taken <= left ? taken : widthOf(fitting)
    if (taken > left && fitting !== text) break
  }
  if (left > 0) segments.push({ text: ' '.repeat(left), role: 'plain' })
  return { segments, selected }
}

/** Columns of safe text. */
export function widthOf(text: string): number {
  return NARROW.test(text) ? text.length : textWidth(text)
}

/** The text of a row, without its roles. */
export function rowText(row: Row): string {
  return row.segments.map(({ text }) => text).join('')
}

/** Safe text cut or filled to exactly `width` columns. */
export function cell(
  text: string,
  width: number,
  align: 'left' | 'right' = 'left',
  cut: 'end' | 'middle' = 'end',
): string {
  const taken = widthOf(text)
  if (taken > width) return pad(truncate(text, width, cut), width, align)
  const spaces = ' '.repeat(width - taken)
  return align === 'left' ? text + spaces : spaces + text
}

/** Safe text in lines of at most `width` columns, broken between words where there are any. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (widthOf(longer) <= width) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    line = word
    while (widthOf(line) > width) {
      const head = headOf(line, width)
      lines.push(head)
      line = line.slice(head.length)
    }
  }
  return [...lines, line]
}

/** The beginning of a text that fits into `width` columns, at least one character of it. */
function headOf(text: string, width: number): string {
  let head = ''
  for (const character of text) {
    if (head !== '' && widthOf(head + character) > width) break
    head += character
  }
  return head
}

/** A row without anything but ASCII, of the same width. */
export function asciiRow(row: Row): Row {
  if (row.segments.every(({ text }) => PRINTABLE_ASCII.test(text))) return row
  return { ...row, segments: row.segments.map(({ text, role }) => ({ text: asciiText(text), role })) }
}

/** Text without anything but ASCII, of the same width. */
export function asciiText(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text
  const width = widthOf(text)
  return text.replaceAll('…', '~').replace(NOT_ASCII, '?').slice(0, width).padEnd(width)
}
