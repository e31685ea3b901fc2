import { formatBytes, formatCount } from '../format/bytes.ts'
import { type Paint, painter } from '../format/color.ts'
import { escapeName, escapeText, pathOf } from '../format/escape.ts'
import { formatTable } from '../format/table.ts'
import { pad, truncate } from '../format/width.ts'
import type { PlanRow, PlanSizes, WhatIf } from '../what-if/plan.ts'
import { type ReporterOptions, WIDTH } from './reporter.ts'

/** Missing paths that are named for one finding. */
const NAMED = 3

/** What an image would come to, for people: before, after, and the plan, a row for each finding with what to change. */
export function* whatIfText(result: WhatIf, { color }: ReporterOptions): Generator<string> {
  const paint = painter(color)
  const applied = result.plan.filter((row) => row.applied)
  const rest = result.plan.filter((row) => !row.applied)
  const sections = [
    [`${paint('bold', pad('Image', 9))}${truncate(escapeText(result.image.name), WIDTH - 9)}`],
    sizeLines(result, paint),
    planLines(applied, result, paint),
    missingLines(applied, result, paint),
    restLines(rest, paint),
  ]
  yield `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

const SIZES: readonly (readonly [keyof PlanSizes, string])[] = [
  ['contentBytes', 'Content bytes'],
  ['tarBytes', 'Tar bytes'],
  ['blobBytes', 'Blob bytes'],
]

function sizeLines({ before, after, blobBytesExact }: WhatIf, paint: Paint): string[] {
  const rows = SIZES.map(([key, label]) => {
    const [from = 0, to] = [before[key], after[key]]
    if (to === undefined) return [label, formatBytes(from), '?', '?', 'not measured']
    if (key === 'blobBytes' && !blobBytesExact) {
      return [label, formatBytes(from), `≈${formatBytes(to)}`, `≈${saved(from - to)}`, 'an estimate']
    }
    return [label, formatBytes(from), formatBytes(to), saved(from - to), formatCount(to)]
  })
  const columns = [
    { title: '' },
    { title: 'Before', align: 'right' },
    { title: 'After', align: 'right' },
    { title: 'Saved', align: 'right', style: (cell: string) => paint('green', cell) },
    { title: 'After, exactly', style: (cell: string) => paint('dim', cell) },
  ] as const
  return [paint('bold', 'Sizes'), ...formatTable(columns, rows, layout(paint))]
}

function planLines(rows: readonly PlanRow[], { before, after }: WhatIf, paint: Paint): string[] {
  if (rows.length === 0) return [paint('bold', 'Plan'), '  nothing to apply']
  const total = saved(before.tarBytes - after.tarBytes).padStart(BYTES)
  return [
    paint('bold', 'Plan, in tar bytes, each finding in its turn'),
    ...rows.flatMap((row) => rowLines(row, paint)),
    `${paint('bold', total)}  in all`,
  ]
}

const BYTES = 10

/** A finding of which nothing is left when its turn comes is told in two lines. */
function rowLines({ id, safety, change, gross, attributed, estimate, fix, title }: PlanRow, paint: Paint): string[] {
  const bytes = attributed.tarBytes
  const alone = gross.tarBytes === bytes ? '' : `, ${saved(gross.tarBytes)} alone`
  const fixes = bytes === 0 ? [] : fix.split('\n')
  return [
    `${paint('green', figure(bytes, estimate).padStart(BYTES))}  ${cut(`${id}: ${title}`, BYTES + 2)}`,
    `${pad('', BYTES + 2)}${cut(`${safety}: ${change}${alone}`, BYTES + 2)}`,
    ...fixes.map((text) => paint('dim', `${pad('', BYTES + 4)}${cut(text, BYTES + 4)}`)),
  ]
}

/** What containers would no longer find. */
function missingLines(rows: readonly PlanRow[], { finalTreeEqual }: WhatIf, paint: Paint): string[] {
  if (finalTreeEqual) return rows.length === 0 ? [] : ['The final rootfs stays as it is.']
  const missing = rows.filter(({ missingFiles }) => missingFiles > 0)
  return [
    paint('bold', 'The final rootfs would be without'),
    ...missing.map(({ id, missingFiles, missingPaths }) => {
      const shown = missingPaths.slice(0, NAMED).map((one) => escapeName(pathOf(one)))
      const count = missingFiles > shown.length ? ` (${formatCount(missingFiles)} files)` : ''
      return cut(`  ${id}${count}: ${shown.join(', ')}`, 0)
    }),
  ]
}

function restLines(rows: readonly PlanRow[], paint: Paint): string[] {
  const told = rows.filter(({ gross }) => gross.tarBytes > 0).sort((a, b) => b.gross.tarBytes - a.gross.tarBytes)
  if (told.length === 0) return []
  const columns = [{ title: 'Alone', align: 'right' }, { title: 'Safety' }, { title: 'Finding' }] as const
  const table = told.map(({ id, gross, safety, origin, title, estimate }) => [
    figure(gross.tarBytes, estimate),
    origin === 'base' ? 'base' : safety,
    escapeText(`${id}  ${title}`),
  ])
  return [
    paint('bold', 'Not applied; --apply takes ids, rules, safe, likely and all'),
    ...formatTable(columns, table, layout(paint)),
  ]
}

function layout(paint: Paint) {
  return { width: WIDTH, indent: 2, cut: 'end', title: (cell: string) => paint('dim', cell) } as const
}

function figure(bytes: number, estimate: boolean): string {
  return `${estimate ? '≈' : ''}${saved(bytes)}`
}

function saved(bytes: number): string {
  return bytes < 0 ? `-${formatBytes(-bytes)}` : formatBytes(bytes)
}

function cut(text: string, taken: number): string {
  return truncate(escapeText(text), WIDTH - taken)
}
