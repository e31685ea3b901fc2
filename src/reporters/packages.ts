import type { Report, ReportPackage, ReportPackages } from '../analysis/report.ts'
import { formatBytes, formatCount } from '../format/bytes.ts'
import { type Paint, painter } from '../format/color.ts'
import { escapeName, escapeText, pathOf } from '../format/escape.ts'
import { formatTable } from '../format/table.ts'
import { truncate } from '../format/width.ts'
import { inPieces, type ReporterOptions, WIDTH } from './reporter.ts'

/** The packages of an image for people: a table, the largest first, the unowned rest, and totals by ecosystem. */
export function* packages(report: Report, { color }: ReporterOptions): Generator<string> {
  const { packages: found } = report
  if (found === undefined) throw new Error('the report has no packages')
  const paint = painter(color)
  const sections = [
    packageLines(found, paint),
    totalLines(found, report.summary.rootfsBytes, paint),
    unreadLines(found, paint),
  ]
  const lines = sections
    .filter((section) => section.length > 0)
    .flatMap((section, i) => (i > 0 ? ['', ...section] : section))
  yield* inPieces(lines.map((line) => `${line}\n`))
}

function packageLines({ installed, unowned }: ReportPackages, paint: Paint): string[] {
  const columns = [
    { title: 'Bytes', align: 'right' },
    { title: 'Layer', align: 'right' },
    { title: 'From' },
    { title: 'Package' },
  ] as const
  const layout = { width: WIDTH, indent: 2, cut: 'end', title: (cell: string) => paint('dim', cell) } as const
  const rest = [formatBytes(unowned.bytes), '', '', 'unowned: files that no package lists']
  return [paint('bold', 'Packages'), ...formatTable(columns, [...installed.map(packageRow), rest], layout)]
}

function packageRow({ ecosystem, name, version, bytes, layer }: ReportPackage): string[] {
  const title = version === undefined ? name : `${name} ${version}`
  return [formatBytes(bytes), String(layer), ecosystem, escapeText(title)]
}

function totalLines({ installed, unowned }: ReportPackages, rootfsBytes: number, paint: Paint): string[] {
  const sums = new Map<string, { bytes: number; count: number }>()
  for (const { ecosystem, bytes } of installed) {
    const sum = sums.get(ecosystem) ?? { bytes: 0, count: 0 }
    sums.set(ecosystem, { bytes: sum.bytes + bytes, count: sum.count + 1 })
  }
  const rows = [
    ...[...sums].map(([ecosystem, { bytes, count }]) => [ecosystem, bytes, packagesOf(count)] as const),
    ['unowned', unowned.bytes, `${formatCount(unowned.bodies)} ${unowned.bodies === 1 ? 'body' : 'bodies'}`] as const,
    ['rootfs', rootfsBytes, 'every body once'] as const,
  ]
  const columns = [
    { title: '' },
    { title: 'Size', align: 'right' },
    { title: 'Bytes', align: 'right' },
    { title: '' },
  ] as const
  const layout = { width: WIDTH, indent: 2, cut: 'end', title: (cell: string) => paint('dim', cell) } as const
  const cells = rows.map(([name, bytes, note]) => [name, formatBytes(bytes), formatCount(bytes), note])
  return [paint('bold', 'Totals'), ...formatTable(columns, cells, layout)]
}

function packagesOf(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'package' : 'packages'}`
}

/** How many paths are told; the JSON report has all of them. */
const TOLD = 8

function unreadLines({ unread }: ReportPackages, paint: Paint): string[] {
  if (unread.length === 0) return []
  const lines = unread
    .slice(0, TOLD)
    .flatMap(({ ecosystem, reason, ...file }) => [
      truncate(`  not read: ${ecosystem}, ${escapeName(pathOf(file))}`, WIDTH, 'middle'),
      truncate(`    ${escapeText(reason)}`, WIDTH),
    ])
  const more = unread.length - TOLD
  return [paint('yellow', 'Not read'), ...lines, ...(more > 0 ? [`  ${more} more, in the JSON report`] : [])]
}
