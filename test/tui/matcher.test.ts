import { describe, expect, test } from 'vitest'
import { parseMatcher } from '../../src/tui/matcher.ts'

const rows: [text: string, within: 'path' | 'name', yes: string[], no: string[]][] = [
  ['lib', 'path', ['lib/a', 'usr/lib/a', 'usr/LIB'], ['usr/bin']],
  ['lib', 'name', ['usr/lib', 'glibc'], ['lib/a']],
  ['Lib', 'path', ['Lib/a'], ['lib/a']],
  ['/lib', 'path', ['lib/a', 'usr/lib'], ['glib']],
  ['usr/lib', 'name', ['usr/lib', 'usr/lib/a'], ['usr/bin']],
  ['.so', 'path', ['a.so.1'], ['aso']],
  ['*.so', 'path', ['a.so', 'usr/lib/a.so', '.so'], ['a.so.1', 'a.so/b']],
  ['*.so', 'name', ['usr/lib/a.so'], ['a.sox']],
  ['usr/*', 'path', ['usr/lib'], ['usr/lib/a', 'x/usr/lib']],
  ['/usr/*', 'path', ['usr/lib'], ['x/usr/lib']],
  ['usr/**', 'path', ['usr/lib', 'usr/lib/a'], ['x/usr/lib']],
  ['**/a', 'path', ['a', 'usr/a', 'usr/lib/a'], ['b', 'usr/xa']],
  ['a?', 'name', ['ab', 'x/a漢'], ['a', 'abc']],
  ['[ab]x', 'name', ['ax', 'bx'], ['cx', '[ab]x']],
  ['[!a]x', 'name', ['bx', '!x'], ['ax']],
  ['[^a]x', 'name', ['bx', '!x'], ['ax']],
  ['[a-c]x', 'name', ['bx'], ['dx']],
  ['[z-a]x', 'name', ['zx', '-x', 'ax'], ['mx']],
  ['[\\d]*', 'name', ['dx', '\\x'], ['5x']],
  ['a[', 'name', ['a['], ['a']],
  ['a[]', 'name', ['a[]'], ['a']],
  ['a.b*', 'name', ['a.b', 'a.bc'], ['axb']],
  ['(a)+*', 'name', ['(a)+b'], ['aab']],
  ['/^/usr/', 'path', ['usr/lib'], ['lib/usr']],
  ['/\\.so$/', 'name', ['usr/a.so'], ['a.so.1']],
  ['/LIB/', 'path', ['x/LIB'], ['x/lib']],
  ['//', 'path', [], ['a', 'a/b']],
]
describe.each(rows)('%s in a %s', (text, within, yes, no) => {
  const matcher = parseMatcher(text, within)
  const match = 'match' in matcher ? matcher.match : () => undefined
  test.each(yes)('matches %s', (path) => expect(match(path)).toBe(true))
  test.each(no)('does not match %s', (path) => expect(match(path)).toBe(false))
})

test.each(['/(/', '/[/', '/a{2,1}/', '/\\/'])('%s is no expression', (text) => {
  expect(parseMatcher(text, 'path')).toEqual({ error: 'this is no regular expression yet' })
})

test.each([
  '[',
  '[]',
  '[!]',
  '[^]',
  '*[',
  '[a',
  '[\\]',
  '[[]',
  '[a-]',
  '[--a]',
  '\\*',
  '?{1}',
  '[&&a]',
  '[a--b]',
  '{*}',
])('%s is a glob that can be used', (text) => expect(parseMatcher(text, 'name')).toHaveProperty('match'))
