import type { HiddenBody } from '../stack.ts'
import type { Evidence, Instance } from './evidence.ts'
import { type PackageCommand, type PackageVerb, packageCommandsOf } from './package-commands.ts'
import type { Claim } from './rule.ts'

/** Layers that refresh the lists last thing, where a later layer installs from lists that it did not fetch itself. */
export function* splitUpdates(evidence: Evidence): Generator<Claim> {
  const layers = packageCommandsOf(evidence).map((commands) => commands.filter(({ tool }) => tool === 'apt'))
  for (const [layer, commands] of layers.entries()) {
    const last = commands.findLast(({ verb }) => verb === 'refresh' || verb === 'install' || verb === 'upgrade')
    if (layer < evidence.baseLayers || last?.verb !== 'refresh') continue
    const user = layers.findIndex((later, index) => index > layer && usesLists(later))
    if (user >= 0) yield { layer, files: [], detail: `used by layer ${user}` }
  }
}

function usesLists(commands: readonly PackageCommand[]): boolean {
  const first = commands.find(({ verb }) => verb === 'refresh' || verb === 'install' || verb === 'upgrade')
  return first !== undefined && first.verb !== 'refresh'
}

/** Files of the base image's packages that own layers with an upgrade wrote again. */
export function upgradedFiles(evidence: Evidence): Claim[] {
  const { baseLayers } = evidence
  const commands = packageCommandsOf(evidence)
  return hiddenPackageFiles(
    evidence,
    ({ cause, by, node }) =>
      cause === 'replaced' &&
      by >= baseLayers &&
      node.origin.layer < baseLayers &&
      (commands[by] ?? []).some(({ verb }) => verb === 'upgrade'),
  )
}

/** Files that a layer with `apk del NAME` removed from a layer with `apk add NAME`, or with a virtual package NAME. */
export function lateDeletions(evidence: Evidence): Claim[] {
  const layers = packageCommandsOf(evidence)
  const named = (verb: PackageVerb) =>
    layers.map((all) => all.filter((one) => one.tool === 'apk' && one.verb === verb).flatMap(namesOf))
  const added = named('install')
  const deleted = named('remove').map((names) => new Set(names))
  return hiddenPackageFiles(evidence, ({ cause, by, node }) => {
    const names = deleted[by]
    return (
      cause === 'removed' && names !== undefined && (added[node.origin.layer] ?? []).some((name) => names.has(name))
    )
  })
}

/** The packages among the arguments of apk, without their versions; a virtual one may be glued to its option. */
function namesOf({ args }: PackageCommand): string[] {
  return args
    .map((word) => word.replace(/^--virtual=/, ''))
    .filter((word) => !word.startsWith('-'))
    .map((word) => word.replace(/^(.[^=<>~@]*).*$/, '$1'))
}

/** Where packages of distributions put their files; what they put elsewhere is not told from the user's own. */
const PACKAGE_PATH = /^(?:usr\/(?!local\/|src\/)|s?bin\/|lib(?:32|64)?\/|etc\/)/

/** One claim for each pair of a layer that wrote such files and a layer that hid them. */
function hiddenPackageFiles({ stack }: Evidence, isMeant: (body: HiddenBody) => boolean): Claim[] {
  const claims = new Map<string, { layer: number; by: number; files: Instance[] }>()
  for (const body of stack.hidden) {
    const { path, node, by } = body
    if (node.size === 0 || !isMeant(body) || !PACKAGE_PATH.test(path)) continue
    const { layer } = node.origin
    const claim = claims.get(`${layer} ${by}`) ?? { layer, by, files: [] }
    claims.set(`${layer} ${by}`, claim)
    claim.files.push({ path, node, layer })
  }
  return [...claims.values()]
}
