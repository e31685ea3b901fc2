import { isAtLeast } from '../rules/severity.ts'
import type { Finding, FindingsCheck, Safety, Severity } from './report.ts'

/** Which findings fail a check. */
export interface FindingsGate {
  /** The lowest severity that counts. */
  readonly severity: Severity
  /** How safe the fix has to be for a finding to count. */
  readonly safeties: readonly Safety[]
  /** Whether findings in layers of the base image count too. */
  readonly base: boolean
}

/** What counts where nobody says otherwise: own findings that can be fixed without breaking anything. */
export const FIXABLE = { safeties: ['safe', 'likely'], base: false } as const satisfies Partial<FindingsGate>

/** The check of findings: how many there are that count, of which there may be none. */
export function checkFindings(findings: readonly Finding[], { severity, safeties, base }: FindingsGate): FindingsCheck {
  const severe = findings.filter((finding) => isAtLeast(finding.severity, severity))
  const value = severe.filter(({ safety, origin }) => safeties.includes(safety) && (base || origin === 'own')).length
  const uncounted = severe.length - value
  return { name: 'findings', severity, threshold: 0, value, uncounted, status: value > 0 ? 'fail' : 'pass' }
}
