import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textWidth } from '../../src/format/width.ts'
import { RULES } from '../../src/rules/catalogue.ts'
import { BINDINGS, keysOf } from '../../src/tui/keys.ts'
import { rowText } from '../../src/tui/row.ts'
import { wasteList } from '../../src/tui/selection.ts'
import { dir, file, symlink, type Tree, whiteout } from '../helpers/layer.ts'
import { modelOf, Session } from './session.ts'

// Letters, wide letters, emoji with modifiers, combining and prepended marks, bidi marks, controls and escapes.
const HOSTILE = [
  'a',
  'Z',
  '.',
  ' ',
  '漢',
  'ﬁ',
  '👩🏽‍🚀',
  '🏽',
  '🇩🇪',
  'e\u0301',
  '\u0301',
  '\ufe0f',
  '\u0d4e',
  '\u0e33',
  '\u1100',
  '\u1161',
  '\u202e',
  '\u200b',
  '\u001b[31m',
  '\u0007',
  '\n',
  '\t',
  '\u009b',
  '\ue000',
  '\u00ad',
]
const hostileName = fc
  .array(fc.constantFrom(...HOSTILE), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join(''))
const plainName = fc.constantFrom('a', 'b', 'lib', 'a.txt', 'deep')
const name = fc.oneof({ weight: 3, arbitrary: plainName }, hostileName)
const path = fc
  .array(name, { minLength: 1, maxLength: 4 })
  .map((names) => names.filter((one) => one !== '.').join('/') || 'x')
const tree: fc.Arbitrary<Tree> = fc.array(
  fc.tuple(
    path,
    fc.oneof(
      fc.integer({ min: 0, max: 3000 }).map((size) => 'x'.repeat(size)),
      fc.constantFrom(file('y', { mode: 0o4711, uid: 123_456, gid: 7 }), dir({ mode: 0o1777 }), whiteout),
      hostileName.map((target) => symlink(target)),
    ),
  ),
  { maxLength: 12 },
)
const trees = fc.array(tree, { minLength: 1, maxLength: 4 })
const keys = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        'down',
        'up',
        'pagedown',
        'pageup',
        'G',
        'g',
        'enter',
        'left',
        'right',
        ']',
        '[',
        'tab',
      ),
    },
    fc.constantFrom(...new Set(BINDINGS.flatMap(keysOf))),
    fc.constantFrom('a', 'l', '*', '[', '漢', '\u0301'),
  ),
  { maxLength: 40 },
)
const size = fc.record({ columns: fc.integer({ min: 1, max: 210 }), rows: fc.integer({ min: 1, max: 60 }) })

test('whatever is pressed, the screen is exactly as large as the terminal, safe, and has the cursor on it', async () => {
  await fc.assert(
    fc.asyncProperty(trees, keys, size, fc.boolean(), async (layers, pressed, terminal, ascii) => {
      const session = new Session(await modelOf(layers, { rules: RULES, baseLayers: 1 }), { size: terminal, ascii })
      for (const key of pressed) {
        session.press(key)
        const { panes, header, footer, tooSmall } = session.screen()
        const all = [header, footer].map((row) => ({ row, width: terminal.columns }))
        for (const pane of panes) {
          expect(pane.rows).toHaveLength(pane.height - 2)
          expect(textWidth(pane.title)).toBeLessThanOrEqual(pane.width - 6)
          all.push(...pane.rows.map((row) => ({ row, width: pane.width - 2 })))
        }
        for (const { row, width } of all) {
          const text = rowText(row)
          expect(textWidth(text), JSON.stringify(text)).toBe(width)
          expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u)
          if (ascii) expect(text).toMatch(/^[ -~]*$/)
        }
        expect(panes.length === 0).toBe(tooSmall)
        for (const id of ['layers', 'files', 'waste'] as const) {
          const pane = panes.find((one) => one.id === id)
          const lists = { layers: layers.length, files: session.paths().length, waste: itemCount(session) }
          if (pane !== undefined && lists[id] > 0) expect(pane.rows.filter(({ selected }) => selected)).toHaveLength(1)
        }
      }
    }),
    { numRuns: 150 },
  )
})

