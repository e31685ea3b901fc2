import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analyse } from '../../src/analyse.ts'
import type { Limits } from '../../src/oci/limits.ts'
import { altered, app, blobOf } from '../helpers/altered.ts'
import { tarOf } from '../helpers/archive.ts'
import { zstd } from '../helpers/compression.ts'
import { file, pipe, temporaryFolder } from '../helpers/deliver.ts'
import { dockerV1, podmanSave } from '../helpers/docker-archive.ts'
import { image } from '../helpers/image.ts'
import { ociLayout } from '../helpers/oci-layout.ts'
import { expectRefusal, refusal } from '../helpers/refusal.ts'
import { header, type TarEntry, TRAILER } from '../helpers/tar.ts'
import { zstdFrame } from '../helpers/zstd.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeAll(() => {
  folder = temporaryFolder()
})
afterAll(() => folder.remove())

const firstLayer = blobOf(app.layers[0]?.blob ?? Buffer.alloc(0))

describe('sizes that are not true', () => {
  const huge = (entry: Partial<TarEntry>) =>
    Buffer.concat([tarOf(podmanSave([app])).subarray(0, -1024), header({ name: 'huge', ...entry }), TRAILER])
  it.each([
    ['beyond the end', huge({ size: 1e12 }), /the archive ends inside the body of "huge"/],
    ['of 8 EiB', huge({ size: 2n ** 63n - 1n }), /is not a sound tar header: /],
    [
      'of a document',
      huge({ name: 'index.json', size: 19_000_000 }),
      /the archive ends inside the body of "index\.json"/,
    ],
    ['below nothing', huge({ size: -512n }), /is not a sound tar header: its size is negative/],
  ])('%s', (_, bytes, pattern) => expectRefusal(bytes, pattern))

  it('of a zstd frame', async () => {
    const frame = zstdFrame(Buffer.from('abc'))
    frame.writeUInt32LE(0xffffffff, 5)
    await expectRefusal(altered(ociLayout([app]), { [firstLayer]: frame }), /--limit window=4294967295$/)
  })
})

describe('each limit is told, with the flag that raises it', () => {
  const deep = image({ layers: [{ 'a/b/c/d/e/f': 'x' }], tags: ['deep:1'] })
  const told = image({ layers: [{ a: 'b' }], history: [{}, {}, {}] })
  const long = image({ layers: [{ ['n'.repeat(300)]: 'x' }] })
  const wide = image({ layers: [Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}`, '']))] })
  const window = image({ layers: [{ a: 'b' }], compression: zstd({ windowLog: 21 }) })
  it.each<readonly [string, Buffer, Partial<Limits>, RegExp]>([
    [
      'one document',
      tarOf(podmanSave([app])),
      { json: 100 },
      /: manifest\.json: the size of one JSON document .* is over the limit \(\d+ bytes\); if you trust this image, raise it with --limit json=\d+$/,
    ],
    ['the depth of a path', tarOf(podmanSave([deep])), { depth: 4 }, /--limit depth=5$/],
    ['the length of a name', tarOf(podmanSave([long])), { name: 200 }, /--limit name=300$/],
    ['the header of a name', tarOf(podmanSave([long])), { header: 200 }, /--limit header=\d+$/],
    ['the entries of a layer', tarOf(podmanSave([wide])), { entries: 40 }, /--limit entries=N$/],
    ['the window of zstd', tarOf(ociLayout([window])), { window: 1 << 20 }, /--limit window=2097152$/],
    [
      'the images of manifest.json',
      tarOf(podmanSave([app, app])),
      { images: 1 },
      /: the number of images that the documents of one archive name is over the limit \(2 images\).*--limit images=2$/,
    ],
    ['the images of all indexes', tarOf(ociLayout([{ manifests: [app, deep] }])), { images: 2 }, /--limit images=3$/],
    ['the images before Docker 1.10', tarOf(dockerV1([app, deep])), { images: 1 }, /--limit images=2$/],
    ['the history of an image', tarOf(podmanSave([told])), { history: 2 }, /--limit history=3$/],
    ['the layers of an image', tarOf(podmanSave([app])), { layers: 1 }, /--limit layers=2$/],
  ])('%s', (_, bytes, limits, pattern) => expectRefusal(bytes, pattern, { limits }))

  it('all documents of a pipe', async () => {
    const message = await refusal(analyse(pipe(tarOf(podmanSave([app]))), { limits: { documents: 600 } }))
    expect(message).toMatch(/^standard input: the size of all JSON documents .* --limit documents=\d+$/)
  })

  it('the growth of gzip past its first gigabyte', { timeout: 60_000 }, async () => {
    const size = 2 ** 30 + 2 ** 26
    const zeros = gzipSync(Buffer.alloc(2 ** 26), { level: 9 })
    const blob = Buffer.concat([
      gzipSync(header({ name: 'zeros', size })),
      ...Array.from({ length: size / 2 ** 26 }, () => zeros),
    ])
    const bytes = altered(ociLayout([app]), { [firstLayer]: blob })
    expect(await refusal(analyse(file(folder.path, bytes)))).toMatch(
      /growth by decompression past the first 1 GiB .* --limit inflation=N$/,
    )
  })

  it.each<readonly [string, Buffer, Partial<Limits>]>([
    ['one document', tarOf(podmanSave([app])), { json: 2000 }],
    ['the depth of a path', tarOf(podmanSave([deep])), { depth: 5 }],
    ['the length of a name', tarOf(podmanSave([long])), { name: 300 }],
    ['the window of zstd', tarOf(ociLayout([window])), { window: 2097152 }],
  ])('%s may be as large as its limit', async (_, bytes, limits) => {
    expect(await analyse(pipe(bytes), { limits })).toEqual(await analyse(pipe(bytes)))
  })
})
