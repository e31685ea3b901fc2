import type { Finding, Report } from '../analysis/report.ts'
import { formatBytes } from '../format/bytes.ts'
import type { Paint } from '../format/color.ts'
import { escapeText } from '../format/escape.ts'
import { pad, truncate } from '../format/width.ts'
import { WIDTH } from './reporter.ts'

/** Findings that are told in full; the JSON report has all of them. */
const TOLD = 8
const BYTES = 10

const STYLES = { high: 'red', medium: 'yellow', low: 'bold', info: 'dim' } as const

/** What the rules found, the largest with what to change; what matters least is only counted. */
export function findingLines({ findings }: Report, paint: Paint): string[] {
  const told = findings.filter(({ severity, bytes }) => severity !== 'info' && bytes > 0).slice(0, TOLD)
  const advice = findings.filter(({ severity, bytes }) => severity !== 'info' && bytes === 0)
  const rest = findings.length - told.length - advice.length
  if (findings.length === 0) return []
  return [
    paint('bold', 'Findings'),
    ...told.flatMap((finding) => bytesLines(finding, paint)),
    ...advice.map((finding) => line(`${pad('', BYTES)}  ${what(finding)}`)),
    ...(rest > 0 ? [`  ${rest} more, in the JSON report`] : []),
  ]
}

function bytesLines(finding: Finding, paint: Paint): string[] {
  const bytes = formatBytes(finding.bytes).padStart(BYTES)
  return [
    `${paint(STYLES[finding.severity], bytes)}  ${truncate(what(finding), WIDTH - BYTES - 2)}`,
    ...finding.fix.split('\n').map((text) => paint('dim', line(`${pad('', BYTES + 4)}${escapeText(text)}`))),
  ]
}

function what({ rule, title, layer, by, detail, origin }: Finding): string {
  const layers = by === undefined ? `layer ${layer}` : `layers ${layer} → ${by}`
  const base = origin === 'base' ? ', base' : ''
  return escapeText(`${layers}${base}: ${title}${detail === undefined ? '' : ` (${detail})`} [${rule}]`)
}

function line(text: string): string {
  return truncate(text, WIDTH)
}
