import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Layer } from '../../src/oci/image.ts'
import { stackLayers } from '../../src/stack.ts'
import { walk } from '../../src/tree/tree.ts'
import { Entries } from '../../src/what-if/entries.ts'
import { type Instance, neverWrite } from '../../src/what-if/operations.ts'
import { squash } from '../../src/what-if/squash.ts'
import { finish } from '../../src/what-if/work.ts'
import type { Entry } from '../helpers/naive.ts'
import { builtLayers, randomLayers } from '../helpers/random-layers.ts'
import { picture, readBack, sizesOf, squashed, withoutEntries } from '../helpers/rebuild.ts'
import { imageOf } from '../helpers/stack.ts'

const one = (kind: Entry['kind'], path: string): Entry => ({ kind, path, content: '', target: '', mode: 0o644 })

/** Every name of a regular file in every layer, in order. */
function filesOf(layers: readonly Layer[]): Instance[] {
  return layers.flatMap(({ index, content }) => {
    if (typeof content === 'string') return []
    const files: Instance[] = []
    walk(content.changeset.added, '', (path, node) => {
      if (node.kind === 'file') files.push({ path, node, layer: index })
    })
    return files.sort((a, b) => (a.path < b.path ? -1 : 1))
  })
}

function after(layers: readonly Layer[], { ledger }: Entries) {
  return sizesOf(layers).map(({ tarBytes, contentBytes }, i) => {
    const saved = ledger.savedIn(i)
    return { tarBytes: tarBytes - saved.tarBytes, contentBytes: contentBytes - saved.contentBytes }
  })
}

test('files that are not written save what a rebuilt image has less, to the byte', async () => {
  await fc.assert(
    fc.asyncProperty(randomLayers, fc.array(fc.nat(40), { minLength: 1, maxLength: 12 }), async (original, picks) => {
      const layers = await readBack(original)
      const all = filesOf(layers)
      if (all.length === 0) return
      const files = [...new Set(picks.map((pick) => all[pick % all.length] as Instance))]
      const entries = new Entries(imageOf(layers), stackLayers(layers, false))
      const { edit } = finish(neverWrite(entries, files))
      entries.ledger.add(edit)

      const rebuilt = await withoutEntries(original, files)
      expect(after(layers, entries)).toEqual(sizesOf(await readBack(rebuilt)))

      entries.ledger.remove(edit)
      expect(after(layers, entries)).toEqual(sizesOf(layers))
    }),
    {
      numRuns: 150,
      examples: [
        // The whiteout hides a directory that no entry made, and had hidden the file only if nothing stood between.
        [[[one('file', 'c')], [one('file', 'c/a')], [one('opaque', 'c')], [one('whiteout', 'c')]], [0]],
        // The file stands between two directories, but so does the one in the place of their parent.
        [
          [
            [one('directory', 'a/a')],
            [one('file', 'a/a')],
            [one('file', 'a')],
            [one('file', 'a/a')],
            [one('directory', 'a/a')],
          ],
          [0],
        ],
      ],
    },
  )
})

test('files that nothing shows can be left out of what an engine built without a trace', async () => {
  await fc.assert(
    fc.asyncProperty(builtLayers, async (original) => {
      const layers = await readBack(original)
      const entries = new Entries(imageOf(layers), stackLayers(layers, false))
      const hidden = filesOf(layers).filter(({ path, node }) => !entries.isLive(path, node))
      expect(finish(neverWrite(entries, hidden)).missing.files).toBe(0)
      expect(await picture(await withoutEntries(original, hidden))).toEqual(await picture(original))
    }),
    { numRuns: 80 },
  )
})

test('layers that become one save what a rebuilt image has less, to the byte, and show the same', async () => {
  await fc.assert(
    fc.asyncProperty(builtLayers, fc.nat(9), fc.nat(9), async (original, a, b) => {
      const [first = 0, last = 0] = [a % original.length, b % original.length].sort()
      const layers = await readBack(original)
      const entries = new Entries(imageOf(layers), stackLayers(layers, false))
      const { edit } = finish(squash(entries, first, last))
      entries.ledger.add(edit)

      const rebuilt = await squashed(original, first, last)
      const read = await readBack(rebuilt)
      expect(total(after(layers, entries))).toEqual(total(sizesOf(read)))
      expect(await picture(rebuilt)).toEqual(await picture(original))
    }),
    {
      numRuns: 150,
      // Nothing is left of the directory but a path that no entry made.
      examples: [[[[one('directory', 'b/a')], [], [one('opaque', 'b')], [], [one('whiteout', 'b')]], 3, 4]],
    },
  )
})

function total(layers: readonly { tarBytes: number; contentBytes: number }[]) {
  const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0)
  return [sum(layers.map(({ tarBytes }) => tarBytes)), sum(layers.map(({ contentBytes }) => contentBytes))]
}
