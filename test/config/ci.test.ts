import { describe, expect, test } from 'vitest'
import { type CiSettings, parseCi } from '../../src/config/ci.ts'
import { parseSections } from '../../src/config/sections.ts'
import { UserError } from '../../src/errors.ts'

function ciOf(text: string): CiSettings {
  const section = parseSections(`ci:\n${text.replace(/^/gm, '  ')}`, 'a.yaml').get('ci')
  if (section === undefined) throw new Error('the section is not there')
  return parseCi(section)
}

describe('the section for CI', () => {
  const rows: [what: string, text: string, expected: Partial<CiSettings>][] = [
    ['may be empty', '', {}],
    [
      'sets thresholds, in both spellings',
      'lowest-efficiency: 0.95\nhighestWastedBytes: 20MB',
      { thresholds: { lowestEfficiency: 0.95, highestWastedBytes: 20_000_000 } },
    ],
    ['disables a threshold', 'lowest-efficiency: off', { thresholds: { lowestEfficiency: null } }],
    ['says which findings fail', 'fail-on: medium', { failOn: 'medium' }],
    ['says that none does', 'fail-on: none', { failOn: null }],
    ['widens what counts', 'fail-on-safety: [safe, review]', { gate: { safeties: ['safe', 'review'] } }],
    ['narrows what counts', 'fail-on-safety: safe', { gate: { safeties: ['safe'] } }],
    ['counts the base image too', 'fail-on-base: true', { gate: { base: true } }],
  ]
  test.each(rows)('%s', (_, text, expected) => {
    expect(ciOf(text)).toEqual({ thresholds: {}, gate: {}, ...expected })
  })

  const mistakes: [text: string, sentence: RegExp][] = [
    ['lowest-eficiency: 1', /^a.yaml, line 2: unknown key "lowest-eficiency"; did you mean lowest-efficiency\?/],
    ['rules: {}', /unknown key "rules"; known: lowest-efficiency, .*fail-on-base/],
    ['lowest-efficiency: 1\nlowestEfficiency: 1', /line 3: "lowestEfficiency" is set twice/],
    ['lowest-efficiency: 90', /line 2: "lowest-efficiency" cannot be "90"/],
    ['fail-on: hig', /line 2: "fail-on" cannot be "hig"; did you mean high\?/],
    ['fail-on: [high]', /"fail-on" must be a single value/],
    ['fail-on-safety: saef', /"fail-on-safety" cannot be "saef": give safe, likely, review or never-auto/],
    ['fail-on-safety: []', /"fail-on-safety" is empty/],
    ['fail-on-base: yes', /"fail-on-base" cannot be "yes": give true or false/],
    ['- fail-on', /"ci" must be a map/],
  ]
  test.each(mistakes)('is refused for %j', (text, sentence) => {
    expect(() => ciOf(text)).toThrow(UserError)
    expect(() => ciOf(text)).toThrow(sentence)
  })
})
