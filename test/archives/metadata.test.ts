import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analyse } from '../../src/analyse.ts'
import { altered, app, blobOf, layoutWith } from '../helpers/altered.ts'
import { type Entries, tarOf } from '../helpers/archive.ts'
import { file, pipe, temporaryFolder } from '../helpers/deliver.ts'
import { buildpacks, dockerSave, dockerV1, kaniko, podmanSave } from '../helpers/docker-archive.ts'
import { image, json } from '../helpers/image.ts'
import { layer } from '../helpers/layer.ts'
import { manifestOf, ociLayout } from '../helpers/oci-layout.ts'
import { expectRefusal } from '../helpers/refusal.ts'
import { tar } from '../helpers/tar.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeAll(() => {
  folder = temporaryFolder()
})
afterAll(() => folder.remove())

/** The same layers, with a config that says nothing of them. */
const told = image({ layers: app.layers.map((one) => one.tar), document: { rootfs: undefined } })
const firstLayer = blobOf(app.layers[0]?.blob ?? Buffer.alloc(0))

describe('a part of the image that is missing', () => {
  it.each([
    ['a layer of a layout', ociLayout([app]), firstLayer, `the layer ${firstLayer}`],
    ['the config of a layout', ociLayout([app]), blobOf(app.config), `the config ${blobOf(app.config)}`],
    ['the manifest of a layout', ociLayout([app]), blobOf(json(manifestOf(app))), 'the manifest sha256:'],
    ['a layer of podman', podmanSave([app]), `${app.layers[1]?.diffId}.tar`, `the layer ${app.layers[1]?.diffId}.tar`],
    ['the config of docker', dockerSave([app]), `${app.id}.json`, `the config ${app.id}.json`],
    ['the config of kaniko', kaniko([app]), `sha256:${app.id}`, `the config sha256:${app.id}`],
  ])('%s is named', async (_, entries, path, named) => {
    expect(entries.has(path)).toBe(true)
    await expectRefusal(
      altered(entries, { [path]: undefined }),
      new RegExp(`^the image is not whole in .*: it does not hold ${named}`),
    )
  })

  it.each([
    ['by buildpacks', buildpacks(app, [1]), /the layer blank_1 is an empty file, but has the digest of something; /],
    ['by podman', podmanSave([app]).set(`${app.layers[0]?.diffId}.tar`, Buffer.alloc(0)), /\.tar is an empty file, /],
    [
      'in a layout',
      ociLayout([told]).set(firstLayer, Buffer.alloc(0)),
      /the layer blobs\/sha256\/\w+ is an empty file, /,
    ],
  ])('a layer that is left empty %s is no layer without content', (_, entries, pattern) =>
    expectRefusal(tarOf(entries), pattern),
  )

  it('a layer of nothing may be an empty file', async () => {
    const nothing = image({ layers: [{ a: 'b' }, {}, tar([], Buffer.alloc(10_240))] })
    for (const entries of [
      buildpacks(nothing, [1, 2]),
      podmanSave([nothing]).set(`${nothing.layers[1]?.diffId}.tar`, Buffer.alloc(0)),
    ]) {
      expect((await analyse(pipe(tarOf(entries)))).summary).toMatchObject({ contentBytes: 1, wastedBytes: 0 })
    }
  })

  it('a parent before Docker 1.10 is named', async () => {
    const entries = dockerV1([app])
    const base = [...entries.keys()].find((path) => path.endsWith('/json'))
    await expectRefusal(altered(entries, { [`${base}`]: undefined }), /does not hold the layer [0-9a-f]{64}; save/)
  })

  it('no more than three parts are named', async () => {
    const wide = image({ layers: [0, 1, 2, 3, 4].map((i) => ({ [`${i}`]: `${i}` })) })
    const gone = Object.fromEntries(wide.layers.map(({ diffId }) => [`${diffId}.tar`, undefined]))
    await expectRefusal(
      altered(podmanSave([wide]), gone),
      /(the layer \w+\.tar, ){2}the layer \w+\.tar and 2 more; save/,
    )
  })

  it('a config that the manifest does not name', () =>
    expectRefusal(tarOf(new Map([['manifest.json', json([null])]])), /does not hold the config \(none is named\)/))
})

