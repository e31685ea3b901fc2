import type { DirectoryNode, FileNode, Node } from '../tree/node.ts'
import { joinPath } from '../tree/tree.ts'
import { RULES } from './catalogue.ts'
import type { Evidence } from './evidence.ts'
import type { Finding } from './finding.ts'
import { PathMatcher, type PathState } from './path-matcher.ts'
import { type Claim, type Instance, type PathRule, type Rule, SEVERITIES, type Severity } from './rule.ts'
import { redactSecrets } from './secret-text.ts'

/** How many of its largest files a finding names. */
const NAMED_FILES = 20

/** A finding, and all the files that it is about. */
export interface Claimed {
  readonly finding: Finding
  readonly files: readonly Instance[]
  /** Index of the last layer, where the finding is about several in a row. */
  readonly last?: number
}

/**
 * Everything that the rules find in an image, largest first. `bytes` counts each finding by itself; `attributedBytes`
 * counts each body once, for the first rule of the catalogue that claims it, so those add up.
 */
export function findBloat(evidence: Evidence, rules: readonly Rule[] = RULES): Claimed[] {
  const claims = [...claimsOfPaths(evidence, rules.filter(isPathRule)), ...claimsOfDetectors(evidence, rules)]
  const order = new Map(rules.map((rule, i) => [rule, i]))
  claims.sort((a, b) => (order.get(a.rule) ?? 0) - (order.get(b.rule) ?? 0) || a.claim.layer - b.claim.layer)
  const own = ownBytes(evidence)
  const claimed = new Set<FileNode>()
  const nameClaim = claimNamer()
  const found = claims.map(({ rule, claim }) => ({
    finding: finding(nameClaim(rule, claim), rule, claim, evidence, own, claimed),
    files: claim.files,
    ...(claim.last !== undefined && { last: claim.last }),
  }))
  return found.sort(({ finding: a }, { finding: b }) => {
    return b.bytes - a.bytes || compare(a.rule, b.rule) || a.layer - b.layer
  })
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

/** Fewer bytes raise no severity. */
const NOTABLE_BYTES = 100_000

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
  for (const { index, content } of evidence.image.layers) {
    if (typeof content === 'string') continue
    walkWith(matcher, content.changeset.added, (path, node, state) => {
      for (const owner of state.owners) {
        const rule = rules[owner >> 1]
        if (owner % 2 === 1 || rule === undefined || state.owners.includes(owner + 1)) continue
        const file: Instance = { path, node, layer: index }
        if (rule.when !== undefined && !rule.when(file, evidence)) continue
        const by = evidence.hiddenBy.get(node)?.by
        const key = `${owner} ${index} ${by}`
        const known = found.get(key)
        if (known === undefined) found.set(key, { rule, layer: index, by, files: [file] })
        else known.files.push(file)
      }
    })
  }
  return [...found.values()]
    .filter(({ files }) => sumOf(wholeBodies(files)) > 0)
    .map(({ rule, layer, by, files }) => ({ rule, claim: { layer, ...(by !== undefined && { by }), files } }))
}

/** The patterns that one with a place in front stands for: `{home}` every home directory, `{NAME}` the directories that a variable names. */
function expandPlace(pattern: string, { homes, env }: Evidence): string[] {
  const [place = '', name = ''] = /^\{(\w+)\}/.exec(pattern) ?? []
  if (place === '') return [pattern]
  const directories =
    name === 'home' ? homes : (env.get(name) ?? '').split(/[:,]/).filter((path) => PLAIN_PATH.test(path))
  return directories.map((directory) => directory + pattern.slice(place.length))
}

/** A directory that is not the root, without what a pattern would take for its own. */
const PLAIN_PATH = /^(?:\/+(?!\.\.?(?:\/|$))[^/*{}]+)+\/*$/

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
  own: number,
  claimed: Set<FileNode>,
): Finding {
  const bodies = isPathRule(rule) || claim.by === undefined ? wholeBodies(claim.files) : hiddenBodies(claim.files)
  const bytes = sumOf(bodies)
  const attributed = sumOf(bodies.filter((node) => !claimed.has(node)))
  for (const node of bodies) claimed.add(node)
  const layer = evidence.image.layers[claim.layer]
  const origin = claim.layer < evidence.baseLayers ? 'base' : 'own'
  return {
    id,
    rule: rule.id,
    title: rule.title,
    severity: higher(rule.severity, bySize(bytes, own)),
    safety: rule.safety,
    count: origin === 'base' ? 'rebase' : claim.by === undefined ? rule.count : 'shadow',
    origin,
    layer: claim.layer,
    ...(claim.by !== undefined && { by: claim.by }),
    instruction: redactSecrets(layer?.history?.createdBy ?? ''),
    ...(claim.detail !== undefined && { detail: claim.detail }),
    bytes,
    attributedBytes: attributed,
    files: claim.files.length,
    paths: largest(claim.files),
    fix: claim.fix ?? rule.fix,
  }
}

/** The bodies that would go with all these names: one that has further names in its layer stays. */
function wholeBodies(files: readonly Instance[]): FileNode[] {
  const names = new Map<FileNode, number>()
  for (const { node } of files) names.set(node, (names.get(node) ?? 0) + 1)
  return [...names].filter(([node, count]) => count >= node.links).map(([node]) => node)
}

/** Bodies that are hidden already, whatever the number of names they had. */
function hiddenBodies(files: readonly Instance[]): FileNode[] {
  return [...new Set(files.map(({ node }) => node))]
}

function largest(files: readonly Instance[]): Finding['paths'] {
  return [...files]
    .sort((a, b) => b.node.size - a.node.size || compare(a.path, b.path))
    .slice(0, NAMED_FILES)
    .map(({ path, node }) => ({ path: `/${path}`, bytes: node.size }))
}

function bySize(bytes: number, own: number): Severity {
  if (bytes >= 100e6 || (bytes >= NOTABLE_BYTES && bytes >= 0.1 * own)) return 'high'
  if (bytes >= 10e6 || (bytes >= NOTABLE_BYTES && bytes >= 0.02 * own)) return 'medium'
  return bytes >= NOTABLE_BYTES ? 'low' : 'info'
}

function higher(a: Severity, b: Severity): Severity {
  return SEVERITIES.indexOf(a) > SEVERITIES.indexOf(b) ? a : b
}

function ownBytes({ image, baseLayers }: Evidence): number {
  return image.layers
    .slice(baseLayers)
    .reduce((sum, { content }) => sum + (typeof content === 'string' ? 0 : content.contentBytes), 0)
}

function sumOf(nodes: readonly FileNode[]): number {
  return nodes.reduce((sum, { size }) => sum + size, 0)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
