import { describe, expect, it } from 'vitest'
import { OS_PACKAGE_RULES } from '../../src/rules/os-packages.ts'
import { type BloatLiteral, findingLines, findingsOf, sized } from '../helpers/findings.ts'
import type { Tree } from '../helpers/layer.ts'
import { dpkg } from '../helpers/packages.ts'

type Fields = Readonly<Record<string, Readonly<Record<string, string>>>>

const states = (...auto: readonly string[]) => ({
  'var/lib/apt/extended_states': auto
    .map((name) => `Package: ${name}\nArchitecture: amd64\nAuto-Installed: 1\n\n`)
    .join(''),
})

/** Packages a, b and c, the last with a file of 7000 bytes. */
function abc(fields: Fields, more: Tree = states('b', 'c')): BloatLiteral {
  const files = { 'usr/bin/a': 'a', 'usr/bin/b': 'b', 'usr/bin/c': sized(7000) }
  return { own: [{ ...files, ...dpkg({ a: ['/usr/bin/a'], b: ['/usr/bin/b'], c: ['/usr/bin/c'] }, fields), ...more }] }
}

const depends = { a: { Depends: 'b (>= 1)', Recommends: 'c' } }

describe('apt-recommends', () => {
  it('finds what nothing installed needs', async () => {
    expect(await findingLines(abc(depends), OS_PACKAGE_RULES)).toEqual(['apt-recommends 1 7000'])
    const [finding] = await findingsOf(abc(depends), OS_PACKAGE_RULES)
    expect(finding?.detail).toBe('c')
  })

  it('finds packages for all architectures, which apt records with one', async () => {
    const literal = abc({ ...depends, c: { Architecture: 'all' } })
    expect(await findingLines(literal, OS_PACKAGE_RULES)).toEqual(['apt-recommends 1 7000'])
  })

  it('finds packages that only need each other', async () => {
    const literal = abc({ b: { Depends: 'c' }, c: { Depends: 'b' } })
    expect(await findingLines(literal, OS_PACKAGE_RULES)).toEqual(['apt-recommends 1 7001'])
  })

  it('tells those of the base image apart', async () => {
    const { own = [] } = abc(depends)
    const [finding] = await findingsOf({ base: own }, OS_PACKAGE_RULES)
    expect(finding).toMatchObject({ layer: 0, origin: 'base', count: 'rebase' })
  })

  const silent: readonly (readonly [string, BloatLiteral])[] = [
    ['what a needed package needs', abc({ ...depends, b: { Depends: 'c' } })],
    ['what is needed before it is unpacked', abc({ ...depends, b: { 'Pre-Depends': 'c' } })],
    ['one of several alternatives', abc({ a: { Depends: 'b, none | c' } })],
    ['what another name stands for', abc({ a: { Depends: 'b, virtual' }, c: { Provides: 'other, virtual (= 1)' } })],
    ['what the system needs', abc({ ...depends, c: { Essential: 'yes' } })],
    ['what every system needs', abc({ ...depends, c: { Priority: 'required' } })],
    ['what was asked for', abc(depends, states('b'))],
    ['anything where apt keeps no record', abc(depends, {})],
    ['packages that were removed', abc({ ...depends, c: { Status: 'deinstall ok config-files' } })],
  ]
  it.each(silent)('does not find %s', async (_, literal) => {
    expect(await findingLines(literal, OS_PACKAGE_RULES)).toEqual([])
  })
})
