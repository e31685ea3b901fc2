import { bytesByBody, weigher } from './bodies.ts'
import { RULES } from './catalogue.ts'
import { compressedBytesOf } from './compressed-bytes.ts'
import type { Evidence } from './evidence.ts'
import type { Finding } from './finding.ts'
import { applyIgnores } from './ignore.ts'
import { makeFinding } from './make-finding.ts'
import { claimsOfPaths, isPathRule } from './path-claims.ts'
import { DEFAULT_POLICY, type Ignore, type Policy } from './policy.ts'
import { type Card, type Claim, type Installed, type Instance, type Rule, SEVERITIES } from './rule.ts'
import { severityOf } from './severity.ts'

/** A finding, the rule behind it, and all the files that it is about, in no order. */
export interface Claimed {
  readonly finding: Finding
  readonly rule: Card
  readonly files: readonly Instance[]
  /** Index of the last layer, where the finding is about several in a row. */
  readonly last?: number
  /** What installed the files, where that can be told to leave them out. */
  readonly installed?: Installed
  /** The entry of the policy that lets it pass, where one does. */
  readonly ignored?: Ignore
}

/**
 * Everything that the rules find in an image, the most severe first, then the largest. `bytes` counts each finding by
 * itself; `attributedBytes` counts each body once, for the first rule of the catalogue that claims it (those that the
 * policy lets pass come last), so those add up. Every entry of the policy holds, whatever the day.
 */
export function findBloat(evidence: Evidence, catalogue = RULES, policy: Policy = DEFAULT_POLICY): Claimed[] {
  const rules = catalogue.filter(({ id }) => policy.severities.get(id) !== 'off')
  const claims = [...claimsOfPaths(evidence, rules.filter(isPathRule)), ...claimsOfDetectors(evidence, rules)]
  const order = new Map(rules.map((rule, i) => [rule, i]))
  claims.sort(([a, one], [b, other]) => (order.get(a) ?? 0) - (order.get(b) ?? 0) || one.layer - other.layer)
  const nameClaim = claimNamer()
  const named = claims.map(([rule, claim]) => ({ id: nameClaim(rule, claim), rule, claim }))
  const own = ownBytes(evidence)
  const weigh = weigher()
  const found = applyIgnores(named, policy.ignore).map(({ id, rule, claim, ignored }): Claimed => {
    const bodies = bytesByBody(claim.files, !isPathRule(rule) && claim.by !== undefined)
    const { bytes, attributedBytes } = weigh(bodies)
    const severity = severityOf(rule, bytes, own, policy)
    const compressedBytes = compressedBytesOf(bodies, evidence)
    const sizes = { bytes, ...(compressedBytes !== undefined && { compressedBytes }), attributedBytes }
    return {
      finding: makeFinding(id, rule, claim, evidence, { severity, ...sizes }),
      rule,
      files: claim.files,
      ...(claim.last !== undefined && { last: claim.last }),
      ...(claim.installed !== undefined && { installed: claim.installed }),
      ...(ignored !== undefined && { ignored }),
    }
  })
  return found.sort(({ finding: a }, { finding: b }) => byWeight(a, b))
}

function byWeight(a: Finding, b: Finding): number {
  const severity = SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity)
  return severity || b.bytes - a.bytes || compare(a.rule, b.rule) || a.layer - b.layer
}

/** Gives each claim an id, the claims in the order of the catalogue. */
function claimNamer(): (rule: Rule, claim: Claim) => string {
  const counts = new Map<string, number>()
  return ({ id }, { layer, by }) => {
    const name = `${id}@${layer}${by === undefined ? '' : `-${by}`}`
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    return count === 1 ? name : `${name}.${count}`
  }
}

function* claimsOfDetectors(evidence: Evidence, rules: readonly Rule[]): Generator<[Rule, Claim]> {
  for (const rule of rules) {
    if (isPathRule(rule)) continue
    for (const claim of rule.detect(evidence)) yield [rule, claim]
  }
}

function ownBytes({ image, baseLayers }: Evidence): number {
  return image.layers
    .slice(baseLayers)
    .reduce((sum, { content }) => sum + (typeof content === 'string' ? 0 : content.contentBytes), 0)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
