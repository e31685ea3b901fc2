import { describe, expect, test } from 'vitest'
import type { DirectoryNode } from '../../src/tree/node.ts'
import { apply, type OverlayObserver } from '../../src/tree/overlay.ts'
import { find, impliedDirectory } from '../../src/tree/tree.ts'
import { dir, opaque, symlink, type Tree, whiteout } from '../helpers/layer.ts'
import { contentOf, listing } from '../helpers/stack.ts'

/** Every call of an observer as a short text. */
function recorder(): { calls: string[]; observer: OverlayObserver } {
  const calls: string[] = []
  return {
    calls,
    observer: {
      added: (path) => calls.push(`+${path}`),
      replaced: (path, before, after) => calls.push(`~${path} ${before.kind}>${after.kind}`),
      removed: (path, _, cause) => calls.push(`-${path} ${cause}`),
    },
  }
}

/** Applies layers, the last with a recorder; `lower` is the rootfs beneath it. */
async function applied(trees: readonly Tree[], owner: () => object = () => ({})) {
  const { calls, observer } = recorder()
  let lower = impliedDirectory(owner())
  let rootfs = lower
  let added = lower
  for (const tree of trees) {
    const { changeset } = await contentOf(tree)
    calls.length = 0
    lower = rootfs
    added = changeset.added
    rootfs = apply(lower, changeset, owner(), observer)
  }
  return { calls: calls.sort(), lower, rootfs, added }
}

describe('what an observer is told', () => {
  const rows: readonly (readonly [string, Tree, Tree, readonly string[]])[] = [
    ['nothing of a layer that does nothing', { a: 'a' }, {}, []],
    ['implied directories like others', {}, { 'd/e/a': 'a' }, ['+d', '+d/e', '+d/e/a']],
    ['no implied directory over a directory', { 'd/': dir() }, { 'd/a': 'a' }, ['+d/a']],
    ['the root where it has an entry', {}, { './': dir() }, ['~ directory>directory']],
    [
      'each path beneath a directory that a file shadows, and the directory itself',
      { 'd/e/a': 'a', 'd/b': 'b' },
      { d: 'd' },
      ['-d/b shadowed', '-d/e shadowed', '-d/e/a shadowed', '~d directory>file'],
    ],
    [
      'a path that is hidden and comes again as replaced, once',
      { 'd/a': 'a', 'd/b': 'b' },
      { 'd/': opaque, 'd/a': symlink('x') },
      ['-d/b opaque', '~d directory>directory', '~d/a file>symlink'],
    ],
    [
      'of overlapping markers one removal for each path',
      { 'd/e/a': 'a', 'd/e/b': 'b' },
      { 'd/.wh..wh..opq': '', 'd/e/.wh..wh..opq': '', 'd/e': whiteout, 'd/e/a': whiteout, d: whiteout },
      ['-d removed', '-d/e opaque', '-d/e/a opaque', '-d/e/b opaque'],
    ],
  ]
  test.each(rows)('is %s', async (_, base, top, expected) => {
    expect((await applied([base, top])).calls).toEqual(expected)
  })

  test('grows with what a layer touches, not with what lies beneath it', async () => {
    const files = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`d${i % 20}/f${i}`, 'x']))
    const gone = Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`d0/f${i * 20}`, whiteout]))
    expect((await applied([files, { 'd1/f1': 'y' }])).calls).toHaveLength(1)
    expect((await applied([files, gone])).calls).toHaveLength(25)
    expect((await applied([files, { ...gone, 'd0/': opaque, d0: whiteout }])).calls).toHaveLength(25 + 1)
  })
})

describe('a rootfs', () => {
  const base: Tree = { 'd/e/a': 'a', 'd/f/b': 'b', 'g/c': 'c' }
  const child = (root: DirectoryNode, path: string) => find(root, path)

  test('shares every directory that the layer does not touch with the one beneath it', async () => {
    const { lower, rootfs } = await applied([base, { 'd/e/n': 'n' }])
    for (const path of ['d/f', 'g']) expect(child(rootfs, path), path).toBe(child(lower, path))
    for (const path of ['', 'd', 'd/e']) expect(child(rootfs, path), path).not.toBe(child(lower, path))
  })

  test('shares a directory that is new with the changeset', async () => {
    const { rootfs, added } = await applied([base, { 'new/e/n': 'n' }])
    expect(child(rootfs, 'new')).toBe(child(added, 'new'))
  })

  test('is the one beneath it, changed in place, where both have one owner', async () => {
    const owner = {}
    const { lower, rootfs } = await applied([base, { 'd/e/n': 'n', 'g/c': whiteout }], () => owner)
    expect(rootfs).toBe(lower)
    expect(listing(lower)).toContain('d/e/n:1@-1')
  })

  test.each<[string, Tree]>([
    ['an addition', { 'd/e/n': 'n' }],
    ['a replacement', { 'd/e/a': 'other' }],
    ['a whiteout', { 'd/e/a': whiteout, g: whiteout }],
    ['an opaque directory', { 'd/': opaque, 'd/e/': dir({ mode: 0o700 }) }],
    ['an opaque root', { '.wh..wh..opq': '' }],
    ['other attributes', { './': dir({ mode: 0o700 }), 'd/e/': dir({ mode: 0o700 }) }],
    ['a file in place of a directory', { d: 'd' }],
  ])('stays as it was beneath %s', async (_, top) => {
    const before = await applied([base])
    const { lower, rootfs } = await applied([base, top])
    expect(listing(lower)).toEqual(listing(before.rootfs))
    expect(lower.attributes).toEqual(before.rootfs.attributes)
    expect(rootfs).not.toBe(lower)
  })

  test('may be deeper than the call stack', async () => {
    const deep = Array.from({ length: 4000 }, () => 'd').join('/')
    const { calls, rootfs } = await applied([{ [`${deep}/a`]: 'a' }, { d: whiteout, [`${deep}/b`]: 'b' }])
    expect(calls).toHaveLength(4000 + 2)
    expect(find(rootfs, `${deep}/b`)).toBeDefined()
    expect(find(rootfs, `${deep}/a`)).toBeUndefined()
  })
})
