import type { Node } from '../tree/node.ts'
import { nodeOf, pathOf } from './entry.ts'
import { currentEntry } from './files.ts'
import type { ItemRow, ItemRows } from './items.ts'
import type { Model } from './model.ts'
import type { State } from './state.ts'

/** A path that the user points at, and what it holds. */
export interface Selected {
  /** Without a leading slash. */
  readonly path: string
  readonly node: Node
}

/** The rows of the waste pane. */
export function wasteList({ grouping, groupFolding }: State, model: Model): ItemRows {
  return model.itemRows(grouping, groupFolding[grouping])
}

/** The row of the waste pane that its cursor is on. */
export function currentItemRow(state: State, model: Model): ItemRow | undefined {
  return wasteList(state, model).at(state.waste.row)
}

/** The path under the cursor of the files or the waste pane; undefined where it is on none. */
export function selectedPath(state: State, model: Model): string | undefined {
  if (state.focus === 'waste') {
    const row = currentItemRow(state, model)
    return row?.kind === 'item' ? row.item.path : undefined
  }
  const entry = currentEntry(state, model)
  return entry && pathOf(entry)
}

/** What is under the cursor of the files or the waste pane, as the layer has it that wrote it; undefined where there is nothing to read. */
export function selectedNode(state: State, model: Model): Selected | undefined {
  if (state.focus !== 'waste') {
    const entry = currentEntry(state, model)
    return entry && { path: pathOf(entry), node: nodeOf(entry) }
  }
  const row = currentItemRow(state, model)
  if (row?.kind !== 'item') return undefined
  const { layer, path } = row.item.place
  const entry = model.view(layer, 'layer', state.shown).wayTo(path).at(-1)
  return entry === undefined || pathOf(entry) !== path ? undefined : { path, node: nodeOf(entry) }
}
