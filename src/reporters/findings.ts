import type { Finding, Report, Severity, SuppressedFinding } from '../analysis/report.ts'
import { formatBytes, formatCount } from '../format/bytes.ts'
import type { Paint, Style } from '../format/color.ts'
import { formatCreatedBy } from '../format/created-by.ts'
import { escapeText } from '../format/escape.ts'
import { formatSavings } from '../format/savings.ts'
import { pad, truncate, wrap } from '../format/width.ts'
import { WIDTH } from './reporter.ts'

/** Findings that are told of the own layers, and of the base image, unless all are asked for. */
const TOLD = 20
/** Lines of a fix that are told; the JSON report has all of them. */
const FIX_LINES = 12

/** How severities look. */
export const STYLES: Readonly<Record<Severity, Style>> = { high: 'red', medium: 'yellow', low: 'bold', info: 'dim' }

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

/** What the rules found: bytes that can be saved, the findings of the own layers with what to change, and those of the base image. */
export function findingLines(report: Report, paint: Paint, all = false): string[] {
  const { own, base, untold } = choose(report, all)
  return section(report, paint, all, [
    ...own.flatMap((finding) => ['', headLine(finding, paint), ...ownLines(finding, report, paint)]),
    ...(base.length > 0 ? ['', baseTitle(paint)] : []),
    ...base.flatMap((finding) => [headLine(finding, paint), detailLine(titleOf(finding))]),
    ...(untold > 0 ? ['', untoldLine(untold)] : []),
  ])
}

/** The same in short: a line for each finding. */
export function shortFindingLines(report: Report, paint: Paint, all = false): string[] {
  const { own, base, untold } = choose(report, all)
  return section(report, paint, all, [
    ...own.flatMap((finding) => [headLine(finding, paint), ...placeLines(finding, report)]),
    ...(base.length > 0 ? [baseTitle(paint)] : []),
    ...base.map((finding) => headLine(finding, paint)),
    ...(untold > 0 ? [untoldLine(untold)] : []),
  ])
}

function section(report: Report, paint: Paint, all: boolean, lines: readonly string[]): string[] {
  if (report.findings.length === 0 && report.suppressed.length === 0) return []
  return [paint('bold', 'Findings'), ...totalLines(report, all), ...lines]
}

interface Choice {
  readonly own: readonly Finding[]
  readonly base: readonly Finding[]
  /** How many findings are left out. */
  readonly untold: number
}

function choose({ findings }: Report, all: boolean): Choice {
  const told = all ? findings : findings.filter(({ severity }) => severity !== 'info')
  const [own, base] = (['own', 'base'] as const).map((origin) =>
    told.filter((finding) => finding.origin === origin).slice(0, all ? Infinity : TOLD),
  ) as [Finding[], Finding[]]
  return { own, base, untold: findings.length - own.length - base.length }
}

/** Own and base bytes stand apart: no one change saves both. */
function totalLines({ savings, suppressed }: Report, all: boolean): string[] {
  const { own, base, suppressed: passed } = savings
  const lines = [
    totalLine('Own bytes', formatSavings(own)),
    totalLine('Base bytes', `${formatBytes(base)}, by another base image alone`),
  ]
  if (suppressed.length === 0) return lines
  const bytes = `${formatBytes(passed.own)} own and ${formatBytes(passed.base)} base bytes`
  const total = totalLine('Suppressed', `${formatCount(suppressed.length)} with ${bytes}`)
  return [...lines, total, ...(all ? suppressed.map(suppressedLine) : [])]
}

function totalLine(label: string, figures: string): string {
  return truncate(`  ${pad(label, 12)}${figures}`, WIDTH)
}

function suppressedLine({ id, bytes, reason, expires }: SuppressedFinding): string {
  const until = expires === undefined ? '' : `, until ${expires}`
  return detailLine(`${id} (${formatBytes(bytes)}${until}): ${reason}`)
}

function baseTitle(paint: Paint): string {
  return `  ${paint('dim', 'In layers of the base image:')}`
}

/** Severity, bytes, safety, layers and id of a finding. */
function headLine({ severity, bytes, safety, layer, by, id }: Finding, paint: Paint): string {
  const layers = by === undefined ? `layer ${layer}` : `layer ${layer} → ${by}`
  const facts = `${formatBytes(bytes).padStart(9)}  ${pad(safety, 6)}  ${pad(layers, 13)}  ${escapeText(id)}`
  return `  ${paint(STYLES[severity], pad(severity, 6))}${truncate(facts, WIDTH - 8)}`
}

function ownLines(finding: Finding, report: Report, paint: Paint): string[] {
  const fix = whatToChange(finding).flatMap((line) => wrap(escapeText(line), WIDTH - INDENT - 2, '    '))
  const left = fix.length > FIX_LINES ? ['…'] : []
  return [
    ...placeLines(finding, report),
    detailLine(titleOf(finding)),
    ...(finding.instruction === '' ? [] : [detailLine(formatCreatedBy(finding.instruction))]),
    ...[...fix.slice(0, FIX_LINES), ...left].map((line) => `${' '.repeat(INDENT)}${paint('dim', `| ${line}`)}`),
  ]
}

const INDENT = 4

function placeLines(finding: Finding, report: Report): string[] {
  const place = formatDockerfileLine(finding, report)
  return place === undefined ? [] : [`${' '.repeat(INDENT)}${truncate(place, WIDTH - INDENT)}`]
}

function detailLine(text: string): string {
  return `${' '.repeat(INDENT)}${truncate(escapeText(text), WIDTH - INDENT)}`
}

function titleOf({ title, detail }: Finding): string {
  return detail === undefined ? title : `${title} (${detail})`
}

function untoldLine(untold: number): string {
  return `  ${formatCount(untold)} more; --all tells them`
}
