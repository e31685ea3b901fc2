import { expect, test } from 'vitest'
import { makeReport } from '../../src/analysis/make-report.ts'
import { stackLayers } from '../../src/stack.ts'
import { cloneWithOrigin } from '../../src/tree/clone.ts'
import { find } from '../../src/tree/tree.ts'
import { dir, hardlink, symlink } from '../helpers/layer.ts'
import { asLayer, contentOf, imageOf, layerLines, listing, wasteLines } from '../helpers/stack.ts'

const tree = { 'd/': dir({ mode: 0o700 }), 'd/a': 'body', b: hardlink('d/a'), l: symlink('b'), low: hardlink('no') }

test('a copy of a changeset has bodies of its own, and its hard links stay links', async () => {
  const { changeset } = await contentOf(tree)
  const origin = { layer: 4 }
  const { added, clones } = cloneWithOrigin(changeset.added, origin)
  expect(listing(added)).toEqual(listing(changeset.added).map((line) => line.replace('@-1', '@4')))
  const body = find(added, 'b')
  expect(body).toBe(find(added, 'd/a'))
  expect(body).not.toBe(find(changeset.added, 'b'))
  expect(body).toMatchObject({ origin, links: 2, size: 4 })
  expect(clones).toEqual(new Map([[find(changeset.added, 'b'), body]]))
  expect(find(added, 'd')).toMatchObject({ attributes: { mode: 0o700 }, implied: false })
  expect(find(added, 'd')).not.toBe(find(changeset.added, 'd'))
  for (const path of ['l', 'low']) expect(find(added, path), path).toBe(find(changeset.added, path))
})

test('a layer that comes twice in an image wastes what it wrote the first time', async () => {
  const content = await contentOf({ 'd/a': 'body', b: hardlink('d/a'), c: 'c' })
  const origin = { layer: -1 }
  const { added } = cloneWithOrigin(content.changeset.added, origin)
  const layers = [content, { ...content, origin, changeset: { ...content.changeset, added } }].map(asLayer)
  const report = makeReport(imageOf(layers), stackLayers(layers, false))
  expect(layerLines(report)).toEqual(['5/5 +3 ~0 -0', '5/0 +0 ~0 -0'])
  expect(wasteLines(report).map((line) => line.replace(/^\S+ /, ''))).toEqual(['4 rewritten 0>1', '1 rewritten 0>1'])
})
