import { expect, test } from 'vitest'
import { painter } from '../../src/format/color.ts'
import { type Column, formatTable } from '../../src/format/table.ts'

const columns: readonly Column[] = [{ title: 'Bytes', align: 'right' }, { title: 'Kind' }, { title: 'Path' }]
const plain = (cell: string): string => cell

test('columns are aligned, and the last one is cut to the width', () => {
  const rows = [
    ['1 B', '日本', '/a'],
    ['100 kB', 'x', '/some/very/long/path/of/a/file.txt'],
  ]
  const lines = formatTable(columns, rows, { width: 32, indent: 2, cut: 'middle', title: plain })
  expect(`\n${lines.join('\n')}\n`).toBe(`
   Bytes  Kind  Path
     1 B  日本  /a
  100 kB  x     /some/v…file.txt
`)
})

test('a table without rows has its titles', () => {
  expect(formatTable(columns, [], { width: 80, indent: 0, cut: 'end', title: plain })).toEqual(['Bytes  Kind  Path'])
})

test('colours surround cells and do not shift columns', () => {
  const paint = painter(true)
  const style = (cell: string): string => paint('red', cell)
  const title = (cell: string): string => paint('dim', cell)
  const lines = formatTable([{ title: 'A', style }, { title: 'B' }], [['xx', 'y']], {
    width: 80,
    indent: 1,
    cut: 'end',
    title,
  })
  expect(lines).toEqual([' \u001b[2mA \u001b[22m  \u001b[2mB\u001b[22m', ' \u001b[31mxx\u001b[39m  y'])
})