describe('metadata that make no sense', () => {
  const cases: readonly (readonly [string, Buffer, RegExp])[] = [
    [
      'manifest.json',
      altered(podmanSave([app]), { 'manifest.json': Buffer.from('[{') }),
      /^manifest\.json in .* is not valid JSON \(/,
    ],
    [
      'index.json',
      altered(ociLayout([app]), { 'index.json': Buffer.from('not\u001b[2Jjson') }),
      /^index\.json in .* is not valid JSON \(.*\\e\[2J/,
    ],
    [
      'a config',
      altered(podmanSave([app]), { [`${app.id}.json`]: Buffer.from('{"a":}') }),
      /^the config \w+\.json in .* is not valid JSON/,
    ],
    [
      'a config that is no text',
      altered(podmanSave([app]), { [`${app.id}.json`]: Buffer.from('\u0001') }),
      /is not (valid JSON|a JSON document)/,
    ],
    [
      'a manifest',
      altered(ociLayout([app]), { [blobOf(json(manifestOf(app)))]: Buffer.from('{') }),
      /^the manifest sha256:\w+ in .* is not valid JSON/,
    ],
    ['repositories', tarOf(new Map([['repositories', Buffer.from('{')]])), /^repositories in .* is not valid JSON/],
    [
      'a layer without a digest',
      layoutWith({ ...manifestOf(app), layers: [{ digest: 'md5:\u001b[0m' }] }),
      /a layer has no valid digest \(md5:\\e\[0m\); /,
    ],
    [
      'a digest that climbs',
      layoutWith({ ...manifestOf(app), layers: [{ digest: 'sha256:../../etc/passwd' }] }),
      /has no valid digest/,
    ],
    [
      'an index that is a manifest too',
      layoutWith({ ...manifestOf(app), manifests: [] }),
      /names both manifests and layers, so it is no safe image/,
    ],
    [
      'a layer that is a document',
      altered(podmanSave([app]), { [`${app.layers[0]?.diffId}.tar`]: json({}) }),
      /is no tar archive, so it cannot be a layer/,
    ],
    [
      'a layer that is text',
      altered(podmanSave([app]), { [`${app.layers[0]?.diffId}.tar`]: Buffer.from('text') }),
      /is no tar archive, so it cannot be a layer/,
    ],
    [
      'a layer of xz',
      altered(ociLayout([app]), { [firstLayer]: Buffer.from('fd377a585a00', 'hex') }),
      /is compressed with xz, which no image format allows; /,
    ],
  ]
  it.each(cases)('%s', (_, bytes, pattern) => expectRefusal(bytes, pattern))

  it('an index that contains itself ends', async () => {
    const [one, two] = ['1'.repeat(64), '2'.repeat(64)]
    const index = (hex: string) => json({ manifests: [{ digest: `sha256:${hex}` }, { digest: `sha256:${one}` }] })
    const entries: Entries = new Map([
      ['index.json', index(one)],
      [`blobs/sha256/${one}`, index(two)],
      [`blobs/sha256/${two}`, index(one)],
    ])
    await expectRefusal(tarOf(entries), /index\.json in it name no image/)
  })

  it('indexes that nest without end are refused', async () => {
    const entries: Entries = new Map()
    const hex = (depth: number) => depth.toString(16).padStart(64, '0')
    const index = (depth: number) => json({ manifests: [{ digest: `sha256:${hex(depth)}` }] })
    entries.set('index.json', index(0))
    for (let depth = 0; depth < 40; depth++) entries.set(`blobs/sha256/${hex(depth)}`, index(depth + 1))
    await expectRefusal(tarOf(entries), /its indexes nest too deeply/)
  })

  it('layers before Docker 1.10 that are their own ancestors are refused', async () => {
    const [one, two] = ['1'.repeat(64), '2'.repeat(64)]
    const entries: Entries = new Map([
      [`${one}/json`, json({ id: one, parent: two })],
      [`${two}/json`, json({ id: two, parent: one })],
      [`${one}/layer.tar`, layer({})],
      [`${two}/layer.tar`, layer({})],
      ['repositories', json({ 'a\u001b[2J': { '1': one } })],
    ])
    await expectRefusal(tarOf(entries), /the layers of a\\e\[2J:1 have more than 1024 ancestors or run in a circle/)
  })

  it('layers before Docker 1.10 that hundreds of tags stand on are read once', async () => {
    const ids = Array.from({ length: 1000 }, (_, i) => i.toString(16).padStart(64, '0'))
    const entries: Entries = new Map()
    for (const [i, id] of ids.entries()) {
      // Long, so that reading each for every tag above it would take minutes.
      entries.set(`${id}/json`, json({ id, parent: ids[i - 1], comment: 'x'.repeat(20_000) }))
      entries.set(`${id}/layer.tar`, layer({}))
    }
    entries.set('repositories', json({ app: Object.fromEntries(ids.map((id, i) => [`${i}`, id])) }))
    expect((await analyse(pipe(tarOf(entries)), { image: 'app:7' })).layers).toHaveLength(8)
  })

  it('a config that thousands of images share is read once', async () => {
    const element = { Config: 'config.json', Layers: [] }
    const entries: Entries = new Map([
      ['config.json', json({ os: 'linux', history: Array.from({ length: 10_000 }, () => ({})) })],
      ['manifest.json', json(Array.from({ length: 10_000 }, () => element))],
    ])
    await expectRefusal(tarOf(entries), /has 10000 images and nothing says which is meant; choose one of/)
  })

  it('links that run in a circle lead nowhere', async () => {
    const entries = podmanSave([app])
    const path = `${app.layers[0]?.diffId}.tar`
    entries.set(path, { symlink: 'other.tar' }).set('other.tar', { symlink: path })
    await expectRefusal(tarOf(entries), /does not hold the layer/)
  })

  it('fields of another kind than they should be are as good as absent', async () => {
    const config = {
      config: 7,
      history: [null, 'x', { created_by: 1 }],
      rootfs: { diff_ids: [1, {}] },
      os: 5,
      created: [],
    }
    const odd = image({ layers: [{ a: 'b' }], document: config })
    for (const bytes of [tarOf(podmanSave([odd])), tarOf(ociLayout([odd]))]) {
      expect((await analyse(pipe(bytes))).summary.contentBytes).toBe(1)
    }
  })

  it('keys that every object has are data', async () => {
    const odd = image({
      layers: [{ __proto__x: 'b' }],
      config: JSON.parse('{"Labels":{"__proto__":"a","toString":"b"}}'),
    })
    const { config } = (await analyse(pipe(tarOf(podmanSave([odd]))))).image
    expect(Object.entries(config.labels ?? {})).toEqual([
      ['__proto__', 'a'],
      ['toString', 'b'],
    ])
  })
})

describe('entries of one name', () => {
  it('the last counts, and a warning says so', async () => {
    const path = `${app.layers[0]?.diffId}.tar`
    const bytes = Buffer.concat([tar([{ name: path, body: 'no layer' }], Buffer.alloc(0)), tarOf(podmanSave([app]))])
    for (const input of [file(folder.path, bytes), pipe(bytes)]) {
      const { warnings, summary } = await analyse(input)
      expect(summary.contentBytes).toBe(2005)
      expect(warnings).toEqual([{ code: 'duplicate-file', message: expect.stringContaining(`${path} more than once`) }])
    }
  })
})
