import type { Check, CheckName, Report } from '../analysis/report.ts'
import { formatBytes } from '../format/bytes.ts'
import { type Paint, painter, type Style } from '../format/color.ts'
import { pad } from '../format/width.ts'
import { findingLines } from './findings.ts'
import type { ReporterOptions } from './reporter.ts'
import { wastedLines } from './wasted.ts'

const STATUS_STYLES: Readonly<Record<Check['status'], Style>> = { pass: 'green', fail: 'red', skip: 'dim' }
const STATUSES = Object.keys(STATUS_STYLES) as readonly Check['status'][]

/** How each check's figure is called and written, and from which side its threshold bounds it. */
const FIGURES: Readonly<Record<CheckName, { name: string; bound: string; format: (value: number) => string }>> = {
  lowestEfficiency: { name: 'efficiency', bound: 'at least', format: formatRatio },
  highestWastedBytes: { name: 'wasted-bytes', bound: 'at most', format: String },
  highestUserWastedPercent: { name: 'user-wasted-percent', bound: 'at most', format: formatRatio },
}

/** The report for a CI log: wasted paths, each check's figure, and a last line of stable words for programs. */
export function* ci(report: Report, { color }: ReporterOptions): Generator<string> {
  const paint = painter(color)
  const sections = [
    figureLines(report, paint),
    wastedLines(report, paint),
    findingLines(report, paint),
    checkLines(report, paint),
  ].filter((section) => section.length > 0)
  yield `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n\n${lastLine(report)}\n`
}

function figureLines({ checks, summary, dive }: Report, paint: Paint): string[] {
  const line = (name: string, figure: string): string => `  ${pad(name, 21)}${figure}`
  const size = (bytes: number): string => `${bytes} (${formatBytes(bytes)})`
  return [
    paint('bold', dive === undefined ? 'Figures' : "Figures by dive's formulas"),
    line('content-bytes', size(summary.contentBytes)),
    ...checks.map(({ name, value }) =>
      line(
        FIGURES[name].name,
        name === 'highestWastedBytes' && value !== null ? size(value) : formatFigure(name, value),
      ),
    ),
  ]
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

function outcome({ name, value, threshold, status }: Check): string {
  if (threshold === null) return 'disabled'
  const limit = `${FIGURES[name].bound} ${threshold}`
  if (value === null) return status === 'fail' ? `waste over nothing, ${limit}` : `no figure, ${limit}`
  // In full where rounding would hide on which side of the threshold the value is.
  const rounded = formatFigure(name, value)
  return `${value !== threshold && Number(rounded) === threshold ? value : rounded}, ${limit}`
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
