// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of a Dockerfile
import { describe, expect, test } from 'vitest'
import { expandWord, findHeredocs, splitWords } from '../../src/dockerfile/words.ts'
import { cpuTime } from '../helpers/cpu-time.ts'

describe('a word becomes', () => {
  const variables = new Map([
    ['A', 'x'],
    ['EMPTY', ''],
  ])
  const lookup = (name: string) => variables.get(name)
  const rows: [word: string, expected: string][] = [
    ['$A', 'x'],
    ['$A$A/${A}b', 'xx/xb'],
    ['$Ab', ''],
    ['"$A"', 'x'],
    ["'$A'", '$A'],
    ['\\$A', '$A'],
    ['"a\\"b\\c"', 'a"b\\c'],
    ['a\\ b', 'a b'],
    ['${A:-y}', 'x'],
    ['${B:-y}', 'y'],
    ['${B-y}', 'y'],
    ['${EMPTY:-y}', 'y'],
    ['${EMPTY-y}', ''],
    ['${A:+y}', 'y'],
    ['${B:+y}', ''],
    ['${EMPTY+y}', 'y'],
    ['${B:-${A}-$A}!', 'x-x!'],
    ['${B:-{}}', '{}'],
    ['${A:+y', 'y'],
    ['${A', '${A'],
    ['a$', 'a$'],
    ['$', '$'],
    ['a\\', 'a\\'],
  ]
  test.each(rows)('%s: %s', (word, expected) => expect(expandWord(word, lookup)).toBe(expected))
  test('itself without quotes, where no variables are given', () => expect(expandWord('"$A" b')).toBe('$A b'))
  test('what the other escape character says', () => expect(expandWord('c:\\x`$A', lookup, '`')).toBe('c:\\x$A'))
})

describe('the words of a line are', () => {
  const rows: [line: string, words: string[]][] = [
    ['a  b\tc', ['a', 'b', 'c']],
    ['a "b c" d\'e f\'', ['a', '"b c"', "d'e f'"]],
    ['a\\ b c', ['a\\ b', 'c']],
    ['"a b', ['"a b']],
    ['', []],
  ]
  test.each(rows)('%s', (line, words) => expect(splitWords(line)).toEqual(words))
})

describe('heredocs are opened', () => {
  const rows: [line: string, names: string[]][] = [
    ['RUN <<EOF', ['EOF']],
    ['RUN <<-"END" cat 3<<X', ['END', 'X']],
    ['COPY <<a <<b /dst', ['a', 'b']],
    ['RUN cat <<< text', []],
    ['RUN echo $((1<<2)) "<<EOF"', []],
  ]
  test.each(rows)('by %s: %j', (line, names) => expect(findHeredocs(line).map(({ name }) => name)).toEqual(names))
})

test('what is nested without end takes no time', () => {
  const time = cpuTime(() => {
    for (const unit of ['${A:-', '${', '$A', '"', '\\']) expandWord(unit.repeat(100_000), () => undefined)
  })
  expect(time).toBeLessThan(2000)
})
