import type { Finding } from '../analysis/report.ts'
import { formatBytes, formatCount } from '../format/bytes.ts'
import { formatCreatedBy } from '../format/created-by.ts'
import type { Safety } from '../rules/rule.ts'
import { SEVERITY_ROLES } from './findings.ts'
import { labelled } from './layer-details.ts'
import type { Model } from './model.ts'
import { makeRow, type Row, safeText, wrap } from './row.ts'

const LABEL = 11

const SAFETY: Readonly<Record<Safety, string>> = {
  safe: 'safe: nothing can need these bytes',
  likely: 'likely safe: hardly anything needs these bytes',
  review: 'to be looked at: something may need these bytes',
  'never-auto': 'up to you: only you can know what needs these bytes',
}

const OF_BASE = 'the base image brings these bytes, so only another base is without them'
const MAYBE_BASE =
  'nothing tells where the base image ends: this layer is taken for it (--base-layers N says otherwise)'

/** Everything about a finding, in as many rows as that takes: what it is and what to change first. */
export function findingRows(finding: Finding, model: Model, width: number): Row[] {
  const { title, severity, rule, origin, detail, layer, by, fix, change, dockerfileLine, safety } = finding
  const { dockerfile } = model.report
  const card = model.cardOf(finding)
  const made = (index: number) => formatCreatedBy(model.report.layers[index]?.createdBy ?? '')
  const fact = (label: string, text: string | undefined): Row[] =>
    text === undefined || text === '' ? [] : labelled(label, [safeText(text), 'plain'], width, LABEL)
  return [
    ...wrap(safeText(title), width).map((line) => makeRow([[line, 'title']], width)),
    ...labelled('severity', [`${severity}, ${rule}`, SEVERITY_ROLES[severity]], width, LABEL),
    ...fact('bytes', sizes(finding)),
    ...fact('found', detail),
    ...(origin === 'base' ? fact('base', model.base === undefined ? MAYBE_BASE : OF_BASE) : []),
    makeRow([], width),
    ...fact('line', dockerfile && dockerfileLine && `${dockerfile.path}:${dockerfileLine.line}`),
    ...copied('change', change, width),
    ...copied('fix', fix, width),
    makeRow([], width),
    ...fact('why', card?.why),
    ...fact(`layer ${layer}`, formatCreatedBy(finding.instruction) || made(layer)),
    ...(by === undefined ? [] : fact(`hidden ${by}`, made(by))),
    ...fact('what if', model.changeOf(finding)),
    ...fact('safety', SAFETY[safety]),
    ...fact('careful', card?.traps),
    ...fact('reference', card?.reference),
  ]
}

/** Text to be copied, line by line: none is joined to another. */
function copied(label: string, text: string | undefined, width: number): Row[] {
  const lines = text?.split('\n') ?? []
  return lines.flatMap((line, i) => labelled(i === 0 ? label : '', [safeText(line), 'added'], width, LABEL))
}

/** What the page of a finding is called. */
export function findingTitle({ rule }: Finding): string {
  return `Finding: ${rule}`
}

function sizes({ bytes, compressedBytes, attributedBytes, files }: Finding): string {
  if (files === 0) return 'none: this is advice'
  const stored = compressedBytes === undefined ? '' : `, ${formatBytes(compressedBytes)} as stored`
  const counted = `${formatBytes(bytes)} in ${formatCount(files)} ${files === 1 ? 'file' : 'files'}${stored}`
  if (attributedBytes === bytes) return counted
  const rest = attributedBytes === 0 ? 'all of them' : `all but ${formatBytes(attributedBytes)}`
  return `${counted}; other findings claim ${rest} as well`
}
