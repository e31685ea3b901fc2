import { describe, expect, it } from 'vitest'
import { stackLayers } from '../../src/stack.ts'
import { Resolver } from '../../src/tree/resolver.ts'
import { find } from '../../src/tree/tree.ts'
import { type Content, dir, symlink, type Tree } from '../helpers/layer.ts'
import { contentOf, layersOf } from '../helpers/stack.ts'

async function resolverOf(tree: Tree): Promise<Resolver> {
  return new Resolver(stackLayers(await layersOf([tree]), false).rootfs)
}

const tree = {
  'usr/bin/a': 'a',
  'usr/lib/x/f': 'f',
  bin: symlink('usr/bin'),
  lib: symlink('/usr/lib'),
  'usr/up': symlink('../usr/lib/./x'),
  'usr/bin/link': symlink('a'),
  high: symlink('../../../usr'),
  self: symlink('self'),
  round: symlink('round/round'),
  lost: symlink('no/where'),
  onto: symlink('usr/bin/a'),
}

describe('a path leads', () => {
  const rows: readonly (readonly [path: string, real: string | undefined])[] = [
    ['', ''],
    ['/', ''],
    ['usr/bin', 'usr/bin'],
    ['/usr//bin/', 'usr/bin'],
    ['bin', 'usr/bin'],
    ['lib/x', 'usr/lib/x'],
    ['usr/up', 'usr/lib/x'],
    ['usr/up/../x', 'usr/lib/x'],
    ['bin/..', 'usr'],
    ['../..', ''],
    ['high/bin', 'usr/bin'],
    ['self', undefined],
    ['round/x', undefined],
    ['lost', undefined],
    ['onto', undefined],
    ['usr/bin/a', undefined],
    ['none', undefined],
    [`${'bin/../../'.repeat(1000)}usr`, undefined],
  ]
  it.each(rows)('from %s to %s', async (path, real) => {
    expect((await resolverOf(tree)).real(path)?.path).toBe(real)
  })
})

describe('a file', () => {
  it.each(['usr/bin/a', '/bin/a', 'bin/../bin/a', 'lib/x/f', 'usr/up/f'])('is found at %s', async (path) => {
    expect((await resolverOf(tree)).file(path)?.size).toBe(1)
  })
  it.each(['bin/link', 'bin', 'none', 'none/a', ''])('is not found at %s', async (path) => {
    expect((await resolverOf(tree)).file(path)).toBeUndefined()
  })
})

it('forty links are followed, one from another, and no more', async () => {
  const links = Array.from({ length: 60 }, (_, i): [string, Content] => [`l${i}`, symlink(`l${i + 1}`)])
  const resolver = await resolverOf([...links, ['l60/f', 'f']])
  expect(resolver.real('l19')).toBeUndefined()
  expect(resolver.real('l20')?.path).toBe('l60')
})

const { changeset: linked } = await contentOf({
  'usr/bin/busybox': 'x',
  'bin/': dir(),
  bin2: symlink('usr/bin'),
  'usr/bin/sh': symlink('busybox'),
  'usr/bin/env': symlink('/bin2/../bin/sh'),
  'usr/bin/up': symlink('../../../usr/bin/busybox'),
  a: symlink('b'),
  b: symlink('a'),
  'usr/gone': symlink('nowhere'),
  'usr/inside': symlink('bin/busybox/x'),
})

it.each([
  ['usr/bin/busybox', 'usr/bin/busybox'],
  ['usr//bin/./busybox', 'usr/bin/busybox'],
  ['bin2/busybox', 'usr/bin/busybox'],
  ['usr/bin/sh', 'usr/bin/busybox'],
  // The parent of a link is the parent of what it leads to.
  ['usr/bin/env', 'usr/bin/busybox'],
  ['usr/bin/up', 'usr/bin/busybox'],
  ['bin2', 'usr/bin'],
  ['', ''],
  ['../..', ''],
  ['a', undefined],
  ['usr/gone', undefined],
  ['usr/inside', undefined],
  ['etc', undefined],
])('%s leads to %s', (path, found) => {
  const node = found === undefined ? undefined : find(linked.added, found)
  expect(new Resolver(linked.added).follow(path)).toBe(node)
})
