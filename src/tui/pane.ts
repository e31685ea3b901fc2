import type { PaintRow } from './paint.ts'
import { type Role, type Segment, widthOf } from './row.ts'
import type { ScreenPane } from './screen.ts'

// The focused pane has lines of its own, so that no colour is needed to see which it is.
const UNICODE = {
  plain: { corners: ['┌', '┐', '└', '┘'], across: '─', down: '│' },
  focused: { corners: ['┏', '┓', '┗', '┛'], across: '━', down: '┃' },
} as const
const ASCII = {
  plain: { corners: ['+', '+', '+', '+'], across: '-', down: '|' },
  focused: { corners: ['#', '#', '#', '#'], across: '=', down: '#' },
} as const

/** A pane as finished lines: its rows within a border that carries its title. */
export function paintPane(
  { title, width, height, rows, focused }: ScreenPane,
  ascii: boolean,
  paint: PaintRow,
): string[] {
  const { corners, across, down } = (ascii ? ASCII : UNICODE)[focused ? 'focused' : 'plain']
  const role: Role = focused ? 'focus' : 'border'
  const line = (...segments: readonly Segment[]) => paint({ segments, selected: false }, focused)
  const blank = ' '.repeat(Math.max(0, width - 2))
  const side = line({ text: down, role })
  const [topLeft, topRight, bottomLeft, bottomRight] = corners
  const named = title === '' ? '' : ` ${title} `
  const rest = across.repeat(Math.max(0, width - 3 - widthOf(named)))
  return [
    line(
      { text: topLeft + across, role },
      { text: named, role: focused ? 'focus' : 'title' },
      { text: rest + topRight, role },
    ),
    ...Array.from({ length: Math.max(0, height - 2) }, (_, y) => {
      const row = rows[y]
      return `${side}${row === undefined ? blank : paint(row, focused)}${side}`
    }),
    line({ text: bottomLeft + across.repeat(Math.max(0, width - 2)) + bottomRight, role }),
  ]
}
