import { formatBytes } from '../format/bytes.ts'
import { formatMode } from '../format/file-mode.ts'
import type { Deed } from './biography.ts'
import { findingPieces } from './findings.ts'
import { instruction } from './layers-pane.ts'
import type { Model } from './model.ts'
import { cell, makeRow, type Piece, type Role, type Row, safeName } from './row.ts'

const ROLES: Readonly<Record<Deed['mark'], Role>> = {
  added: 'added',
  modified: 'modified',
  rewritten: 'dim',
  removed: 'removed',
}
const LETTERS: Readonly<Record<Deed['mark'], string>> = { added: 'A', modified: 'M', rewritten: '=', removed: 'D' }

/** What every layer did to a path: titles, and a row for each layer that did something. */
export function biographyRows(path: string, model: Model, width: number): Row[] {
  const deeds = model.biography(path)
  const titles = `${cell('layer', 6)}${cell('change', 12)}${cell('size', 8, 'right')} ${cell('mode', 11)}${cell('owner', 10)}${cell('what', 22)}instruction`
  const findings = new Set(deeds.flatMap(({ node }) => (node.kind === 'file' ? (model.findingOf(node) ?? []) : [])))
  return [
    makeRow([[titles, 'dim']], width),
    ...deeds.map((deed) => deedRow(deed, model, width)),
    ...(findings.size === 0 ? [] : [makeRow([], width)]),
    ...[...findings].map((finding) => makeRow(findingPieces(finding), width)),
  ]
}

/** What a biography is of. */
export function biographyTitle(path: string): string {
  return `Biography of ${safeName(`/${path}`)}`
}

function deedRow(deed: Deed, { report }: Model, width: number): Row {
  const { layer, mark, node } = deed
  const { mode, uid, gid } = node.attributes
  const size = node.kind === 'file' ? formatBytes(node.size) : node.kind === 'directory' ? '' : node.kind
  const made = report.layers[layer]
  const pieces: Piece[] = [
    [cell(String(layer), 6), 'plain'],
    [cell(`${LETTERS[mark]} ${mark}`, 12), ROLES[mark]],
    [`${cell(size, 8, 'right')} `, 'size'],
    [`${formatMode(node.kind, mode)} `, 'dim'],
    [cell(`${uid}:${gid}`, 10), 'dim'],
    [cell(what(deed), 22), 'plain'],
    [made === undefined ? '' : instruction(made), 'dim'],
  ]
  return makeRow(pieces, width)
}

/** What changed, in words. */
function what({ mark, content, differs, by, node }: Deed): string {
  if (mark === 'removed')
    return by === 'shadowed' ? 'something in its way' : `${by === 'opaque' ? 'opaque ' : ''}whiteout`
  if (mark === 'added') return 'target' in node ? `to ${safeName(node.target)}` : 'new'
  if (mark === 'rewritten') return 'stored again, the same'
  return [...(content ? ['content'] : []), ...differs].join(' ')
}
