import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AnalyseOptions, analyse } from '../../src/analyse.ts'
import type { Report } from '../../src/analysis/report.ts'
import type { Input } from '../../src/sources/open.ts'
import { type ArchiveOptions, type Entries, tarOf, writeTo } from '../helpers/archive.ts'
import { gzip, gzipMembers, plain, stargz, stargzLayer, zstd } from '../helpers/compression.ts'
import { file, pipe, temporaryFolder } from '../helpers/deliver.ts'
import { buildpacks, dockerSave, dockerV1, jib, kaniko, podmanSave } from '../helpers/docker-archive.ts'
import { type ImageLiteral, image, steps } from '../helpers/image.ts'
import { dir, file as fileNode, hardlink, opaque, rootfsTar, symlink, type Tree, whiteout } from '../helpers/layer.ts'
import { containerdSave, dirTransport, dockerSave25, ociLayout } from '../helpers/oci-layout.ts'
import { zstd as zstdBytes } from '../helpers/zstd.ts'

const base: Tree = {
  'bin/': dir(),
  'bin/busybox': fileNode('#'.repeat(700), { mode: 0o755 }),
  'bin/sh': symlink('busybox'),
  'bin/ash': hardlink('bin/busybox'),
  'etc/motd': 'hello',
  'etc/passwd': fileNode('root:x:0:0', { mode: 0o600 }),
  'opt/one': 'first',
  'opt/caf\udce9': 'latin1',
  'var/cache/list': '0123456789',
}
const edits: Tree = {
  'etc/motd': 'HELLO',
  'etc/passwd': fileNode('root:x:0:0', { mode: 0o644 }),
  'opt/one': whiteout,
  'var/': opaque,
  'bin/applet': hardlink('bin/busybox'),
}
const again: Tree = { 'srv/data': 'the same twice' }
const twice: Tree = [
  ['srv/log', 'first try'],
  ['srv/log', 'second'],
]
/** A layer whose first byte is that of a JSON document. */
const bracket: Tree = { '[': 'test' }

const built = steps(
  ['ADD rootfs.tar.gz /', base],
  ['ENV A=b'],
  ['RUN edit', edits],
  ['COPY data /srv/', again],
  ['COPY data /srv/', again],
  ['RUN log', twice],
  ['COPY [ /', bracket],
  ['WORKDIR /', {}],
)
const literal: ImageLiteral = { ...built, tags: ['app:1.0'], config: { Env: ['A=b'], Cmd: ['sh'] } }

/** Figures of the image, worked out by hand; every form of it must have them. */
const summary = {
  contentBytes: 700 + 5 + 10 + 5 + 6 + 10 + (5 + 10) + 14 + 14 + (9 + 6) + 4,
  rootfsBytes: 700 + 6 + (5 + 10) + 14 + 6 + 4,
  wastedBytes: 5 + 10 + 5 + 10 + 14 + 9,
  // busybox, applet, ash, motd, passwd, café, data, log, [
  files: 9,
}
const causes = [
  ['/srv/data', 'rewritten', 2, 3],
  ['/etc/passwd', 'metadata-only', 0, 1],
  ['/var/cache/list', 'opaque', 0, 1],
  ['/srv/log', 'duplicate-entry', 4, 4],
  ['/etc/motd', 'replaced', 0, 1],
  ['/opt/one', 'removed', 0, 1],
]

interface Form {
  readonly entries: Entries
  readonly arranged?: ArchiveOptions
  readonly options?: AnalyseOptions
  /** What `verify` finds; nothing where left out. */
  readonly mismatch?: RegExp
  /** Where the archive is also read as an unpacked directory. */
  readonly directory?: true
  /** What the form says of layers in a way of its own, besides how they are stored. */
  readonly own?: readonly ('tarBytes' | 'diffId' | 'createdBy' | 'created')[]
}

const other = image({ layers: [{ 'other.txt': 'another image' }], tags: ['other:2'] })
const arm = image({ layers: [{ 'arm.txt': 'another platform' }], platform: 'linux/arm64/v8' })
const app = image(literal)
const gzipped = image({ ...literal, compression: gzip })
const starred = image({
  ...literal,
  layers: [stargzLayer(base), ...built.layers.slice(1)],
  compression: [stargz, gzip, gzip, gzip, gzip, gzip, gzip],
})
const v1 = { own: ['diffId', 'createdBy', 'created'] } as const
const chosen = { options: { image: 'app:1.0' } } as const

