import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSections } from '../../src/config/sections.ts'
import { UserError } from '../../src/errors.ts'
import { DEFAULT_CONFIG, parseUiConfig, type UiConfig } from '../../src/tui/config.ts'

const uiConfigOf = (text: string): UiConfig => parseUiConfig(parseSections(text, 'ui.yaml'))

describe('a config file', () => {
  const rows: [what: string, text: string, screen: object][] = [
    ['may be empty', '', {}],
    ['may hold nothing but comments', '# theme: dark\n', {}],
    ['sets a theme', 'theme: high-contrast', { theme: 'high-contrast' }],
    ['sets toggles', 'mouse: false\nascii: true', { mouse: false, ascii: true }],
    ['may hold what else there is to set', 'findings: {rules: {}}\nci:\ntheme: mono', { theme: 'mono' }],
  ]
  test.each(rows)('%s', (_, text, screen) => {
    expect(uiConfigOf(text)).toEqual({ ...DEFAULT_CONFIG, screen })
  })

  test.each([
    ['one key', 'keys: {quit: x}', ['x']],
    ['several', 'keys:\n  quit: [x, ctrl+q]', ['x', 'ctrl+q']],
    [
      'as the help spells it',
      'keys: {quit: [Ctrl-X, ctrl+Q, Esc, PgUp, "↑", Q, "-", +]}',
      ['ctrl+x', 'ctrl+q', 'escape', 'pageup', 'up', 'Q', '-', '+'],
    ],
    ['none at all', 'keys:\n  quit: []', []],
  ])('gives an action %s', (_, text, keys) => {
    const { bindings } = uiConfigOf(text)
    expect(bindings.filter(({ command }) => command === 'quit').flatMap((binding) => binding.keys)).toEqual(
      expect.arrayContaining(keys),
    )
    expect(bindings.some((one) => one.command === 'quit' && one.keys.includes('q'))).toBe(false)
  })
})

describe('a mistake in a config file is told with its line', () => {
  const rows: [text: string, sentence: RegExp][] = [
    ['them: dark', /^ui.yaml, line 1: unknown key "them"; did you mean theme\?/],
    ['\nconstructor: 1', /^ui.yaml, line 2: unknown key "constructor"; known: theme, mouse, ascii, keys, findings, ci/],
    ['theme: dar', /line 1: "theme" cannot be "dar"; did you mean dark\?/],
    ['theme: [dark]', /"theme" must be a single value/],
    ['theme: dark\ntheme: mono', /not valid YAML|set twice/],
    ['mouse: yes', /"mouse" cannot be "yes": give true or false/],
    ['keys: q', /"keys" must be a map/],
    ['keys:\n  quitt: x', /^ui.yaml, line 1: there is no action "quitt".*did you mean quit\?/],
    ['keys:\n  quit: ctrl+nothing', /^ui.yaml, line 1: "ctrl\+nothing" for quit is no key/],
    ['keys:\n  quit: "\\e[2J"', /"\\e\[2j" for quit is no key/],
    ['keys: {quit: x, help: x}', /"x" is given to both/],
    ['- theme', /a config file must be a map/],
  ]
  test.each(rows)('%j', (text, sentence) => {
    expect(() => uiConfigOf(text)).toThrow(UserError)
    expect(() => uiConfigOf(text)).toThrow(sentence)
  })
})

test('any text is understood or refused in a sentence', () => {
  const word = fc.constantFrom(
    'theme',
    'keys',
    'quit',
    'dark',
    ':',
    ': ',
    '\n',
    '  ',
    '- ',
    '[',
    '{',
    '*a',
    '&a ',
    'true',
    'q',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(word, fc.string({ maxLength: 3 })), { maxLength: 12 }), (words) => {
      try {
        uiConfigOf(words.join(''))
      } catch (error) {
        expect(error).toBeInstanceOf(UserError)
      }
    }),
  )
})
