import { describe, expect, test } from 'vitest'
import { rowText } from '../../src/tui/row.ts'
import type { Viewer } from '../../src/tui/state.ts'
import { findInViewer, viewerLength, viewerMode, viewerRows } from '../../src/tui/viewer.ts'
import { type Session, sessionOn } from './session.ts'

function viewer(bytes: Uint8Array | string | undefined, part: Partial<Viewer> = {}): Viewer {
  const content = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
  const mode = content === undefined ? 'text' : viewerMode(content)
  const size = content?.length ?? 0
  return {
    kind: 'viewer',
    path: 'a',
    bytes: content,
    size,
    mode,
    top: 0,
    left: 0,
    query: '',
    match: undefined,
    ...part,
  }
}

function lines(shown: Viewer, width = 40, height = 5): string[] {
  return viewerRows(shown, width, height).map((row) => rowText(row).trimEnd())
}

describe('a file is taken for', () => {
  const rows: ['text' | 'hex', string, Uint8Array][] = [
    ['text', 'nothing', Buffer.alloc(0)],
    ['text', 'UTF-8', Buffer.from('naïve 漢\n')],
    [
      'text',
      'UTF-8 that is cut within a character where looking ends',
      Buffer.concat([Buffer.alloc(8191, 'a'), Buffer.from('漢')]),
    ],
    ['hex', 'what has a NUL', Buffer.from('a\0b')],
    ['hex', 'what is not UTF-8', Buffer.from([0x61, 0xff, 0x62])],
  ]
  test.each(rows)('%s: %s', (mode, _, bytes) => expect(viewerMode(bytes)).toBe(mode))
})

describe('the viewer', () => {
  const rows: [string, Viewer, string[]][] = [
    ['says that it waits', viewer(undefined), ['reading…']],
    ['says that there is nothing', viewer(''), ['the file is empty']],
    ['numbers lines', viewer('one\ntwo\n'), ['1 one', '2 two']],
    ['keeps a last line without an end', viewer('one\r\ntwo'), ['1 one', '2 two']],
    ['keeps empty lines', viewer('\n\na'), ['1', '2', '3 a']],
    ['goes on from its top', viewer('1\n2\n3\n4', { top: 2 }), ['3 3', '4 4']],
    ['scrolls to the right', viewer('abcdefgh\nab', { left: 3 }), ['1 defgh', '2 ‹']],
    ['sets tabs', viewer('a\tb\n\tc'), ['1 a       b', '2         c']],
    ['shows controls', viewer('\u001b]52;c;x\u0007'), ['1 \\e]52;c;x\\x07']],
    ['cuts long lines', viewer('x'.repeat(1_000_000)), [`1 ${'x'.repeat(37)}…`]],
    [
      'shows bytes',
      viewer(Buffer.from('\0\u007fELF abc', 'latin1'), { mode: 'hex' }),
      ['00000000  00 7f 45 4c 46 20 61 62  63'],
    ],
  ]
  test.each(rows)('%s', (_, shown, expected) => {
    const seen = lines(shown)
    expect(shown.mode === 'hex' ? seen.map((line) => line.slice(0, 37).trimEnd()) : seen).toEqual(expected)
  })

  test('shows bytes as text beside them', () => {
    expect(lines(viewer('\0\u007fELF abc', { mode: 'hex' }), 80)[0]).toMatch(/ {2}\.\.ELF abc$/)
  })
})

describe('a text is found', () => {
  const content = 'one\nTwo\nthree two\nfour'
  const rows: [string, Viewer, string, number, 1 | -1, number | undefined][] = [
    ['in the next line', viewer(content), 'two', 0, 1, 1],
    ['from a line on', viewer(content), 'two', 2, 1, 2],
    ['backwards', viewer(content), 'two', 3, -1, 2],
    ['around the end', viewer(content), 'one', 2, 1, 0],
    ['with its capitals', viewer(content), 'Two', 2, 1, 1],
    ['nowhere', viewer(content), 'five', 0, 1, undefined],
    ['nowhere, where there is nothing', viewer(''), 'a', 0, 1, undefined],
    ['nowhere, where nothing is looked for', viewer(content), '', 0, 1, undefined],
    ['among bytes', viewer(`${'x'.repeat(20)}needle`, { mode: 'hex' }), 'needle', 0, 1, 1],
    ['among bytes, over the end of a row', viewer(`${'x'.repeat(13)}needle`, { mode: 'hex' }), 'needle', 0, 1, 0],
  ]
  test.each(rows)('%s', (_, shown, query, from, direction, expected) => {
    expect(findInViewer(shown, query, from, direction)).toBe(expected)
  })
})

test('bytes take a row for each sixteen', () => {
  expect([0, 1, 16, 17].map((size) => viewerLength(viewer(Buffer.alloc(size), { mode: 'hex' })))).toEqual([0, 1, 1, 2])
})

describe('in the viewer', () => {
  async function reading(content: string): Promise<Session> {
    const session = (await sessionOn([{ 'a.txt': content }], { size: { columns: 60, rows: 12 } })).press('tab v')
    return session.do({ type: 'view-loaded', path: 'a.txt', bytes: Buffer.from(content) })
  }
  const many = Array.from({ length: 30 }, (_, i) => `line ${i}${i % 10 === 5 ? ' mark' : ''}`).join('\n')

  test('a search goes to the match, n and N to others', async () => {
    const session = (await reading(many)).press('/').type('mark').press('enter')
    const at = () => session.screen().panes[0]?.rows.find(({ selected }) => selected)
    const seen = [at(), session.press('n') && at(), session.press('n n') && at(), session.press('N') && at()]
    expect(seen.map((row) => row && rowText(row).trim())).toEqual([
      '6 line 5 mark',
      '16 line 15 mark',
      '6 line 5 mark',
      '26 line 25 mark',
    ])
  })

  test('the title says that nothing matches', async () => {
    const session = (await reading(many)).press('/').type('zz').press('enter')
    expect(session.screen().panes[0]?.title).toBe('/a.txt (244 B), "zz" is not in it')
  })

  test('the end is the last page', async () => {
    expect((await reading(many)).press('G down').lines('overlay').at(-1)).toBe('30 line 29')
  })

  test('text and bytes take turns', async () => {
    const session = (await reading('abc')).press('t')
    expect(session.lines('overlay')[0]).toMatch(/^00000000 {2}61 62 63/)
    expect(session.press('t').lines('overlay')[0]).toBe('1 abc')
  })

  test('a long line is scrolled through, and back', async () => {
    const session = (await reading('x'.repeat(10) + 'y'.repeat(90))).press('right right left')
    expect(session.lines('overlay')[0]).toMatch(/^1 xxyyy/)
  })

  test('a file that is read in part is said so', async () => {
    const session = (await sessionOn([{ a: 'x'.repeat(1000) }])).press('tab v')
    session.do({ type: 'view-loaded', path: 'a', bytes: Buffer.alloc(100, 'x') })
    expect(session.screen().panes[0]?.title).toBe('/a (1 kB, the first 100 B)')
  })
})
