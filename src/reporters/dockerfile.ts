import type { DockerfileReport, DockerfileReportLine as ReportLine } from '../analysis/dockerfile-report.ts'
import type { Finding } from '../analysis/report.ts'
import type { Lost } from '../dockerfile/command.ts'
import { formatBytes, formatCount } from '../format/bytes.ts'
import { type Paint, painter, type Style } from '../format/color.ts'
import { escapeText } from '../format/escape.ts'
import { textWidth, truncate } from '../format/width.ts'
import { MARKERS } from './base.ts'
import { formatDockerfileLine, whatToChange } from './findings.ts'
import { type ReporterOptions, WIDTH } from './reporter.ts'

type Layer = NonNullable<ReportLine['layer']>

const LOST: Readonly<Record<Lost, string>> = {
  sources: 'the names of the sources are not recorded',
  from: 'a --from is not recorded',
  body: 'the text of the heredoc is not recorded',
  quoting: 'where its quotes stood is not recorded',
}

/** Findings of a line that are told in full; the others by their ids. */
const TOLD = 3

/**
 * The reconstructed Dockerfile of an image for people: each layer with its sizes and findings, each instruction with
 * when it works, each line that is not certain with what is lost.
 */
export function* dockerfile(report: DockerfileReport, { color }: ReporterOptions): Generator<string> {
  const paint = painter(color)
  const { lines } = report
  const findings = new Map(report.findings.map((finding) => [finding.id, finding]))
  yield* headerLines(report, paint)
  for (const [i, line] of lines.entries()) {
    const before = lines[i - 1]
    if (startsBlock(line, before)) yield '\n'
    for (const text of noteOf(line, before)) yield* noteLines(text, paint)
    yield* findingNotes(line, findings, report, paint)
    yield* line.part === 'base' ? baseLines(line, paint) : ownLines(line)
  }
}

function* headerLines({ image, lines, aligned, findings }: DockerfileReport, paint: Paint): Generator<string> {
  const { base } = image
  const [decisive] = base.evidence
  const naming = base.evidence.find((one) => one.name !== undefined && one.name === base.name)
  const why = decisive === undefined ? '' : `; ${base.strength}: ${MARKERS[decisive.marker]}`
  const named =
    naming === undefined || naming === decisive ? '' : `; its name is ${naming.strength}: ${MARKERS[naming.marker]}`
  const layers = lines.flatMap(({ layer }) => layer ?? [])
  const found = (origin: Finding['origin']) => findings.filter((finding) => finding.origin === origin)
  yield* noteLines(`The Dockerfile of ${image.name}, reconstructed from its history and config`, paint)
  yield* noteLines(`Base image: ${sizes(layers.slice(0, base.layers), found('base'))}${why}${named}`, paint)
  yield* noteLines(`Own: ${sizes(layers.slice(base.layers), found('own'))}`, paint)
  if (!aligned) {
    yield* noteLines('History and layers differ in number, so which line made which layer is a guess', paint)
  }
  yield* noteLines('build makes a layer; runtime only sets how containers start', paint)
}

function sizes(layers: readonly Layer[], findings: readonly Finding[]): string {
  const sum = (key: 'contentBytes' | 'wastedBytes'): number => layers.reduce((total, layer) => total + layer[key], 0)
  const bytes = findings.reduce((total, { attributedBytes }) => total + attributedBytes, 0)
  const bloat =
    findings.length === 0 ? [] : [`${formatBytes(bytes)} in ${counted(findings.length, 'finding', 'findings')}`]
  return [
    counted(layers.length, 'layer', 'layers'),
    formatBytes(sum('contentBytes')),
    `${formatBytes(sum('wastedBytes'))} wasted`,
    ...bloat,
  ].join(', ')
}

