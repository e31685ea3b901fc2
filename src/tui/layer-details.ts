import type { Finding, ReportLayer } from '../analysis/report.ts'
import { formatBytes, formatCount } from '../format/bytes.ts'
import { prettyCommand } from './command.ts'
import { findingPieces, findingsOfLayer } from './findings.ts'
import type { Model } from './model.ts'
import { makeRow, type Piece, type Row, safeText, wrap } from './row.ts'

const LABEL = 8
/** Rows that a long command keeps when room is short. */
const COMMAND = 4

/** Everything about a layer: its command on as many rows as it takes, then where and how large it is. */
export function detailsRows(index: number, model: Model, width: number): Row[] {
  const layer = model.report.layers[index]
  if (layer === undefined) return []
  const findings = findingsOfLayer(model.report.findings, index)
  return [
    ...commandRows(layer, width),
    makeRow([], width),
    ...factsOf(layer, model, findings).flatMap(([label, piece]) => labelled(label, piece, width, LABEL)),
    ...(findings.length === 0 ? [] : [makeRow([], width)]),
    ...findings.map((finding) => makeRow(findingPieces(finding), width)),
  ]
}

/** The same in so many rows: first the command is cut, then the facts are. */
export function fittedDetails(index: number, model: Model, width: number, height: number): Row[] {
  const layer = model.report.layers[index]
  if (layer === undefined) return []
  const command = commandRows(layer, width)
  const findings = findingsOfLayer(model.report.findings, index)
  const facts = factsOf(layer, model, findings).map(([label, piece]) =>
    makeRow([[label.padEnd(LABEL), 'dim'], piece], width),
  )
  const room = Math.max(COMMAND, height - facts.length)
  const left = command.length - room + 1
  const shown = left <= 1 ? command : [...command.slice(0, -left), makeRow([[`… ${left} more lines: v`, 'dim']], width)]
  return [...shown, ...facts].slice(0, height)
}

function commandRows({ createdBy }: ReportLayer, width: number): Row[] {
  return prettyCommand(createdBy, width).map((line) => makeRow([[line, 'plain']], width))
}

/** What is known of a layer, the most telling first. */
function factsOf(
  layer: ReportLayer,
  { base }: Model,
  findings: readonly Finding[],
): (readonly [label: string, piece: Piece])[] {
  const { blobBytes, tarBytes, contentBytes, wastedBytes, entries, added, modified, removed, compression } = layer
  const stored = compression === 'none' ? '' : ` with ${compression}, ${formatBytes(tarBytes)} without`
  const facts: readonly (readonly [label: string, piece: Piece | undefined])[] = [
    [
      'content',
      layer.unread === undefined
        ? [`${formatBytes(contentBytes)} in files`, 'size']
        : [`not read: ${layer.unread}`, 'error'],
    ],
    ['wasted', wastedBytes === 0 ? undefined : [`${formatBytes(wastedBytes)} no longer visible`, 'waste']],
    [
      'found',
      findings.length === 0 ? undefined : [`${formatCount(findings.length)}: ${rulesOf(findings).join(', ')}`, 'waste'],
    ],
    ['base', base === undefined || layer.index >= base.layers ? undefined : [baseText(base), 'plain']],
    ['stored', [`${formatBytes(blobBytes)}${stored}`, 'plain']],
    [
      'changes',
      [
        `+${formatCount(added)} ~${formatCount(modified)} -${formatCount(removed)}, ${formatCount(entries)} entries`,
        'plain',
      ],
    ],
    ['created', textPiece(layer.created)],
    ['digest', textPiece(layer.digest)],
    ['diff ID', textPiece(layer.diffId)],
    ['type', textPiece(layer.mediaType)],
    ['comment', textPiece(layer.comment)],
  ]
  return facts.flatMap(([label, piece]) => (piece === undefined ? [] : [[label, piece] as const]))
}

function rulesOf(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map(({ rule }) => rule))]
}

/** The base image in words. */
export function baseText({ layers, name }: NonNullable<Model['base']>): string {
  const called = name === undefined ? '' : `, ${safeText(name)}`
  return `${formatCount(layers)} ${layers === 1 ? 'layer' : 'layers'} of the base image${called}`
}

function textPiece(text: string | undefined): Piece | undefined {
  return text === undefined ? undefined : [safeText(text), 'plain']
}

/** A label and what it labels, on as many rows as that takes. */
export function labelled(label: string, [text, role]: Piece, width: number, indent: number): Row[] {
  const room = Math.max(1, width - indent)
  return wrap(text, room).map((line, i) =>
    makeRow(
      [
        [(i === 0 ? label : '').padEnd(indent), 'dim'],
        [line, role],
      ],
      width,
    ),
  )
}
