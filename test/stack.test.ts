import { describe, expect, test } from 'vitest'
import { makeReport } from '../src/analysis/make-report.ts'
import { stackLayers } from '../src/stack.ts'
import { device, dir, fifo, file, hardlink, opaque, symlink, type Tree, whiteout } from './helpers/layer.ts'
import { imageOf, layerLines, layersOf, listing, wasteLines } from './helpers/stack.ts'

interface Situation {
  readonly name: string
  readonly layers: readonly Tree[]
  /** Paths of the final rootfs, as `listing` writes them. */
  readonly rootfs: readonly string[]
  /** As `wasteLines` writes them. */
  readonly wasted: readonly string[]
  /** As `layerLines` writes them. */
  readonly counts: readonly string[]
  /** Codes of warnings. */
  readonly warnings?: readonly string[]
}

const groups: Readonly<Record<string, readonly Situation[]>> = {
  'a path that comes again': [
    {
      name: 'has other content: the old body is wasted',
      layers: [{ a: 'old' }, { a: 'newer' }],
      rootfs: ['a:5@1'],
      wasted: ['/a 3 replaced 0>1'],
      counts: ['3/3 +1 ~0 -0', '5/0 +0 ~1 -0'],
    },
    {
      name: 'has other content of the same size',
      layers: [{ a: 'old' }, { a: 'new' }],
      rootfs: ['a:3@1'],
      wasted: ['/a 3 replaced 0>1'],
      counts: ['3/3 +1 ~0 -0', '3/0 +0 ~1 -0'],
    },
    {
      name: 'is the same in everything: rewritten, and not modified',
      layers: [{ a: 'old' }, { a: 'old' }],
      rootfs: ['a:3@1'],
      wasted: ['/a 3 rewritten 0>1'],
      counts: ['3/3 +1 ~0 -0', '3/0 +0 ~0 -0'],
    },
    ...(
      [
        ['mode', { mode: 0o600 }],
        ['owner', { uid: 7 }],
        ['owner', { gid: 7 }],
        ['xattrs', { pax: { 'SCHILY.xattr.user.k': 'v' } }],
        ['mtime', { mtime: 7 }],
        ['mtime', { pax: { mtime: '0.5' } }],
        ['mode+owner+xattrs+mtime', { mode: 0o600, uid: 7, mtime: 7, pax: { 'SCHILY.xattr.user.k': 'v' } }],
      ] as const
    ).map(([differs, attributes]) => ({
      name: `has the same content and another ${differs} (${JSON.stringify(attributes)})`,
      layers: [{ a: 'old' }, { a: file('old', attributes) }],
      rootfs: ['a:3@1'],
      wasted: [`/a 3 metadata-only+${differs} 0>1`],
      counts: ['3/3 +1 ~0 -0', '3/0 +0 ~1 -0'],
    })),
    {
      name: 'is replaced layer after layer, each time by the next',
      layers: [{ a: '1' }, { a: '22' }, { b: 'b' }, { a: '333' }],
      rootfs: ['a:3@3', 'b:1@2'],
      wasted: ['/a 2 replaced 1>3', '/a 1 replaced 0>1'],
      counts: ['1/1 +1 ~0 -0', '2/2 +0 ~1 -0', '1/0 +1 ~0 -0', '3/0 +0 ~1 -0'],
    },
    {
      name: 'is empty both times: nothing is wasted',
      layers: [{ a: '' }, { a: file('', { mtime: 5 }) }],
      rootfs: ['a:0@1'],
      wasted: [],
      counts: ['0/0 +1 ~0 -0', '0/0 +0 ~1 -0'],
    },
    {
      name: 'was a file and is a symbolic link',
      layers: [{ a: 'old' }, { a: symlink('b') }],
      rootfs: ['a>b'],
      wasted: ['/a 3 replaced 0>1'],
      counts: ['3/3 +1 ~0 -0', '0/0 +0 ~1 -0'],
    },
    {
      name: 'is a symbolic link with the same target, or another',
      layers: [
        { a: symlink('x'), b: symlink('x') },
        { a: symlink('x'), b: symlink('y') },
      ],
      rootfs: ['a>x', 'b>y'],
      wasted: [],
      counts: ['0/0 +2 ~0 -0', '0/0 +0 ~1 -0'],
    },
    {
      name: 'is a device with the same numbers, or others; fifos and unknown types are nodes too',
      layers: [
        { a: device('c', 1, 3), b: device('b', 1, 3), p: fifo(), u: { type: 'V' } },
        { a: device('c', 1, 3), b: device('b', 1, 4), p: fifo(), u: { type: 'V', mode: 0 } },
      ],
      rootfs: ['a:character-device', 'b:block-device', 'p:fifo', 'u:other'],
      wasted: [],
      counts: ['0/0 +4 ~0 -0', '0/0 +0 ~2 -0'],
      warnings: [],
    },
  ],
  'a whiteout': [
    {
      name: 'of a file removes it',
      layers: [{ a: 'old', b: 'b' }, { a: whiteout }],
      rootfs: ['b:1@0'],
      wasted: ['/a 3 removed 0>1'],
      counts: ['4/3 +2 ~0 -0', '0/0 +0 ~0 -1'],
    },
    {
      name: 'of a directory removes all beneath it',
      layers: [{ 'd/': dir(), 'd/a': 'aa', 'd/e/b': 'b', 'd/e/l': symlink('x') }, { d: whiteout }],
      rootfs: [],
      wasted: ['/d/a 2 removed 0>1', '/d/e/b 1 removed 0>1'],
      counts: ['3/3 +4 ~0 -0', '0/0 +0 ~0 -4'],
    },
    {
      name: 'of nothing, and of something beneath a file, does nothing',
      layers: [{ a: 'a' }, { b: whiteout, 'a/b': whiteout, 'no/such': whiteout }],
      rootfs: ['a:1@0'],
      wasted: [],
      counts: ['1/0 +1 ~0 -0', '0/0 +0 ~0 -0'],
    },
    {
      name: 'of a file that the same layer wrote hits the lower file only, standing after it',
      layers: [{ a: 'old' }, { a: 'newer', '.wh.a': '' }],
      rootfs: ['a:5@1'],
      wasted: ['/a 3 replaced 0>1'],
      counts: ['3/3 +1 ~0 -0', '5/0 +0 ~1 -0'],
    },
    {
      name: 'of a file that the same layer wrote hits the lower file only, standing before it',
      layers: [{ a: 'old' }, { '.wh.a': '', a: 'newer' }],
      rootfs: ['a:5@1'],
      wasted: ['/a 3 replaced 0>1'],
      counts: ['3/3 +1 ~0 -0', '5/0 +0 ~1 -0'],
    },
    {
      name: 'of a file that comes again the same leaves it rewritten',
      layers: [{ a: 'old' }, { '.wh.a': '', a: 'old' }],
      rootfs: ['a:3@1'],
      wasted: ['/a 3 rewritten 0>1'],
      counts: ['3/3 +1 ~0 -0', '3/0 +0 ~0 -0'],
    },
    {
      name: 'of a directory that comes again keeps only what the layer brings',
      layers: [
        { 'd/': dir(), 'd/a': 'aa', 'd/b': 'b' },
        { d: whiteout, 'd/': dir({ mode: 0o700 }), 'd/a': 'A', 'd/c': 'c' },
      ],
      rootfs: ['d/', 'd/a:1@1', 'd/c:1@1'],
      wasted: ['/d/a 2 replaced 0>1', '/d/b 1 removed 0>1'],
      counts: ['3/3 +3 ~0 -0', '2/0 +1 ~2 -1'],
    },
    {
      name: 'of a directory that a path beneath it implies again',
      layers: [
        { 'd/': dir({ mode: 0o700 }), 'd/a': 'aa' },
        { d: whiteout, 'd/b': 'b' },
      ],
      rootfs: ['(d)/', 'd/b:1@1'],
      wasted: ['/d/a 2 removed 0>1'],
      counts: ['2/2 +2 ~0 -0', '1/0 +1 ~0 -1'],
    },
    {
      name: 'of a directory that comes again as a file',
      layers: [
        { 'd/': dir(), 'd/a': 'aa' },
        { '.wh.d': '', d: 'd' },
      ],
      rootfs: ['d:1@1'],
      wasted: ['/d/a 2 removed 0>1'],
      counts: ['2/2 +2 ~0 -0', '1/0 +0 ~1 -1'],
    },
    {
      name: 'of a directory and of what is in it counts once',
      layers: [
        { 'd/a': 'aa', 'd/e/b': 'b' },
        { 'd/a': whiteout, d: whiteout, 'd/e': whiteout },
      ],
      rootfs: [],
      wasted: ['/d/a 2 removed 0>1', '/d/e/b 1 removed 0>1'],
      counts: ['3/3 +2 ~0 -0', '0/0 +0 ~0 -2'],
    },
    {
      name: 'in every layer, and each time the file comes back',
      layers: [{ a: '1' }, { a: whiteout }, { a: '333' }, { a: whiteout }],
      rootfs: [],
      wasted: ['/a 3 removed 2>3', '/a 1 removed 0>1'],
      counts: ['1/1 +1 ~0 -0', '0/0 +0 ~0 -1', '3/3 +1 ~0 -0', '0/0 +0 ~0 -1'],
    },
    {
      name: 'in the base layer does nothing',
      layers: [{ a: 'a', b: whiteout, 'd/': opaque }],
      rootfs: ['a:1@0', 'd/'],
      wasted: [],
      counts: ['1/0 +2 ~0 -0'],
    },
    {
      name: 'with a body counts no content, whatever its type',
      layers: [
        { a: 'a', b: 'b' },
        { '.wh.a': 'body', '.wh.b/': dir() },
      ],
      rootfs: [],
      wasted: ['/a 1 removed 0>1', '/b 1 removed 0>1'],
      counts: ['2/2 +2 ~0 -0', '0/0 +0 ~0 -2'],
    },
    {
      name: 'without a valid name is ignored, and said so',
      layers: [
        { a: 'a', 'd/b': 'b' },
        { '.wh.': '', '.wh..': '', 'd/.wh...': '' },
      ],
      rootfs: ['(d)/', 'a:1@0', 'd/b:1@0'],
      wasted: [],
      counts: ['2/0 +2 ~0 -0', '0/0 +0 ~0 -0'],
    },
    {
      name: 'written with an absolute or roundabout name is one all the same',
      layers: [
        { './a': 'a', '/b': 'b', 'd//e/./c': 'c' },
        { '/.wh.a': '', './.wh.b': '', 'd/e/../e/.wh.c': '' },
      ],
      rootfs: ['(d)/', '(d/e)/'],
      wasted: ['/a 1 removed 0>1', '/b 1 removed 0>1', '/d/e/c 1 removed 0>1'],
      counts: ['3/3 +3 ~0 -0', '0/0 +0 ~0 -3'],
    },
    {
      name: 'hits no more than the one of two names that differ in an invalid byte',
      layers: [{ 'x\udc80': 'a', 'x\udc81': 'bb' }, { 'x\udc81': whiteout }],
      rootfs: ['x\udc80:1@0'],
      wasted: ['/x\\x81 2 removed 0>1'],
      counts: ['3/2 +2 ~0 -0', '0/0 +0 ~0 -1'],
    },
  ],
  'an opaque directory': [
    {
      name: 'hides everything beneath it',
      layers: [
        { 'd/': dir(), 'd/a': 'aa', 'd/e/b': 'b', c: 'c' },
        { 'd/': opaque, 'd/n': 'n' },
      ],
      rootfs: ['c:1@0', 'd/', 'd/n:1@1'],
      wasted: ['/d/a 2 opaque 0>1', '/d/e/b 1 opaque 0>1'],
      counts: ['4/3 +4 ~0 -0', '1/0 +1 ~0 -2'],
    },
    {
      name: 'that is brand new hides nothing',
      layers: [{ a: 'a' }, { 'd/': opaque, 'd/a': 'a' }],
      rootfs: ['a:1@0', 'd/', 'd/a:1@1'],
      wasted: [],
      counts: ['1/0 +1 ~0 -0', '1/0 +2 ~0 -0'],
    },
    {
      name: 'at the root leaves only what the layer brings',
      layers: [
        { a: 'a', 'd/b': 'bb' },
        { '.wh..wh..opq': '', c: 'c' },
      ],
      rootfs: ['c:1@1'],
      wasted: ['/d/b 2 opaque 0>1', '/a 1 opaque 0>1'],
      counts: ['3/3 +2 ~0 -0', '1/0 +1 ~0 -2'],
    },
    {
      name: 'without an entry of its own keeps its attributes',
      layers: [{ 'd/': dir({ mode: 0o700 }), 'd/a': 'aa' }, { 'd/.wh..wh..opq': '' }],
      rootfs: ['d/'],
      wasted: ['/d/a 2 opaque 0>1'],
      counts: ['2/2 +2 ~0 -0', '0/0 +0 ~0 -1'],
    },
    {
      name: 'that nothing else mentions is not made',
      layers: [{ a: 'a' }, { 'd/.wh..wh..opq': '', 'a/.wh..wh..opq': '' }],
      rootfs: ['a:1@0'],
      wasted: [],
      counts: ['1/0 +1 ~0 -0', '0/0 +0 ~0 -0'],
    },
    {
      name: 'that brings a name again replaced it, wherever the marker stands',
      layers: [
        { 'd/': dir(), 'd/a': 'aa', 'd/b': 'b' },
        { 'd/': dir(), 'd/a': 'AA', 'd/b': 'b', 'd/.wh..wh..opq': '' },
      ],
      rootfs: ['d/', 'd/a:2@1', 'd/b:1@1'],
      wasted: ['/d/a 2 replaced 0>1', '/d/b 1 rewritten 0>1'],
      counts: ['3/3 +3 ~0 -0', '3/0 +0 ~1 -0'],
    },
    {
      name: 'that brings a directory again keeps nothing in it, and its attributes only as written',
      layers: [
        { 'd/e/': dir({ mode: 0o700 }), 'd/e/a': 'aa' },
        { 'd/': opaque, 'd/e/': dir(), 'd/e/b': 'b' },
      ],
      rootfs: ['d/', 'd/e/', 'd/e/b:1@1'],
      wasted: ['/d/e/a 2 opaque 0>1'],
      counts: ['2/2 +2 ~0 -0', '1/0 +2 ~1 -1'],
    },
    {
      name: 'and a whiteout within it count once',
      layers: [
        { 'd/a': 'aa', 'd/b': 'b' },
        { 'd/': opaque, 'd/a': whiteout },
      ],
      rootfs: ['d/'],
      wasted: ['/d/a 2 opaque 0>1', '/d/b 1 opaque 0>1'],
      counts: ['3/3 +2 ~0 -0', '0/0 +1 ~0 -2'],
    },
    {
      name: 'in place of a symbolic link, as "rm link && mkdir link" makes it',
      layers: [
        { l: symlink('d'), 'd/a': 'a' },
        { 'l/': opaque, 'l/b': 'b' },
      ],
      rootfs: ['(d)/', 'd/a:1@0', 'l/', 'l/b:1@1'],
      wasted: [],
      counts: ['1/0 +2 ~0 -0', '1/0 +1 ~1 -0'],
    },
  ],
  'a directory': [
    {
      name: 'over a directory merges and gives it its attributes',
      layers: [
        { 'd/': dir(), 'd/a': 'a' },
        { 'd/': dir({ mode: 0o700 }), 'd/b': 'b' },
      ],
      rootfs: ['d/', 'd/a:1@0', 'd/b:1@1'],
      wasted: [],
      counts: ['1/0 +2 ~0 -0', '1/0 +1 ~1 -0'],
    },
    {
      name: 'over a directory that is the same is no change',
      layers: [{ 'd/': dir(), 'd/a': 'a' }, { 'd/': dir() }],
      rootfs: ['d/', 'd/a:1@0'],
      wasted: [],
      counts: ['1/0 +2 ~0 -0', '0/0 +0 ~0 -0'],
    },
    {
      name: 'over one that was only implied is added',
      layers: [{ 'd/a': 'a' }, { './': dir(), 'd/': dir() }],
      rootfs: ['d/', 'd/a:1@0'],
      wasted: [],
      counts: ['1/0 +1 ~0 -0', '0/0 +2 ~0 -0'],
    },
    {
      name: 'that is the root is added once, and then modified',
      layers: [{ './': dir() }, { '/': dir({ mode: 0o700 }) }, { '.': dir({ mode: 0o700 }) }],
      rootfs: [],
      wasted: [],
      counts: ['0/0 +1 ~0 -0', '0/0 +0 ~1 -0', '0/0 +0 ~0 -0'],
    },
    {
      name: 'over a file replaces it',
      layers: [{ a: 'old' }, { 'a/': dir(), 'a/b': 'b' }],
      rootfs: ['a/', 'a/b:1@1'],
      wasted: ['/a 3 replaced 0>1'],
      counts: ['3/3 +1 ~0 -0', '1/0 +1 ~1 -0'],
    },
    {
      name: 'that is implied over a file replaces it',
      layers: [{ a: 'old' }, { 'a/b': 'b' }],
      rootfs: ['(a)/', 'a/b:1@1'],
      wasted: ['/a 3 replaced 0>1'],
      counts: ['3/3 +1 ~0 -0', '1/0 +1 ~1 -0'],
    },
    {
      name: 'beneath a file shadows the whole subtree',
      layers: [{ 'd/': dir(), 'd/a': 'aa', 'd/e/b': 'b' }, { d: 'file' }],
      rootfs: ['d:4@1'],
      wasted: ['/d/a 2 shadowed 0>1', '/d/e/b 1 shadowed 0>1'],
      counts: ['3/3 +3 ~0 -0', '4/0 +0 ~1 -2'],
    },
    {
      name: 'beneath a symbolic link, as "rm -rf d && ln -s x d" makes it, shadows the whole subtree',
      layers: [{ 'd/': dir(), 'd/a': 'aa' }, { d: symlink('tmp') }],
      rootfs: ['d>tmp'],
      wasted: ['/d/a 2 shadowed 0>1'],
      counts: ['2/2 +2 ~0 -0', '0/0 +0 ~1 -1'],
    },
    {
      name: 'over a symbolic link of a lower layer buries it, and that is said',
      layers: [
        { lib: symlink('usr/lib'), 'usr/lib/a': 'a' },
        { 'lib/': dir(), 'lib/b': 'b' },
      ],
      rootfs: ['(usr)/', '(usr/lib)/', 'lib/', 'lib/b:1@1', 'usr/lib/a:1@0'],
      wasted: [],
      counts: ['1/0 +2 ~0 -0', '1/0 +1 ~1 -0'],
      warnings: ['buried-symlink'],
    },
    {
      name: 'that is implied over a symbolic link of a lower layer buries it too',
      layers: [{ lib: symlink('usr/lib') }, { 'lib/b': 'b' }],
      rootfs: ['(lib)/', 'lib/b:1@1'],
      wasted: [],
      counts: ['0/0 +1 ~0 -0', '1/0 +1 ~1 -0'],
      warnings: ['buried-symlink'],
    },
    {
      name: 'in place of a link that a marker of the layer hid buries nothing',
      layers: [
        { a: symlink('x'), 'd/': dir(), 'd/b': symlink('x'), 'e/f/c': symlink('x') },
        { a: whiteout, 'a/': dir(), 'd/': opaque, 'd/b/': dir(), e: whiteout, 'e/f/c/x': 'x' },
      ],
      rootfs: ['(e)/', '(e/f)/', '(e/f/c)/', 'a/', 'd/', 'd/b/', 'e/f/c/x:1@1'],
      wasted: [],
      counts: ['0/0 +4 ~0 -0', '1/0 +1 ~3 -0'],
    },
    {
      name: 'that is implied keeps the attributes of the lower one',
      layers: [{ 'd/': dir({ mode: 0o700 }) }, { 'd/e/a': 'a' }],
      rootfs: ['(d/e)/', 'd/', 'd/e/a:1@1'],
      wasted: [],
      counts: ['0/0 +1 ~0 -0', '1/0 +1 ~0 -0'],
    },
    {
      name: 'that is implied over nothing does not count, not even when it goes',
      layers: [{ 'd/e/a': 'a' }, { d: whiteout }],
      rootfs: [],
      wasted: ['/d/e/a 1 removed 0>1'],
      counts: ['1/1 +1 ~0 -0', '0/0 +0 ~0 -1'],
    },
  ],
  'a hard link': [
    {
      name: 'shares a body that counts once',
      layers: [{ a: 'body', b: hardlink('a'), c: hardlink('./b') }],
      rootfs: ['a:4@0', 'b:4@0', 'c:4@0'],
      wasted: [],
      counts: ['4/0 +3 ~0 -0'],
    },
    {
      name: 'that claims a size has no body all the same',
      layers: [{ a: 'body', b: hardlink('a', { size: 4 }) }],
      rootfs: ['a:4@0', 'b:4@0'],
      wasted: [],
      counts: ['4/0 +2 ~0 -0'],
    },
    {
      name: 'keeps a body alive whose first name goes',
      layers: [{ a: 'body', b: hardlink('a') }, { a: whiteout }],
      rootfs: ['b:4@0'],
      wasted: [],
      counts: ['4/0 +2 ~0 -0', '0/0 +0 ~0 -1'],
    },
    {
      name: 'is the last name of a body, and goes',
      layers: [{ a: 'body', b: hardlink('a') }, { a: whiteout }, { c: 'c' }, { b: 'new' }],
      rootfs: ['b:3@3', 'c:1@2'],
      wasted: ['/b 4 replaced 0>3'],
      counts: ['4/4 +2 ~0 -0', '0/0 +0 ~0 -1', '1/0 +1 ~0 -0', '3/0 +0 ~1 -0'],
    },
    {
      name: 'goes together with every other name',
      layers: [{ 'd/a': 'body', 'd/b': hardlink('d/a') }, { d: whiteout }],
      rootfs: [],
      wasted: ['/d/b 4 removed 0>1'],
      counts: ['4/4 +2 ~0 -0', '0/0 +0 ~0 -2'],
    },
    {
      name: 'of an upper layer to a lower body gives it one more name',
      layers: [{ a: 'body' }, { 'd/b': hardlink('a') }, { a: whiteout }],
      rootfs: ['(d)/', 'd/b:4@0'],
      wasted: [],
      counts: ['4/0 +1 ~0 -0', '0/0 +1 ~0 -0', '0/0 +0 ~0 -1'],
    },
    {
      name: 'of an upper layer goes, and the lower name stays',
      layers: [{ a: 'body' }, { b: hardlink('/a') }, { b: whiteout }],
      rootfs: ['a:4@0'],
      wasted: [],
      counts: ['4/0 +1 ~0 -0', '0/0 +1 ~0 -0', '0/0 +0 ~0 -1'],
    },
    {
      name: 'of an upper layer and the lower name both go',
      layers: [{ a: 'body' }, { b: hardlink('a') }, { b: whiteout, a: 'x' }],
      rootfs: ['a:1@2'],
      wasted: ['/a 4 replaced 0>2'],
      counts: ['4/4 +1 ~0 -0', '0/0 +1 ~0 -0', '1/0 +0 ~1 -1'],
    },
    {
      name: 'stands before its target in the tar',
      layers: [{ b: hardlink('a'), a: 'body' }, { a: whiteout }],
      rootfs: ['b:4@0'],
      wasted: [],
      counts: ['4/0 +2 ~0 -0', '0/0 +0 ~0 -1'],
    },
    {
      name: 'is one of a chain, in any order',
      layers: [{ d: hardlink('c'), c: hardlink('b'), b: hardlink('a'), a: 'body' }],
      rootfs: ['a:4@0', 'b:4@0', 'c:4@0', 'd:4@0'],
      wasted: [],
      counts: ['4/0 +4 ~0 -0'],
    },
    {
      name: 'is one of a chain that ends in a lower layer, even where lower names are like its own',
      layers: [
        { a: 'body', b: 'other' },
        { c: hardlink('b'), b: hardlink('a') },
      ],
      rootfs: ['a:4@0', 'b:4@0', 'c:4@0'],
      wasted: ['/b 5 replaced 0>1'],
      counts: ['9/5 +2 ~0 -0', '0/0 +1 ~1 -0'],
    },
    {
      name: 'whose target is nowhere is kept as a link, and that is said',
      layers: [{ a: 'a' }, { 'd/b': hardlink('./no/such') }],
      rootfs: ['(d)/', 'a:1@0', 'd/b=no/such'],
      wasted: [],
      counts: ['1/0 +1 ~0 -0', '0/0 +1 ~0 -0'],
      warnings: ['dangling-hard-link'],
    },
    {
      name: 'whose target the same layer removes leads nowhere',
      layers: [{ a: 'body' }, { a: whiteout, b: hardlink('a') }],
      rootfs: ['b=a'],
      wasted: ['/a 4 removed 0>1'],
      counts: ['4/4 +1 ~0 -0', '0/0 +1 ~0 -1'],
      warnings: ['dangling-hard-link'],
    },
    ...(['a', 'z'] as const).map((name) => ({
      name: `whose target the same layer shadows leads nowhere, named ${name}`,
      layers: [{ 'd/f': 'body' }, { [name]: hardlink('d/f'), d: 'd' }],
      rootfs: name === 'a' ? ['a=d/f', 'd:1@1'] : ['d:1@1', 'z=d/f'],
      wasted: ['/d/f 4 shadowed 0>1'],
      counts: ['4/4 +1 ~0 -0', '1/0 +2 ~0 -1'],
      warnings: ['dangling-hard-link'],
    })),
    {
      name: 'to a directory leads nowhere, whatever a lower layer has there',
      layers: [{ d: 'file' }, { a: hardlink('d'), 'd/': dir(), z: hardlink('d') }],
      rootfs: ['a=d', 'd/', 'z=d'],
      wasted: ['/d 4 replaced 0>1'],
      counts: ['4/4 +1 ~0 -0', '0/0 +2 ~1 -0'],
      warnings: ['dangling-hard-link'],
    },
    {
      name: 'to a symbolic link is that symbolic link',
      layers: [{ l: symlink('x'), a: hardlink('l') }, { b: hardlink('l') }],
      rootfs: ['a>x', 'b>x', 'l>x'],
      wasted: [],
      counts: ['0/0 +2 ~0 -0', '0/0 +1 ~0 -0'],
    },
    {
      name: 'to itself, and links in a circle, lead nowhere',
      layers: [
        { a: 'body', b: 'body' },
        { a: hardlink('a'), b: hardlink('c'), c: hardlink('b'), d: hardlink('c') },
      ],
      rootfs: ['a=a', 'b=c', 'c=b', 'd=c'],
      wasted: ['/a 4 replaced 0>1', '/b 4 replaced 0>1'],
      counts: ['8/8 +2 ~0 -0', '0/0 +2 ~2 -0'],
      warnings: ['dangling-hard-link'],
    },
    {
      name: 'to itself after the file is one name',
      layers: [{ a: 'body', './a': hardlink('a') }],
      rootfs: ['a:4@0'],
      wasted: [],
      counts: ['4/0 +1 ~0 -0'],
    },
    {
      name: 'through a symbolic link of its layer, to a target that comes before, later, or in a lower layer',
      layers: [
        { 'd/low': 'low' },
        {
          l: symlink('d'),
          'd/a': 'a',
          'l/b': hardlink('l/a'),
          'l/c': hardlink('l/e'),
          'd/e': 'e',
          f: hardlink('l/low'),
        },
      ],
      rootfs: ['(d)/', 'd/a:1@1', 'd/b:1@1', 'd/c:1@1', 'd/e:1@1', 'd/low:3@0', 'f:3@0', 'l>d'],
      wasted: [],
      counts: ['3/0 +1 ~0 -0', '2/0 +6 ~0 -0'],
    },
  ],
  'a path that comes twice in one tar': [
    {
      name: 'as a file is the last one',
      layers: [
        [
          ['a', 'old'],
          ['b', 'b'],
          ['a', 'newer'],
        ],
      ],
      rootfs: ['a:5@0', 'b:1@0'],
      wasted: ['/a 3 duplicate-entry 0>0'],
      counts: ['9/3 +2 ~0 -0'],
      warnings: [],
    },
    {
      name: 'as the same file wastes one body',
      layers: [
        [
          ['a', 'old'],
          ['./a', 'old'],
        ],
      ],
      rootfs: ['a:3@0'],
      wasted: ['/a 3 duplicate-entry 0>0'],
      counts: ['6/3 +1 ~0 -0'],
    },
    {
      name: 'as a directory merges, and the last attributes count',
      layers: [
        [
          ['d/', dir()],
          ['d/a', 'a'],
          ['d', dir({ mode: 0o700 })],
          ['d/b', 'b'],
        ],
      ],
      rootfs: ['d/', 'd/a:1@0', 'd/b:1@0'],
      wasted: [],
      counts: ['2/0 +3 ~0 -0'],
    },
    {
      name: 'as a file, then as a directory',
      layers: [
        [
          ['a', 'old'],
          ['a/', dir()],
          ['a/b', 'b'],
        ],
      ],
      rootfs: ['a/', 'a/b:1@0'],
      wasted: ['/a 3 duplicate-entry 0>0'],
      counts: ['4/3 +2 ~0 -0'],
    },
    {
      name: 'as a file, then as a directory that is only implied',
      layers: [{ a: 'old', 'a/b': 'b' }],
      rootfs: ['(a)/', 'a/b:1@0'],
      wasted: ['/a 3 duplicate-entry 0>0'],
      counts: ['4/3 +1 ~0 -0'],
    },
    {
      name: 'as a directory with content, then as a file, then as a directory again',
      layers: [
        [
          ['d/a', 'aa'],
          ['d/e/b', 'b'],
          ['d', 'file'],
          ['d/a', 'A'],
        ],
      ],
      rootfs: ['(d)/', 'd/a:1@0'],
      wasted: ['/d 4 duplicate-entry 0>0', '/d/a 2 shadowed 0>0', '/d/e/b 1 shadowed 0>0'],
      counts: ['8/7 +1 ~0 -0'],
    },
    {
      name: 'as a hard link to what it was changes nothing',
      layers: [
        [
          ['a', 'body'],
          ['b', hardlink('a')],
          ['a', hardlink('b')],
        ],
      ],
      rootfs: ['a:4@0', 'b:4@0'],
      wasted: [],
      counts: ['4/0 +2 ~0 -0'],
    },
    {
      name: 'while another name keeps the first body alive',
      layers: [
        [
          ['a', 'body'],
          ['b', hardlink('a')],
          ['a', 'new'],
        ],
        { b: whiteout },
      ],
      rootfs: ['a:3@0'],
      wasted: ['/b 4 removed 0>1'],
      counts: ['7/4 +2 ~0 -0', '0/0 +0 ~0 -1'],
    },
    {
      name: 'and a lower file goes too: each body is wasted by its own cause',
      layers: [
        { a: '1' },
        [
          ['a', '22'],
          ['a', '333'],
        ],
      ],
      rootfs: ['a:3@1'],
      wasted: ['/a 2 duplicate-entry 1>1', '/a 1 replaced 0>1'],
      counts: ['1/1 +1 ~0 -0', '5/2 +0 ~1 -0'],
    },
    {
      name: 'as a file in place of the root, which stays a directory',
      layers: [{ './': 'root', a: 'a' }],
      rootfs: ['a:1@0'],
      wasted: ['/ 4 duplicate-entry 0>0'],
      counts: ['5/4 +1 ~0 -0'],
    },
  ],
  'a name': [
    {
      name: 'that climbs is clamped at the root',
      layers: [{ '../../etc/a': 'a', 'd/../b': 'b', '..': dir() }],
      rootfs: ['(etc)/', 'b:1@0', 'etc/a:1@0'],
      wasted: [],
      counts: ['2/0 +3 ~0 -0'],
    },
    {
      name: 'beneath a symbolic link of the same layer goes where that leads',
      layers: [
        {
          l: symlink('d/e'),
          'l/a': 'a',
          abs: symlink('/l'),
          'abs/b': 'b',
          'd/up': symlink('../x'),
          'd/up/c': 'c',
        },
      ],
      rootfs: ['(d)/', '(d/e)/', '(x)/', 'abs>/l', 'd/e/a:1@0', 'd/e/b:1@0', 'd/up>../x', 'l>d/e', 'x/c:1@0'],
      wasted: [],
      counts: ['3/0 +6 ~0 -0'],
    },
    {
      name: 'beneath a symbolic link that leads in a circle makes it a directory',
      layers: [{ l: symlink('m'), m: symlink('l'), 'l/a': 'a' }],
      rootfs: ['(l)/', 'l/a:1@0', 'm>l'],
      wasted: [],
      counts: ['1/0 +2 ~0 -0'],
    },
    {
      name: 'beneath a device or an unresolved hard link makes that a directory',
      layers: [{ p: fifo(), 'p/a': 'a', h: hardlink('x'), 'h/b': 'b', x: 'x' }],
      rootfs: ['(h)/', '(p)/', 'h/b:1@0', 'p/a:1@0', 'x:1@0'],
      wasted: [],
      counts: ['3/0 +3 ~0 -0'],
    },
    {
      name: 'that is not UTF-8 is another for each invalid byte',
      layers: [{ 'n\udce9': '1', 'n\udcea': '22', 'n\ufffd': '333' }, { 'n\udce9': 'x' }],
      rootfs: ['n\udce9:1@1', 'n\udcea:2@0', 'n\ufffd:3@0'],
      wasted: ['/n\\xe9 1 replaced 0>1'],
      counts: ['6/1 +3 ~0 -0', '1/0 +0 ~1 -0'],
    },
    {
      name: 'that an object has by itself is one like any other',
      layers: [{ constructor: 'c', 'toString/hasOwnProperty': 'h' }, { constructor: whiteout }],
      rootfs: ['(toString)/', 'toString/hasOwnProperty:1@0'],
      wasted: ['/constructor 1 removed 0>1'],
      counts: ['2/1 +2 ~0 -0', '0/0 +0 ~0 -1'],
    },
  ],
  'what aufs left behind': [
    {
      name: 'is no part of the layer',
      layers: [
        { '.wh..wh.aufs': 'x', '.wh..wh.orph/': dir(), '.wh..wh.plnk/': dir(), '.wh..wh.plnk/1.2': 'body', a: 'a' },
      ],
      rootfs: ['a:1@0'],
      wasted: [],
      counts: ['1/0 +1 ~0 -0'],
    },
    {
      name: 'counts once where hard links lead to it',
      layers: [
        {
          '.wh..wh.plnk/1.2': 'body',
          a: hardlink('.wh..wh.plnk/1.2'),
          b: hardlink('.wh..wh.plnk/1.2'),
          c: hardlink('a'),
        },
        { a: whiteout, c: whiteout },
      ],
      rootfs: ['b:4@0'],
      wasted: [],
      counts: ['4/0 +3 ~0 -0', '0/0 +0 ~0 -2'],
    },
    {
      name: 'counts once where the link is replaced, and is then linked again',
      layers: [
        [
          ['.wh..wh.plnk/1.2', 'body'],
          ['a', hardlink('.wh..wh.plnk/1.2')],
          ['a', 'new'],
          ['b', hardlink('.wh..wh.plnk/1.2')],
        ],
      ],
      rootfs: ['a:3@0', 'b:4@0'],
      wasted: [],
      counts: ['7/0 +2 ~0 -0'],
    },
    {
      name: 'counts where its only link is replaced',
      layers: [
        [
          ['.wh..wh.plnk/1.2', 'body'],
          ['a', hardlink('.wh..wh.plnk/1.2')],
          ['a', 'new'],
        ],
      ],
      rootfs: ['a:3@0'],
      wasted: ['/a 4 duplicate-entry 0>0'],
      counts: ['7/4 +1 ~0 -0'],
    },
  ],
  'an image': [
    { name: 'without layers is empty', layers: [], rootfs: [], wasted: [], counts: [] },
    {
      name: 'with empty layers is empty too',
      layers: [{}, {}],
      rootfs: [],
      wasted: [],
      counts: ['0/0 +0 ~0 -0', '0/0 +0 ~0 -0'],
    },
  ],
}

describe.each(Object.entries(groups))('%s', (_, situations) => {
  test.each(situations)('$name', async ({ layers: trees, rootfs, wasted, counts, warnings = [] }) => {
    const layers = await layersOf(trees)
    const stack = stackLayers(layers, true)
    const report = makeReport(imageOf(layers), stack)
    expect(listing(stack.rootfs)).toEqual([...rootfs].sort())
    expect(wasteLines(report)).toEqual(wasted)
    expect(layerLines(report)).toEqual(counts)
    expect(report.warnings.map(({ code }) => code)).toEqual(warnings)
    const { contentBytes, rootfsBytes, wastedBytes } = report.summary
    expect(contentBytes).toBe(rootfsBytes + wastedBytes)
  })
})
