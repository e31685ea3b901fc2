import { scrollBy } from './cursor.ts'
import { listingOf, scrollFiles, selectRow, toggleFold } from './files.ts'
import { listHeight } from './layout.ts'
import type { Model } from './model.ts'
import { currentItemRow, wasteList } from './selection.ts'
import type { Action, PaneName, State } from './state.ts'
import { openItem, toggleGroup } from './waste.ts'

/** What is under the mouse scrolled by some rows; a cursor goes along where it would be left behind. */
export function scroll(state: State, pane: PaneName | 'overlay', by: number, model: Model): State {
  const layers = model.report.layers.length
  const { overlay } = state
  switch (pane) {
    case 'overlay':
      return overlay === undefined || overlay.kind === 'overwrite'
        ? state
        : { ...state, overlay: { ...overlay, top: Math.max(0, overlay.top + by) } }
    case 'layers': {
      const cursor = scrollBy({ row: state.layer, top: state.layersTop }, by, listHeight(state, layers, pane), layers)
      return { ...state, layer: cursor.row, layersTop: cursor.top }
    }
    case 'files':
      return scrollFiles(state, by, model)
    case 'waste': {
      const count = wasteList(state, model).length
      return { ...state, waste: scrollBy(state.waste, by, listHeight(state, layers, pane), count) }
    }
    case 'image':
      return { ...state, imageTop: state.imageTop + by }
  }
}

/** The clicked pane focused and its row selected; a double click opens the row. */
export function click(state: State, { pane, row, double }: Extract<Action, { type: 'click' }>, model: Model): State {
  const focused: State = { ...state, focus: pane, beside: pane === 'layers' ? state.beside : pane }
  const layers = model.report.layers.length
  switch (pane) {
    case 'layers':
      if (row >= layers) return focused
      return double ? { ...focused, layer: row, focus: 'files', beside: 'files' } : { ...focused, layer: row }
    case 'files': {
      if (row >= listingOf(focused, model).rows.length) return focused
      const selected = selectRow(focused, row, model)
      return double ? toggleFold(selected, model) : selected
    }
    case 'waste': {
      if (row >= wasteList(state, model).length) return focused
      const selected = { ...focused, waste: { ...state.waste, row } }
      if (!double) return selected
      const chosen = currentItemRow(selected, model)
      return chosen?.kind === 'group' && chosen.group.count > 0
        ? toggleGroup(selected, model)
        : openItem(selected, model)
    }
    case 'image':
      return focused
  }
}
