import { describe, expect, test } from 'vitest'
import { findBase, type KnownBase } from '../../src/dockerfile/base.ts'
import { readSteps } from '../../src/dockerfile/steps.ts'
import type { HistoryEntry } from '../../src/oci/history.ts'
import type { RuntimeConfig } from '../../src/oci/runtime-config.ts'
import { buildkit, classic, entry } from '../helpers/history.ts'

const debian = [classic('ADD file:0ceb84f5 in / '), classic('CMD ["bash"]')]
const debuerreotype = entry("# debian.sh --arch 'amd64' out/ 'trixie' '@1'", { comment: 'debuerreotype 0.15' })
const own = [buildkit('RUN /bin/sh -c make'), buildkit('ENV A=b'), buildkit('COPY a /a'), buildkit('CMD ["a"]')]

interface Case {
  readonly history: readonly HistoryEntry[]
  readonly config?: RuntimeConfig
  readonly layers?: number
  readonly diffIds?: readonly string[]
  readonly osRelease?: string
  readonly known?: KnownBase
}

function baseOf({ history, config = {}, layers, diffIds, osRelease, known }: Case) {
  const count = layers ?? diffIds?.length ?? history.filter(({ emptyLayer }) => !emptyLayer).length
  const ids = diffIds ?? Array.from({ length: count }, (_, i) => `sha256:${i}`)
  const steps = readSteps(history, count, config)
  const base = findBase({ steps, config, diffIds: ids, osRelease }, known)
  const [decisive] = base.evidence
  return [decisive?.marker, base.strength, base.layers, base.steps, base.name]
}

describe('the base ends', () => {
  const lifecycle = (metadata: string): RuntimeConfig => ({ labels: { 'io.buildpacks.lifecycle.metadata': metadata } })
  const rows: [string, Case, ReturnType<typeof baseOf>][] = [
    [
      'where another builder takes over',
      { history: [...debian, ...own] },
      ['producer-change', 'strong', 1, 2, undefined],
    ],
    [
      'with a CMD before more layers, rather than where its own base ended',
      { history: [debuerreotype, buildkit('RUN /bin/sh -c x'), buildkit('CMD ["python3"]'), ...own] },
      ['command-in-the-middle', 'strong', 2, 3, 'debian:trixie'],
    ],
    [
      'where buildah names it',
      {
        history: [
          ...debian,
          classic('/bin/sh -c make', { comment: 'FROM docker.io/library/debian:12' }),
          classic('COPY dir:0ceb84f5 in . ', { comment: 'FROM 0123456789ab' }),
        ],
      },
      ['buildah-from', 'exact', 1, 2, 'docker.io/library/debian:12'],
    ],
    [
      'before the empty steps of the one layer that buildah keeps',
      {
        history: [
          ...debian,
          classic('/bin/sh -c apt-get update', { empty: true }),
          classic('COPY dir:0ceb84f5 in . ', { empty: true }),
          classic('CMD ["a"]', { comment: 'FROM debian:12', empty: false }),
        ],
      },
      ['buildah-from', 'exact', 1, 2, 'debian:12'],
    ],
    [
      'nowhere that a squashed image of buildah tells',
      { history: [classic('/bin/sh -c make', { comment: 'FROM debian:12' })] },
      ['fallback', 'assumed', 1, 1, 'debian:12'],
    ],
    [
      'where buildah began with nothing',
      { history: [classic('COPY dir:0ceb84f5 in . ', { comment: 'FROM scratch' })] },
      ['buildah-from', 'exact', 0, 0, 'scratch'],
    ],
    [
      'with the top layer of the run image of buildpacks',
      {
        history: [],
        diffIds: ['sha256:a', 'sha256:b', 'sha256:c'],
        config: lifecycle('{"runImage":{"topLayer":"sha256:b"},"stack":{"runImage":{"image":"run:1"}}}'),
      },
      ['buildpacks-label', 'exact', 2, 0, 'run:1'],
    ],
    [
      'nowhere that a damaged label tells',
      { history: [], layers: 2, config: lifecycle('{"runImage":') },
      ['fallback', 'assumed', 1, 0, undefined],
    ],
    [
      'before the entries of kaniko',
      { history: [...debian, entry('COPY a /a', { author: 'kaniko' }), entry('COPY b /b', { author: 'kaniko' })] },
      ['own-builder', 'exact', 1, 2, undefined],
    ],
    [
      'before the entries of jib',
      { history: [...debian, entry('jib-core:null', { author: 'Jib' })] },
      ['own-builder', 'exact', 1, 2, undefined],
    ],
    [
      'at nothing, where apko made it all',
      { history: [entry('apko', { author: 'apko' })] },
      ['own-builder', 'exact', 0, 0, 'scratch'],
    ],
    [
      'where docker commit put a layer on top',
      { history: [...debian, entry('bash')] },
      ['producer-change', 'strong', 1, 2, undefined],
    ],
    [
      'with the last step of an official image, which is recognised by its variables',
      {
        history: [buildkit('RUN /bin/sh -c node'), buildkit('CMD ["node"]')],
        config: { env: ['NODE_VERSION=22.1.0'] },
      },
      ['official-image', 'medium', 1, 2, 'node:22.1.0-slim'],
    ],
    [
      'with an official image, of which the full variant installs what it builds with',
      {
        history: [buildkit('RUN /bin/sh -c apt-get install -y git mercurial'), buildkit('CMD ["node"]')],
        config: { env: ['NODE_VERSION=22.1.0'] },
      },
      ['official-image', 'medium', 1, 2, 'node:22.1.0'],
    ],
    [
      'with an official image on Alpine',
      {
        history: [
          buildkit('ADD alpine-minirootfs-3.22.1-x86_64.tar.gz /'),
          buildkit('RUN /bin/sh -c node'),
          buildkit('CMD ["node"]'),
        ],
        config: { env: ['NODE_VERSION=22.1.0'] },
      },
      ['official-image', 'medium', 2, 3, 'node:22.1.0-alpine'],
    ],
    [
      'with the last update of Windows',
      { history: [entry('Apply image 10.0.26100.1'), entry('Install update 10.0.26100.2'), entry('cmd /S /C x')] },
      ['producer-change', 'strong', 2, 2, 'windows:10.0.26100.1'],
    ],
    [
      'with a step that is hours older than the next',
      {
        history: [
          buildkit('RUN /bin/sh -c a', '2025-01-01T00:00:00Z'),
          buildkit('RUN /bin/sh -c b', '2025-01-01T01:00:00Z'),
          buildkit('RUN /bin/sh -c c', '2025-01-02T00:00:00Z'),
        ],
      },
      ['time-gap', 'weak', 2, 2, undefined],
    ],
    [
      'with the first layer, where nothing tells',
      { history: [buildkit('RUN /bin/sh -c a'), buildkit('RUN /bin/sh -c b')] },
      ['fallback', 'assumed', 1, 1, undefined],
    ],
    ['nowhere in an image without layers', { history: [] }, ['fallback', 'assumed', 0, 0, 'scratch']],
    ['where the user says', { history: [...debian, ...own], known: { layers: 2 } }, ['user', 'exact', 2, 3, undefined]],
    [
      'with the diff IDs of the base that the user names',
      {
        history: [...debian, ...own],
        diffIds: ['sha256:a', 'sha256:b', 'sha256:c'],
        known: { images: [{ tags: ['debian:12'], diffIds: ['sha256:a'], history: debian }] },
      },
      ['user', 'exact', 1, 2, 'debian:12'],
    ],
  ]
  test.each(rows)('%s', (_, signs, expected) => expect(baseOf(signs)).toEqual(expected))
})

