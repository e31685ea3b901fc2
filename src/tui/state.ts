import type { Finding } from '../analysis/report.ts'
import type { FileNode, Node } from '../tree/node.ts'
import { allFolded, type Folding, unfolded } from './folding.ts'
import type { ThemeName } from './theme.ts'
import type { Ticks } from './ticks.ts'

/** Columns and rows of the terminal. */
export interface Size {
  readonly columns: number
  readonly rows: number
}

/** The four lists; `layers` is on the left, and one of the others beside it. */
export type PaneName = 'layers' | 'files' | 'waste' | 'image'

/** What the files pane compares: the layer with the one beneath it, or with the base layer. */
export type Scope = 'layer' | 'all'

/** Which kinds of change the files pane lists; `modified` covers what a layer stores again unchanged. */
export interface Shown {
  readonly added: boolean
  readonly modified: boolean
  readonly removed: boolean
  readonly unchanged: boolean
}

/** What siblings are sorted by: largest first, by name, or by kind of change. */
export const SORTS = ['size', 'name', 'change'] as const
export type Sort = (typeof SORTS)[number]

/** What the waste pane lists: findings with their files, or wasted files, put together by what they share. */
export const GROUPINGS = ['finding', 'cause', 'directory', 'none'] as const
export type Grouping = (typeof GROUPINGS)[number]

/** Cursor and first visible row of a list. */
export interface Cursor {
  readonly row: number
  readonly top: number
}

/** The cursor of the files pane: the path that was chosen, and the row that is nearest to it in the present list. */
export interface FilesCursor extends Cursor {
  /** Without a leading slash; kept while layers, sort and filter change. */
  readonly path: string
}

/** A line of text that the user types. */
export interface Prompt {
  readonly kind: 'search' | 'filter' | 'extract' | 'find'
  readonly text: string
  /** Why the text cannot be used as it is. */
  readonly error: string | undefined
  /** How things were when it was opened, for a search to begin there again and to come back to. */
  readonly origin: Origin
}

/** The parts of the state that a search or a filter changes on its way. */
export type Origin = Pick<
  State,
  'layer' | 'focus' | 'beside' | 'scope' | 'shown' | 'filter' | 'folding' | 'filteredFolding' | 'files' | 'search'
>

/** A path as a layer has it. */
export interface Place {
  readonly layer: number
  readonly path: string
}

/** What covers the panes. */
export type Overlay =
  | { readonly kind: 'help'; readonly top: number }
  | { readonly kind: 'biography'; readonly path: string; readonly top: number }
  | { readonly kind: 'layer'; readonly top: number }
  | { readonly kind: 'finding'; readonly finding: Finding; readonly top: number }
  | Viewer
  | { readonly kind: 'overwrite'; readonly request: ExtractRequest; readonly existing: string }

/** The content of a file, read up to a limit. */
export interface Viewer {
  readonly kind: 'viewer'
  readonly path: string
  /** Undefined until it has been read. */
  readonly bytes: Uint8Array | undefined
  /** Bytes of the whole file. */
  readonly size: number
  readonly mode: 'text' | 'hex'
  readonly top: number
  /** Columns scrolled to the right. */
  readonly left: number
  /** What was last searched for, or ''. */
  readonly query: string
  /** Row of the match that was found. */
  readonly match: number | undefined
}

/** What the reducer wants done outside; each is performed once, right after the action that asked for it. */
export type Request =
  | { readonly kind: 'quit' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'redraw' }
  /** Turn mouse reports on or off. */
  | { readonly kind: 'mouse'; readonly on: boolean }
  /** Give text to the clipboard of the terminal. */
  | { readonly kind: 'copy'; readonly text: string }
  /** Read at most `limit` bytes of a body, then dispatch `view-loaded` or `view-failed`. */
  | { readonly kind: 'view'; readonly path: string; readonly file: FileNode; readonly limit: number }
  /** Hash bodies that can only be told apart so, call `model.refresh()`, then dispatch `hashed`. */
  | { readonly kind: 'hash'; readonly files: readonly FileNode[] }
  | ExtractRequest

/** Write a file or a directory to a place, then dispatch `extracted`, `extract-exists` or `failed`. */
export interface ExtractRequest {
  readonly kind: 'extract'
  readonly path: string
  readonly node: Node
  /** As the user typed it. */
  readonly target: string
  readonly overwrite: boolean
}

/** What the cursor still waits for while a long list is worked out. */
export type Seek =
  /** The row of the chosen path. */
  | { readonly kind: 'path' }
  /** The last row. */
  | { readonly kind: 'end' }
  /** A match of the search, from a place on. */
  | { readonly kind: 'match'; readonly from: Place; readonly direction: 1 | -1; readonly inclusive: boolean }

/** A sentence for the user, until the next key. */
export interface Message {
  readonly text: string
  readonly role: 'plain' | 'error'
}

