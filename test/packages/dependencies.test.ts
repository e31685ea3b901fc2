import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { neededBy, onlyNeededBy } from '../../src/packages/dependencies.ts'
import type { Package, Relations } from '../../src/packages/package.ts'

function pack(name: string, relations: Partial<Relations> = {}): Package {
  return {
    ecosystem: 'dpkg',
    name,
    version: '1',
    record: {} as Package['record'],
    files: () => [],
    relations: { depends: [], provides: [], essential: false, auto: undefined, ...relations },
  }
}

/** Packages from lines such as `a=v: b c|d`: a, which provides v, needs b, and c or d. */
function packs(...lines: readonly string[]): Package[] {
  return lines.map((line) => {
    const [head = '', needs = ''] = line.split(':')
    const [name = '', ...provides] = head.split('=')
    const depends = needs.split(' ').filter(Boolean)
    return pack(name, { provides, depends: depends.map((one) => one.split('|')) })
  })
}

const names = (some: Iterable<Package>): string =>
  [...some]
    .map(({ name }) => name)
    .sort()
    .join(' ')
const pick = (all: readonly Package[], wanted: string) => all.filter(({ name }) => wanted.split(' ').includes(name))

describe('what packages need', () => {
  const rows: readonly (readonly [lines: readonly string[], some: string, needed: string])[] = [
    [['a: b', 'b: c', 'c', 'd'], 'a', 'a b c'],
    [['a: b|c', 'b', 'c', 'd'], 'a', 'a b c'],
    [['a: v', 'b=v', 'c=v'], 'a', 'a b c'],
    [['a: b', 'b: a'], 'b', 'a b'],
    [['a: none'], 'a', 'a'],
    [['a: b', 'b'], '', ''],
  ]
  it.each(rows)('of %j, for "%s", is "%s"', (lines, some, needed) => {
    const all = packs(...lines)
    expect(names(neededBy(all, pick(all, some)))).toBe(needed)
  })
})

describe('what only some packages need', () => {
  const rows: readonly (readonly [lines: readonly string[], some: string, only: string])[] = [
    [['a: b c', 'b: d', 'c', 'd', 'e: c'], 'a', 'a b d'],
    [['a: v', 'b=v', 'e: b'], 'a', 'a'],
    [['a: v b', 'b=v', 'e'], 'a', 'a b'],
    [['a: b|c', 'b', 'c'], 'a', 'a b c'],
    [['a: b', 'b: c', 'c: b'], 'a', 'a'],
    [['a: a b', 'b: b'], 'a', 'a b'],
    [['a: b', 'b', 'e: a'], 'a', 'a b'],
  ]
  it.each(rows)('of %j, for "%s", is "%s"', (lines, some, only) => {
    const all = packs(...lines)
    expect(names(onlyNeededBy(all, pick(all, some), () => false))).toBe(only)
  })

  it('leaves what stays, what is essential, and what was asked for', () => {
    const all = [
      pack('a', { depends: [['b'], ['c'], ['d'], ['e']] }),
      pack('b', { essential: true }),
      pack('c', { auto: false }),
      pack('d', { auto: true }),
      pack('e'),
    ]
    expect(names(onlyNeededBy(all, pick(all, 'a'), ({ name }) => name === 'e'))).toBe('a d')
  })

  it('is needed by nothing else', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
    const graph = fc.uniqueArray(
      fc.record({ name, needs: fc.array(name, { maxLength: 3 }), provides: fc.array(name, { maxLength: 1 }) }),
      { selector: (one) => one.name },
    )
    fc.assert(
      fc.property(graph, name, (made, first) => {
        const all = made.map(({ name, needs, provides }) => pack(name, { provides, depends: [needs] }))
        const some = pick(all, first)
        const only = onlyNeededBy(all, some, () => false)
        for (const one of all.filter((other) => !only.has(other))) {
          const own = [one.name, ...(one.relations?.provides ?? [])]
          for (const need of (one.relations?.depends ?? []).flat().filter((name) => !own.includes(name))) {
            const taken = [...only].filter((other) => [other.name, ...(other.relations?.provides ?? [])].includes(need))
            expect(taken.filter((other) => !some.includes(other))).toEqual([])
          }
        }
      }),
    )
  })
})

it('takes names that all provide and all need in linear time', () => {
  const all = Array.from({ length: 50_000 }, (_, i) => pack(`p${i}`, { provides: ['v'], depends: [['w'], ['q']] }))
  const rest = Array.from({ length: 50_000 }, (_, i) => pack(`q${i}`, { provides: ['w'] }))
  expect(neededBy([...all, ...rest], all.slice(0, 1)).size).toBe(50_001)
  expect(onlyNeededBy([...all, ...rest], all, () => false).size).toBe(100_000)
})
