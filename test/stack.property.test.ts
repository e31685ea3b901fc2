import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeReport } from '../src/analysis/make-report.ts'
import { causeOf } from '../src/analysis/waste.ts'
import { stackLayers } from '../src/stack.ts'
import type { Changeset, DirectoryNode } from '../src/tree/node.ts'
import { apply } from '../src/tree/overlay.ts'
import { impliedDirectory, walk } from '../src/tree/tree.ts'
import { asPair, type Entry, replay } from './helpers/naive.ts'
import { contentOf, imageOf, layerLines, layersOf, listing } from './helpers/stack.ts'

// Few names and few contents, so that entries meet.
const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 }).map((names) => names.join('/'))
const entry: fc.Arbitrary<Entry> = fc
  .record({
    kind: fc.oneof(
      { arbitrary: fc.constantFrom('file' as const), weight: 4 },
      {
        arbitrary: fc.constantFrom('directory', 'symlink', 'hardlink', 'hardlink', 'fifo', 'whiteout', 'opaque'),
        weight: 7,
      },
    ),
    path,
    content: fc.constantFrom('', 'x', 'xx', 'yy', 'xyz'),
    link: path,
    symlink: fc.constantFrom('a', 'b/c', '/c', '../b', '.', '../../..'),
    atRoot: fc.nat(15),
    mode: fc.constantFrom(0o755, 0o755, 0o700),
  })
  .map(({ kind, path, content, link, symlink, atRoot, mode }) => ({
    kind,
    path: kind === 'opaque' && atRoot === 0 ? '' : path,
    content,
    target: kind === 'symlink' ? symlink : link,
    mode,
  }))
const layers = fc.array(fc.array(entry, { maxLength: 9 }), { minLength: 1, maxLength: 5 })

test('layers stack as a slow and obvious implementation stacks them', async () => {
  await fc.assert(
    fc.asyncProperty(layers, async (entries) => {
      const expected = replay(entries)
      const image = imageOf(await layersOf(entries.map((layer) => layer.map(asPair))))
      const stack = stackLayers(image.layers, true)
      const report = makeReport(image, stack)

      expect(listing(stack.rootfs)).toEqual(expected.rootfs)
      expect(layerLines(report)).toEqual(expected.counts)
      const wastedBytes = expected.lost.reduce((total, { body }) => total + body.content.length, 0)
      expect(report.summary).toMatchObject({
        contentBytes: expected.rootfsBytes + wastedBytes,
        rootfsBytes: expected.rootfsBytes,
        wastedBytes,
        files: expected.files,
      })
      expect(report.rootfs?.files).toHaveLength(expected.rootfs.length)

      const inOrder = (lines: (readonly [string, unknown])[]) => lines.sort(([a], [b]) => (a < b ? -1 : 1))
      const key = (layer: number, offset: number, by: number) => `layer ${layer} at ${offset} by ${by}`
      const found = stack.hidden.map((body) => {
        const { layer } = body.node.origin
        return [key(layer, body.node.offset, body.by), `${body.path} ${causeOf(body).cause}`] as const
      })
      const lost = expected.lost.map(({ body, by, ends }) => [key(body.layer, body.offset, by), ends] as const)
      expect(inOrder(found)).toEqual(inOrder(lost).map(([at, ends]) => [at, expect.toBeOneOf(ends as string[])]))
    }),
    { numRuns: 1500 },
  )
})

const silent = { added() {}, replaced() {}, removed() {} }

/** Everything about a tree that can be seen. */
function picture(root: DirectoryNode): string[] {
  const lines = [`implied ${root.implied}`]
  walk(root, '', (at, node) => {
    const { kind, attributes, mtime } = node
    const inode = node.kind === 'file' ? [node.size, node.offset, node.origin.layer, node.links] : []
    lines.push(JSON.stringify([at, kind, attributes, mtime, node.kind === 'directory' && node.implied, inode]))
  })
  return lines.sort()
}

test('stacking with an owner for each layer gives the same rootfs as with one for all, and changes no earlier one', async () => {
  await fc.assert(
    fc.asyncProperty(layers, async (entries) => {
      const changesets: Changeset[] = []
      for (const layer of entries) changesets.push((await contentOf(layer.map(asPair))).changeset)
      const written = changesets.map(({ added }) => picture(added))

      const owner = {}
      let mutable = impliedDirectory(owner)
      const immutable = [impliedDirectory()]
      const seen: string[][] = []
      for (const changeset of changesets) {
        const lower = immutable.at(-1) as DirectoryNode
        seen.push(picture(lower))
        immutable.push(apply(lower, changeset, {}, silent))
        mutable = apply(mutable, changeset, owner, silent)
        expect(picture(mutable)).toEqual(picture(immutable.at(-1) as DirectoryNode))
      }
      expect(immutable.slice(0, -1).map(picture)).toEqual(seen)
      expect(changesets.map(({ added }) => picture(added))).toEqual(written)
    }),
    { numRuns: 300 },
  )
})
