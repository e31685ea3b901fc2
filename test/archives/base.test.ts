import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AnalyseOptions, analyse } from '../../src/analyse.ts'
import { type Entries, tarOf } from '../helpers/archive.ts'
import { gzip } from '../helpers/compression.ts'
import { file, pipe, temporaryFolder } from '../helpers/deliver.ts'
import { dockerSave, dockerV1 } from '../helpers/docker-archive.ts'
import { CREATED, image, steps } from '../helpers/image.ts'
import { whiteout } from '../helpers/layer.ts'
import { ociLayout } from '../helpers/oci-layout.ts'
import { refusal } from '../helpers/refusal.ts'

const system = { 'etc/os-release': 'ID=debian\n', old: '12345' }
const below = steps(['ADD rootfs.tar /', system], ['RUN base # buildkit', { 'usr/tool': 'xx' }], ['CMD ["sh"]'])
const above = steps(
  ['RUN make # buildkit', { app: 'yyy', 'usr/tool': 'zzz' }],
  ['RUN rm # buildkit', { old: whiteout }],
)
const base = image({ ...below, tags: ['debian:12'] })
const app = image({ layers: [...below.layers, ...above.layers], history: [...below.history, ...above.history] })
const other = image({ layers: [system, { 'usr/other': 'x' }], tags: ['other:1'] })

let folder: ReturnType<typeof temporaryFolder>
beforeAll(() => {
  folder = temporaryFolder()
})
afterAll(() => folder.remove())

/** Path of an archive of these entries. */
function archive(entries: Entries, encode: (tar: Uint8Array) => Uint8Array = (tar) => tar): string {
  const input = file(folder.path, encode(tarOf(entries)), 'base.tar')
  return input.kind === 'path' ? input.path : ''
}

const read = (options: AnalyseOptions, of = app) => analyse(pipe(tarOf(dockerSave([of]))), options)

/** Only the documents of an archive, and the names of its layers. */
function withoutLayers(entries: Entries): Entries {
  return new Map(
    [...entries].map(([path, entry]) => [path, path.endsWith('layer.tar') ? Buffer.from('no tar') : entry]),
  )
}

describe('the base image that is given as an archive', () => {
  const rows: [string, () => string][] = [
    ['of docker save', () => archive(dockerSave([base]))],
    ['that is an OCI layout', () => archive(ociLayout([base]))],
    ['that is compressed', () => archive(dockerSave([base]), gzip.encode)],
    ['of several images', () => archive(dockerSave([other, base]))],
    ['whose layers are damaged', () => archive(withoutLayers(dockerSave([base])))],
    ['whose layers are damaged, compressed', () => archive(withoutLayers(dockerSave([base])), gzip.encode)],
  ]
  it.each(rows)('%s ends where its diff IDs do', async (_, path) => {
    const { image: read1, summary } = await read({ base: path() })
    const [decisive] = read1.base.evidence
    expect(read1.base).toMatchObject({ layers: 2, name: 'debian:12', strength: 'exact' })
    expect(decisive).toEqual({ marker: 'user', strength: 'exact', layers: 2, name: 'debian:12' })
    // Own layers hide a file of five bytes and one of two that the base brought; both are their doing.
    expect(summary).toMatchObject({ wastedBytes: 7, ownContentBytes: 6, ownWastedBytes: 7, userWastedPercent: 7 / 6 })
  })

  it('may be the image itself, which then has nothing of its own', async () => {
    const { image: all, summary } = await read({ base: archive(dockerSave([app])) })
    expect(all.base.layers).toBe(4)
    expect(summary).toMatchObject({ ownContentBytes: 0, ownWastedBytes: 0, userWastedPercent: null })
  })

  it('keeps its own waste to itself', async () => {
    const layers = [{ a: '1234' }, { a: whiteout, b: '5' }]
    const { summary } = await read(
      { base: archive(dockerSave([image({ layers })])) },
      image({ layers: [...layers, { c: '67' }] }),
    )
    expect(summary).toMatchObject({ wastedBytes: 4, ownContentBytes: 2, ownWastedBytes: 0, userWastedPercent: 0 })
  })

  const refused: [string, () => string, RegExp][] = [
    [
      'no base of it',
      () => archive(dockerSave([other])),
      /not built on the base .* share 1 of the 2 layers of that base/,
    ],
    ['no image', () => archive(new Map([['x', Buffer.from('x')]])), /base\.tar is no image/],
    [
      'an image without diff IDs',
      () => archive(dockerSave([image({ layers: [system], document: { rootfs: undefined } })])),
      /the base that was given names no diff IDs.*--base-layers/,
    ],
    ['an image from before configs', () => archive(dockerV1([base])), /names no diff IDs/],
    ['nothing', () => `${folder.path}/missing.tar`, /missing\.tar/],
  ]
  it.each(refused)('is refused where it is %s', async (_, path, message) => {
    expect(await refusal(read({ base: path() }))).toMatch(message)
  })

  it('cannot be compared with an image without diff IDs', async () => {
    const bare = image({ layers: [system], created: CREATED, document: { rootfs: undefined } })
    expect(await refusal(read({ base: archive(dockerSave([base])) }, bare))).toMatch(/^the image names no diff IDs/)
  })
})