/** All that the screen shows, apart from what the image holds; plain data. */
export interface State {
  readonly size: Size
  readonly focus: PaneName
  /** The pane beside the layers. */
  readonly beside: Exclude<PaneName, 'layers'>
  /** Whether the focused pane has the screen for itself. */
  readonly zoomed: boolean
  /** Index of the selected layer. */
  readonly layer: number
  readonly layersTop: number
  readonly scope: Scope
  readonly shown: Shown
  readonly sort: Sort
  readonly reversed: boolean
  /** Whether mode and owner are shown, where there is room. */
  readonly attributes: boolean
  readonly folding: Folding
  /** Takes the place of `folding` while there is a filter. */
  readonly filteredFolding: Folding
  readonly filter: string
  readonly search: string
  readonly files: FilesCursor
  readonly waste: Cursor
  readonly grouping: Grouping
  /** Folded groups of each grouping, by their keys. */
  readonly groupFolding: Readonly<Record<Grouping, Folding>>
  readonly imageTop: number
  /** What is supposed to be done about the image, to see its size then. */
  readonly ticks: Ticks
  readonly prompt: Prompt | undefined
  readonly overlay: Overlay | undefined
  readonly message: Message | undefined
  readonly seek: Seek | undefined
  readonly theme: ThemeName
  /** Whether only ASCII characters are drawn. */
  readonly ascii: boolean
  readonly mouse: boolean
  /** What the last action wants done, in order. */
  readonly requests: readonly Request[]
}

/** What a key or a word of the key table stands for: an action without any data. */
export type Command =
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'top'
  | 'bottom'
  | 'open'
  | 'close'
  | 'toggle-fold'
  | 'toggle-fold-all'
  | 'next-pane'
  | 'previous-layer'
  | 'next-layer'
  | 'show-waste'
  | 'show-image'
  | 'zoom'
  | 'search'
  | 'next-match'
  | 'previous-match'
  | 'filter'
  | 'clear'
  | 'toggle-added'
  | 'toggle-removed'
  | 'toggle-modified'
  | 'toggle-unchanged'
  | 'toggle-attributes'
  | 'layer-changes'
  | 'all-changes'
  | 'next-sort'
  | 'reverse-sort'
  | 'next-grouping'
  | 'tick'
  | 'tick-safe'
  | 'untick-all'
  | 'biography'
  | 'view'
  | 'toggle-hex'
  | 'extract'
  | 'copy-path'
  | 'help'
  | 'next-theme'
  | 'toggle-mouse'
  | 'redraw'
  | 'suspend'
  | 'quit'
  | 'accept'
  | 'cancel'
  | 'delete-character'
  | 'delete-word'
  | 'delete-all'

/** One thing that happened. */
export type Action =
  | { readonly type: Command }
  /** Printable text for the prompt. */
  | { readonly type: 'typed'; readonly text: string }
  | { readonly type: 'resize'; readonly size: Size }
  /** A row of a list was clicked, once or twice; `row` counts from the top of the list. */
  | { readonly type: 'click'; readonly pane: PaneName; readonly row: number; readonly double: boolean }
  /** Scroll what is under the mouse by some rows, down where positive; `overlay` where one is open. */
  | { readonly type: 'scroll'; readonly pane: PaneName | 'overlay'; readonly rows: number }
  /** `advance` has got further with a long list. */
  | { readonly type: 'advanced' }
  | { readonly type: 'hashed' }
  | { readonly type: 'view-loaded'; readonly path: string; readonly bytes: Uint8Array }
  | { readonly type: 'view-failed'; readonly path: string; readonly message: string }
  | { readonly type: 'extracted'; readonly message: string }
  /** Something is at the target already; the user is asked whether to replace it. */
  | { readonly type: 'extract-exists'; readonly request: ExtractRequest; readonly existing: string }
  /** Something asked for could not be done; says why, in text that need not be safe. */
  | { readonly type: 'failed'; readonly message: string }

/** What is known before anything is shown. */
export interface UiOptions {
  readonly size: Size
  readonly theme: ThemeName
  readonly ascii: boolean
  readonly mouse: boolean
}

/** Bytes of a file that the viewer reads at most. */
export const VIEW_LIMIT = 4 * 1024 * 1024

/** The first state: the base layer's files, largest first. */
export function initialState({ size, theme, ascii, mouse }: UiOptions): State {
  return {
    size,
    focus: 'layers',
    beside: 'files',
    zoomed: false,
    layer: 0,
    layersTop: 0,
    scope: 'layer',
    shown: { added: true, modified: true, removed: true, unchanged: false },
    sort: 'size',
    reversed: false,
    attributes: true,
    folding: unfolded,
    filteredFolding: unfolded,
    filter: '',
    search: '',
    files: { path: '', row: 0, top: 0 },
    waste: { row: 0, top: 0 },
    grouping: 'finding',
    groupFolding: { finding: allFolded, cause: unfolded, directory: unfolded, none: unfolded },
    imageTop: 0,
    ticks: new Set(),
    prompt: undefined,
    overlay: undefined,
    message: undefined,
    seek: undefined,
    theme,
    ascii,
    mouse,
    requests: [],
  }
}

/** The state with something more to be done outside. */
export function request(state: State, wanted: Request): State {
  return { ...state, requests: [...state.requests, wanted] }
}

/** The state with a sentence for the user; it need not be safe text. */
export function say(state: State, text: string, role: Message['role'] = 'plain'): State {
  return { ...state, message: { text, role } }
}
