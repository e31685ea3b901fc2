import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analyse } from '../../src/analyse.ts'
import { altered, app, blobOf, layoutWith } from '../helpers/altered.ts'
import { tarOf } from '../helpers/archive.ts'
import { gzip } from '../helpers/compression.ts'
import { file, pipe, temporaryFolder } from '../helpers/deliver.ts'
import { podmanSave } from '../helpers/docker-archive.ts'
import { image, json, sha256 } from '../helpers/image.ts'
import { layer } from '../helpers/layer.ts'
import { descriptor, dockerSave25, MEDIA_TYPES, manifestOf, ociLayout } from '../helpers/oci-layout.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeAll(() => {
  folder = temporaryFolder()
})
afterAll(() => folder.remove())

const gzipped = image({ layers: [{ 'srv/data': 'x'.repeat(2000) }], compression: gzip, tags: ['app:1'] })
const firstLayer = blobOf(app.layers[0]?.blob ?? Buffer.alloc(0))

describe('layers whose content cannot be known', () => {
  it.each([
    ['encrypted', 'application/vnd.oci.image.layer.v1.tar+gzip+encrypted', 'is encrypted'],
    [
      'non-distributable',
      'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      'is non-distributable, so it is not read',
    ],
    ['not-a-filesystem', 'application/wasm\u001b[2J', 'is not a file system layer (application/wasm\\e[2J)'],
  ])('%s', async (code, mediaType, words) => {
    const [first, ...rest] = app.layers.map(({ blob }) => descriptor(MEDIA_TYPES.oci.layer.none, blob))
    const bytes = layoutWith({ ...manifestOf(app), layers: [{ ...first, mediaType }, ...rest] })
    for (const input of [file(folder.path, bytes), pipe(bytes)]) {
      const { layers, warnings, summary } = await analyse(input, { verify: true })
      expect(layers.map(({ unread, contentBytes }) => [unread, contentBytes])).toEqual([
        [code, 0],
        [undefined, 2000],
      ])
      expect(summary.contentBytes).toBe(2000)
      expect(warnings).toEqual([{ code, message: expect.stringContaining(`layer 0 ${words}`) }])
    }
  })

  it('a non-distributable layer may be absent', async () => {
    const [first, ...rest] = app.layers.map(({ blob }) => descriptor(MEDIA_TYPES.oci.layer.none, blob))
    const mediaType = 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip'
    const absent = { ...first, mediaType, digest: `sha256:${'0'.repeat(64)}` }
    const { layers } = await analyse(pipe(layoutWith({ ...manifestOf(app), layers: [absent, ...rest] })))
    expect(layers.map(({ unread, blobBytes }) => [unread, blobBytes])).toEqual([
      ['non-distributable', 0],
      [undefined, 3584],
    ])
  })
})

describe('digests', () => {
  const wrong = layer({ 'etc/motd': 'WRONG' })
  const actual = `sha256:${sha256(wrong)}`
  const claimed = `sha256:${app.layers[0]?.diffId}`
  const manifest = json(manifestOf(app))
  const { index, manifest: type } = MEDIA_TYPES.oci
  const target = { ...descriptor(type, manifest), platform: app.platform }
  const nested = json({ schemaVersion: 2, mediaType: index, manifests: [target] })
  const changed = (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('\n')])
  const cases: readonly (readonly [string, Buffer, readonly string[]])[] = [
    [
      'of a layer and its diff ID',
      altered(ociLayout([app]), { [firstLayer]: wrong }),
      [
        `the blob of layer 0 should have the digest ${claimed}, but has ${actual}`,
        `the tar of layer 0 should have the digest ${claimed}, but has ${actual}`,
      ],
    ],
    [
      'of a layer that only its name tells',
      altered(podmanSave([app]), { [`${app.layers[0]?.diffId}.tar`]: wrong }),
      [
        `the blob of layer 0 should have the digest ${claimed}, but has ${actual}`,
        `the tar of layer 0 should have the digest ${claimed}, but has ${actual}`,
      ],
    ],
    [
      'of a gzip layer that was compressed again',
      altered(ociLayout([gzipped]), {
        [blobOf(gzipped.layers[0]?.blob ?? wrong)]: gzipSync(gzipped.layers[0]?.tar ?? wrong, { level: 1 }),
      }),
      [
        `the blob of layer 0 should have the digest sha256:${sha256(gzipped.layers[0]?.blob ?? wrong)}, but has sha256:${sha256(gzipSync(gzipped.layers[0]?.tar ?? wrong, { level: 1 }))}`,
      ],
    ],
    [
      'of a config',
      altered(podmanSave([app]), { [`${app.id}.json`]: changed(app.config) }),
      [
        `the config ${app.id}.json should have the digest sha256:${app.id}, but has sha256:${sha256(changed(app.config))}`,
      ],
    ],
    [
      'of a manifest',
      altered(ociLayout([app]), { [blobOf(manifest)]: changed(manifest) }),
      [
        `the manifest sha256:${sha256(manifest)} should have the digest sha256:${sha256(manifest)}, but has sha256:${sha256(changed(manifest))}`,
      ],
    ],
    [
      'of a manifest beside a manifest.json',
      altered(dockerSave25([app]), { [blobOf(manifest)]: changed(manifest) }),
      [
        `the manifest sha256:${sha256(manifest)} should have the digest sha256:${sha256(manifest)}, but has sha256:${sha256(changed(manifest))}`,
      ],
    ],
    [
      'of an index within the index, and of the manifest in it',
      altered(ociLayout([{ manifests: [app] }]), {
        [blobOf(nested)]: changed(nested),
        [blobOf(manifest)]: changed(manifest),
      }),
      [nested, manifest].map(
        (bytes) =>
          `the manifest sha256:${sha256(bytes)} should have the digest sha256:${sha256(bytes)}, but has sha256:${sha256(changed(bytes))}`,
      ),
    ],
    [
      'of a diff ID alone',
      tarOf(ociLayout([image({ layers: [{ a: 'b' }], document: { rootfs: { diff_ids: [claimed] } } })])),
      [`the tar of layer 0 should have the digest ${claimed}, but has sha256:${sha256(layer({ a: 'b' }))}`],
    ],
  ]

  it.each(cases)('%s are checked where that is asked for', async (_, bytes, messages) => {
    for (const input of [() => file(folder.path, bytes), () => pipe(bytes, 999)]) {
      const careful = await analyse(input(), { verify: true })
      const { warnings, ...rest } = await analyse(input())
      expect(warnings).toEqual([])
      expect(careful).toEqual({ ...rest, warnings: messages.map((message) => ({ code: 'digest-mismatch', message })) })
    }
  })

  it('of sha512 are known too', async () => {
    const entries = ociLayout([app])
    const digest = `sha512:${'0'.repeat(128)}`
    const bytes = json({ ...manifestOf(app), layers: [{ digest }] })
    entries.set(`blobs/sha512/${'0'.repeat(128)}`, wrong).set(blobOf(bytes), bytes)
    entries.set('index.json', json({ manifests: [descriptor(MEDIA_TYPES.oci.manifest, bytes)] }))
    const { warnings } = await analyse(pipe(tarOf(entries)), { verify: true })
    expect(warnings).toContainEqual({
      code: 'digest-mismatch',
      message: expect.stringMatching(/^the blob of layer 0 .* but has sha512:[0-9a-f]{128}$/),
    })
  })
})
