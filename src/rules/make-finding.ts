import { printablePath } from '../format/escape.ts'
import type { Evidence } from './evidence.ts'
import type { Finding } from './finding.ts'
import type { Claim, Instance, Rule } from './rule.ts'
import { redactSecrets } from './secret-text.ts'

/** How many of its largest files a finding names. */
const NAMED_FILES = 20

/** What a finding says of a claim, whose bytes were weighed. */
export function makeFinding(
  id: string,
  rule: Rule,
  claim: Claim,
  evidence: Evidence,
  { severity, ...sizes }: Pick<Finding, 'severity' | 'bytes' | 'compressedBytes' | 'attributedBytes'>,
): Finding {
  const { image } = evidence
  const layer = image.layers[claim.layer]
  const origin = claim.layer < evidence.baseLayers ? 'base' : 'own'
  return {
    id,
    rule: rule.id,
    title: rule.title,
    severity,
    safety: rule.safety,
    count: origin === 'base' ? 'rebase' : claim.by === undefined ? rule.count : 'shadow',
    origin,
    layer: claim.layer,
    ...(claim.by !== undefined && { by: claim.by }),
    ...(claim.step !== undefined && { step: claim.step }),
    instruction: redactSecrets(
      (claim.step === undefined ? layer?.history : image.history[claim.step])?.createdBy ?? '',
    ),
    ...(claim.detail !== undefined && { detail: claim.detail }),
    ...sizes,
    files: claim.files.length,
    paths: largest(claim.files),
    fix: claim.fix ?? rule.fix,
  }
}

function largest(files: readonly Instance[]): Finding['paths'] {
  let named: Instance[] = []
  let least: Instance | undefined
  for (const file of files) {
    if (least !== undefined && bySizeAndPath(file, least) > 0) continue
    named.push(file)
    if (named.length < 2 * NAMED_FILES) continue
    named = named.sort(bySizeAndPath).slice(0, NAMED_FILES)
    least = named.at(-1)
  }
  return named
    .sort(bySizeAndPath)
    .slice(0, NAMED_FILES)
    .map((file) => ({ ...printablePath(`/${file.path}`), bytes: bytesOf(file) }))
}

function bySizeAndPath(a: Instance, b: Instance): number {
  return bytesOf(b) - bytesOf(a) || compare(a.path, b.path)
}

function bytesOf({ node, part = node.size }: Instance): number {
  return part
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
