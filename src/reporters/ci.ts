import type { Check, CheckName, FindingsCheck, Report, ThresholdCheck } from '../analysis/report.ts'
import { formatBytes } from '../format/bytes.ts'
import { type Paint, painter, type Style } from '../format/color.ts'
import { pad } from '../format/width.ts'
import { shortFindingLines } from './findings.ts'
import type { ReporterOptions } from './reporter.ts'
import { wastedLines } from './wasted.ts'

const STATUS_STYLES: Readonly<Record<Check['status'], Style>> = { pass: 'green', fail: 'red', skip: 'dim' }
const STATUSES = Object.keys(STATUS_STYLES) as readonly Check['status'][]

/** How each check's figure is called and written, and from which side its threshold bounds it. */
const FIGURES: Readonly<Record<CheckName, { name: string; bound: string; format: (value: number) => string }>> = {
  lowestEfficiency: { name: 'efficiency', bound: 'at least', format: formatRatio },
  highestWastedBytes: { name: 'wasted-bytes', bound: 'at most', format: String },
  highestUserWastedPercent: { name: 'user-wasted-percent', bound: 'at most', format: formatRatio },
  findings: { name: 'findings', bound: 'at most', format: String },
}

/** The report for a CI log: each check's figure, wasted paths, findings, each check, and a last line of stable words for programs. */
export function* ci(report: Report, { color, all }: ReporterOptions): Generator<string> {
  const paint = painter(color)
  const sections = [
    figureLines(report, paint),
    wastedLines(report, paint),
    shortFindingLines(report, paint, all),
    checkLines(report, paint),
  ].filter((lines) => lines.length > 0)
  yield `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n\n${lastLine(report)}\n`
}

function figureLines({ checks, summary, dive }: Report, paint: Paint): string[] {
  const line = (name: string, figure: string): string => `  ${pad(name, 21)}${figure}`
  const size = (bytes: number): string => `${bytes} (${formatBytes(bytes)})`
  return [
    paint('bold', dive === undefined ? 'Figures' : "Figures by dive's formulas"),
    line('content-bytes', size(summary.contentBytes)),
    ...checks.filter(isOfThreshold).map(({ name, value }) => {
      const figure = name === 'highestWastedBytes' && value !== null ? size(value) : formatFigure(name, value)
      return line(FIGURES[name].name, figure)
    }),
  ]
}

function isOfThreshold(check: Check): check is ThresholdCheck {
  return check.name !== 'findings'
}

function checkLines({ checks }: Report, paint: Paint): string[] {
  return [
    paint('bold', 'Checks'),
    ...checks.map((check) => {
      const status = paint(STATUS_STYLES[check.status], check.status.toUpperCase())
      return `  ${status}  ${pad(check.name, 26)}${outcome(check)}`
    }),
  ]
}

function outcome(check: Check): string {
  if (check.name === 'findings') return findingsOutcome(check)
  const { name, value, threshold, status } = check
  if (threshold === null) return 'disabled'
  const limit = `${FIGURES[name].bound} ${threshold}`
  if (value === null) return status === 'fail' ? `waste over nothing, ${limit}` : `no figure, ${limit}`
  // In full where rounding would hide on which side of the threshold the value is.
  const rounded = formatFigure(name, value)
  return `${value !== threshold && Number(rounded) === threshold ? value : rounded}, ${limit}`
}

function findingsOutcome({ severity, value, threshold, uncounted }: FindingsCheck): string {
  const rest = uncounted > 0 ? `; ${uncounted} not counted` : ''
  return `${value} from ${severity} up, ${FIGURES.findings.bound} ${threshold}${rest}`
}

function lastLine({ checks }: Report): string {
  const count = (status: Check['status']): number => checks.filter((check) => check.status === status).length
  return [
    `layerscope: ${count('fail') === 0 ? 'PASS' : 'FAIL'}`,
    ...STATUSES.map((status) => `${status}=${count(status)}`),
    ...checks.map(({ name, value }) => `${FIGURES[name].name}=${formatFigure(name, value)}`),
  ].join(' ')
}

function formatFigure(name: CheckName, value: number | null): string {
  return value === null ? 'none' : FIGURES[name].format(value)
}

function formatRatio(ratio: number): string {
  return ratio.toFixed(4)
}
