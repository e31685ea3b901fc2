import type { Change, Report, ReportFile, ReportLayer, Summary } from '../analysis/report.ts'
import { formatBytes, formatCount, formatPercent } from '../format/bytes.ts'
import { type Paint, painter } from '../format/color.ts'
import { formatCreatedBy } from '../format/created-by.ts'
import { escapeName, escapeText, pathOf } from '../format/escape.ts'
import { formatTable } from '../format/table.ts'
import { pad, truncate } from '../format/width.ts'
import { formatBase } from './base.ts'
import { findingLines } from './findings.ts'
import { inPieces, type ReporterOptions, WIDTH } from './reporter.ts'
import { wastedLines } from './wasted.ts'

// As narrow as can be, so that a sha256 digest fits beside it.
const LABEL = 9
const CHANGE_SIGNS: Readonly<Record<Change, string>> = { added: '+', modified: '~', removed: '-', unchanged: ' ' }

/** The report for people: image, layers, totals, wasted paths, and, where the report has them, all paths. */
export function* text(report: Report, { color, all }: ReporterOptions): Generator<string> {
  const paint = painter(color)
  const sections = [
    imageLines(report, paint),
    layerLines(report, paint),
    totalLines(report, paint),
    causeLines(report, paint),
    wastedLines(report, paint),
    findingLines(report, paint, all),
    warningLines(report, paint),
  ]
  const lines = sections.filter((section) => section.length > 0).map((section) => section.join('\n'))
  yield `${lines.join('\n\n')}\n`
  yield* inPieces(fileLines(report, paint))
}

function imageLines({ image }: Report, paint: Paint): string[] {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Image', image.name],
    ['ID', image.id],
    ['Platform', image.platform],
    ['Base', formatBase(image.base)],
    ['Created', image.created],
    ['Tags', image.tags.length > 1 ? image.tags.join(', ') : undefined],
  ]
  return facts
    .filter((fact): fact is readonly [string, string] => fact[1] !== undefined)
    .map(([label, fact]) => paint('bold', pad(label, LABEL)) + truncate(escapeText(fact), WIDTH - LABEL))
}

function layerLines({ layers }: Report, paint: Paint): string[] {
  if (layers.length === 0) return [paint('bold', 'Layers'), '  none']
  const columns = [
    { title: '#', align: 'right' },
    { title: 'Content', align: 'right' },
    { title: 'Wasted', align: 'right', style: (cell: string) => (cell.trim() === '0 B' ? cell : paint('red', cell)) },
    { title: 'Created by' },
  ] as const
  const layout = { width: WIDTH, indent: 2, cut: 'end', title: (cell: string) => paint('dim', cell) } as const
  return [paint('bold', 'Layers'), ...formatTable(columns, layers.map(layerRow), layout)]
}

function layerRow({ index, contentBytes, wastedBytes, createdBy, unread }: ReportLayer): string[] {
  const instruction = escapeText(formatCreatedBy(createdBy))
  if (unread !== undefined) return [String(index), '?', '?', `[${unread}] ${instruction}`]
  return [String(index), formatBytes(contentBytes), formatBytes(wastedBytes), instruction]
}

/** An image has no one size, so each says what it counts. */
const SIZES: readonly (readonly [keyof Summary & `${string}Bytes`, string, string])[] = [
  ['blobBytes', 'Blob bytes', 'layers as stored'],
  ['tarBytes', 'Tar bytes', 'layers uncompressed'],
  ['contentBytes', 'Content bytes', 'file bodies of all layers'],
  ['rootfsBytes', 'Rootfs bytes', 'bodies the rootfs shows'],
  ['wastedBytes', 'Wasted bytes', 'bodies it no longer shows'],
  ['ownContentBytes', 'Own content', 'in layers above the base'],
  ['ownWastedBytes', 'Own wasted', 'hidden by those layers'],
]

