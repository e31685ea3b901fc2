import { formatBytes, formatCount } from '../format/bytes.ts'
import { formatMode } from '../format/file-mode.ts'
import { type Entry, hasChildren, nodeOf, pathOf } from './entry.ts'
import { foldingOf, listingOf, STEPS } from './files.ts'
import { SEVERITY_ROLES } from './findings.ts'
import { type Folding, isFolded } from './folding.ts'
import type { Mark } from './mark.ts'
import { type Match, parseMatcher } from './matcher.ts'
import type { Model } from './model.ts'
import { cell, makeRow, type Piece, type Role, type Row, safeName, safeText, widthOf } from './row.ts'
import type { State } from './state.ts'
import { type Glyphs, glyphsFor, makeBar } from './theme.ts'
import { isEntryTicked } from './ticking.ts'

const BYTES = 8
const MODE = 10
const OWNER = 9
/** Entries of a list that are looked at for each drawing, whether they are visible or not. */
const COMMON = 1000
/** Columns that names get before any column but change and size does. */
const NAME = 24

const LETTERS: Readonly<Record<Mark, string>> = {
  added: 'A',
  modified: 'M',
  rewritten: '=',
  removed: 'D',
  unchanged: ' ',
}
const ROLES: Readonly<Record<Mark, Role>> = {
  added: 'added',
  modified: 'modified',
  rewritten: 'dim',
  removed: 'removed',
  unchanged: 'plain',
}

/** Beside the letter of a file that a finding claims. */
const CLAIMED = '!'

/** Which columns there is room for; owner goes first, then mode, then the bar. */
interface Columns {
  readonly mode: boolean
  readonly owner: boolean
  readonly bar: number
}

interface Look {
  readonly columns: Columns
  readonly glyphs: Glyphs
  readonly folding: Folding
  readonly match: Match | undefined
  readonly findingOf: Model['findingOf']
  readonly isTicked: (entry: Entry) => boolean
  readonly width: number
}

/** The rows of the files pane: titles, then what is visible of the list. */
export function filesRows(state: State, model: Model, width: number, height: number): Row[] {
  const listing = listingOf(state, model)
  listing.grow(state.files.top + height, STEPS)
  // Lists of common length are complete at once, so that their length can be told.
  listing.grow(Number.POSITIVE_INFINITY, COMMON)
  const { rows, done } = listing
  const matcher = state.search === '' ? undefined : parseMatcher(state.search, 'name')
  const look: Look = {
    columns: columnsFor(width, state.attributes),
    glyphs: glyphsFor(state.ascii),
    folding: foldingOf(state),
    match: matcher !== undefined && 'match' in matcher ? matcher.match : undefined,
    findingOf: model.findingOf,
    isTicked: (entry) => isEntryTicked(state, entry, model),
    width,
  }
  const visible = rows.slice(state.files.top, state.files.top + height - 1)
  if (visible.length === 0 && done) return [titleRow(look), makeRow([[emptyText(state, model), 'dim']], width)]
  return [titleRow(look), ...visible.map((entry, i) => entryRow(entry, look, state.files.top + i === state.files.row))]
}

/** What the list is of, for the pane's title. */
export function filesTitle(state: State, model: Model): string {
  const { separator } = glyphsFor(state.ascii)
  const { rows, done, visited } = listingOf(state, model)
  const { layer, scope, sort, reversed, filter, search, files, seek } = state
  const found = search === '' ? undefined : model.search(search, sort, reversed)
  const at = found?.position({ layer, path: files.path })
  return [
    scope === 'layer' ? `Changes of layer ${layer}` : `Everything up to layer ${layer}`,
    ...(filter === '' ? [] : [`filter ${safeText(filter)}`]),
    ...(found === undefined
      ? []
      : [`match ${at ?? '-'} of ${formatCount(found.count.matches)}${found.count.done ? '' : '+'}`]),
    `by ${sort}${reversed ? ' reversed' : ''}`,
    done
      ? `${formatCount(rows.length)} ${rows.length === 1 ? 'row' : 'rows'}`
      : `${seek === undefined ? '' : 'seeking, '}${formatCount(visited)}+ rows`,
  ].join(` ${separator} `)
}

