import type { Finding, Report } from '../analysis/report.ts'
import { formatBytes, formatCount } from '../format/bytes.ts'
import type { Paint } from '../format/color.ts'
import { escapeText } from '../format/escape.ts'
import { pad, truncate } from '../format/width.ts'
import { WIDTH } from './reporter.ts'

/** Findings that are told in full; the JSON report has all of them. */
const TOLD = 8
const BYTES = 10

/** How severities look. */
export const STYLES = { high: 'red', medium: 'yellow', low: 'bold', info: 'dim' } as const

/** What the rules found, the largest with what to change; what matters least is only counted. */
export function findingLines(report: Report, paint: Paint): string[] {
  const { findings } = report
  const told = findings.filter(({ severity, bytes }) => severity !== 'info' && bytes > 0).slice(0, TOLD)
  const advice = findings.filter(({ severity, bytes }) => severity !== 'info' && bytes === 0)
  const rest = findings.length - told.length - advice.length
  if (findings.length === 0) return []
  return [
    paint('bold', 'Findings') + paint('dim', totals(findings)),
    ...told.flatMap((finding) => bytesLines(finding, report, paint)),
    ...advice.map((finding) => line(`${pad('', BYTES)}  ${what(finding, report)}`)),
    ...(rest > 0 ? [`  ${rest} more, in the JSON report`] : []),
  ]
}

function bytesLines(finding: Finding, report: Report, paint: Paint): string[] {
  const bytes = formatBytes(finding.bytes).padStart(BYTES)
  return [
    `${paint(STYLES[finding.severity], bytes)}  ${truncate(what(finding, report), WIDTH - BYTES - 2)}`,
    ...whatToChange(finding).map((text) => paint('dim', line(`${pad('', BYTES + 4)}${escapeText(text)}`))),
  ]
}

/** The bytes that each origin claims: only another base brings back those of the base, so they are never one sum. */
function totals(findings: readonly Finding[]): string {
  const parts = (['own', 'base'] as const).flatMap((origin) => {
    const found = findings.filter((finding) => finding.origin === origin)
    const bytes = found.reduce((sum, { attributedBytes }) => sum + attributedBytes, 0)
    return found.length === 0 ? [] : [`${origin} ${formatBytes(bytes)} in ${formatCount(found.length)}`]
  })
  return `  ${parts.join(', ')}`
}

/** Longer changes are for the JSON report. */
const CHANGE_LINES = 5

/** What to change, by line: the instruction as it should be where that is known and short, else how it is done in general. */
export function whatToChange({ fix, change }: Finding): string[] {
  const lines = change?.split('\n') ?? []
  return lines.length > 0 && lines.length <= CHANGE_LINES ? lines : fix.split('\n')
}

/** Where to change it, as editors know it: `Dockerfile:12`; undefined where no Dockerfile was given, or it has no such line. */
export function formatDockerfileLine(
  { dockerfileLine }: Finding,
  { dockerfile }: Pick<Report, 'dockerfile'>,
): string | undefined {
  if (dockerfileLine === undefined || dockerfile === undefined) return undefined
  const { line, certainty } = dockerfileLine
  return `${certainty === 'same' ? '' : 'near '}${escapeText(dockerfile.path)}:${line}`
}

function what(finding: Finding, report: Report): string {
  const { rule, title, layer, by, detail, origin } = finding
  const place = formatDockerfileLine(finding, report)
  const layers = by === undefined ? `layer ${layer}` : `layers ${layer} → ${by}`
  const base = origin === 'base' ? ', base' : ''
  return (
    (place === undefined ? '' : `${place}, `) +
    escapeText(`${layers}${base}: ${title}${detail === undefined ? '' : ` (${detail})`} [${rule}]`)
  )
}

function line(text: string): string {
  return truncate(text, WIDTH)
}