function totalLines({ summary, dive }: Report, paint: Paint): string[] {
  const countWidth = Math.max(...SIZES.map(([key]) => formatCount(summary[key]).length))
  const line = (label: string, figure: string, note: string): string =>
    `  ${pad(label, 14)}${pad(figure, 9, 'right')}  ${paint('dim', note)}`
  const size = ([key, label, note]: (typeof SIZES)[number]): string =>
    line(label, formatBytes(summary[key]), `${pad(formatCount(summary[key]), countWidth, 'right')}  ${note}`)
  const lines = [
    paint('bold', 'Totals'),
    ...SIZES.map(size),
    line('Efficiency', formatPercent(summary.efficiency), 'rootfs bytes of content bytes'),
    line('User wasted', formatUserWasted(summary.userWastedPercent), 'own wasted bytes of own content bytes'),
    line('Files', formatCount(summary.files), 'regular files in the final rootfs'),
  ]
  if (dive === undefined) return lines
  return [
    ...lines,
    '',
    paint('bold', "By dive's formulas"),
    line('Wasted bytes', formatBytes(dive.wastedBytes), formatCount(dive.wastedBytes)),
    line('Efficiency', formatPercent(dive.efficiencyScore), 'score'),
    line('User wasted', formatUserWasted(dive.userWastedPercent), 'share of sizes above the base layer'),
  ]
}

function formatUserWasted(ratio: number | null): string {
  return ratio === null ? 'none' : formatPercent(ratio)
}

function causeLines({ wasted }: Report, paint: Paint): string[] {
  if (wasted.length === 0) return []
  const causes = new Map<string, { bytes: number; bodies: number }>()
  for (const { cause, bytes } of wasted) {
    const total = causes.get(cause) ?? { bytes: 0, bodies: 0 }
    causes.set(cause, { bytes: total.bytes + bytes, bodies: total.bodies + 1 })
  }
  const rows = [...causes]
    .sort(([, a], [, b]) => b.bytes - a.bytes)
    .map(([cause, { bytes, bodies }]) => [formatBytes(bytes), formatCount(bodies), cause])
  const columns = [
    { title: 'Bytes', align: 'right', style: (cell: string) => paint('red', cell) },
    { title: 'Bodies', align: 'right' },
    { title: 'Cause' },
  ] as const
  const layout = { width: WIDTH, indent: 2, cut: 'end', title: (cell: string) => paint('dim', cell) } as const
  return [paint('bold', 'Wasted by cause'), ...formatTable(columns, rows, layout)]
}

/** Only their number: the warnings themselves go to standard error. */
function warningLines({ warnings }: Report, paint: Paint): string[] {
  if (warnings.length === 0) return []
  return [paint('yellow', `${formatCount(warnings.length)} ${warnings.length === 1 ? 'warning' : 'warnings'}`)]
}

/** One line per path, as it is asked for: there may be millions. */
function* fileLines({ layers, rootfs }: Report, paint: Paint): Generator<string> {
  for (const { index, files } of layers) {
    if (files === undefined) continue
    yield `\n${paint('bold', `Paths of layer ${index}`)}\n`
    for (const file of files) yield `  ${CHANGE_SIGNS[file.change]} ${fileLine(file, WIDTH - 4)}\n`
  }
  if (rootfs === undefined) return
  yield `\n${paint('bold', 'Paths of the final rootfs')}\n`
  for (const file of rootfs.files) yield `  ${fileLine(file, WIDTH - 2)}\n`
}

function fileLine({ mode, uid, gid, size, link, ...file }: ReportFile, width: number): string {
  const facts = `${mode.toString(8).padStart(4, '0')} ${pad(`${uid}:${gid}`, 9)} ${pad(formatBytes(size), 7, 'right')}  `
  const path = escapeName(pathOf(file))
  const name = link === undefined ? path : `${path} → ${escapeText(link)}`
  return facts + truncate(name, width - facts.length, 'middle')
}
