import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { baseOf, type ImageRecord, reconstruct } from '../../src/dockerfile/reconstruct.ts'
import type { HistoryEntry } from '../../src/oci/history.ts'
import type { Changeset, DirectoryNode, Node } from '../../src/tree/node.ts'
import { buildkit, classic, entry } from '../helpers/history.ts'

/** The own part of a Dockerfile, as text. */
function ownLines(history: HistoryEntry[], config: ImageRecord['config'] = {}): string[] {
  const layers = history.filter(({ emptyLayer }) => !emptyLayer).length
  const record = { history, config, diffIds: Array(layers).fill(undefined) }
  const { lines } = reconstruct(record, baseOf(record, { layers: 0 }))
  return lines.filter(({ part }) => part === 'own').map(({ text }) => text)
}

describe('an instruction is printed', () => {
  const rows: [string, HistoryEntry[], string[]][] = [
    ['with one && to a line', [buildkit('RUN /bin/sh -c a  &&   b')], ['RUN a \\\n    && b']],
    [
      'as JSON, where another shell ran it',
      [buildkit('RUN /bin/bash -o pipefail -c a | b')],
      ['RUN ["/bin/bash","-o","pipefail","-c","a | b"]'],
    ],
    [
      'as it was, where the shell is in force',
      [buildkit('SHELL [/bin/bash -o pipefail -c]'), buildkit('RUN /bin/bash -o pipefail -c a | b')],
      ['SHELL ["/bin/bash","-o","pipefail","-c"]', 'RUN a | b'],
    ],
    ['as a heredoc', [buildkit('RUN /bin/sh -c a\nEOF\nb\n')], ['RUN <<EOF2\na\nEOF\nb\nEOF2']],
    ['with its own heredoc', [buildkit('RUN /bin/sh -c cat <<E > /x\na\nE\n')], ['RUN cat <<E > /x\na\nE']],
    [
      'as JSON, where it ends like a line that goes on',
      [buildkit('RUN /bin/sh -c a \\')],
      ['RUN ["/bin/sh","-c","a \\\\"]'],
    ],
    [
      'as JSON, where it looks like a heredoc',
      [buildkit('RUN /bin/sh -c cat <<E')],
      ['RUN ["/bin/sh","-c","cat <<E"]'],
    ],
    ['with the sources it had', [buildkit('COPY --chown=1:1 a b /x/')], ['COPY --chown=1:1 a b /x/']],
    ['without the sources that are lost', [classic('ADD file:0ceb84f5 in / ')], ['ADD <source lost> /']],
    ['with quotes where values need them', [buildkit('ENV A=b C=d $e')], ['ENV A=b \\\n    C="d \\$e"']],
    [
      'with a health check in words',
      [buildkit('HEALTHCHECK &{["CMD-SHELL" "curl x"] "5s" "0s" "0s" \'\\t\'}')],
      ['HEALTHCHECK --interval=5s --retries=9 CMD curl x'],
    ],
    ['with ports in words', [buildkit('EXPOSE map[53/udp:{} 8080/tcp:{}]')], ['EXPOSE 53/udp 8080/tcp']],
    ['as buildah has it', [classic('ENV A="b c"', { comment: 'FROM scratch' })], ['ENV A="b c"']],
    ['on one line, whatever it holds', [buildkit('USER a\nRUN evil')], ['USER a\\nRUN evil']],
    ['as a comment, where it is none', [entry('umoci insert\nRUN evil')], ['# umoci insert\\nRUN evil']],
  ]
  test.each(rows)('%s', (_, history, expected) => expect(ownLines(history)).toEqual(expected))
})

test('what only the config says is added, and nothing that the history says', () => {
  const history = [
    buildkit('ENV PATH=/x A=1'),
    buildkit('COPY a /a'),
    buildkit('WORKDIR /a'),
    buildkit('EXPOSE [80/tcp]'),
    buildkit('USER app'),
    buildkit('LABEL l=m n'),
    buildkit('CMD ["a"]'),
  ]
  const said = {
    env: ['PATH=/x', 'A=1'],
    workingDir: '/a',
    exposedPorts: ['80/tcp'],
    user: 'app',
    labels: { l: 'm n' },
    cmd: ['a'],
  }
  const added = (config: ImageRecord['config']): string[] =>
    reconstruct({ history, config, diffIds: ['a', 'b'] })
      .lines.filter(({ part }) => part === 'config')
      .map(({ text }) => text)
  expect(added(said)).toEqual([])
  expect(
    added({
      ...said,
      env: ['PATH=/x', 'A=2'],
      exposedPorts: ['80/tcp', '53/udp'],
      volumes: ['/data'],
      user: 'root',
      labels: { l: 'm n', 'a b': '"' },
      workingDir: '/b',
      entrypoint: ['e', 'f'],
      stopSignal: 'SIGINT',
    }),
  ).toEqual([
    'ENV A=2',
    'LABEL "a b"="\\""',
    'EXPOSE 53/udp',
    'VOLUME ["/data"]',
    'WORKDIR /b',
    'USER root',
    'STOPSIGNAL SIGINT',
    'ENTRYPOINT ["e","f"]',
  ])
})

