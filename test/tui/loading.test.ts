import { expect, test } from 'vitest'
import { textWidth } from '../../src/format/width.ts'
import { selectLoading } from '../../src/tui/loading.ts'
import { rowText } from '../../src/tui/row.ts'

const loading = { name: 'app.tar', bytes: 1_500_000, layers: 3, entries: 12_345, milliseconds: 500 }

test('shows bytes, rate, layer and entries, and how to cancel', () => {
  const rows = selectLoading(loading, { columns: 60, rows: 8 }).map(rowText)
  expect(rows.map((row) => row.trimEnd())).toEqual([
    '',
    '  Reading app.tar',
    '',
    '  1.5 MB at 3 MB/s',
    '  layer 2, 12,345 entries so far',
    '',
    '  q or Ctrl-C cancels',
    '',
  ])
})

test.each([
  ['a hostile name', '\u001b[2J\u202egnp.rat', 40],
  ['a name that is too long', 'x'.repeat(200), 40],
  ['a screen of one column', 'app.tar', 1],
])('fills the screen exactly with %s', (_, name, columns) => {
  const rows = selectLoading({ ...loading, name }, { columns, rows: 5 }).map(rowText)
  expect(rows.map(textWidth)).toEqual([columns, columns, columns, columns, columns])
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for an escape
  expect(rows.join('')).not.toMatch(/[\u001b\u202e]/)
})
