import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePolicy } from '../../src/config/policy.ts'
import { parseSections } from '../../src/config/sections.ts'
import { UserError } from '../../src/errors.ts'
import { DEFAULT_POLICY, type Policy } from '../../src/rules/policy.ts'

/** The policy of a file that holds nothing but the section `findings`. */
function policyOf(text: string): Policy {
  const section = parseSections(`findings:\n${text.replace(/^/gm, '  ')}`, 'a.yaml').get('findings')
  if (section === undefined) throw new Error('the section is not there')
  return parsePolicy(section)
}

const { sizes } = DEFAULT_POLICY

describe('the section of findings', () => {
  const rows: [what: string, text: string, expected: Partial<Policy>][] = [
    ['may be empty', '', {}],
    ['may hold empty parts', 'rules:\nsizes:\nignore:', {}],
    [
      'sets severities of rules',
      'rules: {apt-lists: high, root-user: off, vcs-dir: info}',
      {
        severities: new Map([
          ['apt-lists', 'high'],
          ['root-user', 'off'],
          ['vcs-dir', 'info'],
        ]),
      },
    ],
    [
      'sets sizes of severities, each by itself',
      'sizes: {medium: [5MB, 1%]}',
      { sizes: { ...sizes, medium: { bytes: 5_000_000, share: 0.01 } } },
    ],
    [
      'takes bytes or a share alone',
      'sizes: {low: 1kB, medium: 5MiB, high: 50%}',
      {
        sizes: {
          low: { bytes: 1000, share: Infinity },
          medium: { bytes: 5_242_880, share: Infinity },
          high: { bytes: Infinity, share: 0.5 },
        },
      },
    ],
    [
      'lets size raise nothing to a severity',
      'sizes: {high: off}',
      { sizes: { ...sizes, high: { bytes: Infinity, share: Infinity } } },
    ],
    [
      'ignores a rule',
      'ignore:\n  - rule: root-user\n    reason: " it must be root "',
      { ignore: [{ rule: 'root-user', reason: 'it must be root', where: 'a.yaml, line 3' }] },
    ],
    [
      'ignores some files of a layer until a day',
      'ignore:\n  - {rule: vcs-dir, paths: [/app/.git, "**/x/*.pack"], layer: 3, reason: x, expires: 2028-02-29}',
      {
        ignore: [
          {
            rule: 'vcs-dir',
            paths: ['/app/.git', '**/x/*.pack'],
            layer: 3,
            reason: 'x',
            expires: '2028-02-29',
            where: 'a.yaml, line 3',
          },
        ],
      },
    ],
    [
      'takes one path as it is',
      'ignore: [{rule: vcs-dir, paths: /app, reason: x}]',
      { ignore: [{ rule: 'vcs-dir', paths: ['/app'], reason: 'x', where: 'a.yaml, line 2' }] },
    ],
  ]
  test.each(rows)('%s', (_, text, expected) => {
    expect(policyOf(text)).toEqual({ ...DEFAULT_POLICY, ...expected })
  })
})

