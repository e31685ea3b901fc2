import { describe, expect, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import {
  field,
  isObject,
  type Json,
  listField,
  looksLikeJson,
  parseJson,
  textEntries,
  textField,
  textsField,
} from '../../src/oci/json.ts'

describe('a document', () => {
  test.each<[string, Json]>([
    ['{"a":[1,null]}', { a: [1, null] }],
    ['\ufeff {}', {}],
    [' null\n', null],
  ])('of %j parses', (text, value) => expect(parseJson(Buffer.from(text), 'index.json')).toEqual(value))

  test.each(['', '{', '{"a":1}x', '<html>', "{'a':1}", '\u001b]0;x\u0007'])('of %j is damaged', (text) => {
    const parse = () => parseJson(Buffer.from(text), 'index.json')
    expect(parse).toThrow(UserError)
    expect(parse).toThrow(/^index\.json is not valid JSON \([^\p{Cc}]*\); the archive is damaged/u)
  })

  test('may nest deeper than the call stack', () => {
    const depth = 100_000
    expect(() => parseJson(Buffer.from('['.repeat(depth) + ']'.repeat(depth)), 'index.json')).not.toThrow()
  })
})

describe('a field', () => {
  const value = parseJson(
    Buffer.from('{"Layers":["a",1,"b"],"config":{"x":"1","y":2},"name":"n","__proto__":"p"}'),
    'x',
  )
  test.each<[string, Json | undefined]>([
    ['name', 'n'],
    ['Name', 'n'],
    ['layers', ['a', 1, 'b']],
    ['__proto__', 'p'],
    ['constructor', undefined],
    ['none', undefined],
  ])('%s is read whatever its case, and never from a prototype', (name, expected) => {
    expect(field(value, name)).toEqual(expected)
  })

  test('of the exact name comes before one in another case', () => {
    expect(field({ NAME: 'other', name: 'exact' }, 'name')).toBe('exact')
  })

  test.each<[string, Json | undefined]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'name'],
    ['a list', ['name']],
  ])('of %s is none', (_, holder) => {
    expect(isObject(holder)).toBe(false)
    expect(field(holder, 'length')).toBeUndefined()
    expect(textField(holder, 'name')).toBeUndefined()
    expect(listField(holder, 'name')).toEqual([])
    expect(textsField(holder, 'name')).toEqual([])
    expect(textEntries(holder, 'name')).toEqual([])
  })

  test('of another type than asked for is none, or leaves out what is not', () => {
    expect(textField(value, 'name')).toBe('n')
    expect(textField(value, 'config')).toBeUndefined()
    expect(listField(value, 'config')).toEqual([])
    expect(listField({ layers: null }, 'layers')).toEqual([])
    expect(textsField(value, 'layers')).toEqual(['a', 'b'])
    expect(textEntries(value, 'config')).toEqual([['x', '1']])
    expect(textEntries(value, 'layers')).toEqual([])
  })
})

test.each<[string, boolean]>([
  ['{}', true],
  [' \r\n\t[', true],
  ['', false],
  ['   ', false],
  ['"text"', false],
  ['a{', false],
  ['\u00ef\u00bb\u00bf {', true],
  ['\u001f\u008b{', false],
])('%j looks like JSON: %s', (head, expected) => expect(looksLikeJson(Buffer.from(head, 'latin1'))).toBe(expected))
