import { onlyNeededBy } from '../packages/dependencies.ts'
import type { OwnedPackage } from '../packages/owners.ts'
import type { Evidence } from './evidence.ts'
import { type PackageCommand, packageCommandsOf } from './package-commands.ts'
import { filesOwnedBy, nameList, ownersOf } from './package-owners.ts'
import type { Claim } from './rule.ts'

/** A setting in a file, or the start of one; as an option it holds for one command only. */
const WEAK_SETTING = /(?<!--setopt[= ])install_weak_deps|solver\.onlyRequires/

/**
 * Own layers that install with recommended packages, in an image that has not switched them off for all; with the files of
 * these packages where the database of rpm tells them, and without any where it cannot be read.
 */
export function* weakInstalls(evidence: Evidence): Generator<Claim> {
  if (evidence.image.history.some(({ createdBy }) => WEAK_SETTING.test(createdBy ?? ''))) return
  const commands = packageCommandsOf(evidence)
  const layers = commands.flatMap((some, layer) => (layer >= evidence.baseLayers && some.some(isWeak) ? [layer] : []))
  if (layers.length === 0) return
  const weak = onlyRecommended(evidence, wordsOf(commands.flat()))
  const all = weak && filesOwnedBy(evidence, new Set(weak))
  for (const layer of layers) {
    const own = weak?.filter((one) => one.layer === layer)
    const files = all?.filter((file) => file.layer === layer)
    if (own === undefined || files === undefined) yield { layer, files: [] }
    else if (own.length > 0 && files.length > 0) yield { layer, files, detail: nameList(own) }
  }
}

/** The programs that install weak dependencies by default; microdnf, tdnf and old yums do not, or may not. */
const WEAK_BY_DEFAULT: ReadonlySet<string> = new Set(['dnf', 'dnf5', 'zypper'])

function isWeak({ program, verb, args }: PackageCommand): boolean {
  if (verb !== 'install' || !WEAK_BY_DEFAULT.has(program)) return false
  return !args.some((word) => /install_weak_deps=(?:0|no|false)|^--no-recommends$/i.test(word))
}

/** Words that stand for more packages than one, or for one of another name. */
const INDIRECT = /[/*?@$[{]/

/** What commands ask for by name; undefined where they ask for something else too. */
function wordsOf(commands: readonly PackageCommand[]): readonly string[] | undefined {
  const words = commands
    .filter(({ verb }) => verb === 'install')
    .flatMap(({ args }) => args)
    .filter((word) => !word.startsWith('-'))
    .map((word) => word.replace(/^(["'])(.*)\1$/, '$2'))
  return words.some((word) => INDIRECT.test(word)) ? undefined : words
}

/** The rpm packages that others recommend, that nothing needs and no command names, and what only they need. */
function onlyRecommended(
  evidence: Evidence,
  words: readonly string[] | undefined,
): readonly OwnedPackage[] | undefined {
  const packages = ownersOf(evidence).packages.filter(({ ecosystem }) => ecosystem === 'rpm')
  if (words === undefined || packages.length === 0) return undefined
  const asked = new Set(words)
  const recommended = new Set<string>()
  const needed = new Set<string>()
  for (const one of packages) {
    const own = namesOf(one)
    for (const name of one.relations?.recommends ?? []) if (!own.has(name)) recommended.add(name)
    for (const name of one.relations?.depends.flat() ?? []) if (!own.has(name)) needed.add(name)
  }
  // A word may go on with a version or an architecture.
  const isAsked = (one: OwnedPackage): boolean =>
    [...namesOf(one)].some((name) => asked.has(name)) ||
    words.some((word) => word.startsWith(`${one.name}-`) || word.startsWith(`${one.name}.`))
  const weak = packages.filter((one) => {
    const names = [...namesOf(one)]
    return names.some((name) => recommended.has(name)) && !names.some((name) => needed.has(name)) && !isAsked(one)
  })
  return [...onlyNeededBy(packages, weak, isAsked)]
}

function namesOf({ name, relations }: OwnedPackage): ReadonlySet<string> {
  return new Set([name, ...(relations?.provides ?? [])])
}
