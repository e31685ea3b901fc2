import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src/rules/finding.ts'
import { selectFindings } from '../../src/what-if/selection.ts'

function finding(id: string, safety: Finding['safety'], origin: Finding['origin'] = 'own'): Finding {
  const [rule = ''] = id.split('@')
  const figures = { layer: 1, bytes: 1, attributedBytes: 1, files: 1, paths: [] }
  return { id, rule, title: '', severity: 'low', safety, count: 'drop', origin, instruction: '', fix: '', ...figures }
}

const findings = [
  finding('pip-cache@3', 'safe'),
  finding('log-files@3', 'likely'),
  finding('log-files@4', 'likely'),
  finding('large-file@4', 'review'),
  finding('pip-cache@0', 'safe', 'base'),
]
const rules = ['pip-cache', 'log-files', 'large-file', 'npm-cache']

describe('what --apply chooses', () => {
  const cases: [string[], string[]][] = [
    [['safe'], ['pip-cache@3']],
    [['likely'], ['pip-cache@3', 'log-files@3', 'log-files@4']],
    [['all'], ['pip-cache@3', 'log-files@3', 'log-files@4', 'large-file@4']],
    [['log-files'], ['log-files@3', 'log-files@4']],
    [['log-files@4'], ['log-files@4']],
    [
      ['safe', 'large-file@4'],
      ['pip-cache@3', 'large-file@4'],
    ],
    [['pip-cache@0'], ['pip-cache@0']],
    [['pip-cache'], ['pip-cache@3', 'pip-cache@0']],
    [['npm-cache'], []],
    [[], []],
  ]
  test.each(cases)('%j', (words, ids) => {
    expect([...selectFindings(words, findings, rules)]).toEqual(ids)
  })

  const bad: [string, string][] = [
    ['pip-cache@33', 'did you mean pip-cache@3?'],
    ['pipcache', 'did you mean pip-cache?'],
    ['sfe', 'did you mean safe?'],
    ['?\u001b', '"?\\e": give safe, likely, all, a rule, or the id of a finding'],
    ['toString', 'give safe, likely, all'],
  ]
  test.each(bad)('refuses %j', (word, message) => {
    expect(() => selectFindings([word], findings, rules)).toThrow(message)
  })
})
