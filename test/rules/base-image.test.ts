import { describe, expect, it } from 'vitest'
import { BASE_IMAGE_RULES } from '../../src/rules/base-image.ts'
import type { Evidence } from '../../src/rules/evidence.ts'
import { findBloat } from '../../src/rules/find.ts'
import { type BloatLiteral, evidenceOf, findingLines, findingsOf, sized } from '../helpers/findings.ts'
import { entry } from '../helpers/history.ts'

const NAME = 'org.opencontainers.image.base.name'
const DIGEST = 'org.opencontainers.image.base.digest'
const SHA = `sha256:${'0'.repeat(64)}`
const clients = 'RUN apt-get install -y \t\tgit \t\tmercurial \t\topenssh-client \t\tsubversion \t\tprocps ; rm -rf /x'
const toolchain = 'RUN apt-get install autoconf dpkg-dev file g++ gcc imagemagick libmagickcore-dev zlib1g-dev'

type Rows = readonly [what: string, image: BloatLiteral, found: readonly string[]][]

describe.each<[rule: string, rows: Rows]>([
  [
    'full-base-image',
    [
      [
        'the two layers of the full images',
        { own: [{ 'usr/bin/git': sized(70) }, { 'usr/bin/gcc': sized(200) }], history: [clients, toolchain] },
        ['2 200', '1 70'],
      ],
      [
        'a slim image',
        { own: [{ 'usr/bin/python': 'x' }], history: ['RUN apt-get install ca-certificates tzdata'] },
        [],
      ],
      ['one client alone', { own: [{ 'usr/bin/git': 'x' }], history: ['RUN apt-get install git openssh-client'] }, []],
    ],
  ],
  [
    'unpinned-base',
    [
      ['latest', { config: { labels: { [NAME]: 'debian:latest' } } }, ['0 0']],
      ['no tag', { config: { labels: { [NAME]: 'host:5000/team/base' } } }, ['0 0']],
      ['a tag alone', { config: { labels: { [NAME]: 'debian:13' } } }, ['0 0']],
      ['a digest of its own', { config: { labels: { [NAME]: 'debian:13', [DIGEST]: SHA } } }, []],
      ['a digest in the name', { config: { labels: { [NAME]: `debian@${SHA}` } } }, []],
      ['nothing recorded', { own: [{ a: 'x' }] }, []],
    ],
  ],
  [
    'distroless-candidate',
    [
      ['a program of Node.js', { own: [{ 'usr/bin/dpkg': 'x' }], config: { cmd: ['node', 'a.js'] } }, ['0 0']],
      [
        'Python by its path',
        { own: [{ 'sbin/apk': 'x' }], config: { entrypoint: ['/usr/bin/python3', 'a.py'] } },
        ['0 0'],
      ],
      ['a shell', { own: [{ 'usr/bin/dpkg': 'x' }], config: { cmd: ['sh', '-c', 'node a.js'] } }, []],
      ['a script of a package manager', { own: [{ 'usr/bin/dpkg': 'x' }], config: { cmd: ['npm', 'start'] } }, []],
      ['no package manager in the image', { own: [{ 'bin/node': 'x' }], config: { cmd: ['node', 'a.js'] } }, []],
      ['nothing to run', { own: [{ 'usr/bin/dpkg': 'x' }] }, []],
    ],
  ],
  [
    'base-name-label-missing',
    [
      ['no label', { own: [{ a: 'x' }] }, ['0 0']],
      ['a name', { own: [{ a: 'x' }], config: { labels: { [NAME]: 'debian:13' } } }, []],
      ['a digest', { own: [{ a: 'x' }], config: { labels: { [DIGEST]: SHA } } }, []],
      [
        'buildah, which names it in the history',
        { own: [{ a: 'x' }], history: [entry('/bin/sh', { comment: 'FROM debian:13' })] },
        [],
      ],
      ['an image from scratch', { base: [], own: [{ a: 'x' }] }, []],
      ['a base image itself', { own: [] }, []],
    ],
  ],
])('%s', (rule, rows) => {
  it.each(rows)('%s', async (_what, image, found) => {
    const lines = await findingLines(image, BASE_IMAGE_RULES)
    expect(lines.filter((line) => line.startsWith(`${rule} `)).map((line) => line.slice(rule.length + 1))).toEqual(
      found,
    )
  })
})

describe('old-base', () => {
  /** What is told of an image built at one time on a base of another. */
  async function aged(created: string | undefined, base: string, ...env: string[]): Promise<unknown[]> {
    const evidence = await evidenceOf({ own: [{ a: 'x' }], config: { env } })
    const layers = evidence.image.layers.map((layer) => ({ ...layer, history: entry('x', { created: base }) }))
    const dated: Evidence = { ...evidence, image: { ...evidence.image, created, layers } }
    return findBloat(dated, BASE_IMAGE_RULES).flatMap(({ finding: { rule, detail } }) =>
      rule === 'old-base' ? [detail] : [],
    )
  }

  it.each<[what: string, image: Parameters<typeof aged>, found: readonly string[]]>([
    [
      'of an older base',
      ['2026-06-01T00:00:00Z', '2025-06-01T00:00:00Z'],
      ['it was 365 days old when the image was built'],
    ],
    [
      'of a runtime without support',
      ['2026-01-01T00:00:00Z', '2025-12-01T00:00:00Z', 'PYTHON_VERSION=3.9.25'],
      ['Python 3.9 has had no support since 2025-10-31'],
    ],
    [
      'of a runtime that is known by one number',
      ['2026-06-01T00:00:00Z', '2026-05-01T00:00:00Z', 'NODE_VERSION=18.20.8'],
      ['Node.js 18 has had no support since 2025-04-30'],
    ],
    ['of a recent base', ['2026-06-01T00:00:00Z', '2026-05-01T00:00:00Z', 'PYTHON_VERSION=3.13.5'], []],
    [
      'of a runtime that had support then',
      ['2025-01-01T00:00:00Z', '2024-12-01T00:00:00Z', 'PYTHON_VERSION=3.9.1'],
      [],
    ],
    ['of a base with a fixed date', ['2026-06-01T00:00:00Z', '1970-01-01T00:00:00Z'], []],
    ['of an image with a fixed date', ['1980-01-01T00:00:01Z', '1970-01-01T00:00:00Z', 'NODE_VERSION=10.1.0'], []],
    ['of an image without a date', [undefined, '2020-01-01T00:00:00Z'], []],
  ])('%s', async (_what, image, found) => expect(await aged(...image)).toEqual(found))
})

it.each([
  ['PYTHON_VERSION=3.13.1', 'FROM python:3.13.1-slim'],
  ['NODE_VERSION=22.1.0', 'FROM node:22.1.0-slim'],
  ['PYTHON_VERSION=$(x)', 'FROM debian:stable-slim'],
])('the slim variant for %s is proposed as %s', async (env, fix) => {
  const image = { own: [{ 'usr/bin/git': 'x' }], history: [clients], config: { env: [env] } }
  const found = await findingsOf(image, BASE_IMAGE_RULES)
  expect(found.find(({ rule }) => rule === 'full-base-image')?.fix).toBe(fix)
})
