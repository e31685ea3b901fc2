import { escapeName, escapeText } from '../format/escape.ts'
import { MOVES, moveTo } from './cursor.ts'
import { closeFile, moveFiles, openFile, toggleFold, toggleFoldAll } from './files.ts'
import { imageLength } from './image-pane.ts'
import { clamp, innerWidth, listHeight } from './layout.ts'
import type { Model } from './model.ts'
import { pageLength } from './overlay.ts'
import { acceptPrompt, cancelPrompt, editPrompt, openPrompt, seekMatch, showMatch } from './prompt.ts'
import { currentItemRow, selectedNode, selectedPath, wasteList } from './selection.ts'
import {
  type Command,
  GROUPINGS,
  type PaneName,
  type Prompt,
  request,
  type Shown,
  SORTS,
  type State,
  say,
  VIEW_LIMIT,
  type Viewer,
} from './state.ts'
import { THEME_NAMES } from './theme.ts'
import { tick, tickSafe, untickAll } from './ticking.ts'
import { closeItem, openItem, showFinding, toggleGroup, toggleGroups } from './waste.ts'

type Act = (state: State, model: Model, name: Command) => State
type Commands<A = Act> = Readonly<Partial<Record<Command, A>>>

/** The state after a command: what has the keyboard for itself hears it first, then the focused pane, then everything. */
export function command(state: State, name: Command, model: Model): State {
  const { overlay, prompt } = state
  if (prompt !== undefined) {
    const edit = PROMPT_COMMANDS[name]
    if (edit !== undefined) return edit(state, prompt, model)
  } else if (overlay?.kind === 'overwrite') {
    if (name === 'cancel') return { ...state, overlay: undefined }
    if (name === 'accept') return request({ ...state, overlay: undefined }, { ...overlay.request, overwrite: true })
  } else if (overlay !== undefined) {
    if (name in MOVES) return scrollOverlay(state, name, model)
    if (name === 'cancel') return { ...state, overlay: undefined }
    if (overlay.kind === 'viewer' && VIEWER_COMMANDS[name] !== undefined) return VIEWER_COMMANDS[name](state, overlay)
  } else {
    const ofPane = name in MOVES ? move : PANE_COMMANDS[state.focus][name]
    if (ofPane !== undefined) return ofPane(state, model, name)
  }
  return COMMANDS[name]?.(state, model, name) ?? state
}

const PROMPT_COMMANDS: Commands<(state: State, prompt: Prompt, model: Model) => State> = {
  accept: acceptPrompt,
  cancel: cancelPrompt,
  'delete-character': (state, prompt, model) =>
    editPrompt(state, prompt, [...prompt.text].slice(0, -1).join(''), model),
  'delete-word': (state, prompt, model) => editPrompt(state, prompt, prompt.text.replace(/[^\s/]*[\s/]*$/, ''), model),
  'delete-all': (state, prompt, model) => editPrompt(state, prompt, '', model),
}

const VIEWER_COMMANDS: Commands<(state: State, viewer: Viewer) => State> = {
  open: (state, viewer) => ({ ...state, overlay: { ...viewer, left: viewer.left + 8 } }),
  close: (state, viewer) => ({ ...state, overlay: { ...viewer, left: Math.max(0, viewer.left - 8) } }),
  'toggle-hex': (state, viewer) => ({
    ...state,
    overlay: { ...viewer, mode: viewer.mode === 'text' ? 'hex' : 'text', top: 0, left: 0, match: undefined },
  }),
  search: (state) => openPrompt(state, 'find', ''),
  'next-match': (state, viewer) => ({ ...state, overlay: showMatch(viewer, (viewer.match ?? viewer.top - 1) + 1, 1) }),
  'previous-match': (state, viewer) => ({ ...state, overlay: showMatch(viewer, (viewer.match ?? viewer.top) - 1, -1) }),
}

const PANE_COMMANDS: Readonly<Record<PaneName, Commands>> = {
  layers: {
    open: (state) => ({ ...state, focus: 'files', beside: 'files' }),
    view: (state) => ({ ...state, overlay: { kind: 'layer', top: 0 } }),
  },
  files: {
    open: openFile,
    close: closeFile,
    'toggle-fold': toggleFold,
    'toggle-fold-all': toggleFoldAll,
  },
  waste: {
    open: openItem,
    close: closeItem,
    'toggle-fold': toggleGroup,
    'toggle-fold-all': toggleGroups,
    view: (state, model) => (currentItemRow(state, model)?.kind === 'item' ? view : showFinding)(state, model),
  },
  image: { close: (state) => ({ ...state, focus: 'layers' }) },
}

