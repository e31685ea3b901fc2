import type { Claimed } from '../rules/find.ts'
import type { Finding, Report, SuppressedFinding } from './report.ts'

/** What a report says of bloat: the findings that stand, what the policy lets pass, and the bytes of both. */
export function reportBloat(bloat: readonly Claimed[]): Pick<Report, 'findings' | 'suppressed' | 'savings'> {
  const findings = bloat.filter(({ ignored }) => ignored === undefined).map(({ finding }) => finding)
  const suppressed = bloat.flatMap(suppressedFinding)
  const own = (safety: Finding['safety']): number =>
    bytesOf(findings.filter((finding) => finding.origin === 'own' && finding.safety === safety))
  return {
    findings,
    suppressed,
    savings: {
      own: { safe: own('safe'), likely: own('likely'), review: own('review'), 'never-auto': own('never-auto') },
      base: bytesOf(findings.filter(({ origin }) => origin === 'base')),
      suppressed: {
        own: bytesOf(suppressed.filter(({ origin }) => origin === 'own')),
        base: bytesOf(suppressed.filter(({ origin }) => origin === 'base')),
      },
    },
  }
}

function suppressedFinding({ finding, ignored }: Claimed): SuppressedFinding[] {
  if (ignored === undefined) return []
  const { id, rule, title, severity, safety, origin, layer, by, bytes, attributedBytes, files } = finding
  const { reason, expires } = ignored
  return [
    {
      ...{ id, rule, title, severity, safety, origin, layer },
      ...(by !== undefined && { by }),
      ...{ bytes, attributedBytes, files, reason },
      ...(expires !== undefined && { expires }),
    },
  ]
}

function bytesOf(findings: readonly Pick<Finding, 'attributedBytes'>[]): number {
  return findings.reduce((sum, { attributedBytes }) => sum + attributedBytes, 0)
}
