import { command } from './commands.ts'
import { moveTo } from './cursor.ts'
import { listingOf, moveFiles, relocate } from './files.ts'
import { imageLength } from './image-pane.ts'
import { clamp, innerWidth, listHeight } from './layout.ts'
import type { Model } from './model.ts'
import { pageLength } from './overlay.ts'
import { click, scroll } from './pointer.ts'
import { seekMatch, typeText } from './prompt.ts'
import { wasteList } from './selection.ts'
import { type Action, type Overlay, type PaneName, request, type State, say, type Viewer } from './state.ts'
import { viewerMode } from './viewer.ts'

/** What happens by itself, and so leaves a message where it is. */
const UNASKED: ReadonlySet<Action['type']> = new Set(['resize', 'advanced', 'hashed', 'view-loaded', 'scroll'])

/**
 * The state after an action. `requests` are what this action wants done outside: whoever calls performs each of them
 * once. All cursors of the new state are on a row that exists and is visible.
 */
export function reduce(state: State, action: Action, model: Model): State {
  const message = UNASKED.has(action.type) ? state.message : undefined
  return settle(state, act({ ...state, message, requests: [] }, action, model), model)
}

function act(state: State, action: Action, model: Model): State {
  switch (action.type) {
    case 'typed':
      return state.prompt === undefined ? state : typeText(state, state.prompt, action.text, model)
    case 'resize':
      return { ...state, size: action.size }
    case 'click':
      return click(state, action, model)
    case 'scroll':
      return scroll(state, action.pane, action.rows, model)
    case 'advanced':
      return goOn(state, model)
    case 'hashed':
      return relocate(state, model)
    case 'view-loaded':
      return withViewer(state, action.path, (viewer) => ({
        ...viewer,
        bytes: action.bytes,
        mode: viewerMode(action.bytes),
      }))
    case 'view-failed':
      return say({ ...state, overlay: withoutViewer(state.overlay, action.path) }, action.message, 'error')
    case 'extracted':
      return say(state, action.message)
    case 'extract-exists':
      return { ...state, overlay: { kind: 'overwrite', request: action.request, existing: action.existing } }
    case 'failed':
      return say(state, action.message, 'error')
    default:
      return command(state, action.type, model)
  }
}

/** Every list as it has to be after whatever changed: cursors on rows that exist, within sight. */
function settle(before: State, after: State, model: Model): State {
  const layers = model.report.layers.length
  const layer = clamp(after.layer, 0, Math.max(0, layers - 1))
  const listHeights = (pane: PaneName) => listHeight(after, layers, pane)
  const layersCursor = moveTo({ row: layer, top: after.layersTop }, layer, listHeights('layers'), layers)
  const rows = wasteList(after, model).length
  const image = after.beside === 'image' ? imageLength(after, model, innerWidth(after, layers, 'image')) : 0
  let state: State = {
    ...after,
    layer,
    layersTop: layersCursor.top,
    waste: moveTo(after.waste, after.waste.row, listHeights('waste'), rows),
    imageTop: clamp(after.imageTop, 0, Math.max(0, image - listHeights('image'))),
    overlay: settleOverlay(after, model),
  }
  const listing = listingOf(state, model)
  if (listing !== listingOf(before, model)) state = relocate(state, model)
  const height = listHeights('files')
  listing.grow(state.files.top + height, height)
  state = { ...state, files: { ...state.files, ...moveTo(state.files, state.files.row, height, listing.rows.length) } }
  const isNew = state.scope === 'all' && (before.scope !== 'all' || before.layer !== state.layer)
  const files = isNew ? model.questions(state.layer) : []
  return files.length === 0 ? state : request(state, { kind: 'hash', files })
}

function settleOverlay(state: State, model: Model): Overlay | undefined {
  const { overlay } = state
  if (overlay === undefined || overlay.kind === 'overwrite') return overlay
  const layers = model.report.layers.length
  const length = pageLength(overlay, state, model, innerWidth(state, layers, 'overlay'))
  const top = clamp(overlay.top, 0, Math.max(0, length - listHeight(state, layers, 'overlay')))
  return top === overlay.top ? overlay : { ...overlay, top }
}

function withViewer(state: State, path: string, change: (viewer: Viewer) => Viewer): State {
  const { overlay } = state
  return overlay?.kind === 'viewer' && overlay.path === path ? { ...state, overlay: change(overlay) } : state
}

function withoutViewer(overlay: Overlay | undefined, path: string): Overlay | undefined {
  return overlay?.kind === 'viewer' && overlay.path === path ? undefined : overlay
}

/** Does what the cursor still waits for, as far as the lists have come. */
function goOn(state: State, model: Model): State {
  const { seek } = state
  switch (seek?.kind) {
    case 'path':
      return relocate(state, model)
    case 'end':
      return moveFiles(state, 'bottom', model)
    case 'match':
      return seekMatch(state, seek, model)
    case undefined:
      return state
  }
}
