import { describe, expect, test } from 'vitest'
import type { LayerContent } from '../../src/oci/layer.ts'
import { walk } from '../../src/tree/tree.ts'
import { dir, file, hardlink, opaque, symlink, type Tree, whiteout } from '../helpers/layer.ts'
import { contentOf } from '../helpers/stack.ts'

const LONG = 'x'.repeat(150)
const BLOCK = 512

/** Bytes of every entry that a path, a link or a marker accounts for. */
function accounted({ changeset, superseded, cost }: LayerContent): number {
  const nodes = new Set<object>()
  let bytes = changeset.added.tarBytes
  walk(changeset.added, '', (path, node) => {
    if (cost.hardLinks.has(path)) bytes += cost.hardLinks.get(path) ?? 0
    if (nodes.has(node)) return
    nodes.add(node)
    if (node.kind !== 'hardlink') bytes += node.tarBytes
  })
  for (const { node } of superseded) bytes += node.tarBytes
  for (const path of changeset.removed) bytes += cost.removed.get(path) ?? BLOCK
  for (const path of changeset.opaque) bytes += cost.opaque.get(path) ?? BLOCK
  return bytes
}

describe('what the entries of a layer take', () => {
  const cases: [string, Tree, number][] = [
    ['an empty file', { a: '' }, 1],
    ['a body that ends within a block', { a: 'x' }, 2],
    ['a body that fills its block', { a: 'x'.repeat(512) }, 2],
    ['a directory, a symbolic link and a directory that is implied', { 'd/': dir(), l: symlink('d'), 'e/f': '' }, 3],
    ['the root', { './': dir(), a: '' }, 2],
    ['a pax header with its body', { a: file('x', { pax: { comment: 'c' } }) }, 4],
    ['a long name as pax has it', { [LONG]: 'x' }, 4],
    ['a long name as GNU tar has it', { [LONG]: file('x', { format: 'gnu' }) }, 4],
    ['a long name and a long target', { [LONG]: symlink(LONG, { format: 'gnu' }) }, 5],
    ['hard links, with a body that is stored once', { a: 'x'.repeat(600), b: hardlink('a'), c: hardlink('b') }, 5],
    ['a hard link before its target', { b: hardlink('a'), a: 'x' }, 3],
    ['a hard link with a pax header', { a: '', b: hardlink('a', { pax: { comment: 'c' } }) }, 4],
    ['whiteouts', { a: whiteout, 'd/': opaque }, 3],
    [
      'a whiteout that comes twice',
      [
        ['a', whiteout],
        ['a', whiteout],
      ],
      2,
    ],
    ['a whiteout with a long name', { [LONG]: whiteout }, 3],
    [
      'a file that comes twice',
      [
        ['a', 'x'],
        ['a', 'xy'],
      ],
      4,
    ],
    [
      'a hard link that a file replaces',
      [
        ['a', 'x'],
        ['b', hardlink('a')],
        ['b', 'y'],
      ],
      5,
    ],
    [
      'a sparse file',
      {
        a: file('x'.repeat(512), {
          pax: {
            'GNU.sparse.major': '0',
            'GNU.sparse.minor': '1',
            'GNU.sparse.name': 'a',
            'GNU.sparse.size': '4096',
            'GNU.sparse.numblocks': '1',
            'GNU.sparse.map': '0,512',
          },
        }),
      },
      4,
    ],
    ['a global header', { g: { type: 'g', body: '13 comment=a\n' }, a: 'x' }, 4],
  ]
  test.each(cases)('%s', async (_, tree, blocks) => {
    const content = await contentOf(tree)
    expect(content.cost.entries).toBe(blocks * BLOCK)
    expect(content.tarBytes).toBe(content.cost.entries + 2 * BLOCK)
  })

  test.each(cases.filter(([name]) => !/global|hard link that a file/.test(name)))(
    'is told whole by paths and markers: %s',
    async (_, tree) => {
      const content = await contentOf(tree)
      expect(accounted(content)).toBe(content.cost.entries)
    },
  )
})
