import { formatBytes } from '../format/bytes.ts'
import type { Claimed } from '../rules/find.ts'
import type { Finding } from '../rules/finding.ts'
import { type Instance, SEVERITIES, type Severity } from '../rules/rule.ts'
import { type Group, type Item, layersOf } from './items.ts'
import { cell, type Piece, type Role, safeText } from './row.ts'

const BYTES = 8

/** One letter for each severity, so that no colour is needed to tell them apart. */
export const SEVERITY_LETTERS: Readonly<Record<Severity, string>> = { high: 'H', medium: 'M', low: 'L', info: 'i' }
export const SEVERITY_ROLES: Readonly<Record<Severity, Role>> = {
  high: 'error',
  medium: 'waste',
  low: 'plain',
  info: 'dim',
}

/** A group for each finding: the gravest first, of those the image's own before those of its base, then the largest. */
export function findingGroups(bloat: readonly Claimed[]): Group[] {
  const sorted = [...bloat].sort((a, b) => byWeight(a.finding, b.finding))
  return sorted.map(({ finding, files }, i) => {
    let items: readonly Item[] | undefined
    return {
      key: String(i),
      label: finding.title,
      bytes: finding.bytes,
      count: files.length,
      finding,
      // Some claim most of the files of an image, and nobody may ever unfold them.
      items() {
        items ??= files.map((file) => itemOf(finding, file)).sort(bySize)
        return items
      },
    }
  })
}

/** The findings that a layer has to do with, as the one that wrote the bytes or the one that hid them; as they are ordered. */
export function findingsOfLayer(findings: readonly Finding[], layer: number): Finding[] {
  return findings.filter((finding) => finding.layer === layer || finding.by === layer).sort(byWeight)
}

/** A finding on one line: its severity, bytes and layers, and what it is. */
export function findingPieces({ severity, bytes, layer, by, title, rule }: Finding): Piece[] {
  const role = SEVERITY_ROLES[severity]
  return [
    [`${SEVERITY_LETTERS[severity]} `, role],
    [`${cell(bytes === 0 ? '' : formatBytes(bytes), BYTES, 'right')} `, 'size'],
    [`${by === undefined ? `layer ${layer}` : `layers ${layer}, ${by}`}: `, 'dim'],
    [safeText(title), role],
    [` (${rule})`, 'dim'],
  ]
}

function byWeight(a: Finding, b: Finding): number {
  return (
    SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) ||
    Number(a.origin === 'base') - Number(b.origin === 'base') ||
    b.bytes - a.bytes
  )
}

function itemOf({ rule, layer, by }: Finding, { path, node, layer: writer }: Instance): Item {
  return {
    bytes: node.size,
    path,
    cause: rule,
    // The line above tells the layer of most.
    note: writer === layer ? '' : `layer ${writer}`,
    layers: layersOf(writer, by),
    place: { layer: writer, path },
  }
}

function bySize(a: Item, b: Item): number {
  return b.bytes - a.bytes || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)
}
