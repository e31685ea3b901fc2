import { describe, expect, test } from 'vitest'
import { openAnalysis } from '../../src/analyse.ts'
import { type WhatIf, whatIf } from '../../src/what-if/plan.ts'
import { type Entries, tarOf } from '../helpers/archive.ts'
import { gzip, zstd } from '../helpers/compression.ts'
import { pipe } from '../helpers/deliver.ts'
import { dockerSave, podmanSave } from '../helpers/docker-archive.ts'
import { type Image, type ImageLiteral, image } from '../helpers/image.ts'
import { dir, file, opaque, symlink, type Tree, whiteout } from '../helpers/layer.ts'
import { dockerSave25, ociLayout } from '../helpers/oci-layout.ts'

const BASE: Tree = { 'root/': dir(), 'etc/': dir(), 'etc/os-release': 'ID=debian\n' }

/** An image in short: what made each own layer, and what it holds. */
type Built = readonly (readonly [instruction: string, tree: Tree])[]

interface Fixture {
  readonly built: Built
  /** Findings that are applied. */
  readonly apply: readonly string[]
  /** What the layers hold once that is done. */
  readonly rebuilt: readonly Tree[]
}

const body = 'x'.repeat(3000)
const LONG = `opt/${'y'.repeat(120)}`

/** What npm writes of the packages that it installed. */
function record(packages: object): string {
  return `${JSON.stringify({ lockfileVersion: 3, packages }, undefined, 2)}\n`
}

const FIXTURES: Readonly<Record<string, Fixture>> = {
  'a cache that is not written': {
    built: [
      [
        'RUN pip install app',
        {
          'root/': dir(),
          'root/.cache/': dir(),
          'root/.cache/pip/': dir(),
          'root/.cache/pip/http/a': body,
          'usr/app': 'app',
        },
      ],
    ],
    apply: ['pip-cache'],
    rebuilt: [{ 'root/': dir(), 'usr/app': 'app' }],
  },
  'packages that an installer leaves out': {
    built: [
      [
        'RUN npm ci',
        {
          'app/': dir(),
          'app/node_modules/': dir(),
          'app/node_modules/.package-lock.json': record({
            'node_modules/a': {},
            'node_modules/t': { dev: true, resolved: body },
          }),
          'app/node_modules/.bin/': dir(),
          'app/node_modules/.bin/t': symlink('../t/cli.js'),
          'app/node_modules/a/': dir(),
          'app/node_modules/a/a.js': 'a',
          'app/node_modules/t/': dir(),
          'app/node_modules/t/cli.js': body,
        },
      ],
    ],
    apply: ['node-dev-deps'],
    rebuilt: [
      {
        'app/': dir(),
        'app/node_modules/': dir(),
        'app/node_modules/.package-lock.json': record({ 'node_modules/a': {} }),
        'app/node_modules/a/': dir(),
        'app/node_modules/a/a.js': 'a',
      },
    ],
  },
  'files that a later layer deletes': {
    built: [
      ['RUN make', { 'src/': dir(), 'src/a': body, 'src/link': symlink('a'), 'usr/app': 'app' }],
      ['RUN rm -rf /src', { src: whiteout }],
    ],
    apply: ['deleted-later'],
    rebuilt: [{ 'usr/app': 'app' }, {}],
  },
  'files that an opaque directory hides': {
    built: [
      ['RUN make', { 'src/': dir(), 'src/a': body, 'usr/app': 'app' }],
      ['RUN remake', { 'src/': opaque, 'src/b': 'b' }],
    ],
    apply: ['deleted-later'],
    rebuilt: [{ 'usr/app': 'app' }, { 'src/': dir(), 'src/b': 'b' }],
  },
  'a long name that a later layer deletes': {
    built: [
      ['RUN make', { [LONG]: body, a: 'a' }],
      ['RUN rm', { [LONG]: whiteout }],
    ],
    apply: ['deleted-later'],
    rebuilt: [{ a: 'a' }, {}],
  },
  'a file that is written twice': {
    built: [
      ['RUN one', { a: body, b: 'b' }],
      ['RUN two', { a: 'other' }],
    ],
    apply: ['overwritten-later'],
    rebuilt: [{ b: 'b' }, { a: 'other' }],
  },
  'a body that only changes its mode': {
    built: [
      ['COPY app /', { a: file(body, { mode: 0o644 }), b: 'b' }],
      ['RUN chmod 755 /a', { a: file(body, { mode: 0o755 }) }],
    ],
    apply: ['metadata-only-rewrite'],
    rebuilt: [{ a: file(body, { mode: 0o755 }), b: 'b' }, {}],
  },
  'neighbouring layers that become one': {
    built: [
      ['RUN one', { 'd/': dir(), a: body, b: 'b' }],
      ['RUN two', { 'd/': dir({ mode: 0o700 }), a: whiteout, c: 'c' }],
    ],
    apply: ['mergeable-layers'],
    rebuilt: [{ 'd/': dir({ mode: 0o700 }), b: 'b', c: 'c' }],
  },
  'a file that came twice in one tar': {
    built: [
      [
        'RUN one',
        [
          ['a', body],
          ['b', 'b'],
          ['a', 'other'],
        ],
      ],
    ],
    apply: ['duplicate-entry'],
    rebuilt: [
      [
        ['b', 'b'],
        ['a', 'other'],
      ],
    ],
  },
  'everything at once': {
    built: [
      ['RUN one', { 'root/.cache/pip/a': body, 'src/': dir(), 'src/x': body, keep: 'k' }],
      ['RUN two', { src: whiteout, keep: file('k', { mode: 0o700 }) }],
    ],
    apply: ['pip-cache', 'deleted-later', 'metadata-only-rewrite'],
    rebuilt: [{ keep: file('k', { mode: 0o700 }) }, {}],
  },
}

