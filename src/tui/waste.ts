import { relocate, reveal } from './files.ts'
import { fold, isFolded } from './folding.ts'
import type { Model } from './model.ts'
import { currentItemRow, selectedPath } from './selection.ts'
import { type State, say } from './state.ts'

/** Goes to the file of the item under the cursor, in the layer that wrote it; a group is folded or unfolded. */
export function goToItem(state: State, model: Model): State {
  const row = currentItemRow(state, model)
  if (row === undefined) return state
  if (row.kind === 'group') return toggleGroup(state, model)
  const { layer, path } = row.item.place
  const found = relocate({ ...reveal(state, row.item.place, model), focus: 'files' }, model)
  if (found.seek !== undefined || selectedPath(found, model) === path) return found
  return say(found, `layer ${layer} stores /${path} more than once; its list has only what came last`)
}

/** Folds or unfolds the group of the row under the cursor. */
export function toggleGroup(state: State, model: Model): State {
  const rows = model.itemRows(state.grouping, state.wasteFolding)
  let index = state.waste.row
  while (index > 0 && rows[index]?.kind === 'item') index--
  const group = rows[index]
  if (group?.kind !== 'group') return state
  const wasteFolding = fold(state.wasteFolding, group.label, !isFolded(state.wasteFolding, group.label))
  return { ...state, wasteFolding, waste: { ...state.waste, row: index } }
}
