import { expect, test } from 'vitest'
import { reportBloat } from '../../src/analysis/bloat-report.ts'
import type { Finding } from '../../src/analysis/report.ts'
import { RULES } from '../../src/rules/catalogue.ts'
import { completeReport } from '../helpers/report.ts'

const [finding] = completeReport.findings as readonly Finding[]
const [rule] = RULES
if (finding === undefined || rule === undefined) throw new Error('no finding to vary')
const { by: _, ...plain } = finding

const claimed = (more: Partial<Finding>) => ({ finding: { ...plain, ...more }, rule, files: [] })
const ignored = { rule: plain.rule, reason: 'known', where: 'a.yaml, line 1' }

test('bytes that can be saved are told by safety, those of the base and of what is let pass apart', () => {
  const { findings, suppressed, savings } = reportBloat([
    claimed({ origin: 'own', safety: 'safe', attributedBytes: 1 }),
    claimed({ origin: 'own', safety: 'safe', attributedBytes: 2 }),
    claimed({ origin: 'own', safety: 'likely', attributedBytes: 4 }),
    claimed({ origin: 'own', safety: 'review', attributedBytes: 8 }),
    claimed({ origin: 'own', safety: 'never-auto', attributedBytes: 16 }),
    claimed({ origin: 'base', safety: 'safe', attributedBytes: 32 }),
    { ...claimed({ origin: 'own', by: 7, attributedBytes: 64 }), ignored },
    { ...claimed({ origin: 'base', attributedBytes: 128 }), ignored: { ...ignored, expires: '2030-01-01' } },
  ])
  expect(savings).toEqual({
    own: { safe: 3, likely: 4, review: 8, 'never-auto': 16 },
    base: 32,
    suppressed: { own: 64, base: 128 },
  })
  expect(findings).toHaveLength(6)
  const { id, title, severity, safety, layer, bytes, files } = plain
  const one = { id, rule: plain.rule, title, severity, safety, layer, bytes, files, reason: 'known' }
  expect(suppressed).toStrictEqual([
    { ...one, origin: 'own', by: 7, attributedBytes: 64 },
    { ...one, origin: 'base', attributedBytes: 128, expires: '2030-01-01' },
  ])
})
