import type { Package } from './package.ts'

/** The packages that some need, directly or through others, and themselves; of alternatives all, of a name that several provide all. */
export function neededBy<T extends Package>(packages: readonly T[], some: Iterable<T>): Set<T> {
  const providers = providersOf(packages)
  const needed = new Set(some)
  const asked = new Set<string>()
  // A set that grows while it is gone through hands out what is added.
  for (const one of needed) {
    for (const name of needsOf(one)) {
      if (asked.has(name)) continue
      asked.add(name)
      for (const other of providers.get(name) ?? []) needed.add(other)
    }
  }
  return needed
}

/** Some packages, and those that nothing but these need; what `stays` or was asked for by itself is left out. */
export function onlyNeededBy<T extends Package>(
  packages: readonly T[],
  some: Iterable<T>,
  stays: (one: T) => boolean,
): Set<T> {
  const providers = providersOf(packages)
  const needers = new Map<string, number>()
  for (const one of packages) for (const name of needsOf(one)) needers.set(name, (needers.get(name) ?? 0) + 1)
  const only = new Set(some)
  const isFree = (one: T): boolean => {
    const { essential, auto } = one.relations ?? {}
    return !essential && auto !== false && !stays(one)
  }
  // How many of its names others still need; every name is counted down once, when its last needer goes.
  const wanted = new Map(packages.map((one) => [one, [...namesOf(one)].filter((name) => needers.has(name)).length]))
  for (const one of only) {
    for (const name of needsOf(one)) {
      const left = (needers.get(name) ?? 0) - 1
      needers.set(name, left)
      if (left > 0) continue
      for (const other of providers.get(name) ?? []) {
        const names = (wanted.get(other) ?? 0) - 1
        wanted.set(other, names)
        if (names === 0 && isFree(other)) only.add(other)
      }
    }
  }
  return only
}

function providersOf<T extends Package>(packages: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const providers = new Map<string, T[]>()
  for (const one of packages) {
    for (const name of namesOf(one)) {
      const known = providers.get(name)
      if (known === undefined) providers.set(name, [one])
      else known.push(one)
    }
  }
  return providers
}

/** The names that a package answers to. */
function namesOf({ name, relations }: Package): Set<string> {
  return new Set([name, ...(relations?.provides ?? [])])
}

/** The names that a package needs of others. */
function needsOf(one: Package): Set<string> {
  const own = namesOf(one)
  return new Set((one.relations?.depends ?? []).flat().filter((name) => !own.has(name)))
}
