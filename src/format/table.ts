import { pad, textWidth, truncate } from './width.ts'

/** A column of a text table. */
export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
  /** Colours one cell, after it has been cut and filled. */
  readonly style?: (cell: string) => string
}

/** How a table is laid out. */
export interface TableLayout {
  /** Columns of the terminal that no line exceeds, as long as the columns before the last leave room. */
  readonly width: number
  /** Spaces before each line. */
  readonly indent: number
  /** Where the last column, which takes the rest of the width, is cut. */
  readonly cut: 'end' | 'middle'
  /** Colours one title. */
  readonly title: (cell: string) => string
}

const GAP = 2

/** Lines of a table with aligned columns; cells are escaped text, and the last column is cut to fit. */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  { width, indent, cut, title }: TableLayout,
): string[] {
  const last = columns.length - 1
  const widths = columns.map((column, i) =>
    rows.reduce((w, row) => Math.max(w, textWidth(row[i] ?? '')), textWidth(column.title)),
  )
  const taken = widths.slice(0, last).reduce((sum, w) => sum + w + GAP, indent)
  const rest = Math.max(1, width - taken)

  const line = (cells: readonly string[], style: (cell: string, column: Column) => string): string => {
    const parts = columns.map((column, i) => {
      const cell = i === last ? truncate(cells[i] ?? '', rest, cut) : pad(cells[i] ?? '', widths[i] ?? 0, column.align)
      return cell.trim() === '' ? cell : style(cell, column)
    })
    return ' '.repeat(indent) + parts.join(' '.repeat(GAP)).trimEnd()
  }
  return [
    line(
      columns.map((column) => column.title),
      title,
    ),
    ...rows.map((row) => line(row, (cell, column) => column.style?.(cell) ?? cell)),
  ]
}
