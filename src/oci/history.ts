import { field, type Json, listField, textField } from './json.ts'

/** The build step that made a layer, as the image config records it (image-spec, config.md, "history"). */
export interface HistoryEntry {
  readonly created: string | undefined
  readonly createdBy: string | undefined
  readonly comment: string | undefined
  readonly author: string | undefined
  readonly emptyLayer: boolean
}

/** Every step of an image's history, oldest first, those that made no layer included. */
export function parseHistory(config: Json | undefined): HistoryEntry[] {
  return listField(config, 'history').map((entry) => ({
    created: textField(entry, 'created'),
    createdBy: textField(entry, 'created_by') || undefined,
    comment: textField(entry, 'comment') || undefined,
    author: textField(entry, 'author') || undefined,
    emptyLayer: field(entry, 'empty_layer') === true,
  }))
}

/** The step of each layer; undefined for all of them where the counts differ, since a shifted history would be a lie. */
export function alignHistory(history: readonly HistoryEntry[], layers: number): (HistoryEntry | undefined)[] {
  const made = history.filter(({ emptyLayer }) => !emptyLayer)
  return Array.from({ length: layers }, (_, i) => (made.length === layers ? made[i] : undefined))
}
