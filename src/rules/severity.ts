import type { Policy } from './policy.ts'
import { type Rule, SEVERITIES, type Severity } from './rule.ts'

/** How much a finding of so many bytes matters in an image whose own layers hold `own` bytes. */
export function severityOf({ id, severity }: Rule, bytes: number, own: number, policy: Policy): Severity {
  const fixed = policy.severities.get(id)
  if (fixed !== undefined && fixed !== 'off') return fixed
  const raised = bySize(bytes, own, policy.sizes)
  return isAtLeast(raised, severity) ? raised : severity
}

/** Whether a severity is a given one or above it. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least)
}

function bySize(bytes: number, own: number, { low, medium, high }: Policy['sizes']): Severity {
  if (bytes < low.bytes) return 'info'
  const reaches = (size: Policy['sizes']['low']): boolean => bytes >= size.bytes || bytes >= size.share * own
  return reaches(high) ? 'high' : reaches(medium) ? 'medium' : 'low'
}
