import { printablePath } from '../format/escape.ts'
import type { DirectoryNode, FileNode, Node } from '../tree/node.ts'
import { joinPath } from '../tree/tree.ts'
import { RULES } from './catalogue.ts'
import { compressedBytesOf } from './compressed-bytes.ts'
import type { Evidence } from './evidence.ts'
import type { Finding } from './finding.ts'
import { applyIgnores } from './ignore.ts'
import { filesOfPackages, isPackaged, tellPackages } from './owned-files.ts'
import { PathMatcher, type PathState } from './path-matcher.ts'
import { placesNamed } from './places.ts'
import { DEFAULT_POLICY, type Ignore, type Policy } from './policy.ts'
import { type Card, type Claim, type Instance, type PathRule, type Rule, SEVERITIES } from './rule.ts'
import { redactSecrets } from './secret-text.ts'
import { severityOf } from './severity.ts'

/** How many of its largest files a finding names. */
const NAMED_FILES = 20

/** A finding, the rule behind it, and all the files that it is about, in no order. */
export interface Claimed {
  readonly finding: Finding
  readonly rule: Card
  readonly files: readonly Instance[]
  /** Index of the last layer, where the finding is about several in a row. */
  readonly last?: number
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
  claims.sort((a, b) => (order.get(a.rule) ?? 0) - (order.get(b.rule) ?? 0) || a.claim.layer - b.claim.layer)
  const own = ownBytes(evidence)
  const claimed = new Map<FileNode, number>()
  const nameClaim = claimNamer()
  const named = claims.map(({ rule, claim }) => ({ id: nameClaim(rule, claim), rule, claim }))
  const found = applyIgnores(named, policy.ignore).map(({ id, rule, claim, ignored }): Claimed => {
    const bodies = bytesByBody(claim.files, !isPathRule(rule) && claim.by !== undefined)
    const bytes = sumOf(bodies.values())
    const attributedBytes = attribute(bodies, claimed)
    const severity = severityOf(rule, bytes, own, policy)
    const compressedBytes = compressedBytesOf(bodies, evidence)
    const sizes = { bytes, ...(compressedBytes !== undefined && { compressedBytes }), attributedBytes }
    return {
      finding: finding(id, rule, claim, evidence, { severity, ...sizes }),
      rule,
      files: claim.files,
      ...(claim.last !== undefined && { last: claim.last }),
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

interface RuleClaim {
  readonly rule: Rule
  readonly claim: Claim
}

function isPathRule(rule: Rule): rule is PathRule {
  return 'paths' in rule
}

function* claimsOfDetectors(evidence: Evidence, rules: readonly Rule[]): Generator<RuleClaim> {
  for (const rule of rules) {
    if (isPathRule(rule)) continue
    for (const claim of rule.detect(evidence)) yield { rule, claim }
  }
}

/** Walks every layer once beside the patterns of all rules; one claim for each rule, layer, and layer that hid the files. */
function claimsOfPaths(evidence: Evidence, rules: readonly PathRule[]): RuleClaim[] {
  const expand = (patterns: readonly string[]) => patterns.flatMap((pattern) => expandPlace(pattern, evidence))
  const matcher = new PathMatcher(rules.flatMap((rule) => [expand(rule.paths), expand(rule.except ?? [])]))
  const found = new Map<string, { rule: PathRule; layer: number; by: number | undefined; files: Instance[] }>()
  const take = (rule: PathRule, file: Instance): void => {
    if (rule.when !== undefined && !rule.when(file, evidence)) return
    const by = evidence.hiddenBy.get(file.node)?.by
    const key = `${rule.id} ${file.layer} ${by}`
    const known = found.get(key)
    if (known === undefined) found.set(key, { rule, layer: file.layer, by, files: [file] })
    else known.files.push(file)
  }
  for (const { index, content } of evidence.image.layers) {
    if (typeof content === 'string') continue
    walkWith(matcher, content.changeset.added, (path, node, state) => {
      for (const owner of state.owners) {
        const rule = rules[owner >> 1]
        if (owner % 2 === 1 || rule === undefined || state.owners.includes(owner + 1)) continue
        if (rule.packages === undefined || !isPackaged(node, evidence)) take(rule, { path, node, layer: index })
      }
    })
  }
  for (const { rule, file } of filesOfPackages(evidence, rules)) take(rule, file)
  return [...found.values()]
    .filter(({ files }) => sumOf(bytesByBody(files, false).values()) > 0)
    .map(({ rule, layer, by, files }) => ({
      rule,
      claim: { layer, ...(by !== undefined && { by }), files, ...describe(rule, files, evidence) },
    }))
}

function describe(rule: PathRule, files: readonly Instance[], evidence: Evidence): Pick<Claim, 'detail' | 'fix'> {
  const detail = rule.describe?.(files, evidence) ?? ''
  return { ...tellPackages(rule, files, evidence), ...(detail !== '' && { detail }) }
}

/** The patterns that one with a place in front stands for, one for each directory that the place is. */
function expandPlace(pattern: string, evidence: Evidence): string[] {
  const [place = '', name = ''] = /^\{([\w-]+)\}/.exec(pattern) ?? []
  if (place === '') return [pattern]
  return placesNamed(name, evidence).map((directory) => directory + pattern.slice(place.length))
}

function walkWith(
  matcher: PathMatcher,
  root: DirectoryNode,
  visit: (path: string, node: FileNode, state: PathState) => void,
): void {
  const pending: [string, DirectoryNode, PathState][] = [['', root, matcher.start]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [parent, directory, state] = next
    for (const [name, node] of directory.children as Map<string, Node>) {
      const reached = matcher.step(state, name)
      if (reached.positions.length === 0) continue
      if (node.kind === 'directory') pending.push([joinPath(parent, name), node, reached])
      else if (node.kind === 'file' && reached.owners.length > 0) visit(joinPath(parent, name), node, reached)
    }
  }
}

function finding(
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

/**
 * The bytes of each body that would go with all these names: none of one that has further names in its layer, unless it
 * is hidden, and just a part where only that is meant.
 */
function bytesByBody(files: readonly Instance[], areHidden: boolean): Map<FileNode, number> {
  const names = new Map<FileNode, number>()
  const bytes = new Map<FileNode, number>()
  for (const { node, part } of files) {
    const count = (names.get(node) ?? 0) + 1
    names.set(node, count)
    if (part !== undefined) bytes.set(node, Math.min(part, node.size))
    else if (areHidden || count >= node.links) bytes.set(node, node.size)
  }
  return bytes
}

/** The bytes that nothing has claimed before; a part counts as in one that was claimed, so that no byte counts twice. */
function attribute(bodies: ReadonlyMap<FileNode, number>, claimed: Map<FileNode, number>): number {
  let sum = 0
  for (const [node, bytes] of bodies) {
    const before = claimed.get(node) ?? 0
    sum += Math.max(bytes - before, 0)
    claimed.set(node, Math.max(bytes, before))
  }
  return sum
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

function ownBytes({ image, baseLayers }: Evidence): number {
  return image.layers
    .slice(baseLayers)
    .reduce((sum, { content }) => sum + (typeof content === 'string' ? 0 : content.contentBytes), 0)
}

function sumOf(numbers: Iterable<number>): number {
  let sum = 0
  for (const number of numbers) sum += number
  return sum
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
