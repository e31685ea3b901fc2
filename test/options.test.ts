import { describe, expect, test } from 'vitest'
import { type Input, resolveInput } from '../src/options.ts'

describe('what is read', () => {
  const path: Input = { kind: 'path', path: 'app.tar' }
  const rows: [name: string, input: Input, terminal: boolean, expected: Input][] = [
    ['a named file, at a terminal', path, true, path],
    ['a named file, in a pipe', path, false, path],
    ['standard input, where it is named', { kind: 'stdin' }, false, { kind: 'stdin' }],
    ['standard input, where nothing is named', { kind: 'none' }, false, { kind: 'stdin' }],
  ]
  test.each(rows)('is %s', (_, input, terminal, expected) => expect(resolveInput(input, terminal)).toEqual(expected))

  test('is never a terminal', () => {
    expect(() => resolveInput({ kind: 'none' }, true)).toThrow(/No image given.*--help/)
    expect(() => resolveInput({ kind: 'stdin' }, true)).toThrow(/Standard input is a terminal/)
  })
})
