import { describe, expect, test } from 'vitest'
import type { Layer } from '../../src/oci/image.ts'
import { stackLayers } from '../../src/stack.ts'
import type { FileNode } from '../../src/tree/node.ts'
import { find } from '../../src/tree/tree.ts'
import { Entries } from '../../src/what-if/entries.ts'
import {
  dedupLink,
  dedupSymlink,
  type Instance,
  metaInline,
  neverWrite,
  type Operation,
  sameLayerCleanup,
  stripElf,
} from '../../src/what-if/operations.ts'
import { rebaseTo } from '../../src/what-if/rebase.ts'
import { recompress } from '../../src/what-if/recompress.ts'
import { finish, type Work } from '../../src/what-if/work.ts'
import { dir, file, hardlink, symlink, type Tree, whiteout } from '../helpers/layer.ts'
import { sizesOf } from '../helpers/rebuild.ts'
import { imageOf, layersOf } from '../helpers/stack.ts'

const body = 'x'.repeat(3000)
const LONG = `opt/${'y'.repeat(120)}`

/** Some files of a layer by their paths. */
type Pick = (layer: number, ...paths: readonly string[]) => Instance[]

interface Case {
  readonly layers: readonly Tree[]
  readonly does: (entries: Entries, pick: Pick) => Work<Operation>
  /** The layers as whoever makes the change writes them. */
  readonly rebuilt: readonly Tree[]
  readonly missing?: readonly string[]
}

const CASES: Readonly<Record<string, Case>> = {
  'a body goes with its last name': {
    layers: [{ a: body, b: hardlink('a'), c: 'c' }],
    does: (entries, pick) => neverWrite(entries, pick(0, 'a', 'b')),
    rebuilt: [{ c: 'c' }],
    missing: ['a', 'b'],
  },
  'a body goes on under its other name': {
    layers: [{ a: body, b: hardlink('a') }],
    does: (entries, pick) => neverWrite(entries, pick(0, 'a')),
    rebuilt: [{ b: body }],
    missing: ['a'],
  },
  'a body goes on under the first of its other names': {
    layers: [{ a: body, b: hardlink('a'), c: hardlink('a') }],
    does: (entries, pick) => neverWrite(entries, pick(0, 'a', 'b')),
    rebuilt: [{ c: body }],
    missing: ['a', 'b'],
  },
  'a link goes alone': {
    layers: [{ a: body, b: hardlink('a') }],
    does: (entries, pick) => neverWrite(entries, pick(0, 'b')),
    rebuilt: [{ a: body }],
    missing: ['b'],
  },
  'a name that was deleted later frees nothing while another shows the body': {
    layers: [{ a: body, b: hardlink('a') }, { a: whiteout }],
    does: (entries, pick) => neverWrite(entries, pick(0, 'a')),
    rebuilt: [{ b: body }, {}],
  },
  'a body is hidden by all its names': {
    layers: [
      { a: body, b: hardlink('a') },
      { a: whiteout, b: whiteout },
    ],
    does: (entries, pick) => sameLayerCleanup(entries, pick(0, 'b')),
    rebuilt: [{}, {}],
  },
  'long names take their headers with them': {
    layers: [{ [LONG]: body, c: 'c' }, { [LONG]: whiteout }],
    does: (entries, pick) => sameLayerCleanup(entries, pick(0, LONG)),
    rebuilt: [{ c: 'c' }, {}],
  },
  'links that the same whiteout hides go along': {
    layers: [{ 'd/': dir(), 'd/a': body, 'd/l': symlink('a'), 'd/e/l': symlink('a') }, { d: whiteout }],
    does: (entries, pick) => sameLayerCleanup(entries, pick(0, 'd/a')),
    rebuilt: [{}, {}],
  },
  'a whiteout stays while it hides something of another layer': {
    layers: [{ 'd/a': body }, { 'd/b': body }, { d: whiteout }],
    does: (entries, pick) => sameLayerCleanup(entries, pick(1, 'd/b')),
    rebuilt: [{ 'd/a': body }, {}, { d: whiteout }],
  },
  'a directory stays that the final rootfs shows empty': {
    layers: [{ 'd/': dir(), 'd/a': body }, { 'd/a': whiteout }],
    does: (entries, pick) => sameLayerCleanup(entries, pick(0, 'd/a')),
    rebuilt: [{ 'd/': dir() }, {}],
  },
  'a directory that a lower layer made keeps its entry': {
    layers: [{ 'd/': dir() }, { 'd/': dir({ mode: 0o700 }), 'd/a': body }],
    does: (entries, pick) => neverWrite(entries, pick(1, 'd/a')),
    rebuilt: [{ 'd/': dir() }, { 'd/': dir({ mode: 0o700 }) }],
    missing: ['d/a'],
  },
  'a file that keeps two directories apart leaves a whiteout': {
    layers: [{ 'd/': dir(), 'd/a': 'a' }, { d: body }, { 'd/': dir(), 'd/b': 'b' }],
    does: (entries, pick) => neverWrite(entries, pick(1, 'd')),
    rebuilt: [{ 'd/': dir(), 'd/a': 'a' }, { d: whiteout }, { 'd/': dir(), 'd/b': 'b' }],
  },
  'all versions of a path in one tar go': {
    layers: [
      [
        ['a', body],
        ['a', 'x'],
      ],
    ],
    does: (entries, pick) => neverWrite(entries, pick(0, 'a')),
    rebuilt: [{}],
    missing: ['a'],
  },
  'metadata are set where the content is written': {
    layers: [{ a: file(body, { mode: 0o600 }) }, { a: file(body, { mode: 0o644, pax: { comment: 'c' } }), b: 'b' }],
    does: (entries, pick) => metaInline(entries, pick(0, 'a'), 1),
    rebuilt: [{ a: file(body, { mode: 0o644, pax: { comment: 'c' } }) }, { b: 'b' }],
  },
  'copies become hard links': {
    layers: [{ a: body, b: body, c: body }],
    does: (entries, pick) => dedupLink(entries, pick(0, 'b', 'c')),
    rebuilt: [{ a: body, b: hardlink('a'), c: hardlink('a') }],
  },
  'copies become symbolic links': {
    layers: [{ a: body }, { b: body }],
    does: (entries, pick) => dedupSymlink(entries, pick(1, 'b')),
    rebuilt: [{ a: body }, { b: symlink('a') }],
    missing: ['b'],
  },
  'a hard link that copied a file up becomes a symbolic link': {
    layers: [{ a: body }, { a: body, b: hardlink('a') }],
    does: (entries, pick) => dedupSymlink(entries, pick(1, 'a', 'b')),
    rebuilt: [{ a: body }, { b: symlink('a') }],
    missing: ['b'],
  },
  'names of one body are no copies': {
    layers: [{ a: body, b: hardlink('a') }],
    does: (entries, pick) => dedupLink(entries, pick(0, 'b')),
    rebuilt: [{ a: body, b: hardlink('a') }],
  },
  'a part of a file goes': {
    layers: [{ a: body }],
    does: (entries, pick) => stripElf(entries, pick(0, 'a'), () => 1000),
    rebuilt: [{ a: body.slice(1000) }],
    missing: ['a'],
  },
}

