import { describe, expect, test } from 'vitest'
import { alignHistory, parseHistory } from '../../src/oci/history.ts'

const step = { created: undefined, createdBy: undefined, comment: undefined, author: undefined, emptyLayer: false }

test('a history is read step by step, and empty texts count as none', () => {
  const history = [
    { created: '2024-01-01T00:00:00Z', created_by: 'RUN a', comment: 'buildkit', author: 'kaniko' },
    { created_by: '', comment: '', author: '', empty_layer: true },
    { created_by: 5, empty_layer: 'true' },
    null,
  ]
  expect(parseHistory({ history })).toEqual([
    { created: '2024-01-01T00:00:00Z', createdBy: 'RUN a', comment: 'buildkit', author: 'kaniko', emptyLayer: false },
    { ...step, emptyLayer: true },
    step,
    step,
  ])
})

test.each<[string, Parameters<typeof parseHistory>[0]]>([
  ['no config', undefined],
  ['no history', {}],
  ['a history of null', { history: null }],
])('%s gives no steps', (_, config) => expect(parseHistory(config)).toEqual([]))

describe('each layer has the step that made it', () => {
  // Capitals made a layer, small letters made none.
  test.each<[string, string, number, (string | undefined)[]]>([
    ['one for one', 'AB', 2, ['A', 'B']],
    ['steps without a layer between', 'aBcDe', 2, ['B', 'D']],
    ['only steps without a layer', 'ab', 0, []],
    ['fewer steps than layers', 'A', 3, [undefined, undefined, undefined]],
    ['more steps than layers', 'ABC', 1, [undefined]],
    ['no history', '', 2, [undefined, undefined]],
  ])('%s', (_, letters, layers, expected) => {
    const history = [...letters].map((letter) => ({
      ...step,
      createdBy: letter,
      emptyLayer: letter === letter.toLowerCase(),
    }))
    expect(alignHistory(history, layers).map((entry) => entry?.createdBy)).toEqual(expected)
  })
})
