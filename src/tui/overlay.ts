import { formatBytes } from '../format/bytes.ts'
import { biographyRows, biographyTitle } from './biography-pane.ts'
import { findingRows, findingTitle } from './finding-page.ts'
import { helpRows } from './help.ts'
import { BINDINGS, type Binding } from './keys.ts'
import { detailsRows } from './layer-details.ts'
import type { Model } from './model.ts'
import { type Row, safeName, safeText } from './row.ts'
import type { Overlay, State } from './state.ts'
import { viewerLength, viewerRows } from './viewer.ts'

/** What covers the panes, in rows; a question in the footer does not. */
export type Page = Exclude<Overlay, { readonly kind: 'overwrite' }>

/** How many rows a page has in all. */
export function pageLength(page: Page, state: State, model: Model, width: number): number {
  return page.kind === 'viewer' ? viewerLength(page) : allRows(page, state, model, BINDINGS, width).length
}

/** The rows of a page that are visible. */
export function pageRows(
  page: Page,
  state: State,
  model: Model,
  bindings: readonly Binding[],
  width: number,
  height: number,
): Row[] {
  if (page.kind === 'viewer') return viewerRows(page, width, height)
  return allRows(page, state, model, bindings, width).slice(page.top, page.top + height)
}

function allRows(
  page: Exclude<Page, { readonly kind: 'viewer' }>,
  { layer, ascii }: State,
  model: Model,
  bindings: readonly Binding[],
  width: number,
): Row[] {
  switch (page.kind) {
    case 'help':
      return helpRows(bindings, ascii, width)
    case 'biography':
      return biographyRows(page.path, model, width)
    case 'layer':
      return detailsRows(layer, model, width)
    case 'finding':
      return findingRows(page.finding, model, width)
  }
}

/** The title of a page. */
export function pageTitle(page: Page, { layer, ticks }: State): string {
  switch (page.kind) {
    case 'help':
      return 'Keys'
    case 'biography':
      return biographyTitle(page.path)
    case 'layer':
      return `Layer ${layer}`
    case 'finding':
      return `${findingTitle(page.finding)}${ticks.has(page.finding.id) ? ', ticked' : ''}`
    case 'viewer': {
      const cut = page.bytes !== undefined && page.bytes.length < page.size
      const shown = cut ? `, the first ${formatBytes(page.bytes.length)}` : ''
      const found = page.query !== '' && page.match === undefined ? `, "${safeText(page.query)}" is not in it` : ''
      return `${safeName(`/${page.path}`)} (${formatBytes(page.size)}${shown})${found}`
    }
  }
}