function emptyText({ filter, layer, scope }: State, model: Model): string {
  if (filter !== '') return 'nothing matches the filter (Esc clears it)'
  const unread = model.report.layers[layer]?.unread
  if (unread !== undefined) return `the layer was not read: ${unread}`
  return scope === 'layer'
    ? 'the layer changes nothing that is shown (a shows everything up to it)'
    : 'nothing is there'
}

function columnsFor(width: number, attributes: boolean): Columns {
  const room = width - 2 - (BYTES + 1) - NAME
  const bar = room >= MODE + OWNER + 15 ? 10 : 5
  const left = room - (bar + 1)
  return {
    bar: left >= 0 ? bar : 0,
    mode: attributes && left >= MODE + 2,
    owner: attributes && left >= MODE + OWNER + 3,
  }
}

function titleRow({ columns: { mode, owner, bar }, width }: Look): Row {
  const titles = [
    '  ',
    mode ? ` ${cell('mode', MODE + 1)}` : '',
    owner ? cell('owner', OWNER + 1) : '',
    `${cell('size', BYTES, 'right')} `,
    bar > 0 ? cell('', bar + 1) : '',
    'path',
  ]
  return makeRow([[titles.join(''), 'dim']], width)
}

function entryRow(entry: Entry, look: Look, selected: boolean): Row {
  const { columns, glyphs, folding, match, findingOf, isTicked, width } = look
  const { mark, bytes, parent } = entry
  const node = nodeOf(entry)
  const { mode, uid, gid } = node.attributes
  const finding = node.kind === 'file' ? findingOf(node) : undefined
  const share = parent === undefined || parent.bytes === 0 || mark === 'removed' ? 0 : bytes / parent.bytes
  const hasSize = node.kind === 'file' || node.kind === 'directory'
  const before: Piece[] = [
    [LETTERS[mark], ROLES[mark]],
    finding === undefined ? [' ', 'plain'] : [CLAIMED, SEVERITY_ROLES[finding.severity]],
    ...(columns.mode ? ([[` ${formatMode(node.kind, mode)} `, 'dim']] as const) : []),
    ...(columns.owner ? ([[`${cell(`${uid}:${gid}`, OWNER)} `, 'dim']] as const) : []),
    [cell(hasSize ? formatBytes(bytes) : '', BYTES, 'right'), 'size'],
    [isTicked(entry) ? glyphs.tick : ' ', 'key'],
    ...(columns.bar > 0 ? ([[`${makeBar(share, columns.bar, glyphs)} `, 'bar']] as const) : []),
  ]
  const room = width - before.reduce((sum, [text]) => sum + widthOf(text), 0)
  const path = pathOf(entry)
  const folded = hasChildren(entry) ? isFolded(folding, path) : undefined
  const found = match?.(path) === true
  return makeRow([...before, ...namePieces(entry, folded, found, glyphs, room)], width, selected)
}

/** The name in its tree: levels, the sign of a directory, the name, and where a link leads. */
function namePieces(entry: Entry, folded: boolean | undefined, found: boolean, glyphs: Glyphs, room: number): Piece[] {
  const node = nodeOf(entry)
  const sign = folded === undefined ? '  ' : `${folded ? glyphs.folded : glyphs.unfolded} `
  // Very deep paths keep half of the room for their names.
  const levels = Math.min(entry.depth, Math.floor(room / 4))
  const indent = `${entry.depth > levels && levels > 0 ? `${glyphs.level}…` : levels > 0 ? `${glyphs.level} ` : ''}${`${glyphs.level} `.repeat(Math.max(0, levels - 1))}`
  const left = room - widthOf(indent) - 2
  const name = safeName(entry.name) + (node.kind === 'directory' ? '/' : '')
  const role = found
    ? 'match'
    : entry.mark !== 'unchanged'
      ? ROLES[entry.mark]
      : node.kind === 'directory'
        ? 'directory'
        : 'plain'
  const named = widthOf(name) > left ? cell(name, left, 'left', 'middle') : name
  const pieces: Piece[] = [
    [indent, 'border'],
    [sign, 'border'],
    [named, role],
  ]
  if ('target' in node) pieces.push([` ${glyphs.arrow} ${safeName(node.target)}`, 'link'])
  else if (node.kind !== 'file' && node.kind !== 'directory') pieces.push([` (${node.kind})`, 'dim'])
  return pieces
}
