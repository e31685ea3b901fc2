import type { DirectoryNode, FileNode } from '../tree/node.ts'
import { joinPath } from '../tree/tree.ts'
import { holdBytes } from './bodies.ts'
import { claimsByLayer } from './claims.ts'
import type { Evidence } from './evidence.ts'
import { filesOfPackages, isPackaged, tellPackages } from './owned-files.ts'
import { PathMatcher, type PathState } from './path-matcher.ts'
import { placesNamed } from './places.ts'
import type { Claim, Instance, PathRule, Rule } from './rule.ts'

/** Whether a rule says where its files lie. */
export function isPathRule(rule: Rule): rule is PathRule {
  return 'paths' in rule
}

/** Walks every layer once beside the patterns of all rules; one claim for each rule, layer, and layer that hid the files. */
export function* claimsOfPaths(evidence: Evidence, rules: readonly PathRule[]): Generator<[PathRule, Claim]> {
  for (const [rule, files] of filesByRule(evidence, rules)) {
    for (const claim of claimsByLayer(files, evidence)) {
      if (holdBytes(claim.files)) yield [rule, { ...claim, ...describe(rule, claim.files, evidence) }]
    }
  }
}

function filesByRule(evidence: Evidence, rules: readonly PathRule[]): Map<PathRule, Instance[]> {
  const expand = (patterns: readonly string[]) => patterns.flatMap((pattern) => expandPlace(pattern, evidence))
  const matcher = new PathMatcher(rules.flatMap((rule) => [expand(rule.paths), expand(rule.except ?? [])]))
  const found = new Map(rules.map((rule): [PathRule, Instance[]] => [rule, []]))
  const take = (rule: PathRule, file: Instance): void => {
    if (rule.when === undefined || rule.when(file, evidence)) found.get(rule)?.push(file)
  }
  for (const { index, content } of evidence.image.layers) {
    if (typeof content === 'string') continue
    walkWith(matcher, content.changeset.added, (path, node, { owners }) => {
      for (const owner of owners) {
        const rule = rules[owner >> 1]
        if (owner % 2 === 1 || rule === undefined || owners.includes(owner + 1)) continue
        if (rule.packages === undefined || !isPackaged(node, evidence)) take(rule, { path, node, layer: index })
      }
    })
  }
  for (const { rule, file } of filesOfPackages(evidence, rules)) take(rule, file)
  return found
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
    directory.children.forEach((node, name) => {
      if (node.kind !== 'file' && node.kind !== 'directory') return
      const reached = matcher.step(state, name)
      if (reached.positions.length === 0) return
      if (node.kind === 'directory') pending.push([joinPath(parent, name), node, reached])
      else if (reached.owners.length > 0) visit(joinPath(parent, name), node, reached)
    })
  }
}
