import type { Package } from './package.ts'

/** What each package needs of the others: of alternatives all, of names that several provide all providers. */
export function dependenciesOf<T extends Package>(packages: readonly T[]): ReadonlyMap<T, ReadonlySet<T>> {
  const named = new Map<string, T[]>()
  const name = (one: T, as: string): void => {
    const known = named.get(as)
    if (known === undefined) named.set(as, [one])
    else known.push(one)
  }
  for (const one of packages) for (const as of [one.name, ...(one.relations?.provides ?? [])]) name(one, as)
  return new Map(
    packages.map((one) => {
      const needed = (one.relations?.depends ?? []).flat().flatMap((as) => named.get(as) ?? [])
      return [one, new Set(needed.filter((other) => other !== one))]
    }),
  )
}

/** The packages that some need, directly or through others, and themselves. */
export function neededBy<T extends Package>(packages: readonly T[], some: Iterable<T>): Set<T> {
  const dependencies = dependenciesOf(packages)
  const needed = new Set(some)
  // A set that grows while it is gone through hands out what is added.
  for (const one of needed) for (const other of dependencies.get(one) ?? []) needed.add(other)
  return needed
}

/** The packages that nothing but some needs, and these; what `stays` or was asked for by itself is none of them. */
export function onlyNeededBy<T extends Package>(
  packages: readonly T[],
  some: Iterable<T>,
  stays: (one: T) => boolean,
): Set<T> {
  const dependencies = dependenciesOf(packages)
  const dependents = new Map<T, number>()
  for (const needed of dependencies.values()) {
    for (const one of needed) dependents.set(one, (dependents.get(one) ?? 0) + 1)
  }
  const only = new Set(some)
  for (const one of only) {
    for (const other of dependencies.get(one) ?? []) {
      const left = (dependents.get(other) ?? 0) - 1
      dependents.set(other, left)
      const { essential, auto } = other.relations ?? {}
      if (left === 0 && !essential && auto !== false && !stays(other)) only.add(other)
    }
  }
  return only
}