describe('the base is called', () => {
  const labels = { 'org.opencontainers.image.base.name': 'base:1', 'org.opencontainers.image.base.digest': 'sha256:ab' }
  const rows: [string, Case, string | undefined][] = [
    ['what a label says', { history: [...debian, ...own], config: { labels } }, 'base:1@sha256:ab'],
    [
      'what the system says',
      { history: [...debian, ...own], osRelease: 'NAME="Debian"\nID=debian\nVERSION_ID="12"\n' },
      'debian:12',
    ],
    [
      'distroless, where the system says so',
      {
        history: [...debian, ...own],
        osRelease: 'PRETTY_NAME="Distroless"\nID="debian"\nVERSION_ID="12"\n',
      },
      'distroless-debian12',
    ],
    ['nothing, where nothing says', { history: [...debian, ...own] }, undefined],
  ]
  test.each(rows)('%s', (_, signs, expected) => expect(baseOf(signs).at(-1)).toBe(expected))
})

describe('a base that does not fit is refused:', () => {
  const rows: [string, KnownBase, RegExp][] = [
    ['more layers than the image has', { layers: 4 }, /has 3 layers.*cannot have 4; give a number from 0 to 3/],
    ['fewer than none', { layers: -1 }, /cannot have -1/],
    [
      'another image',
      { images: [{ tags: [], diffIds: ['sha256:0', 'sha256:z'], history: [] }] },
      /share 1 of the 2 layers of that base; give the archive/,
    ],
  ]
  test.each(rows)('%s', (_, known, message) => {
    expect(() => baseOf({ history: [...debian, ...own], known })).toThrow(message)
  })
})
