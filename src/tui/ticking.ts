import { escapeName } from '../format/escape.ts'
import type { Finding } from '../rules/finding.ts'
import { selectFindings } from '../what-if/selection.ts'
import { type Entry, pathOf } from './entry.ts'
import { currentEntry } from './files.ts'
import type { ItemRow } from './items.ts'
import type { Model } from './model.ts'
import { currentItemRow } from './selection.ts'
import { type Place, type State, say } from './state.ts'
import { holderOf, pathKey, withoutTicks, withPaths, withTicks } from './ticks.ts'

/** Ticks what is pointed at, or takes its tick away; says what that changes, or why it cannot be ticked. */
export function tick(state: State, model: Model): State {
  const { overlay, focus } = state
  if (overlay?.kind === 'finding') return tickFinding(state, overlay.finding, model)
  if (focus === 'waste') {
    const row = currentItemRow(state, model)
    return row === undefined ? state : tickRow(state, row, model)
  }
  const entry = currentEntry(state, model)
  return entry === undefined ? state : tickPlaces(state, pathOf(entry), placesOf(entry, state, model))
}

/** Ticks every finding whose change is safe, beside what is ticked. */
export function tickSafe(state: State, model: Model): State {
  const { findings } = model.report
  const safe = selectFindings(['safe'], findings, [])
  const ids = findings.filter((one) => safe.has(one.id) && model.changeOf(one) !== undefined).map(({ id }) => id)
  if (ids.length === 0) return say(state, 'no finding has a change that is safe for certain')
  return { ...state, ticks: withTicks(state.ticks, ids) }
}

/** Takes all ticks away. */
export function untickAll(state: State): State {
  return state.ticks.size === 0 ? say(state, 'nothing is ticked') : { ...state, ticks: new Set() }
}

/** Whether a row of the waste pane is ticked, by itself or with its finding. */
export function isRowTicked({ ticks }: State, row: ItemRow): boolean {
  const finding = row.group?.finding
  if (finding !== undefined && ticks.has(finding.id)) return true
  return row.kind === 'item' && holderOf(ticks, row.item.place) !== undefined
}

/** Whether a row of the files pane is ticked, by itself or with a directory around it, in every layer that it is about. */
export function isEntryTicked(state: State, entry: Entry, model: Model): boolean {
  if (state.ticks.size === 0) return false
  const places = placesOf(entry, state, model)
  return places.length > 0 && places.every((place) => holderOf(state.ticks, place) !== undefined)
}

/** What a row of the files pane stands for: its path in the layer or, where all so far is listed, in every layer that writes it. */
function placesOf(entry: Entry, { scope, layer }: State, model: Model): Place[] {
  const path = pathOf(entry)
  const layers = scope === 'layer' ? [layer] : Array.from({ length: layer + 1 }, (_, index) => index)
  return layers.filter((index) => model.writes(index, path)).map((index) => ({ layer: index, path }))
}

function tickRow(state: State, row: ItemRow, model: Model): State {
  const finding = row.group?.finding
  if (row.kind === 'item') {
    if (finding !== undefined && state.ticks.has(finding.id))
      return say(state, 'its finding is ticked, and all files of it')
    return tickPlaces(state, row.item.path, [row.item.place])
  }
  if (finding === undefined) return say(state, 'findings and files can be ticked, groups of waste cannot')
  return tickFinding(state, finding, model)
}

function tickFinding(state: State, finding: Finding, model: Model): State {
  const { ticks } = state
  const { id, files } = finding
  const change = model.changeOf(finding)
  if (change === undefined) {
    return say(
      state,
      files === 0
        ? 'this is advice: nobody can tell what following it would save'
        : 'what following this would save cannot be told',
    )
  }
  if (ticks.has(id)) return { ...state, ticks: withoutTicks(ticks, [id]) }
  return say({ ...state, ticks: withTicks(ticks, [id]) }, change)
}

function tickPlaces(state: State, path: string, places: readonly Place[]): State {
  const { ticks, scope, layer } = state
  const shown = `/${escapeName(path)}`
  if (places.length === 0) {
    const what = scope === 'layer' ? `layer ${layer} writes no file` : `no layer up to ${layer} writes a file`
    return say(state, `${what} at ${shown}, so there is nothing to tick`)
  }
  const keys = places.map(pathKey)
  if (keys.every((key) => ticks.has(key))) return { ...state, ticks: withoutTicks(ticks, keys) }
  const free = places.filter((place) => holderOf(ticks, place) === undefined)
  const [first] = places
  if (free.length === 0 && first !== undefined) {
    return say(state, `/${escapeName(holderOf(ticks, first) ?? '')} is ticked, and this with it`)
  }
  const layers = places.map((place) => place.layer).join(', ')
  const changed: State = { ...state, ticks: withPaths(ticks, free) }
  return say(changed, `do not write ${shown} in ${places.length === 1 ? 'layer' : 'layers'} ${layers}`)
}
