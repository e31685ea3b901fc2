import { currentPath, relocate, reveal, STEPS } from './files.ts'
import { unfolded } from './folding.ts'
import { parseMatcher } from './matcher.ts'
import type { Model } from './model.ts'
import { selectedNode } from './selection.ts'
import type { Origin, Prompt, Seek, State, Viewer } from './state.ts'
import { findInViewer } from './viewer.ts'

const CONTROLS = /[\p{Cc}\u2028\u2029]/gu

/** Opens a line to type in; `text` is what it begins with. */
export function openPrompt(state: State, kind: Prompt['kind'], text: string): State {
  return { ...state, prompt: { kind, text, error: undefined, origin: originOf(state) } }
}

function originOf(state: State): Origin {
  const { layer, focus, beside, scope, shown, filter, folding, filteredFolding, files, search } = state
  return { layer, focus, beside, scope, shown, filter, folding, filteredFolding, files, search }
}

/** The prompt with text added at its end; line breaks and other controls of a paste are left out. */
export function typeText(state: State, prompt: Prompt, text: string, model: Model): State {
  return editPrompt(state, prompt, prompt.text + text.replace(CONTROLS, ''), model)
}

/** The prompt with another text, and what that finds while the user goes on typing. */
export function editPrompt(state: State, prompt: Prompt, text: string, model: Model): State {
  const edited: State = { ...state, prompt: { ...prompt, text, error: undefined } }
  return EDITS[prompt.kind](edited, { ...prompt, text }, model)
}

const EDITS: Readonly<Record<Prompt['kind'], (state: State, prompt: Prompt, model: Model) => State>> = {
  extract: (state) => state,
  filter(state, prompt) {
    const matcher = parseMatcher(prompt.text, 'path')
    if ('error' in matcher) return { ...state, prompt: { ...prompt, error: matcher.error } }
    return { ...state, filter: prompt.text, filteredFolding: unfolded, beside: 'files' }
  },
  search(state, prompt, model) {
    const begun: State = { ...state, ...prompt.origin, search: prompt.text, seek: undefined }
    if (prompt.text === '') return { ...begun, search: '' }
    const matcher = parseMatcher(prompt.text, 'name')
    if ('error' in matcher) return { ...begun, search: '', prompt: { ...prompt, error: matcher.error } }
    const from = { layer: begun.layer, path: currentPath(begun, model) }
    return seekMatch(begun, { kind: 'match', from, direction: 1, inclusive: true }, model)
  },
  find(state, { text }) {
    const { overlay } = state
    if (overlay?.kind !== 'viewer') return state
    return { ...state, overlay: showMatch({ ...overlay, query: text }, overlay.match ?? overlay.top, 1) }
  },
}

/** The viewer at the next row that holds its query, if one does. */
export function showMatch(viewer: Viewer, from: number, direction: 1 | -1): Viewer {
  const match = findInViewer(viewer, viewer.query, from, direction)
  return match === undefined ? { ...viewer, match } : { ...viewer, match, top: match }
}

/** Goes to the match of the search that a step leads to, or goes on seeking it. */
export function seekMatch(state: State, seek: Extract<Seek, { kind: 'match' }>, model: Model): State {
  const search = model.search(state.search, state.sort, state.reversed)
  const place = search?.step(seek, STEPS)
  if (search !== undefined && place === undefined) return { ...state, seek }
  const found: State = { ...state, seek: undefined }
  if (place === undefined || place === 'none') {
    return { ...found, message: { text: `nothing in any layer matches "${state.search}"`, role: 'error' } }
  }
  return relocate(reveal(found, place, model), model)
}

/** Takes the text of the prompt. */
export function acceptPrompt(state: State, prompt: Prompt, model: Model): State {
  const closed: State = { ...state, prompt: undefined }
  if (prompt.kind === 'find') return closed
  if (prompt.kind !== 'extract')
    return prompt.error === undefined ? { ...closed, focus: 'files', beside: 'files' } : state
  const chosen = selectedNode(state, model)
  if (prompt.text === '' || chosen === undefined) return closed
  const request = { kind: 'extract', ...chosen, target: prompt.text, overwrite: false } as const
  return { ...closed, requests: [request] }
}

/** Leaves the prompt: a search goes back to where it began, a filter is gone. */
export function cancelPrompt(state: State, prompt: Prompt): State {
  const closed: State = { ...state, prompt: undefined, seek: undefined }
  if (prompt.kind === 'search') return { ...closed, ...prompt.origin, search: '' }
  if (prompt.kind === 'filter') return { ...closed, filter: '' }
  return closed
}
