import { MOVES, moveTo, scrollBy } from './cursor.ts'
import { type Entry, hasChildren, pathOf } from './entry.ts'
import { allFolded, type Folding, fold, isFolded, unfolded, unfoldTo } from './folding.ts'
import { listHeight } from './layout.ts'
import type { Listing } from './listing.ts'
import { parseMatcher } from './matcher.ts'
import type { Model } from './model.ts'
import type { Command, Place, Shown, State } from './state.ts'
import type { View } from './view.ts'

/** Entries that one action looks at before the screen is drawn; what is left is done by `advance`. */
export const STEPS = 20_000

/** The list of the files pane. */
export function listingOf(state: State, model: Model): Listing {
  return model.listing({ ...state, folding: foldingOf(state) })
}

/** The entry under the cursor of the files pane. */
export function currentEntry(state: State, model: Model): Entry | undefined {
  return listingOf(state, model).rows[state.files.row]
}

/** The path that the files pane is at, without a leading slash. */
export function currentPath(state: State, model: Model): string {
  const entry = currentEntry(state, model)
  return entry === undefined ? state.files.path : pathOf(entry)
}

/** Which directories are folded in the present list. */
export function foldingOf({ filter, folding, filteredFolding }: State): Folding {
  return filter === '' ? folding : filteredFolding
}

function withFolding(state: State, folding: Folding): State {
  return state.filter === '' ? { ...state, folding } : { ...state, filteredFolding: folding }
}

/** The files pane after a command that moves its cursor. */
export function moveFiles(state: State, command: Command, model: Model): State {
  const listing = listingOf(state, model)
  const height = filesHeight(state, model)
  const wanted = command === 'bottom' ? Number.POSITIVE_INFINITY : state.files.row + 2 * height
  listing.grow(wanted, STEPS)
  const row = MOVES[command]?.(state.files.row, height, listing.rows.length) ?? state.files.row
  const moved = selectRow(state, row, model)
  return command === 'bottom' && !listing.done ? { ...moved, seek: { kind: 'end' } } : moved
}

/** The cursor on a row, whose path is the chosen one from now on. */
export function selectRow(state: State, row: number, model: Model): State {
  const { rows } = listingOf(state, model)
  const files = moveTo(state.files, row, filesHeight(state, model), rows.length)
  const entry = rows[files.row]
  return {
    ...state,
    seek: undefined,
    files: { ...files, path: entry === undefined ? state.files.path : pathOf(entry) },
  }
}

/** The files pane scrolled by some rows. */
export function scrollFiles(state: State, by: number, model: Model): State {
  const listing = listingOf(state, model)
  const height = filesHeight(state, model)
  listing.grow(state.files.top + height + by, STEPS)
  const files = { ...state.files, ...scrollBy(state.files, by, height, listing.rows.length) }
  return files.row === state.files.row ? { ...state, files } : selectRow({ ...state, files }, files.row, model)
}

/** Puts the cursor on the chosen path or, where it is not listed, on the nearest directory around it. */
export function relocate(state: State, model: Model): State {
  const { files } = state
  const listing = listingOf(state, model)
  const height = filesHeight(state, model)
  listing.grow(height, STEPS)
  const way = model.view(state.layer, state.scope, state.shown).wayTo(files.path)
  let row = listing.rowOf(way.at(-1) as Entry)
  if (row === -1 && way.length > 1) {
    listing.grow(Number.POSITIVE_INFINITY, STEPS)
    row = nearestRow(listing, way)
  }
  const missing = way.length > 1 && listing.rows[row] !== way.at(-1) && !listing.done
  listing.grow(row + height, STEPS)
  const seek = missing ? ({ kind: 'path' } as const) : state.seek?.kind === 'path' ? undefined : state.seek
  return { ...state, seek, files: { ...files, ...moveTo(files, row, height, listing.rows.length) } }
}

/** The row of the last entry of a way that has one, or else the first. */
function nearestRow(listing: Listing, way: readonly Entry[]): number {
  for (let i = way.length - 1; i > 0; i--) {
    const row = listing.rowOf(way[i] as Entry)
    if (row !== -1) return row
  }
  return 0
}

/** Unfolds the directory under the cursor or, where it is unfolded, goes into it. */
export function openFile(state: State, model: Model): State {
  const entry = currentEntry(state, model)
  if (entry === undefined || !hasChildren(entry)) return state
  if (isFolded(foldingOf(state), pathOf(entry))) return foldEntry(state, entry, false)
  return moveFiles(state, 'down', model)
}

/** Folds the directory under the cursor or, where it is folded, goes to the one around it. */
export function closeFile(state: State, model: Model): State {
  const entry = currentEntry(state, model)
  if (entry === undefined) return state
  if (hasChildren(entry) && !isFolded(foldingOf(state), pathOf(entry))) return foldEntry(state, entry, true)
  const { parent } = entry
  if (parent?.parent === undefined) return state
  return selectRow(state, listingOf(state, model).rowOf(parent), model)
}

/** Folds or unfolds the directory under the cursor. */
export function toggleFold(state: State, model: Model): State {
  const entry = currentEntry(state, model)
  if (entry === undefined || !hasChildren(entry)) return state
  return foldEntry(state, entry, !isFolded(foldingOf(state), pathOf(entry)))
}

/** Folds everything or, where everything was folded, unfolds it. */
export function toggleFoldAll(state: State): State {
  return withFolding(state, foldingOf(state).folded ? unfolded : allFolded)
}

function foldEntry(state: State, entry: Entry, folded: boolean): State {
  const path = pathOf(entry)
  const chosen = { ...state, files: { ...state.files, path } }
  return withFolding(chosen, fold(foldingOf(state), path, folded))
}

/** Goes to a path as a layer has it: unfolds the way, and gives up whatever would hide it. */
export function reveal(state: State, place: Place, model: Model): State {
  const shown = shownWith(state.shown, place, model)
  const scope = state.scope === 'all' && hasPath(model.view(place.layer, 'all', shown), place.path) ? 'all' : 'layer'
  const matcher = parseMatcher(state.filter, 'path')
  const filter = 'match' in matcher && matcher.match(place.path) ? state.filter : ''
  const found: State = {
    ...state,
    layer: place.layer,
    scope,
    shown,
    filter,
    beside: 'files',
    files: { ...state.files, path: place.path },
  }
  return withFolding(found, unfoldTo(foldingOf(found), place.path))
}

const EVERYTHING: Shown = { added: true, modified: true, removed: true, unchanged: true }

/** What has to be shown for a path of a layer to be listed. */
function shownWith(shown: Shown, { layer, path }: Place, model: Model): Shown {
  if (hasPath(model.view(layer, 'layer', shown), path)) return shown
  const { mark } = model.view(layer, 'layer', EVERYTHING).wayTo(path).at(-1) as Entry
  return { ...shown, [mark === 'rewritten' ? 'modified' : mark]: true }
}

function hasPath(view: View, path: string): boolean {
  const last = view.wayTo(path).at(-1) as Entry
  return last.parent !== undefined && pathOf(last) === path
}

function filesHeight(state: State, model: Model): number {
  return listHeight(state, model.report.layers.length, 'files')
}
