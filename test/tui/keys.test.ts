import { describe, expect, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import {
  BINDINGS,
  type Context,
  formatKey,
  keysAsMarkdown,
  keysOf,
  keyToAction,
  remapKeys,
} from '../../src/tui/keys.ts'
import { initialState, type State } from '../../src/tui/state.ts'

const start = initialState({ size: { columns: 80, rows: 24 }, theme: 'dark', ascii: false, mouse: true })
const in_ = (focus: State['focus']): State => ({ ...start, focus })

describe('the key table', () => {
  const contexts = [...new Set(BINDINGS.flatMap((binding) => binding.contexts))]

  test.each(contexts)('gives each key one meaning in %s', (context: Context) => {
    const keys = BINDINGS.filter((one) => one.contexts.includes(context)).flatMap(keysOf)
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([])
  })

  test('has no key that terminals send as another one', () => {
    const same = ['ctrl+m', 'ctrl+i', 'ctrl+h', 'ctrl+[', 'ctrl+j']
    expect(BINDINGS.flatMap(keysOf).filter((key) => same.includes(key) || /^f\d+$/.test(key))).toEqual([])
  })

  test('leads out of every place', () => {
    const ways = new Set(['quit', 'cancel', 'clear'])
    for (const context of contexts) {
      const out = BINDINGS.filter(({ command, contexts: where }) => ways.has(command) && where.includes(context))
      expect(out.flatMap(keysOf), context).toContain('ctrl+c')
      expect(out.flatMap(keysOf), context).toContain('escape')
    }
  })
})

// dive's default keys (dive-behaviour, 3.1), but for Ctrl-M, which is Enter.
describe("dive's keys", () => {
  const rows: [string, State['focus'], string][] = [
    ['ctrl+c', 'layers', 'quit'],
    ['q', 'layers', 'quit'],
    ['ctrl+z', 'files', 'suspend'],
    ['tab', 'layers', 'next-pane'],
    ['ctrl+f', 'files', 'filter'],
    ['ctrl+/', 'files', 'filter'],
    ['escape', 'files', 'clear'],
    ['up', 'layers', 'up'],
    ['k', 'files', 'up'],
    ['down', 'layers', 'down'],
    ['j', 'files', 'down'],
    ['pageup', 'layers', 'page-up'],
    ['u', 'files', 'page-up'],
    ['pagedown', 'image', 'page-down'],
    ['d', 'files', 'page-down'],
    ['ctrl+l', 'layers', 'layer-changes'],
    ['ctrl+a', 'layers', 'all-changes'],
    ['space', 'files', 'toggle-fold'],
    ['ctrl+space', 'files', 'toggle-fold-all'],
    ['left', 'files', 'close'],
    ['h', 'files', 'close'],
    ['right', 'files', 'open'],
    ['l', 'files', 'open'],
    ['ctrl+a', 'files', 'toggle-added'],
    ['ctrl+r', 'files', 'toggle-removed'],
    ['ctrl+u', 'files', 'toggle-unchanged'],
    ['ctrl+b', 'files', 'toggle-attributes'],
    ['ctrl+o', 'files', 'next-sort'],
    ['ctrl+e', 'files', 'extract'],
  ]
  test.each(rows)('%s in %s is %s', (name, focus, command) => {
    expect(keyToAction({ name }, in_(focus))).toEqual({ type: command })
  })
})

describe('a key', () => {
  const rows: [string, ReturnType<typeof keyToAction>, State, Parameters<typeof keyToAction>[0]][] = [
    ['types in a prompt', { type: 'typed', text: 'q' }, prompt(), { name: 'q', text: 'q' }],
    ['that is pasted types all of it', { type: 'typed', text: 'a b' }, prompt(), { name: '', text: 'a b' }],
    ['without text does not type', undefined, prompt(), { name: 'up' }],
    [
      'closes a page rather than the program',
      { type: 'cancel' },
      { ...start, overlay: { kind: 'help', top: 0 } },
      { name: 'q' },
    ],
    ['means nothing where the table has none', undefined, start, { name: 'F', text: 'F' }],
  ]
  test.each(rows)('%s', (_, expected, state, key) => expect(keyToAction(key, state)).toEqual(expected))

  const written: [string, boolean, string][] = [
    ['ctrl+a', false, 'Ctrl-A'],
    ['shift+tab', false, 'Shift-Tab'],
    ['up', false, '↑'],
    ['up', true, 'up'],
    ['pageup', true, 'PgUp'],
    ['k', false, 'k'],
    ['K', false, 'K'],
    ['+', false, '+'],
    ['ctrl+space', false, 'Ctrl-Space'],
    ['ctrl+/', false, 'Ctrl-/'],
  ]
  test.each(written)('%s (ASCII only: %s) is written %s', (name, ascii, expected) => {
    expect(formatKey(name, ascii)).toBe(expected)
  })
})

function prompt(): State {
  const { layer, focus, beside, scope, shown, filter, folding, filteredFolding, files, search } = start
  const origin = { layer, focus, beside, scope, shown, filter, folding, filteredFolding, files, search }
  return { ...start, prompt: { kind: 'filter', text: '', error: undefined, origin } }
}

describe('remapped keys', () => {
  test('take the place of those in the table, with all aliases', () => {
    const bindings = remapKeys({ filter: ['F', 'ctrl+p'] }, 'keys.yaml')
    const asked = ['F', 'ctrl+p', 'f', 'ctrl+f'].map((name) => keyToAction({ name }, start, bindings)?.type)
    expect(asked).toEqual(['filter', 'filter', undefined, undefined])
  })

  test('take a key away from whatever had it', () => {
    const bindings = remapKeys({ filter: ['s'] }, 'keys.yaml')
    expect(keyToAction({ name: 's' }, in_('files'), bindings)).toEqual({ type: 'filter' })
    expect(keyToAction({ name: 'ctrl+o' }, in_('files'), bindings)).toEqual({ type: 'next-sort' })
    expect(keyToAction({ name: 's' }, in_('waste'), bindings)).toEqual({ type: 'next-grouping' })
  })

  test('may be none at all', () => {
    expect(keyToAction({ name: 'q' }, start, remapKeys({ quit: [] }, 'keys.yaml'))).toBeUndefined()
  })

  test('leave Ctrl-C and Ctrl-Z as they are', () => {
    const bindings = remapKeys({ quit: ['Q'] }, 'keys.yaml')
    expect(keyToAction({ name: 'ctrl+c' }, prompt(), bindings)).toEqual({ type: 'quit' })
    expect(keyToAction({ name: 'Q', text: 'Q' }, prompt(), bindings)).toEqual({ type: 'typed', text: 'Q' })
  })

  const wrong: [string, Record<string, string[]>, string][] = [
    [
      'an action that does not exist',
      { filtre: ['F'] },
      'keys.yaml: there is no action "filtre" to give keys to; did you mean filter?',
    ],
    [
      'an action far from any',
      { 'fly\u001b': ['F'] },
      'keys.yaml: there is no action "fly\\e" to give keys to; the help (?) lists all actions',
    ],
    [
      'a prototype property',
      { toString: ['F'] },
      'keys.yaml: there is no action "toString" to give keys to; the help (?) lists all actions',
    ],
    [
      'a key that does not exist',
      { filter: ['pageupp'] },
      'keys.yaml: "pageupp" for filter is no key; did you mean pageup?',
    ],
    [
      'several characters',
      { filter: ['xyzzy!'] },
      'keys.yaml: "xyzzy!" for filter is no key; give a character, or up, down',
    ],
    [
      'one key for two actions',
      { filter: ['F'], search: ['F'] },
      'keys.yaml: "F" is given to both search and filter; choose one',
    ],
    [
      'a key that is always the same',
      { filter: ['ctrl+c'] },
      'keys.yaml: "ctrl+c" is given to both filter and quit; choose one',
    ],
    [
      'an action that is always the same',
      { suspend: ['S'] },
      'keys.yaml: there is no action "suspend" to give keys to',
    ],
  ]
  test.each(wrong)('are refused for %s', (_, config, sentence) => {
    expect(() => remapKeys(config, 'keys.yaml')).toThrow(UserError)
    expect(() => remapKeys(config, 'keys.yaml')).toThrow(sentence)
  })
})

test('the table for the README has a line for each row and no cell that is cut', () => {
  const lines = keysAsMarkdown().split('\n')
  expect(lines).toHaveLength(BINDINGS.length + 2)
  for (const line of lines) expect(line.replaceAll('\\|', '').match(/\|/g)).toHaveLength(6)
})
