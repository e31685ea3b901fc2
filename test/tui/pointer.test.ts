import { expect, test } from 'vitest'
import type { MouseEvent } from '../../src/tui/mouse.ts'
import { mouseToAction } from '../../src/tui/screen.ts'
import { type Session, sessionOn } from './session.ts'

const trees = [
  Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`d/f${String(i).padStart(2, '0')}`, 'x'])),
  { 'd/f00': 'y', 'd/f01': 'yy' },
  { e: 'z' },
]

function point(session: Session, kind: MouseEvent['kind'], x: number, y: number): Session {
  const action = mouseToAction({ kind, x, y }, session.state, session.model)
  return action === undefined ? session : session.do(action)
}

// At 80x24 the layers are in the columns 0…35 from row 3 on, the files in 36…79.
const rows: [string, string, [MouseEvent['kind'], number, number][], (session: Session) => unknown, unknown][] = [
  ['a click selects a layer', 'up', [['click', 5, 4]], (s) => [s.state.layer, s.state.focus], [1, 'layers']],
  ['a double click opens it', 'up', [['double-click', 5, 4]], (s) => [s.state.layer, s.state.focus], [1, 'files']],
  ['a click selects a file', 'up', [['click', 50, 5]], (s) => [s.path(), s.state.focus], ['d/f01', 'files']],
  ['a double click folds a directory', 'up', [['double-click', 50, 3]], (s) => s.paths(), ['d']],
  [
    'a click beneath the list only moves there',
    'down down',
    [['click', 50, 20]],
    (s) => [s.path(), s.state.focus],
    ['e', 'files'],
  ],
  ['a click on a border only moves there', 'up', [['click', 36, 1]], (s) => s.state.focus, 'files'],
  ['a click on the details does nothing', 'up', [['click', 5, 20]], (s) => s.state.focus, 'layers'],
  [
    'a click on header or footer does nothing',
    'tab',
    [
      ['click', 5, 0],
      ['click', 5, 23],
    ],
    (s) => s.state.focus,
    'files',
  ],
  ['a click selects a wasted file', 'w s s s', [['click', 50, 4]], (s) => s.state.waste.row, 1],
  [
    'a double click goes to it',
    '] ] w s s s',
    [['double-click', 50, 4]],
    (s) => [s.path(), s.state.layer],
    ['d/f01', 0],
  ],
  [
    'a double click folds a group, and the next one unfolds it',
    'w s',
    [['double-click', 50, 3]],
    (s) => {
      const signs = () => s.lines('waste')[1]?.match(/[▸▾]/)?.[0]
      const folded = signs()
      point(s, 'double-click', 50, 3)
      return [folded, signs()]
    },
    ['▸', '▾'],
  ],
  [
    'the wheel scrolls what is under it',
    'up',
    [['wheel-down', 50, 5]],
    (s) => [s.state.files.top, s.state.focus],
    [3, 'layers'],
  ],
  ['the wheel takes the cursor along', 'up', [['wheel-down', 50, 5]], (s) => s.path(), 'd/f02'],
  ['the wheel stops at the end', 'tab G', [['wheel-down', 50, 5]], (s) => [s.state.files.top, s.path()], [42, 'd/f59']],
  ['the wheel stops at the top', 'tab', [['wheel-up', 50, 5]], (s) => s.state.files.top, 0],
  ['the wheel scrolls a page', '?', [['wheel-down', 5, 5]], (s) => s.state.overlay, { kind: 'help', top: 3 }],
  ['a click on a page does nothing', '?', [['click', 5, 5]], (s) => s.state.overlay, { kind: 'help', top: 0 }],
  ['nothing is clicked while something is typed', '/', [['click', 50, 5]], (s) => s.state.prompt?.kind, 'search'],
]
test.each(rows)('%s', async (_, keys, events, see, expected) => {
  const session = (await sessionOn(trees, { size: { columns: 80, rows: 24 } })).press(keys)
  for (const [kind, x, y] of events) point(session, kind, x, y)
  expect(see(session)).toEqual(expected)
})
