import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCiConfig } from '../../src/analysis/ci-config.ts'
import type { Thresholds } from '../../src/analysis/thresholds.ts'
import { UserError } from '../../src/errors.ts'
import { CONFIG_MAX_BYTES } from '../../src/format/yaml.ts'

describe('a CI config file sets', () => {
  const rows: [name: string, text: string, expected: Partial<Thresholds>][] = [
    ['nothing, where it is empty', '', {}],
    ['nothing, where it holds a comment', '# later\n', {}],
    ['nothing, where the rules are empty', 'rules:\n', {}],
    ['nothing, where it is JSON without rules', '{}', {}],
    ["a threshold by dive's name", 'rules:\n  lowestEfficiency: 0.95\n', { lowestEfficiency: 0.95 }],
    ['a threshold in kebab-case', 'rules:\n  lowest-efficiency: 0.95\n', { lowestEfficiency: 0.95 }],
    [
      'all three',
      'rules:\n  lowest-efficiency: 0.95\n  highest-wasted-bytes: 20MB\n  highest-user-wasted-percent: 0.20\n',
      { lowestEfficiency: 0.95, highestWastedBytes: 20_000_000, highestUserWastedPercent: 0.2 },
    ],
    ['thresholds as JSON', '{"rules": {"highestWastedBytes": "20MiB"}}', { highestWastedBytes: 20_971_520 }],
    ['bytes as a number', 'rules: {highestWastedBytes: 20000000}', { highestWastedBytes: 20_000_000 }],
    ['a percentage', 'rules: {lowestEfficiency: 90%}', { lowestEfficiency: 0.9 }],
    ['a quoted number', "rules: {lowestEfficiency: '0.9'}", { lowestEfficiency: 0.9 }],
    [
      'a small number in scientific notation',
      'rules: {highestUserWastedPercent: 1e-7}',
      { highestUserWastedPercent: 1e-7 },
    ],
    ['0', 'rules: {highestWastedBytes: 0}', { highestWastedBytes: 0 }],
    ['disabled', 'rules: {highestWastedBytes: disabled}', { highestWastedBytes: null }],
    ['disabled, where there is no value', 'rules:\n  highestWastedBytes:\n', { highestWastedBytes: null }],
    ['disabled by off', 'rules: {highestWastedBytes: OFF}', { highestWastedBytes: null }],
    ['disabled by false', 'rules: {highestWastedBytes: false}', { highestWastedBytes: null }],
    [
      'the value of an alias',
      'rules:\n  lowestEfficiency: &a 0.5\n  highestUserWastedPercent: *a\n',
      { lowestEfficiency: 0.5, highestUserWastedPercent: 0.5 },
    ],
  ]
  test.each(rows)('%s', (_, text, expected) => expect(parseCiConfig(text, '.dive-ci')).toEqual(expected))
})

describe('a CI config file is refused', () => {
  const rows: [name: string, text: string, sentence: RegExp][] = [
    [
      'for a mistyped key',
      'rules:\n  lowestEficiency: 1',
      /^\.dive-ci, line 2: unknown key "lowestEficiency"; did you mean lowestEfficiency\?/,
    ],
    ['for a key that goes on', 'rules: {lowest-efficiency-threshold: 1}', /did you mean lowest-efficiency\?/],
    ['for a mistyped top key', 'rule:\n  lowestEfficiency: 1', /line 1: unknown key "rule"; did you mean rules\?/],
    ['for a key of no meaning', '# x\nplugins:\n  - a', /line 2: unknown key "plugins"; known: rules/],
    ['for a key that is a list', '? [a]\n: 1', /line 1: unknown key ""/],
    ['for an empty key', ': 1', /unknown key ""/],
    ['for a merge key', 'rules:\n  <<: {lowestEfficiency: 1}', /unknown key "<<"/],
    [
      'for a threshold in two spellings',
      'rules:\n  lowestEfficiency: 1\n  lowest-efficiency: 1',
      /line 3: .* is set twice/,
    ],
    [
      'for a threshold set twice',
      'rules:\n  lowestEfficiency: 1\n  lowestEfficiency: 1',
      /line 3: this is not valid YAML/,
    ],
    [
      'for a bad ratio',
      'rules:\n  lowestEfficiency: 90',
      /line 2: "lowestEfficiency" cannot be "90": give a number from 0 to 1/,
    ],
    ['for a bad size', 'rules: {highestWastedBytes: 20 bananas}', /cannot be "20 bananas": give a size/],
    ['for a negative size', 'rules: {highestWastedBytes: -1}', /cannot be "-1"/],
    ['for true', 'rules: {highestWastedBytes: true}', /cannot be "true"/],
    ['for a list as a value', 'rules: {highestWastedBytes: [1]}', /must be a single value: a size/],
    ['for a map as a value', 'rules: {lowestEfficiency: {a: 1}}', /must be a single value: a number/],
    ['for rules that are a list', 'rules:\n  - lowestEfficiency: 1', /line 2: "rules" must be a map/],
    ['for being a text', 'lowestEfficiency', /line 1: a CI config file must be a map/],
    ['for broken YAML', 'rules:\n  a: "\n', /^\.dive-ci, line \d: this is not valid YAML/],
    ['for an alias of nothing', 'rules: *nothing', /line 1: alias of nothing/],
    ['for a second document', 'rules: {}\n---\nrules: {}', /this is not valid YAML/],
    ['for an alias of itself', 'rules: &a {lowestEfficiency: *a}', /must be a single value/],
    ['for endless depth', `rules: ${'['.repeat(60_000)}`, /this is not valid YAML/],
    ['for its size', '#'.repeat(CONFIG_MAX_BYTES + 1), /has at most 65536 bytes/],
    ['for hostile text, which is escaped', 'rules: {"\\e[2J": 1}', /unknown key "\\e\[2J"/],
  ]
  test.each(rows)('%s', (_, text, sentence) => {
    expect(() => parseCiConfig(text, '.dive-ci')).toThrow(UserError)
    expect(() => parseCiConfig(text, '.dive-ci')).toThrow(sentence)
  })
})

test('any text is understood or refused in a sentence', () => {
  const part = fc.constantFrom(
    'rules',
    ':',
    ' ',
    '\n',
    '  ',
    '- ',
    '? ',
    '[',
    '{',
    '}',
    '&a',
    '*a',
    '"',
    '<<',
    '!!x ',
    '%',
    '0.9',
    '|',
    'lowestEfficiency',
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(part).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(text, (given) => {
      let error: unknown
      try {
        parseCiConfig(given, '.dive-ci')
      } catch (thrown) {
        error = thrown
      }
      if (error !== undefined) expect(error).toBeInstanceOf(UserError)
    }),
    { numRuns: 500 },
  )
})
