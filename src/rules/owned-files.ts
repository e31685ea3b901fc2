import { onlyNeededBy } from '../packages/dependencies.ts'
import type { OwnedPackage } from '../packages/owners.ts'
import type { FileNode } from '../tree/node.ts'
import { joinPath, walkFiles } from '../tree/tree.ts'
import type { Evidence, Instance } from './evidence.ts'
import { hasRpm, isOfSystem, nameList, ownersOf } from './package-owners.ts'
import { roleOf } from './role.ts'
import type { Claim, PackageChoice, PathRule } from './rule.ts'

/** Whether a package of the operating system owns a file; not asked of an image that runs no application. */
export function isPackaged(file: FileNode, evidence: Evidence): boolean {
  if (!roleOf(evidence).isRuntime) return false
  const owner = ownersOf(evidence).ownerOf(file)
  return owner !== undefined && isOfSystem(owner)
}

/** A file that a rule finds. */
interface RuleFile {
  readonly rule: PathRule
  readonly file: Instance
}

/** The files of the packages that rules choose, each with the rule; none in an image that runs no application, which may need them all. */
export function filesOfPackages(evidence: Evidence, rules: readonly PathRule[]): RuleFile[] {
  const files: RuleFile[] = []
  const choosers = roleOf(evidence).isRuntime ? rulesByPackage(evidence, rules) : NONE
  if (choosers.size === 0) return files
  const { ownerOf } = ownersOf(evidence)
  walkFiles(evidence.stack.rootfs, '', (node, name, parent) => {
    const owner = ownerOf(node)
    const rulesOfOwner = owner && choosers.get(owner)
    if (rulesOfOwner === undefined) return
    const file = { path: joinPath(parent, name), node, layer: node.origin.layer }
    for (const rule of rulesOfOwner) files.push({ rule, file })
  })
  return files
}

/** What a finding says of the packages whose files it has. */
export function tellPackages(
  { packages: choice, fixes }: PathRule,
  files: readonly Instance[],
  evidence: Evidence,
): Pick<Claim, 'detail' | 'fix'> {
  if (choice === undefined && (fixes?.rpm === undefined || !hasRpm(evidence))) return {}
  const { packages, ownerOf } = ownersOf(evidence)
  const owners = [...new Set(files.map(({ node }) => ownerOf(node)).filter((one) => one !== undefined))]
  const [first] = owners
  if (first === undefined) return {}
  const fix = choice?.fix?.(owners, packages.filter(isOfSystem)) ?? fixes?.[first.ecosystem]
  return { ...(choice !== undefined && { detail: nameList(owners) }), ...(fix !== undefined && { fix }) }
}

const NONE: ReadonlyMap<OwnedPackage, PathRule[]> = new Map()

function rulesByPackage(evidence: Evidence, rules: readonly PathRule[]): Map<OwnedPackage, PathRule[]> {
  const packages = ownersOf(evidence).packages.filter(isOfSystem)
  const choosers = new Map<OwnedPackage, PathRule[]>()
  for (const rule of rules) {
    if (rule.packages === undefined) continue
    for (const one of choose(packages, rule.packages)) choosers.set(one, [...(choosers.get(one) ?? []), rule])
  }
  return choosers
}

function choose(packages: readonly OwnedPackage[], { isMeant, dependencies }: PackageChoice): Set<OwnedPackage> {
  const installed = new Set(packages.map(({ name }) => name))
  const meant = packages.filter(({ name, relations }) => relations?.essential !== true && isMeant(name, installed))
  if (dependencies === undefined) return new Set(meant)
  return onlyNeededBy(packages, meant, ({ name }) => dependencies.stays(name))
}
