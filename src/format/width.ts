import stringWidth from 'string-width'

const PRINTABLE_ASCII = /^[ -~]*$/
// Made when it is first needed: that takes longer than everything else here.
let segmenter: Intl.Segmenter | undefined

/** What reports are written with: ASCII, and the arrows and dots of their own; each takes one column. */
const PLAIN = /^[ -~…→]*$/

/** Columns that escaped text takes on a terminal: 2 for wide characters and emoji, 0 for combining marks. */
export function textWidth(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text)
}

/** Text cut to at most `width` columns, with `…` where the `end` or the `middle` was left out. */
export function truncate(text: string, width: number, where: 'end' | 'middle' = 'end'): string {
  if (textWidth(text) <= width) return text
  if (width < 1) return ''
  const room = width - 1
  const tail = where === 'end' ? 0 : Math.ceil(room / 2)
  const clusters = PRINTABLE_ASCII.test(text) ? text : clustersOf(text)
  return `${head(clusters, room - tail)}…${end(clusters, tail)}`
}

/** Text broken between words into lines of at most `width` columns, all but the first with an indent; a longer word is cut. */
export function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = []
  let line: string | undefined
  for (const word of text.split(' ')) {
    if (line !== undefined && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line)
      line = indent + word
    } else line = line === undefined ? word : `${line} ${word}`
    line = truncate(line, width)
  }
  return line === undefined ? lines : [...lines, line]
}

function clustersOf(text: string): string[] {
  segmenter ??= new Intl.Segmenter()
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

/** Text filled with spaces to `width` columns, on the right or, for numbers, on the left. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const spaces = ' '.repeat(Math.max(0, width - textWidth(text)))
  return align === 'left' ? text + spaces : spaces + text
}

function head(clusters: ArrayLike<string>, width: number): string {
  let kept = ''
  for (let i = 0, left = width; i < clusters.length; i++) {
    const cluster = clusters[i] ?? ''
    left -= textWidth(cluster)
    if (left < 0) break
    kept += cluster
  }
  return kept
}

function end(clusters: ArrayLike<string>, width: number): string {
  let kept = ''
  for (let i = clusters.length - 1, left = width; i >= 0; i--) {
    const cluster = clusters[i] ?? ''
    left -= textWidth(cluster)
    if (left < 0) break
    kept = cluster + kept
  }
  return kept
}
