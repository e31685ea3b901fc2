import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAnalysis } from '../../src/analyse.ts'
import type { FileNode } from '../../src/tree/node.ts'
import { find } from '../../src/tree/tree.ts'
import { altered, app, blobOf } from '../helpers/altered.ts'
import { tarOf } from '../helpers/archive.ts'
import { gzip, zstd } from '../helpers/compression.ts'
import { file, pipe, temporaryFolder } from '../helpers/deliver.ts'
import { dockerSave } from '../helpers/docker-archive.ts'
import { image } from '../helpers/image.ts'
import { rootfsTar } from '../helpers/layer.ts'
import { ociLayout } from '../helpers/oci-layout.ts'
import { tar } from '../helpers/tar.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeAll(() => {
  folder = temporaryFolder()
})
afterAll(() => folder.remove())

const content = `${'x'.repeat(200_000)}end`
const tree = { 'etc/first': 'first', 'etc/large': content, 'etc/empty': '', 'etc/last': 'last' }

async function contents(bytes: Buffer, wanted: readonly string[]): Promise<Record<string, string>> {
  const { image: read, stack, close } = await openAnalysis(file(folder.path, bytes), {})
  const found: Record<string, string> = {}
  for (const path of wanted) {
    const node = find(stack.rootfs, path) as FileNode
    const pieces: Buffer[] = []
    for await (const piece of read.readBody?.(node) ?? []) pieces.push(Buffer.from(piece))
    found[path] = Buffer.concat(pieces).toString()
  }
  close()
  return found
}

describe('the body of a file can be read again', () => {
  const layers = [tree]
  test.each([
    ['a plain layer', tarOf(dockerSave([image({ layers })]))],
    ['a gzip layer', tarOf(ociLayout([image({ layers, compression: gzip })]))],
    ['a zstd layer', tarOf(ociLayout([image({ layers, compression: zstd() })]))],
    ['a root filesystem', rootfsTar({ 'usr/a': 'a', ...tree })],
  ])('from %s', async (_, bytes) => {
    expect(await contents(bytes, ['etc/first', 'etc/large', 'etc/empty', 'etc/last'])).toEqual(tree)
  })

  test('with zeros for the holes of a sparse file', async () => {
    const pax = { 'GNU.sparse.numblocks': '2', 'GNU.sparse.size': '70010', 'GNU.sparse.map': '3,2,70000,4' }
    const layer = tar([
      { name: 'holes', pax, body: 'abcdef' },
      { name: 'next', body: 'next' },
    ])
    const bytes = altered(ociLayout([app]), { [blobOf(app.layers[0]?.blob ?? Buffer.alloc(0))]: layer })
    const expected = Buffer.alloc(70_010)
    expected.write('ab', 3)
    expected.write('cdef', 70_000)
    expect(await contents(bytes, ['holes', 'next'])).toEqual({ holes: expected.toString(), next: 'next' })
  })

  test('but not from a pipe', async () => {
    const { image: read } = await openAnalysis(pipe(tarOf(dockerSave([image({ layers })]))), {})
    expect(read.readBody).toBeUndefined()
  })
})

test('a sparse file without stored bytes that comes again is known by its map', async () => {
  const pax = { 'GNU.sparse.numblocks': '1', 'GNU.sparse.size': '100', 'GNU.sparse.map': '100,0' }
  const layer = tar([{ name: 'holes', pax }])
  const [first = '', second = ''] = app.layers.map(({ blob }) => blobOf(blob))
  const bytes = altered(ociLayout([app]), { [first]: layer, [second]: layer })
  for (const input of [file(folder.path, bytes), pipe(bytes)]) {
    const { report } = await openAnalysis(input, {})
    expect(report.wasted).toMatchObject([{ path: '/holes', bytes: 100, cause: 'rewritten', layer: 0, by: 1 }])
  }
})