test('the path that builders give to every image is not taken for a setting', () => {
  const env = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']
  expect(reconstruct({ history: [], config: { env }, diffIds: [] }).lines.map(({ text }) => text)).toEqual([
    'FROM scratch',
  ])
})

test('the variables of buildah are replaced before they are compared', () => {
  const own = { comment: 'FROM scratch' }
  const history = [classic('ENV A=/x', own), classic('ENV B="$A/y"', own), classic('COPY dir:0ceb84f5 in $B ', own)]
  const { lines } = reconstruct({ history, config: { env: ['A=/x', 'B=/x/y'] }, diffIds: ['a'] })
  expect(lines.filter(({ part }) => part === 'config')).toEqual([])
})

test('a COPY without sources says what its layer wrote there', () => {
  const attributes = { mode: 0o755, uid: 0, gid: 0, xattrs: '' }
  const directory = (children: Record<string, Node>): DirectoryNode => ({
    kind: 'directory',
    attributes,
    mtime: 0,
    tarBytes: 512,
    implied: false,
    children: new Map(Object.entries(children)),
    owner: undefined,
  })
  const link: Node = { kind: 'symlink', attributes, mtime: 0, tarBytes: 512, target: 'x' }
  const added = directory({ app: directory({ src: directory({ a: link, b: link }), c: link }) })
  const changeset = { added, removed: new Set(), opaque: new Set(), linksBelow: new Map() } as Changeset
  const wroteAt = (destination: string) =>
    reconstruct({
      history: [classic('WORKDIR /app'), classic(`COPY dir:0ceb84f5 in ${destination} `)],
      config: {},
      diffIds: ['a', 'b'],
      changesets: [undefined, changeset],
    }).lines[2]?.wrote
  expect(wroteAt('/app')).toEqual({ files: 3, names: ['src/', 'c'] })
  expect(wroteAt('.')).toEqual({ files: 3, names: ['src/', 'c'] })
  expect(wroteAt('./src/../c')).toEqual({ files: 1, names: ['c'] })
  expect(wroteAt('/elsewhere')).toBeUndefined()
})

test('layers of the base and those above are told apart', () => {
  const history = [classic('ADD file:0ceb84f5 in / '), classic('CMD ["bash"]'), buildkit('COPY a /a')]
  const { base, lines } = reconstruct({ history, config: { cmd: ['bash'] }, diffIds: ['a', 'b'] })
  expect(base.layers).toBe(1)
  expect(lines.map(({ part, layer, confidence }) => [part, layer, confidence])).toEqual([
    ['from', undefined, 'inferred'],
    ['base', 0, 'approximate'],
    ['base', undefined, 'runnable'],
    ['own', 1, 'approximate'],
  ])
})

const anyEntry: fc.Arbitrary<HistoryEntry> = fc.record({
  createdBy: fc.option(
    fc.oneof(
      fc.string(),
      fc.constantFrom(
        'RUN /bin/sh -c a # buildkit',
        'COPY a /b',
        'CMD ["a"]',
        '/bin/sh -c #(nop)  ENV A=b',
        '/bin/sh -c make',
        'apko',
      ),
    ),
    { nil: undefined },
  ),
  comment: fc.option(fc.constantFrom('FROM x', 'FROM scratch', 'FROM 0123456789ab', 'buildkit.dockerfile.v0'), {
    nil: undefined,
  }),
  author: fc.option(fc.constantFrom('kaniko', 'Jib', 'you'), { nil: undefined }),
  created: fc.option(fc.constantFrom('2020-01-01T00:00:00Z', '2021-01-01T00:00:00Z', 'never'), { nil: undefined }),
  emptyLayer: fc.boolean(),
})

test('every layer is the layer of exactly one line, in order, whatever the history says', () => {
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 12 }), fc.integer({ min: 0, max: 12 }), (history, layers) => {
      const { lines, base } = reconstruct({ history, config: {}, diffIds: Array(layers).fill(undefined) })
      const shown = lines.flatMap(({ layer }) => layer ?? [])
      expect(shown).toEqual(Array.from({ length: layers }, (_, i) => i))
      const ofBase = lines.flatMap(({ layer, part }) => (part === 'base' ? (layer ?? []) : []))
      expect(ofBase).toHaveLength(base.layers)
      const steps = lines.flatMap(({ step }) => step ?? [])
      expect(steps).toEqual(steps.toSorted((a, b) => a - b))
    }),
    { numRuns: 500 },
  )
})
