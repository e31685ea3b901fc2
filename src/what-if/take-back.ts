import type { Finding } from '../rules/finding.ts'
import { type Change, targetOf } from './instruction-edit.ts'

/**
 * Takes back what a change deletes or mounts that something still needs, by `needOf`, which gives that for the places of
 * a finding, without a leading slash; gives the findings of which something was taken back, and what needs it.
 */
export function takeBack(
  change: Change,
  needOf: (finding: Finding, places: readonly string[]) => string | undefined,
): Map<Finding, string> {
  const { removals, mounts, reasons } = change
  const places = new Map<Finding, string[]>()
  const add = (finding: Finding, place: string) => places.set(finding, [...(places.get(finding) ?? []), place])
  for (const [path, findings] of removals) for (const finding of findings) add(finding, path)
  for (const [flag, finding] of mounts) add(finding, targetOf(flag).slice(1))
  const needs = new Map<Finding, string>()
  for (const [finding, all] of places) {
    const need = needOf(finding, all)
    if (need !== undefined) needs.set(finding, need)
  }
  const left = new Set<Finding>()
  for (const [path, findings] of removals) {
    // One that knows what the files are is right about them.
    if (!findings.every((finding) => needs.has(finding))) continue
    removals.delete(path)
    for (const finding of findings) left.add(finding)
  }
  for (const [flag, finding] of mounts) {
    if (!needs.has(finding)) continue
    mounts.delete(flag)
    left.add(finding)
  }
  for (const { id } of left) reasons.delete(id)
  return new Map([...needs].filter(([finding]) => left.has(finding)))
}
