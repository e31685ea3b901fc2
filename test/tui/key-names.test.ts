import type { Key } from 'ink'
import { expect, test } from 'vitest'
import { namedKeys } from '../../src/tui/key-names.ts'

const plain: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
}

const rows: readonly [what: string, input: string, flags: Partial<Key>, names: readonly string[]][] = [
  ['a letter', 'j', {}, ['j']],
  ['a capital is another key', 'G', { shift: true }, ['G']],
  ['a space', ' ', {}, ['space']],
  ['a key with Ctrl', 'a', { ctrl: true }, ['ctrl+a']],
  ['Ctrl with the space bar', ' ', { ctrl: true }, ['ctrl+space']],
  ['Ctrl with a slash, which terminals send as an underscore', '_', { ctrl: true }, ['ctrl+/']],
  ['an arrow', '', { upArrow: true }, ['up']],
  ['Tab backwards', '', { tab: true, shift: true }, ['shift+tab']],
  ['a key with Alt', 'j', { meta: true }, ['alt+j']],
  ['keys that come at once', 'jj k', {}, ['j', 'j', 'space', 'k']],
  ['text with Enter behind it', 'a\r', {}, ['a', 'enter']],
  ['Ctrl-C behind other keys', 'jj\u0003', {}, ['j', 'j', 'ctrl+c']],
  ['Ctrl keys that are held down', '\u001a\u001a', {}, ['ctrl+z', 'ctrl+z']],
  ['other controls among keys', '\u0000\u001f\u007f\u009b', {}, ['ctrl+space', 'ctrl+/', 'backspace']],
]
test.each(rows)('%s', (_, input, flags, names) => {
  expect(namedKeys(input, { ...plain, ...flags }).map(({ name }) => name)).toEqual(names)
})

test('only what is printed types text', () => {
  const typed = namedKeys('a \u0003é', plain).map(({ text }) => text)
  expect(typed).toEqual(['a', ' ', undefined, 'é'])
})