function picker(layers: readonly Layer[]): Pick {
  return (layer, ...paths) =>
    paths.map((path) => {
      const content = layers[layer]?.content
      const node =
        content === undefined || typeof content === 'string' ? undefined : find(content.changeset.added, path)
      return { layer, path, node: node as FileNode }
    })
}

describe('an operation saves what a rebuilt image has less, layer by layer', () => {
  test.each(Object.entries(CASES))('%s', async (_, { layers: trees, does, rebuilt, missing = [] }) => {
    const layers = await layersOf(trees)
    const entries = new Entries(imageOf(layers), stackLayers(layers, false))
    const operation = finish(does(entries, picker(layers)))
    entries.ledger.add(operation.edit)
    const after = sizesOf(layers).map(({ tarBytes, contentBytes }, layer) => {
      const saved = entries.ledger.savedIn(layer)
      return { tarBytes: tarBytes - saved.tarBytes, contentBytes: contentBytes - saved.contentBytes }
    })
    expect(after).toEqual(sizesOf(await layersOf(rebuilt)))
    expect(operation.missing.paths).toEqual(missing)
    entries.ledger.remove(operation.edit)
    expect(entries.ledger.savedIn(0)).toEqual({ tarBytes: 0, contentBytes: 0, blobBytes: 0 })
  })

  test('only what is guessed is an estimate', async () => {
    const layers = await layersOf([{ a: body }])
    const entries = new Entries(imageOf(layers), stackLayers(layers, false))
    expect(finish(neverWrite(entries, picker(layers)(0, 'a'))).estimate).toBe(false)
    expect(finish(stripElf(entries, picker(layers)(0, 'a'), () => 1)).estimate).toBe(true)
  })
})

describe('an image on another base', () => {
  test('is smaller by what the bases differ, and names what its layers delete in vain', async () => {
    const [old, own] = await layersOf([
      { a: body, b: 'b' },
      { a: whiteout, b: whiteout, c: 'c' },
    ])
    const [slim] = await layersOf([{ b: 'b' }])
    const image = imageOf([old, own] as Layer[])
    expect(rebaseTo(image, 1, { layers: [slim as Layer] })).toEqual({
      saved: { tarBytes: 512 + 3072, contentBytes: 3000, blobBytes: 512 + 3072 },
      exact: true,
      conflicts: ['a'],
    })
  })

  test('is an estimate where the other base is only known by its size', async () => {
    const image = imageOf(await layersOf([{ a: body }]))
    const sizes = { tarBytes: 2000, contentBytes: 1000, blobBytes: undefined }
    expect(rebaseTo(image, 1, { sizes })).toEqual({
      saved: { tarBytes: 4608 - 2000, contentBytes: 2000, blobBytes: undefined },
      exact: false,
      conflicts: [],
    })
  })
})

describe('a layer in another codec', () => {
  const layerIn = async (compression: 'none' | 'gzip' | 'zstd', blobBytes: number) => {
    const [layer] = (await layersOf([{ a: body }])) as [Layer]
    return { ...layer, blobBytes, content: { ...(layer.content as object), compression } } as Layer
  }
  const cases = [
    ['gzip', 'gzip', { blobBytes: 1000, exact: true }],
    ['gzip', 'none', { blobBytes: 4608, exact: true }],
    ['gzip', 'zstd', { blobBytes: 930, exact: false }],
    ['zstd', 'gzip', { blobBytes: 1075, exact: false }],
    ['none', 'zstd', undefined],
  ] as const
  test.each(cases)('%s to %s', async (from, to, expected) => {
    expect(recompress(await layerIn(from, 1000), to)).toEqual(expected)
  })
})