function itemCount({ model, state }: Session): number {
  return wasteList(state, model).length
}

test('panes fill the screen between header and footer, and none overlaps another', async () => {
  const model = await modelOf([{ a: 'x' }, { b: 'y' }])
  fc.assert(
    fc.property(size, keys, (terminal, pressed) => {
      const session = new Session(model, { size: terminal }).press(pressed.join(' '))
      const { panes, tooSmall } = session.screen()
      const cells = panes.reduce((sum, { width, height }) => sum + width * height, 0)
      expect(cells).toBe(tooSmall ? 0 : terminal.columns * (terminal.rows - 2))
      for (const one of panes) {
        expect(one.x + one.width).toBeLessThanOrEqual(terminal.columns)
        expect(one.y + one.height).toBeLessThanOrEqual(terminal.rows - 1)
        for (const other of panes) {
          const apart =
            one.x + one.width <= other.x ||
            other.x + other.width <= one.x ||
            one.y + one.height <= other.y ||
            other.y + other.height <= one.y
          expect(one === other || apart).toBe(true)
        }
      }
    }),
  )
})

test('unfolding undoes folding, row by row and all at once', async () => {
  await fc.assert(
    fc.asyncProperty(trees, fc.nat(30), async (layers, row) => {
      const session = new Session(await modelOf(layers), {}).press('enter')
      for (let i = 0; i < row; i++) session.press('down')
      const before = [session.paths(), session.path()]
      expect([session.press('space space').paths(), session.path()]).toEqual(before)
      expect([session.press('z z').paths()]).toEqual([before[0]])
    }),
  )
})

test('a filter lists a part of what is there, and every path that matches', async () => {
  await fc.assert(
    fc.asyncProperty(
      trees,
      fc.constantFrom('a', 'lib', '.txt', '*.txt', '/^.a/', 'b*', '漢', '?'),
      async (layers, text) => {
        const session = new Session(await modelOf(layers), {})
        for (let layer = 0; layer < layers.length; layer++) {
          const all = new Set(session.press('escape').paths())
          const filtered = session.press('f').type(text).press('enter').paths()
          expect(filtered.filter((path) => !all.has(path))).toEqual([])
          if (text === '.txt') {
            const matching = [...all].filter((path) => path.includes('.txt'))
            expect(matching.filter((path) => !filtered.includes(path))).toEqual([])
          }
          session.press(']')
        }
      },
    ),
  )
})

test('the chosen path survives a visit to other layers, another order and a filter', async () => {
  await fc.assert(
    fc.asyncProperty(
      trees,
      fc.nat(20),
      fc.array(fc.constantFrom(']', '[', 's', 'r', 'a', 'c'), { maxLength: 12 }),
      async (layers, row, detour) => {
        const session = new Session(await modelOf(layers), {}).press('enter g')
        for (let i = 0; i < row; i++) session.press('down')
        const { layer } = session.state
        const chosen = session.path()
        session.press(detour.join(' '))
        while (session.state.layer < layer) session.press(']')
        while (session.state.layer > layer) session.press('[')
        expect(session.press('c').path()).toBe(chosen)
      },
    ),
  )
})

test('n and N visit every match of every layer once on a round', async () => {
  await fc.assert(
    fc.asyncProperty(
      trees,
      fc.constantFrom('a', 'lib', 'deep'),
      fc.constantFrom('n', 'N'),
      fc.nat(3),
      fc.constantFrom('', 's', 's r'),
      async (layers, text, step, start, order) => {
        const session = new Session(await modelOf(layers), {}).press('enter').press(order)
        const expected: string[] = []
        for (let layer = 0; layer < layers.length; layer++) {
          for (const path of session.paths())
            if (
              path
                .slice(path.lastIndexOf('/') + 1)
                .toLowerCase()
                .includes(text)
            )
              expected.push(`${layer} ${path}`)
          session.press(']')
        }
        for (let layer = layers.length; layer > start; layer--) session.press('[')
        session.press('/').type(text).press('enter')
        const visited = expected.map(() => `${session.press(step).state.layer} ${session.path()}`)
        expect([...visited].sort()).toEqual([...expected].sort())
      },
    ),
  )
})