const forms: Readonly<Record<string, Form>> = {
  'docker save, repeated layers as symbolic links': { entries: dockerSave([app]), directory: true },
  'docker save, symbolic links before their targets': { entries: dockerSave([app]), arranged: { order: 'reverse' } },
  'docker save, repeated layers as hard links': { entries: dockerSave([app], { repeated: 'hardlink' }) },
  'docker save, repeated layers as copies': { entries: dockerSave([app], { repeated: 'copy' }), directory: true },
  'docker save of two images': { entries: dockerSave([other, app]), ...chosen },
  'docker save before 1.10': { entries: dockerV1([app]), ...v1, directory: true },
  'podman save': { entries: podmanSave([app]) },
  'podman save of two images': { entries: podmanSave([app, other]), ...chosen, directory: true },
  'kaniko, plain': { entries: kaniko([app]) },
  'kaniko, gzip': { entries: kaniko([gzipped, other]), ...chosen },
  jib: { entries: jib(gzipped) },
  buildpacks: { entries: buildpacks(app) },
  'buildpacks with a blank layer': {
    entries: buildpacks(app, [6]),
    own: ['tarBytes'],
    mismatch: /^the tar of layer 6 /,
  },
  'docker save 25': { entries: dockerSave25([app]), directory: true },
  'image layout, plain': { entries: ociLayout([app]), directory: true },
  'image layout, gzip': { entries: ociLayout([gzipped]), directory: true },
  'image layout, several gzip members': { entries: ociLayout([image({ ...literal, compression: gzipMembers(3) })]) },
  'image layout, zero padding behind gzip': {
    entries: ociLayout([image({ ...literal, compression: gzipMembers(1, Buffer.alloc(600)) })]),
  },
  'image layout, zstd': { entries: ociLayout([image({ ...literal, compression: zstd() })]), directory: true },
  'image layout, zstd:chunked': {
    entries: ociLayout([
      image({
        ...literal,
        compression: zstd({ frames: 3, skippable: { before: Buffer.alloc(9), after: Buffer.alloc(9) } }),
      }),
    ]),
  },
  'image layout, each layer its own compression': {
    entries: ociLayout([image({ ...literal, compression: [zstd(), plain, gzip, gzip, zstd(), plain] })]),
  },
  'image layout, eStargz': { entries: ociLayout([starred]), own: ['tarBytes', 'diffId'] },
  'image layout, Docker media types': { entries: ociLayout([gzipped], 'docker'), directory: true },
  'image layout with two platforms': {
    entries: ociLayout([{ manifests: [arm, gzipped], tags: ['app:1.0'] }]),
    options: { platform: { os: 'linux', architecture: 'amd64', variant: undefined } },
    directory: true,
  },
  'containerd store with absent platforms and attestations': {
    entries: containerdSave([{ manifests: [gzipped], absent: [arm], attestations: true, tags: ['app:1.0'] }]),
    directory: true,
  },
  'dir: transport': { entries: dirTransport(app), directory: true },
  'dir: transport, gzip': { entries: dirTransport(gzipped, 'docker') },
  'names that begin with ./': { entries: ociLayout([gzipped]), arranged: { prefix: './' } },
  'a common directory': { entries: dockerSave([app]), arranged: { prefix: 'saved/image/' } },
  'a common directory that a root filesystem has too': { entries: podmanSave([app]), arranged: { prefix: 'tmp/' } },
  'reverse order': { entries: ociLayout([gzipped]), arranged: { order: 'reverse' } },
  'metadata first': { entries: dockerSave25([app]), arranged: { order: 'metadata first' } },
}

const deliveries: Readonly<Record<string, (bytes: Buffer) => Input>> = {
  'a pipe': (bytes) => pipe(bytes),
  'a pipe that drips byte by byte': (bytes) => pipe(bytes, 1),
  'a pipe of odd chunks': (bytes) => pipe(bytes, 1, 511, 513, 7, 4096, 1023),
  'a gzip pipe': (bytes) => pipe(gzipSync(bytes), 100),
  'a gzip file': (bytes) => file(folder.path, gzipSync(bytes)),
  'a zstd pipe': (bytes) => pipe(zstdBytes(bytes, { frames: 2 }), 100),
  'a zstd file': (bytes) => file(folder.path, zstdBytes(bytes)),
}

