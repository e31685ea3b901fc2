import { describe, expect, test } from 'vitest'
import { analyse } from '../../src/analyse.ts'
import { diveFigures } from '../../src/analysis/dive-compat.ts'
import type { DiveFigures } from '../../src/analysis/report.ts'
import { tarOf } from '../helpers/archive.ts'
import { pipe } from '../helpers/deliver.ts'
import { dockerSave } from '../helpers/docker-archive.ts'
import { image } from '../helpers/image.ts'
import { dir, file, hardlink, opaque, symlink, type Tree, whiteout } from '../helpers/layer.ts'

/** What dive 0.13.1 itself says of the image: efficiencyScore, wastedBytes, userWastedPercent. */
type Figures = readonly [efficiencyScore: number, wastedBytes: number, userWastedPercent: number | null]

const body = (bytes: number): string => 'x'.repeat(bytes)
/** A directory with an entry of its own, and a file in it. */
const tree = { 'd/': dir(), 'd/a': body(1000) }

const groups: Readonly<Record<string, readonly (readonly [name: string, layers: readonly Tree[], Figures])[]>> = {
  'a removed directory': [
    ['is no waste', [{ ...tree, keep: body(10) }, { d: whiteout }], [1, 0, null]],
    ['is missing: the score before', [{ ...tree, x: body(100) }, { x: body(100) }], [0.9166666666666666, 200, 2]],
    ['raises the score', [{ ...tree, x: body(100) }, { x: body(100) }, { d: whiteout }], [0.9545454545454546, 200, 2]],
    [
      'counts for nothing where only implied',
      [
        { 'd/a': body(1000), x: body(100) },
        { x: body(100), d: whiteout },
      ],
      [0.9166666666666666, 200, 2],
    ],
    [
      'is wasted besides its files where it was a leaf too',
      [tree, tree, { d: whiteout }, { d: symlink('e') }],
      [0.3333333333333333, 3000, 3],
    ],
    [
      'has no size once a layer named a file in it and not itself',
      [tree, { 'd/a': body(1000) }, { d: whiteout }, { d: symlink('e') }],
      [0.5, 2000, 2],
    ],
    [
      'counts as large as all beneath it, also where a part is removed with it',
      [
        { 'd/': dir(), 'd/e/': dir(), 'd/e/f': body(100), 'd/g': body(30) },
        { 'd/e': whiteout, d: whiteout },
        { 'd/e': body(1), d: symlink('q') },
      ],
      [0.7229916897506925, 101, 101],
    ],
    [
      'is one by its mode alone',
      [{ 'd/a': body(100), d: file('', { mode: 0o40755 }) }, { d: whiteout, x: body(10) }, { d: symlink('x') }],
      [0.5238095238095238, 100, 10],
    ],
  ],
  'a file that comes again': [
    [
      'is wasted with the copy that stays',
      [{ x: body(1000) }, { x: file(body(1000), { mode: 0o600 }) }],
      [0.5, 2000, 2],
    ],
    ['after it was removed is wasted whole', [{ x: body(200) }, { x: whiteout }, { x: body(200) }], [0, 400, 2]],
    [
      'is wasted, and so are its hard links, of no size',
      [
        { a: body(5000), b: hardlink('a') },
        { a: file(body(5000), { mode: 0o600 }), b: hardlink('a') },
      ],
      [0.5, 10_000, 2],
    ],
    [
      'as a hard link has the size that its header claims',
      [{ a: body(100) }, { b: hardlink('a', { size: 100 }) }, { b: hardlink('a', { size: 100 }) }],
      [0.6666666666666666, 200, 1],
    ],
    [
      'in the same layer counts as stored, and not as wasted',
      [
        { x: body(1000) },
        [
          ['x', body(1000)],
          ['x', body(3000)],
        ],
      ],
      [0.25, 4000, 1],
    ],
    [
      'is a symbolic link with another target: no waste',
      [{ l: symlink('a') }, { l: symlink('b'), x: body(10) }],
      [1, 0, 0],
    ],
  ],
  'a removed file': [
    ['is wasted, of infinite percent', [{ x: body(1000), keep: body(1000) }, { x: whiteout }], [0.5, 1000, null]],
    [
      'is wasted where a hard link to it stays',
      [
        { a: body(5000), b: hardlink('a') },
        { a: whiteout, c: body(10) },
      ],
      [0.001996007984031936, 5000, 500],
    ],
    [
      'that the same layer writes again is wasted with the new one',
      [
        { x: body(1000) },
        [
          ['x', whiteout],
          ['x', body(300)],
        ],
      ],
      [0, 1300, 4.333333333333333],
    ],
    [
      'that the same layer writes again is there for the next layer',
      [
        { y: body(1000) },
        [
          ['y', whiteout],
          ['y', body(300)],
        ],
        { y: whiteout, z: body(50) },
        { z: body(50) },
      ],
      [0.03571428571428571, 1400, 3.5],
    ],
    [
      'that the same layer writes again is gone for the next layer if its name sorts before a dot',
      [
        { '-x': body(1000) },
        [
          ['-x', whiteout],
          ['-x', body(300)],
        ],
        { '-x': whiteout, z: body(50) },
        { z: body(50) },
      ],
      [0.037037037037037035, 1300, 3.25],
    ],
  ],
  'a whiteout of nothing': [
    [
      'ends the count of its layer',
      [
        { a: body(1000), b: body(1000) },
        { '.dockerenv': whiteout, a: body(1000), b: body(1000) },
      ],
      [0.9995, 0, 0],
    ],
    [
      'leaves what comes before it by name',
      [
        { a: body(1000), '+b': body(1000) },
        { '.dockerenv': whiteout, a: body(1000), '+b': body(1000) },
      ],
      [0.6663333333333333, 2000, 1],
    ],
    [
      'is less than nothing only until the path has a size',
      [
        { a: body(1000), x: body(10) },
        { gone: whiteout, a: body(1000), x: body(10) },
        { gone: body(3), x: body(10) },
      ],
      [0.9902248289345064, 20, 0.019550342130987292],
    ],
    [
      'in the base layer ends the count there',
      [
        { gone: whiteout, a: body(1000) },
        { a: body(1000), b: body(100) },
      ],
      [0.9990909090909091, 0, 0],
    ],
    [
      'is one of what the base layer adds and removes, from the second layer on',
      [
        [
          ['x', body(1000)],
          ['x', whiteout],
        ],
        { '-': body(10), x: whiteout, y: body(10) },
        { y: body(10) },
      ],
      [0.019417475728155338, 1020, 34],
    ],
    ['is what marks of aufs are', [{ a: body(100) }, { '.wh..wh.aufs': '', a: body(100) }], [0.99, 0, 0]],
    [
      'ends the count in the order of bytes, and not of UTF-16',
      [
        { a: body(1), '\ue000': body(100) },
        { '\ue000': body(100), '😀/gone': whiteout },
      ],
      [0.4975124378109453, 200, 2],
    ],
  ],
  'what dive does not see': [
    ['is an opaque directory', [tree, { 'd/': opaque }], [1, 0, null]],
    [
      'is that a directory without an entry is one',
      [tree, { 'd/b': body(10) }, { d: whiteout, c: body(10) }, { d: body(5) }],
      [0.9951219512195122, 5, 0.2],
    ],
    [
      'is that a file took the place of a directory: its files stay',
      [tree, { d: body(10) }, { 'd/a': whiteout, z: body(50) }, { z: body(50) }],
      [0.05405405405405406, 1100, 10],
    ],
    [
      'is that a file of the same layer took the place of a directory',
      [
        { k: body(10) },
        [
          ['d/', dir()],
          ['d/a', body(100)],
          ['d', body(50)],
        ],
        { d: body(50), 'd/a': body(100) },
      ],
      [0.5238095238095238, 200, 0.6666666666666666],
    ],
    [
      'is that a parent is a symbolic link',
      [{ lib: symlink('usr'), 'usr/a': body(100) }, { 'lib/a': body(100) }, { 'lib/a': body(100) }],
      [0.6666666666666666, 200, 1],
    ],
    [
      'is that a name climbs above the root, until it is stacked',
      [{ k: body(1) }, { '../d/a': body(100), '../d/': dir() }, { d: whiteout }, { d: symlink('k') }],
      [0.5024875621890548, 100, 1],
    ],
    [
      'is that a whiteout needs a name',
      [tree, { 'd/.wh.': '', d: symlink('q') }, { 'd/': dir(), z: body(4) }],
      [1, 0, 0],
    ],
  ],
  'an image': [
    ['of one layer has no percentage', [{ a: body(1) }], [1, 0, null]],
    ['of empty directories is efficient', [{ 'd/': dir() }, { 'd/': dir(), x: body(10) }], [1, 0, 0]],
    ['without layers is efficient', [], [1, 0, null]],
  ],
}

const asFigures = ([efficiencyScore, wastedBytes, userWastedPercent]: Figures): DiveFigures => ({
  efficiencyScore,
  wastedBytes,
  userWastedPercent,
})

const save = (layers: readonly Tree[]): Buffer => tarOf(dockerSave([image({ layers })], { repeated: 'copy' }))

for (const [group, rows] of Object.entries(groups)) {
  describe(`for dive, ${group}`, () => {
    test.each(rows)('%s', async (_, layers, expected) => {
      const { dive } = await analyse(pipe(save(layers)), { diveCompat: true })
      expect(dive).toEqual(asFigures(expected))
    })
  })
}

test("dive's figures are not given unasked", async () => {
  expect(await analyse(pipe(save([tree])))).not.toHaveProperty('dive')
})

test('a layer that was not read counts as empty', () => {
  const unread = {
    index: 0,
    digest: undefined,
    diffId: undefined,
    mediaType: undefined,
    history: undefined,
    blobBytes: 0,
    content: 'encrypted',
  } as const
  expect(diveFigures([unread])).toEqual(asFigures([1, 0, null]))
})