function literalOf(trees: readonly Tree[], instructions: readonly string[]): ImageLiteral {
  const shell = (text: string) => text.replace(/^RUN /, 'RUN /bin/sh -c ')
  return {
    tags: ['app:1'],
    layers: [BASE, ...trees],
    history: [
      { created_by: '/bin/sh -c #(nop) ADD file:0 in / ' },
      ...instructions.map((text) => ({ created_by: `${shell(text)} # buildkit`, comment: 'buildkit.dockerfile.v0' })),
    ],
  }
}

const CONTAINERS: Readonly<Record<string, (literal: ImageLiteral) => Entries>> = {
  'docker save': (literal) => dockerSave(one(literal)),
  'podman save': (literal) => podmanSave(one(literal)),
  'an OCI archive, gzip': (literal) => ociLayout(one({ ...literal, compression: gzip })),
  'an OCI archive, zstd': (literal) => ociLayout(one({ ...literal, compression: zstd() })),
  'an OCI archive, uncompressed': (literal) => ociLayout(one(literal)),
  'docker save of 25': (literal) => dockerSave25(one(literal)),
}

function one(literal: ImageLiteral): Image[] {
  return [image(literal)]
}

async function analysed(literal: ImageLiteral, container: (literal: ImageLiteral) => Entries) {
  return openAnalysis(pipe(tarOf(container(literal))), { baseLayers: 1, role: 'runtime' })
}

async function planned({ built, apply }: Fixture, container: (literal: ImageLiteral) => Entries): Promise<WhatIf> {
  const literal = literalOf(
    built.map(([, tree]) => tree),
    built.map(([text]) => text),
  )
  const { image, stack, bloat } = await analysed(literal, container)
  const meant = bloat.filter(({ finding }) => apply.includes(finding.rule))
  expect(new Set(meant.map(({ finding }) => finding.rule))).toEqual(new Set(apply))
  return whatIf(image, stack, bloat, new Set(meant.map(({ finding }) => finding.id)))
}

const names = Object.keys(FIXTURES)

describe.each(Object.entries(CONTAINERS))('%s', (_, container) => {
  test.each(names)('%s: the rebuilt image is as large as was said', async (name) => {
    const fixture = FIXTURES[name] as Fixture
    const { after, before, blobBytesExact } = await planned(fixture, container)
    const { summary } = (await analysed(literalOf(fixture.rebuilt, []), container)).report
    expect({ tarBytes: after.tarBytes, contentBytes: after.contentBytes }).toEqual({
      tarBytes: summary.tarBytes,
      contentBytes: summary.contentBytes,
    })
    expect(after.tarBytes).toBeLessThan(before.tarBytes)
    if (blobBytesExact) expect(after.blobBytes).toBe(summary.blobBytes)
  })

  test.each(names)('%s: the plan is the same as of any other archive', async (name) => {
    const fixture = FIXTURES[name] as Fixture
    const first = await planned(fixture, CONTAINERS['docker save'] as (typeof CONTAINERS)[string])
    expect(withoutBlobs(await planned(fixture, container))).toEqual(withoutBlobs(first))
  })
})

function withoutBlobs(result: WhatIf): unknown {
  const { blobBytesExact: _, ...rest } = result
  return JSON.parse(JSON.stringify(rest, (key, value) => (key === 'blobBytes' ? undefined : value)))
}