function counted(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** An empty line stands before each layer, each part, and where building and running take turns. */
function startsBlock(line: ReportLine, before: ReportLine | undefined): boolean {
  return (
    line.layer !== undefined || line.part !== before?.part || before.layer !== undefined || line.phase !== before.phase
  )
}

function noteOf(line: ReportLine, before: ReportLine | undefined): string[] {
  const { part, layer, within, phase, confidence, lost, wrote } = line
  if (part === 'from') return []
  const isFirst = startsBlock(line, before)
  if (part === 'config') return isFirst ? [`${phase}, inferred: only the image config says so`] : []
  const facts = [
    ...(layer === undefined ? [] : layerFacts(layer)),
    ...(layer !== undefined && part === 'base' ? ['base'] : []),
    ...(within === undefined ? [] : [`in layer ${within}`]),
  ]
  // A line that says nothing else is as the one before it.
  const isQuiet = facts.length === 0 && confidence === 'runnable' && !isFirst && before?.confidence === 'runnable'
  const note = isQuiet ? [] : [[...facts, phase, judgement(confidence, lost)].join(', ')]
  if (wrote === undefined) return note
  const names = [...wrote.names.map(escapeText), ...(wrote.files > wrote.names.length ? ['…'] : [])].join(', ')
  return [...note, `wrote ${counted(wrote.files, 'file', 'files')}: ${names}`]
}

function layerFacts({ index, unread, contentBytes, wastedBytes }: Layer): string[] {
  if (unread !== undefined) return [`layer ${index}`, unread]
  return [`layer ${index}`, formatBytes(contentBytes), `${formatBytes(wastedBytes)} wasted`]
}

function* findingNotes(
  line: ReportLine,
  findings: ReadonlyMap<string, Finding>,
  report: DockerfileReport,
  paint: Paint,
): Generator<string> {
  const all = line.findings.flatMap((id) => findings.get(id) ?? [])
  // What came with the base is no line of this Dockerfile: another base changes it.
  const told = all.filter(({ severity }) => line.part !== 'base' && severity !== 'info').slice(0, TOLD)
  const rest = all.filter((finding) => !told.includes(finding)).map(({ id }) => id)
  for (const finding of told) {
    const place = formatDockerfileLine(finding, report)
    const [change = ''] = whatToChange(finding)
      .join('\n')
      .replace(/ *\\\n */g, ' ')
      .split(/\n| {4}#/)
    const size = finding.bytes > 0 ? ` ${formatBytes(finding.bytes)}` : ''
    yield* noteLines(
      `${finding.id}${size}${place === undefined ? '' : `, ${place}`}: ${finding.title} → ${change}`,
      paint,
      'yellow',
    )
  }
  if (rest.length > 0) yield* noteLines(`${told.length > 0 ? 'also ' : ''}${rest.join(', ')}`, paint, 'yellow')
}

function judgement(confidence: ReportLine['confidence'], lost: readonly Lost[]): string {
  return lost.length === 0 ? confidence : `${confidence}: ${lost.map((one) => LOST[one]).join('; ')}`
}

/** A comment, over as many lines as it needs; text of the image in it is escaped here. */
function* noteLines(text: string, paint: Paint, style: Style = 'dim'): Generator<string> {
  let line = '#'
  for (const word of escapeText(text).split(' ')) {
    if (line !== '#' && line !== '#  ' && textWidth(`${line} ${word}`) > WIDTH) {
      yield `${paint(style, line)}\n`
      line = '#  '
    }
    line = truncate(`${line} ${word}`, WIDTH)
  }
  yield `${paint(style, line)}\n`
}

/** What came with the base is in its FROM, so here it is a comment of one line. */
function* baseLines({ text }: ReportLine, paint: Paint): Generator<string> {
  const line = text.replace(/^# /, '').replace(/\s*\\?\s*\n\s*|\s+/g, ' ')
  yield `${paint('dim', truncate(`#   ${escapeText(line) || '(no history)'}`, WIDTH))}\n`
}

function* ownLines({ text }: ReportLine): Generator<string> {
  if (text === '') yield '# (no history)\n'
  // Tabs belong to heredocs, and do a terminal no harm.
  else for (const line of text.split('\n')) yield `${line.split('\t').map(escapeText).join('\t')}\n`
}
