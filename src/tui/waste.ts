import { escapeName } from '../format/escape.ts'
import { relocate, reveal } from './files.ts'
import { allFolded, type Folding, fold, isFolded, unfolded } from './folding.ts'
import type { Group, ItemRow } from './items.ts'
import type { Model } from './model.ts'
import { currentItemRow, selectedPath, wasteList } from './selection.ts'
import { type State, say } from './state.ts'

/** Whether the items of a group are hidden. */
export function isGroupFolded({ grouping, groupFolding }: State, { key }: Group): boolean {
  return isFolded(groupFolding[grouping], key)
}

/** Opens what is under the cursor: goes to a file in the layer that wrote it, unfolds a group or goes into it. */
export function openItem(state: State, model: Model): State {
  const row = currentItemRow(state, model)
  if (row === undefined) return state
  if (row.kind === 'item') return goToItem(state, row, model)
  const { group } = row
  if (group.count === 0) return showFinding(state, model)
  if (isGroupFolded(state, group)) return foldGroup(state, group, false)
  return { ...state, waste: { ...state.waste, row: state.waste.row + 1 } }
}

function goToItem(state: State, { item }: Extract<ItemRow, { kind: 'item' }>, model: Model): State {
  const { layer, path } = item.place
  const found = relocate({ ...reveal(state, item.place, model), focus: 'files' }, model)
  if (found.seek !== undefined || selectedPath(found, model) === path) return found
  return say(found, `layer ${layer} stores /${escapeName(path)} more than once; its list has only what came last`)
}

/** Leaves what is under the cursor: folds its group, or goes to the layers where there is nothing to fold. */
export function closeItem(state: State, model: Model): State {
  const group = groupAt(state, model)
  if (group === undefined || isGroupFolded(state, group)) return { ...state, focus: 'layers' }
  return toggleGroup(state, model)
}

/** Folds or unfolds the group of the row under the cursor. */
export function toggleGroup(state: State, model: Model): State {
  const group = groupAt(state, model)
  if (group === undefined || group.count === 0) return state
  return onGroup(foldGroup(state, group, !isGroupFolded(state, group)), group, model)
}

/** Folds every group or, where all were folded, unfolds them. */
export function toggleGroups(state: State, model: Model): State {
  const { grouping, groupFolding } = state
  const toggled = withFolding(state, groupFolding[grouping].folded ? unfolded : allFolded)
  const group = groupAt(state, model)
  return group === undefined ? toggled : onGroup(toggled, group, model)
}

/** The cursor on the line of a group. */
function onGroup(state: State, group: Group, model: Model): State {
  const row = wasteList(state, model).rowOf(group)
  return { ...state, waste: { ...state.waste, row } }
}

/** Opens the page of the finding under the cursor, where there is one. */
export function showFinding(state: State, model: Model): State {
  const finding = groupAt(state, model)?.finding
  return finding === undefined ? state : { ...state, overlay: { kind: 'finding', finding, top: 0 } }
}

/** The group of the row under the cursor. */
function groupAt(state: State, model: Model): Group | undefined {
  return currentItemRow(state, model)?.group
}

function foldGroup(state: State, { key }: Group, folded: boolean): State {
  return withFolding(state, fold(state.groupFolding[state.grouping], key, folded))
}

function withFolding(state: State, folding: Folding): State {
  return { ...state, groupFolding: { ...state.groupFolding, [state.grouping]: folding } }
}
