import { type Binding, contextOf, formatKey, keysOf } from './keys.ts'
import { makeRow, type Piece, type Row, safeText, widthOf } from './row.ts'
import type { Prompt, State } from './state.ts'

const LABELS: Readonly<Record<Prompt['kind'], string>> = {
  search: 'Search in all layers: ',
  filter: 'Filter: ',
  extract: 'Extract to: ',
  find: 'Find: ',
}

/** The last row of the screen, and the column where the user types. */
export interface Footer {
  readonly row: Row
  readonly cursor: number | undefined
}

/** What the last row shows: the prompt, a question, a message or the keys that work here. */
export function selectFooter(state: State, bindings: readonly Binding[], width: number): Footer {
  const { prompt, overlay, message } = state
  if (prompt !== undefined) return promptFooter(state, prompt, bindings, width)
  if (overlay?.kind === 'overwrite') {
    const question: Piece = [`${safeText(overlay.existing)} is there already: `, 'error']
    return { row: makeRow([question, ...hints(state, bindings, width)], width), cursor: undefined }
  }
  if (message !== undefined) {
    const role = message.role === 'error' ? 'error' : 'plain'
    return { row: makeRow([[safeText(message.text), role]], width), cursor: undefined }
  }
  return { row: makeRow(hints(state, bindings, width), width), cursor: undefined }
}

function promptFooter(
  state: State,
  { kind, text, error }: Prompt,
  bindings: readonly Binding[],
  width: number,
): Footer {
  const { message, seek } = state
  const label = LABELS[kind]
  // The end of a long text is where the user types.
  const shown = tail(safeText(text), Math.max(1, width - label.length - 1))
  const note = error ?? message?.text ?? (seek?.kind === 'match' ? 'searching' : '')
  const typed: Piece[] = [
    [label, 'key'],
    [shown, 'plain'],
  ]
  const left = width - columnsOf(typed)
  const keys = hints(state, bindings, left)
  const gap = left - columnsOf(keys)
  const behind: Piece[] =
    note !== ''
      ? [[`  ${safeText(note)}`, error === undefined && message === undefined ? 'dim' : 'error']]
      : gap < 2
        ? []
        : [[' '.repeat(gap), 'plain'], ...keys]
  const row = makeRow([...typed, ...behind], width)
  return { row, cursor: Math.min(width - 1, label.length + widthOf(shown)) }
}

function columnsOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, [text]) => sum + widthOf(text), 0)
}

/** The end of a text that fits into so many columns. */
function tail(text: string, width: number): string {
  const characters = [...text]
  while (widthOf(characters.join('')) > width) characters.shift()
  return characters.join('')
}

/** Hints that stay when room gets short. */
const ESSENTIAL: ReadonlySet<Binding['command']> = new Set(['help', 'quit', 'cancel', 'accept'])

/** The keys of the place that has the keyboard, as many as fit. */
function hints(state: State, bindings: readonly Binding[], width: number): Piece[] {
  const context = contextOf(state)
  const all = bindings.flatMap((binding) => {
    const { hint, contexts, command } = binding
    const [key] = keysOf(binding)
    if (hint === undefined || key === undefined || !contexts.includes(context)) return []
    const pieces: Piece[] = [
      [`${formatKey(key, state.ascii)} `, 'key'],
      [`${hint}  `, 'dim'],
    ]
    return [{ pieces, columns: columnsOf(pieces), essential: ESSENTIAL.has(command) }]
  })
  let left = width - all.reduce((sum, { essential, columns }) => sum + (essential ? columns : 0), 0)
  return all.flatMap(({ pieces, columns, essential }) => {
    if (essential) return pieces
    left -= columns
    return left < 0 ? [] : pieces
  })
}