let folder: ReturnType<typeof temporaryFolder>
beforeAll(() => {
  folder = temporaryFolder()
})
afterAll(() => folder.remove())

const read = (input: Input, options: AnalyseOptions = {}) => analyse(input, { files: true, ...options })

describe.each(Object.entries(forms))('%s', (name, { entries, arranged, options, mismatch, directory, own = [] }) => {
  const bytes = tarOf(entries, arranged)
  let report: Report
  beforeAll(async () => {
    report = await read(file(folder.path, bytes), options)
  })

  it('has the figures of the image', () => {
    expect(report.summary).toMatchObject(summary)
    expect(report.wasted.map(({ path, cause, layer, by }) => [path, cause, layer, by])).toEqual(causes)
    expect(report.warnings.map(({ code }) => code)).toEqual(['duplicate-entry'])
  })

  it('says the same of the image as every other form', async () => {
    const first = await read(pipe(tarOf(ociLayout([app]))))
    expect(contentOf(report, own)).toEqual(contentOf(first, own))
  })

  it.each(Object.entries(deliveries))('gives one and the same report through %s', async (_, deliver) => {
    expect(await read(deliver(bytes), options)).toEqual(report)
  })

  if (directory === true && process.platform !== 'win32') {
    it('gives the same report as a directory', async () => {
      const path = join(folder.path, name.replaceAll(/[^\w]+/g, '-'))
      mkdirSync(path)
      await writeTo(path, entries)
      const found = await read({ kind: 'path', path }, options)
      const named = report.image.tags.length === 0 ? { ...report.image, name: path } : report.image
      expect(found).toEqual({ ...report, image: named })
    })
  }

  it('has the digests it claims', async () => {
    const mismatches =
      mismatch === undefined ? [] : [{ code: 'digest-mismatch', message: expect.stringMatching(mismatch) }]
    const expected = { ...report, warnings: [...report.warnings, ...mismatches] }
    expect(await read(file(folder.path, bytes), { ...options, verify: true })).toEqual(expected)
    expect(await read(pipe(bytes), { ...options, verify: true })).toEqual(expected)
  })
})

describe('a root filesystem', () => {
  const tree: Tree = {
    ...base,
    // None of these is metadata of the archive itself.
    'usr/share/manifest.json': '[{"Config":"none.json","Layers":[]}]',
    'var/lib/layout/index.json': '{"manifests":[]}',
    'manifest.json': '[]',
  }
  const bytes = rootfsTar(tree)

  it('is shown as one layer, with a warning', async () => {
    const report = await read(file(folder.path, bytes))
    expect(report.layers).toHaveLength(1)
    expect(report.summary).toMatchObject({ contentBytes: 736 + 36 + 16 + 2, wastedBytes: 0, tarBytes: bytes.length })
    expect(report.warnings.map(({ code }) => code)).toEqual(['root-filesystem'])
  })

  it.each(Object.entries(deliveries))('gives one and the same report through %s', async (_, deliver) => {
    expect(await read(deliver(bytes))).toEqual(await read(file(folder.path, bytes)))
  })
})

describe('findings that ask for the content of files', () => {
  const body = 'm'.repeat(5000)
  const layers: Tree[] = [{ 'a/x': body, 'a/y': 'n'.repeat(5000) }, { 'a/x': whiteout, 'b/x': body }, { 'a/y': body }]
  const bytes = tarOf(podmanSave([image({ layers })]))

  it.each(Object.entries(deliveries))('are the same through %s', async (_, deliver) => {
    const { findings } = await read(deliver(bytes))
    expect(findings.map(({ rule }) => rule)).toContain('moved-later')
    expect(findings).toEqual((await read(file(folder.path, bytes))).findings)
  })
})

/** What the layers hold, without what the containers say of them in ways of their own. */
function contentOf({ summary, layers, wasted, rootfs }: Report, own: readonly (keyof Report['layers'][number])[]) {
  const stored = ['digest', 'mediaType', 'compression', 'blobBytes', 'comment', ...own] as const
  const { blobBytes: _, tarBytes, ...figures } = summary
  return {
    summary: own.includes('tarBytes') ? figures : { ...figures, tarBytes },
    layers: layers.map((layer) =>
      Object.fromEntries(Object.entries(layer).filter(([key]) => !stored.includes(key as 'digest'))),
    ),
    wasted,
    rootfs,
  }
}
