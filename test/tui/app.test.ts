import { describe, expect, test } from 'vitest'
import type { Frame } from '../../src/tui/app.tsx'
import { rowPainter } from '../../src/tui/paint.ts'
import { makeRow, type Row } from '../../src/tui/row.ts'
import type { ScreenPane } from '../../src/tui/screen.ts'
import { THEMES } from '../../src/tui/theme.ts'
import { openStage } from '../helpers/ink.ts'

const paint = rowPainter(THEMES.dark, true)

function rowsOf(texts: readonly string[], width: number, selected = -1): Row[] {
  return texts.map((text, i) => makeRow([[text, 'plain']], width, i === selected))
}

function pane(id: ScreenPane['id'], x: number, width: number, texts: readonly string[], selected = -1): ScreenPane {
  const rows = rowsOf(texts, width - 2, selected)
  return { id, title: id, x, y: 1, width, height: 5, rows, focused: id === 'layers' }
}

function frameOf(panes: readonly ScreenPane[], footer = 'keys'): Frame {
  const size = { columns: 30, rows: 7 }
  return { size, header: rowsOf(['top'], 30), panes, footer: rowsOf([footer], 30), ascii: false, paint }
}

const two = [pane('layers', 0, 12, ['one', 'two', 'three'], 1), pane('files', 12, 18, ['etc', '日本語', 'emoji 👍🏽'])]

test('panes stand where they were laid out, and the row of the cursor in inverse video', async () => {
  const stage = await openStage(frameOf(two))
  expect(stage.screen.lines()).toEqual([
    'top',
    '┏━ layers ━┓┌─ files ────────┐',
    '┃one       ┃│etc             │',
    '┃two       ┃│日本語          │',
    '┃three     ┃│emoji 👍🏽        │',
    '┗━━━━━━━━━━┛└────────────────┘',
    'keys',
  ])
  expect(stage.screen.inverse(3)).toBe('two       ')
  expect(stage.screen.isAlternate).toBe(true)
  await stage.leave()
  expect(stage.screen.isAlternate).toBe(false)
})

test('only the lines that have changed are written', async () => {
  const stage = await openStage(frameOf(two))
  stage.written()
  await stage.show(frameOf(two, 'other keys'))
  const written = stage.written()
  expect(written).toContain('other keys')
  expect(written).not.toContain('one')
  expect(written.match(/\n|\d+;1H/g)).toEqual(['7;1H'])
  await stage.show(frameOf(two, 'other keys'))
  expect(stage.written()).toBe('')
  await stage.leave()
})

test('a screen that somebody else has written on is drawn anew when asked', async () => {
  const stage = await openStage(frameOf(two))
  const before = stage.screen.lines()
  await stage.screen.write('\u001b[3;3Hrubbish')
  expect(stage.screen.lines()).not.toEqual(before)
  stage.writer.redraw()
  await stage.show(frameOf(two))
  expect(stage.screen.lines()).toEqual(before)
  await stage.leave()
})

test('a larger screen is drawn whole', async () => {
  const stage = await openStage(frameOf(two))
  await stage.resize(40, 9)
  await stage.show({ ...frameOf(two), size: { columns: 40, rows: 9 } })
  const lines = stage.screen.lines()
  expect([lines[0], lines[2], lines[8]]).toEqual(['top', '┃one       ┃│etc             │', 'keys'])
  await stage.leave()
})

test('the cursor is shown where somebody types, and nowhere else', async () => {
  const stage = await openStage(frameOf(two))
  stage.writer.placeCursor({ x: 4, y: 6 })
  await stage.show(frameOf(two, 'find'))
  expect([stage.screen.cursor, /\[\?25h/.test(stage.written())]).toEqual([{ x: 4, y: 6 }, true])
  stage.writer.placeCursor(undefined)
  await stage.show(frameOf(two, 'found'))
  expect(stage.written()).toMatch(/\[\?25l[^h]*$/)
  await stage.leave()
})

test('frames stay right when more lines have been shown than are remembered', async () => {
  const stage = await openStage(frameOf(two))
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < 1000; i++) stage.writer.slot(`line ${i} of ${round}`, 30)
    await stage.resize(30, 7)
    await stage.show(frameOf(two, `round ${round}`))
    expect(stage.screen.lines()[2]).toBe('┃one       ┃│etc             │')
    expect(stage.screen.lines()[6]).toBe(`round ${round}`)
  }
  await stage.leave()
})

describe('keys come by the names of the key table', () => {
  const E = '\u001b'
  const rows: [sent: string, names: string[]][] = [
    ['j', ['j']],
    ['jjj', ['j', 'j', 'j']],
    ['G', ['G']],
    ['/', ['/']],
    [' ', ['space']],
    ['\r', ['enter']],
    ['\t', ['tab']],
    [`${E}[Z`, ['shift+tab']],
    ['\u007f', ['backspace']],
    ['\u0001', ['ctrl+a']],
    ['\u0000', ['ctrl+space']],
    ['\u001f', ['ctrl+/']],
    ['\u0003', ['ctrl+c']],
    [`${E}[A${E}[B${E}[C${E}[D`, ['up', 'down', 'right', 'left']],
    [`${E}[5~${E}[6~${E}[H${E}[F`, ['pageup', 'pagedown', 'home', 'end']],
    [`${E}j`, ['alt+j']],
    [`${E}[1;5A`, ['ctrl+up']],
    ['ü', ['ü']],
    [`${E}[<0;1;1M`, []],
    [`${E}[15~`, []],
  ]
  test.each(rows)('%j', async (sent, names) => {
    const stage = await openStage(frameOf(two))
    await stage.type(sent)
    expect(stage.keys.map(({ name }) => name)).toEqual(names)
    await stage.leave()
  })

  test('a lone Escape, after a moment', async () => {
    const stage = await openStage(frameOf(two))
    await stage.type(E)
    await expect.poll(() => stage.keys).toEqual([{ name: 'escape' }])
    await stage.leave()
  })

  test('and text as it was typed', async () => {
    const stage = await openStage(frameOf(two))
    await stage.type('a 日')
    expect(stage.keys.map(({ text }) => text)).toEqual(['a', ' ', '日'])
    await stage.leave()
  })
})