describe('a mistake in the section of findings is told with its line', () => {
  const entry = (more: string): string => `ignore:\n  - rule: vcs-dir\n    reason: x\n    ${more}`
  const rows: [text: string, sentence: RegExp][] = [
    ['rule: {}', /^a.yaml, line 2: unknown key "rule"; did you mean rules\?/],
    ['sizes: {hihg: 1}', /unknown key "hihg"; known: low, medium, high/],
    ['rules:\n  apt-list: high', /^a.yaml, line 3: there is no rule "apt-list"; did you mean apt-lists\?/],
    [
      'rules: {constructor: high}',
      /there is no rule "constructor"; "layerscope --format json" names those that found something/,
    ],
    ['rules: {apt-lists: hig}', /line 2: the severity of apt-lists cannot be "hig"; did you mean high\?/],
    ['rules: {apt-lists: 3}', /cannot be "3": give info, low, medium, high or off/],
    ['rules: {apt-lists: [high]}', /"apt-lists" must be a single value/],
    ['rules: &a {apt-lists: high}\nsizes: *a', /line 2: unknown key "apt-lists"/],
    ['rules: [apt-lists]', /"rules" must be a map/],
    ['sizes: {high: much}', /line 2: "high" cannot be "much": give a size, a percentage/],
    ['sizes: {high: 0.1x}', /"high" cannot be "0.1x"/],
    ['sizes: {high: 110%}', /"high" cannot be "110%"/],
    ['sizes: {high: [1MB, 2MB]}', /"high" cannot be "2MB"/],
    ['sizes: {high: [1%, 2%]}', /"high" cannot be "2%"/],
    ['sizes: {high: {a: 1}}', /"high" cannot be "a map or a list"/],
    ['sizes: {high: [[1]]}', /"high" cannot be "a map or a list"/],
    ['sizes: {low: 2%}', /"low" cannot be "2%": give a size such as 100kB/],
    ['sizes: {low: off}', /"low" cannot be "off": give a size such as 100kB/],
    ['ignore: {rule: vcs-dir}', /line 2: "ignore" must be a list of entries/],
    ['ignore: vcs-dir', /"ignore" must be a list of entries/],
    ['ignore:\n  - vcs-dir', /line 3: an entry of "ignore" must be a map/],
    ['ignore:\n  - rule: vcs-dir\n  - rule: vcs-dir', /line 3: an entry of "ignore" needs a reason; add one/],
    ['ignore: [{rule: vcs-dir, reason: " "}]', /needs a reason/],
    ['ignore:\n  -\n', /line 3: an entry of "ignore" needs a rule; add one/],
    ['ignore:\n  - reason: x\n    rule: vcs-dri', /line 4: there is no rule "vcs-dri"; did you mean vcs-dir\?/],
    [entry('until: 2030-01-01'), /line 5: unknown key "until"/],
    [entry('path: /a'), /unknown key "path"; did you mean paths\?/],
    [entry('paths: app/.git'), /line 5: "paths" cannot be "app\/.git": give a path from the root/],
    [entry('paths: [/a, "/{b,c}"]'), /"paths" cannot be "\/\{b,c\}".*without braces/],
    [entry('paths: []'), /"paths" is empty/],
    [entry('paths: [[/a]]'), /"paths" cannot be ""/],
    [entry('layer: -1'), /"layer" cannot be "-1": give the number of a layer, from 0/],
    [entry('layer: top'), /"layer" cannot be "top"/],
    [entry('expires: 2030-02-30'), /line 5: "expires" cannot be "2030-02-30": give a day such as 2030-12-31/],
    [entry('expires: 31.12.2030'), /"expires" cannot be "31.12.2030"/],
    [entry('expires: 2030-12-31T00:00:00Z'), /"expires" cannot be/],
    [entry('expires: soon'), /"expires" cannot be "soon"/],
    [entry('expires: "\\e[2J"'), /"expires" cannot be "\\e\[2J"/],
  ]
  test.each(rows)('%j', (text, sentence) => {
    expect(() => policyOf(text)).toThrow(UserError)
    expect(() => policyOf(text)).toThrow(sentence)
  })
})

test('any text is understood or refused in a sentence', () => {
  const words = ['findings', 'rules', 'sizes', 'ignore', 'rule', 'reason', 'apt-lists', 'high', '1%', '2030-01-01']
  const marks = [':', ': ', '\n', '\n  ', '\n    ', '- ', '[', '{', ']', '}', '*a', '&a ', ',']
  const part = fc.oneof(fc.constantFrom(...words, ...marks), fc.string({ maxLength: 3 }))
  fc.assert(
    fc.property(fc.array(part, { maxLength: 14 }), (parts) => {
      try {
        policyOf(parts.join(''))
      } catch (error) {
        expect(error).toBeInstanceOf(UserError)
      }
    }),
  )
})