const COMMANDS: Commands = {
  'next-pane': (state) => ({ ...state, focus: state.focus === 'layers' ? state.beside : 'layers' }),
  'previous-layer': (state) => ({ ...state, layer: state.layer - 1, seek: undefined }),
  'next-layer': (state) => ({ ...state, layer: state.layer + 1, seek: undefined }),
  'show-waste': (state) => togglePane(state, 'waste'),
  'show-image': (state) => togglePane(state, 'image'),
  zoom: (state) => ({ ...state, zoomed: !state.zoomed }),
  search: (state) => openPrompt(state, 'search', ''),
  'next-match': (state, model) => nextMatch(state, 1, model),
  'previous-match': (state, model) => nextMatch(state, -1, model),
  filter: (state) => openPrompt(state, 'filter', state.filter),
  clear,
  'toggle-added': (state) => toggleShown(state, 'added'),
  'toggle-removed': (state) => toggleShown(state, 'removed'),
  'toggle-modified': (state) => toggleShown(state, 'modified'),
  'toggle-unchanged': (state) => toggleShown(state, 'unchanged'),
  'toggle-attributes': (state) => ({ ...state, attributes: !state.attributes }),
  'layer-changes': (state) => ({
    ...state,
    scope: 'layer',
    shown: { ...state.shown, unchanged: false },
    beside: 'files',
  }),
  'all-changes': (state) => ({ ...state, scope: 'all', shown: { ...state.shown, unchanged: true }, beside: 'files' }),
  'next-sort': (state) => ({ ...state, sort: after(SORTS, state.sort) }),
  'reverse-sort': (state) => ({ ...state, reversed: !state.reversed }),
  'next-grouping': (state) => ({ ...state, grouping: after(GROUPINGS, state.grouping), waste: { row: 0, top: 0 } }),
  tick,
  'tick-safe': tickSafe,
  'untick-all': untickAll,
  biography(state, model) {
    const path = selectedPath(state, model)
    return path === undefined ? state : { ...state, overlay: { kind: 'biography', path, top: 0 } }
  },
  view,
  extract(state, model) {
    const selected = selectedNode(state, model)
    if (selected === undefined) return state
    if (model.unreadable !== undefined) return say(state, model.unreadable, 'error')
    const { path, node } = selected
    if (node.kind !== 'file' && node.kind !== 'directory')
      return say(state, `a ${node.kind} cannot be extracted`, 'error')
    return openPrompt(state, 'extract', `./${escapeText(path.slice(path.lastIndexOf('/') + 1))}`)
  },
  'copy-path'(state, model) {
    const path = selectedPath(state, model)
    // Text that is pasted into a shell must not bring line breaks and controls along.
    const text = path === undefined ? undefined : escapeText(`/${path}`)
    return text === undefined ? state : say(request(state, { kind: 'copy', text }), `copied ${text}`)
  },
  help: (state) => ({ ...state, overlay: { kind: 'help', top: 0 } }),
  'next-theme'(state) {
    const theme = after(THEME_NAMES, state.theme)
    return say({ ...state, theme }, `theme ${theme}`)
  },
  'toggle-mouse'(state) {
    const on = !state.mouse
    const asked = request({ ...state, mouse: on }, { kind: 'mouse', on })
    return say(asked, on ? 'the mouse works here' : 'the mouse is left to the terminal')
  },
  redraw: (state) => request(state, { kind: 'redraw' }),
  suspend: (state) => request(state, { kind: 'suspend' }),
  quit: (state) => request(state, { kind: 'quit' }),
}

/** What comes after one of a list, around the end. */
function after<T>(list: readonly T[], one: T): T {
  return list[(list.indexOf(one) + 1) % list.length] as T
}

/** The cursor of the focused pane moved. */
function move(state: State, model: Model, name: Command): State {
  const layers = model.report.layers.length
  const to = (row: number, height: number, count: number): number => MOVES[name]?.(row, height, count) ?? row
  const height = listHeight(state, layers, state.focus)
  switch (state.focus) {
    case 'layers':
      return { ...state, layer: clamp(to(state.layer, height, layers), 0, layers - 1), seek: undefined }
    case 'files':
      return moveFiles(state, name, model)
    case 'waste': {
      const count = wasteList(state, model).length
      return { ...state, waste: moveTo(state.waste, to(state.waste.row, height, count), height, count) }
    }
    case 'image':
      return {
        ...state,
        imageTop: to(state.imageTop, height, imageLength(state, model, innerWidth(state, layers, 'image'))),
      }
  }
}

function scrollOverlay(state: State, name: Command, model: Model): State {
  const { overlay } = state
  if (overlay === undefined || overlay.kind === 'overwrite') return state
  const layers = model.report.layers.length
  const height = listHeight(state, layers, 'overlay')
  const top =
    MOVES[name]?.(overlay.top, height, pageLength(overlay, state, model, innerWidth(state, layers, 'overlay'))) ??
    overlay.top
  return { ...state, overlay: { ...overlay, top: Math.max(0, top) } }
}

function nextMatch(state: State, direction: 1 | -1, model: Model): State {
  if (state.search === '') return say(state, 'nothing is searched for yet: type / and a part of a name')
  const path = state.focus === 'waste' ? state.files.path : (selectedPath(state, model) ?? '')
  const seen: State = { ...state, beside: 'files', focus: state.focus === 'layers' ? 'layers' : 'files' }
  return seekMatch(seen, { kind: 'match', from: { layer: state.layer, path }, direction, inclusive: false }, model)
}

function clear(state: State): State {
  const still: State = { ...state, seek: undefined }
  if (state.filter !== '') return { ...still, filter: '' }
  if (state.search !== '') return { ...still, search: '' }
  return state.beside === 'files' ? still : togglePane(still, 'files')
}

function togglePane(state: State, pane: 'files' | 'waste' | 'image'): State {
  const shown = state.beside === pane && state.focus === pane ? 'files' : pane
  return { ...state, beside: shown, focus: shown }
}

function toggleShown(state: State, kind: keyof Shown): State {
  return { ...state, shown: { ...state.shown, [kind]: !state.shown[kind] } }
}

function view(state: State, model: Model): State {
  const selected = selectedNode(state, model)
  if (selected === undefined) return state
  const { path, node } = selected
  if (node.kind === 'symlink' || node.kind === 'hardlink')
    return say(state, `/${escapeName(path)} is a link to ${escapeName(node.target)}`)
  if (node.kind !== 'file') return say(state, `a ${node.kind} has no content to view`, 'error')
  if (model.unreadable !== undefined) return say(state, model.unreadable, 'error')
  const overlay: Viewer = {
    kind: 'viewer',
    path,
    bytes: undefined,
    size: node.size,
    mode: 'text',
    top: 0,
    left: 0,
    query: '',
    match: undefined,
  }
  return request({ ...state, overlay }, { kind: 'view', path, file: node, limit: VIEW_LIMIT })
}
