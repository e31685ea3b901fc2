import type { Cause } from '../analysis/report.ts'
import { formatBytes, formatCount } from '../format/bytes.ts'
import { formatCreatedBy } from '../format/created-by.ts'
import { findingRows, findingTitle } from './finding-page.ts'
import type { ItemRow } from './items.ts'
import { labelled } from './layer-details.ts'
import type { Model } from './model.ts'
import { makeRow, type Row, safeName, safeText } from './row.ts'

const LABEL = 11

const CAUSES: Readonly<Record<Cause, string>> = {
  removed: 'a whiteout names it, or a directory it is in',
  opaque: 'an opaque directory hides what lies beneath',
  replaced: 'the path has other content now',
  rewritten: 'the path came again with the same content and metadata',
  'metadata-only': 'the path came again with the same content; its metadata differ',
  shadowed: 'a parent became something other than a directory',
  'duplicate-entry': 'the same layer brings the path twice',
}

/** All about the row under the cursor of the waste pane, and what that is called. */
export function itemDetails(row: ItemRow, model: Model, width: number): { title: string; rows: readonly Row[] } {
  const fact = (label: string, text: string): Row[] => labelled(label, [safeText(text), 'plain'], width, LABEL)
  const layer = (index: number, label: string): Row[] =>
    fact(`${label} ${index}`, formatCreatedBy(model.report.layers[index]?.createdBy ?? ''))
  const why = (cause: string) => (Object.hasOwn(CAUSES, cause) ? fact('because', CAUSES[cause as Cause]) : [])
  if (row.kind === 'group') {
    const { finding, label, bytes, count } = row.group
    if (finding !== undefined) return { title: findingTitle(finding), rows: findingRows(finding, model, width) }
    const sum = `${formatBytes(bytes)} in ${formatCount(count)} ${count === 1 ? 'file' : 'files'}`
    return {
      title: 'Wasted',
      rows: [...labelled('', [safeName(label), 'title'], width, 0), ...fact('bytes', sum), ...why(label)],
    }
  }
  const { item, group } = row
  const path = [
    ...labelled('', [safeName(`/${item.path}`), 'title'], width, 0),
    ...fact('bytes', formatBytes(item.bytes)),
    makeRow([], width),
  ]
  if (group?.finding !== undefined)
    return { title: findingTitle(group.finding), rows: [...path, ...findingRows(group.finding, model, width)] }
  const [writer = 0, hider] = item.layers
  return {
    title: 'File',
    rows: [
      ...path,
      ...fact('cause', item.note === '' ? item.cause : `${item.cause}: ${item.note}`),
      ...why(item.cause),
      ...layer(writer, 'layer'),
      ...(hider === undefined ? [] : layer(hider, 'hidden')),
    ],
  }
}
