import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { rowPainter } from '../../src/tui/paint.ts'
import { paintPane } from '../../src/tui/pane.ts'
import { makeRow } from '../../src/tui/row.ts'
import type { ScreenPane } from '../../src/tui/screen.ts'
import { THEME_NAMES, THEMES } from '../../src/tui/theme.ts'

const row = makeRow(
  [
    ['A ', 'added'],
    ['file', 'plain'],
  ],
  6,
)

describe('a row is painted', () => {
  const dark = rowPainter(THEMES.dark, true)
  test('in the colours of its roles', () => expect(dark(row, true)).toBe('\u001b[32mA \u001b[0mfile'))
  test('in one style under the cursor', () => {
    expect(dark({ ...row, selected: true }, true)).toBe('\u001b[7mA file\u001b[0m')
  })
  test('otherwise under the cursor of a pane that has not the focus', () => {
    expect(dark({ ...row, selected: true }, false)).toBe('\u001b[4mA file\u001b[0m')
  })
  test.each(THEME_NAMES)('without any colour in the theme %s, where colour is off', (name) => {
    const paint = rowPainter(THEMES[name], false)
    const roles = Object.keys(THEMES[name]) as (keyof (typeof THEMES)['dark'])[]
    for (const role of roles) {
      if (role === 'selected' || role === 'selectedAside') continue
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for the escape sequences of colours
      expect(paint(makeRow([['x', role]], 1), true)).not.toMatch(/\u001b\[(?:[\d;]*;)?(?:3\d|9\d|4\d)[;m]/)
    }
  })
  test.each(THEME_NAMES)('in the theme %s so that the row of the cursor stands out without colour', (name) => {
    const paint = rowPainter(THEMES[name], false)
    expect(paint({ ...row, selected: true }, true)).toContain('\u001b[7m')
  })
})

describe('a pane is drawn', () => {
  const plain = rowPainter(THEMES.mono, false)
  const pane: ScreenPane = {
    id: 'files',
    title: 'Files',
    x: 0,
    y: 0,
    width: 12,
    height: 4,
    rows: [row],
    focused: false,
  }
  const text = (one: ScreenPane, ascii: boolean) => paintPane(one, ascii, plain).map(stripVTControlCharacters)

  test.each([
    ['with its border and title', pane, false, ['┌─ Files ──┐', '│A file│', '│          │', '└──────────┘']],
    [
      'with another border where it has the focus',
      { ...pane, focused: true },
      false,
      ['┏━ Files ━━┓', '┃A file┃', '┃          ┃', '┗━━━━━━━━━━┛'],
    ],
    ['with ASCII alone', pane, true, ['+- Files --+', '|A file|', '|          |', '+----------+']],
    ['without a title', { ...pane, title: '' }, true, ['+----------+', '|A file|', '|          |', '+----------+']],
  ])('%s', (_, one, ascii, lines) => expect(text(one, ascii)).toEqual(lines))
})
