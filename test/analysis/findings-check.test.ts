import { describe, expect, test } from 'vitest'
import { checkFindings, FIXABLE, type FindingsGate } from '../../src/analysis/findings-check.ts'
import type { Finding } from '../../src/analysis/report.ts'
import { completeReport } from '../helpers/report.ts'

const [some] = completeReport.findings
if (some === undefined) throw new Error('no finding to vary')
const finding = (more: Partial<Finding>): Finding => ({ ...some, origin: 'own', safety: 'safe', ...more })

const findings = [
  finding({ severity: 'high', safety: 'review' }),
  finding({ severity: 'high', origin: 'base' }),
  finding({ severity: 'medium' }),
  finding({ severity: 'medium', safety: 'likely' }),
  finding({ severity: 'low', safety: 'never-auto' }),
  finding({ severity: 'info', bytes: 0 }),
]

describe('the check of findings', () => {
  const rows: [gate: Partial<FindingsGate> & Pick<FindingsGate, 'severity'>, value: number, uncounted: number][] = [
    [{ severity: 'high' }, 0, 2],
    [{ severity: 'medium' }, 2, 2],
    [{ severity: 'low' }, 2, 3],
    [{ severity: 'info' }, 3, 3],
    [{ severity: 'medium', safeties: ['likely'] }, 1, 3],
    [{ severity: 'medium', safeties: ['safe', 'likely', 'review'] }, 3, 1],
    [{ severity: 'high', base: true }, 1, 1],
    [{ severity: 'info', safeties: ['safe', 'likely', 'review', 'never-auto'], base: true }, 6, 0],
  ]
  test.each(rows)('by %j counts %i, and leaves %i', (gate, value, uncounted) => {
    expect(checkFindings(findings, { ...FIXABLE, ...gate })).toEqual({
      name: 'findings',
      severity: gate.severity,
      threshold: 0,
      value,
      uncounted,
      status: value > 0 ? 'fail' : 'pass',
    })
  })
})
