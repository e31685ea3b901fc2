import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Instruction, parseInstruction } from '../../src/dockerfile/instruction.ts'
import type { HistoryEntry } from '../../src/oci/history.ts'
import { cpuTime } from '../helpers/cpu-time.ts'
import { buildkit, classic, entry } from '../helpers/history.ts'

const HASH = '9ceca008111a4ddff7a68f2c3b645ff51fd6d70ef79b0a60cd0b006aa7033698'

/** The fields of an instruction that a row names. */
function shown(instruction: Instruction, expected: Partial<Instruction>): Partial<Instruction> {
  return Object.fromEntries(Object.keys(expected).map((key) => [key, instruction[key as keyof Instruction]]))
}

function check(rows: readonly [string, HistoryEntry, Partial<Instruction>][]): void {
  test.each(rows)('%s', (_, history, expected) => {
    expect(shown(parseInstruction(history), expected)).toEqual(expected)
  })
}

const SH = ['/bin/sh', '-c']
const runnable = 'runnable'
const approximate = 'approximate'

describe('BuildKit records', () => {
  check([
    [
      'a command behind its shell',
      buildkit('RUN /bin/sh -c apt-get update'),
      {
        word: 'RUN',
        form: 'shell',
        shell: SH,
        text: 'apt-get update',
        producer: 'buildkit',
        confidence: runnable,
        when: 'build',
      },
    ],
    [
      'build arguments, whose values have no quotes',
      buildkit('RUN |2 APP_VERSION=1.2.3 TOKEN=a b /bin/bash -o pipefail -c echo one && echo "two"'),
      {
        buildArgs: [
          ['APP_VERSION', '1.2.3'],
          ['TOKEN', 'a b'],
        ],
        shell: ['/bin/bash', '-o', 'pipefail', '-c'],
        text: 'echo one && echo "two"',
      },
    ],
    [
      'an exec form without its quotes',
      buildkit('RUN |1 A=1 /usr/bin/make all'),
      {
        buildArgs: [['A', '1']],
        form: 'exec',
        shell: undefined,
        args: ['/usr/bin/make', 'all'],
        lost: ['quoting'],
        confidence: approximate,
      },
    ],
    [
      'a command that heredoc redirections feed',
      buildkit('RUN /bin/sh -c cat <<EOF > /x\none\nEOF\n'),
      { heredocs: [{ name: 'EOF', body: 'one\n' }], text: 'cat <<EOF > /x\none\nEOF\n' },
    ],
    [
      'a heredoc that is the whole command',
      buildkit('RUN /bin/sh -c apt-get update\napt-get clean\n'),
      { heredocs: [{ name: '', body: 'apt-get update\napt-get clean\n' }], confidence: runnable },
    ],
    [
      'sources, but not where they come from',
      buildkit('COPY --chown=1000:1000 --chmod=755 a b /x/'),
      {
        word: 'COPY',
        flags: [
          { name: 'chown', value: '1000:1000' },
          { name: 'chmod', value: '755' },
        ],
        sources: ['a', 'b'],
        destination: '/x/',
        lost: ['from'],
        confidence: approximate,
      },
    ],
    [
      'an archive',
      buildkit('ADD t.tar /app/ext/'),
      { word: 'ADD', sources: ['t.tar'], lost: [], confidence: runnable },
    ],
    [
      'the name of a heredoc that was copied, but not its text',
      buildkit('COPY <<name /dst'),
      { heredocs: [{ name: 'name', body: undefined }], destination: '/dst', lost: ['body', 'from'] },
    ],
    ['a working directory', buildkit('WORKDIR /app/new'), { word: 'WORKDIR', args: ['/app/new'], when: 'both' }],
    ['ports as a map', buildkit('EXPOSE map[53/udp:{} 8080/tcp:{}]'), { args: ['53/udp', '8080/tcp'] }],
    ['ports as a list', buildkit('EXPOSE [1234/udp 5000/tcp]'), { args: ['1234/udp', '5000/tcp'], when: 'runtime' }],
    [
      'variables without quotes, which are ambiguous',
      buildkit('ENV FOO=bar BAZ=a b'),
      {
        pairs: [
          ['FOO', 'bar'],
          ['BAZ', 'a b'],
        ],
        lost: ['quoting'],
      },
    ],
    ['a shell', buildkit('SHELL [/bin/bash -o pipefail -c]'), { args: ['/bin/bash', '-o', 'pipefail', '-c'] }],
    [
      "a command as Go's quoted list",
      buildkit('CMD ["/bin/bash" "-c" "say \\"hi\\"\\t\\u00e9\\U0001f600\\x41"]'),
      { form: 'exec', args: ['/bin/bash', '-c', 'say "hi"\t\u00e9\u{1f600}A'], confidence: runnable },
    ],
    [
      "a health check as Go's struct",
      buildkit('HEALTHCHECK &{["CMD-SHELL" "curl -f http://localhost/"] "5s" "0s" "1m0s" \'\\x03\'}'),
      {
        form: 'shell',
        args: ['curl -f http://localhost/'],
        flags: [
          { name: 'interval', value: '5s' },
          { name: 'start-period', value: '1m0s' },
          { name: 'retries', value: '3' },
        ],
      },
    ],
    [
      'no health check',
      buildkit('HEALTHCHECK &{["NONE"] "0s" "0s" "0s" "0s" \'\\x00\'}'),
      { args: ['NONE'], flags: [] },
    ],
    [
      'nothing, where it filled a gap',
      entry(undefined, { comment: 'buildkit.exporter.image.v0' }),
      { word: undefined, producer: 'buildkit', confidence: 'unknown' },
    ],
  ])
})

describe('classic builders record', () => {
  check([
    [
      'a file by its hash',
      classic(`ADD file:${HASH} in / `),
      { word: 'ADD', sources: [], destination: '/', lost: ['sources'], producer: 'classic', confidence: approximate },
    ],
    ['a relative destination', classic(`COPY file:${HASH} in 1.txt`), { destination: '1.txt' }],
    ['several files', classic(`COPY multi:${HASH} in /d/ `), { word: 'COPY', destination: '/d/', lost: ['sources'] }],
    [
      'an owner without a space behind it',
      classic(`COPY --chown=1000:1000file:${HASH} in /app/owned `),
      { flags: [{ name: 'chown', value: '1000:1000' }], destination: '/app/owned', lost: ['sources'] },
    ],
    ['a remote archive', classic(`ADD ${HASH} in /opt `), { word: 'ADD', destination: '/opt', lost: ['sources'] }],
    [
      'an instruction behind the shell in force, whatever it is',
      entry('/bin/bash -o pipefail -c #(nop)  CMD ["sh"]', { empty: true }),
      { word: 'CMD', args: ['sh'], producer: 'classic' },
    ],
    ['a bare command', classic('/bin/sh -c chmod u+s /app'), { word: 'RUN', text: 'chmod u+s /app', shell: SH }],
    [
      'build arguments',
      classic('|2 APP_VERSION=1.2.3 TOKEN=hunter2 /bin/sh -c apt-get update'),
      {
        text: 'apt-get update',
        buildArgs: [
          ['APP_VERSION', '1.2.3'],
          ['TOKEN', 'hunter2'],
        ],
      },
    ],
    ['an author', classic('MAINTAINER You <you@example.org>'), { word: 'MAINTAINER', text: 'You <you@example.org>' }],
    ['a label with spaces in its name', classic('LABEL Some other label='), { pairs: [['Some other label', '']] }],
    ['an old list within a struct', classic('ENTRYPOINT &{["/pause"]}'), { form: 'exec', args: ['/pause'] }],
    ['a volume', classic('VOLUME [/data]'), { args: ['/data'] }],
    ['what is left for other builds', classic('ONBUILD COPY . /app'), { word: 'ONBUILD', text: 'COPY . /app' }],
  ])
})

describe('buildah records', () => {
  const own = { comment: 'FROM docker.io/library/debian:12' }
  check([
    [
      'a directory by its hash',
      classic(`COPY dir:${HASH} in . `, own),
      { word: 'COPY', destination: '.', producer: 'buildah', lost: ['sources'] },
    ],
    [
      'all build arguments so far',
      classic('ARG APP_VERSION TOKEN', own),
      {
        pairs: [
          ['APP_VERSION', undefined],
          ['TOKEN', undefined],
        ],
      },
    ],
    [
      'the flags of a RUN',
      classic('/bin/sh -c --mount=type=cache,target=/c make', { comment: 'FROM 0123456789ab' }),
      { flags: [{ name: 'mount', value: 'type=cache,target=/c' }], text: 'make', producer: 'buildah' },
    ],
    ['an exec form as JSON', classic('/bin/sh -c ["make","all"]', own), { form: 'exec', args: ['make', 'all'] }],
    [
      'quotes',
      classic('ENV A="b c" D=e', own),
      {
        pairs: [
          ['A', 'b c'],
          ['D', 'e'],
        ],
        lost: [],
      },
    ],
    [
      'the digest of what was mounted, and settings of the build, behind a RUN',
      classic(`/bin/sh -c --mount=type=bind,target=/m make:${HASH}|unsetLabel=a`, own),
      { text: 'make', flags: [{ name: 'mount', value: 'type=bind,target=/m' }], form: 'shell' },
    ],
    [
      'a heredoc without its end',
      classic('/bin/sh -c <<EOF\nmake\nmake install', own),
      { text: '<<EOF\nmake\nmake install\nEOF', heredocs: [{ name: 'EOF', body: 'make\nmake install\n' }] },
    ],
    [
      'as many build arguments as they have words',
      classic('|3 A=b c D=e /bin/sh -c make', own),
      {
        text: 'make',
        buildArgs: [
          ['A', 'b c'],
          ['D', 'e'],
        ],
      },
    ],
    ['its own additions at the end', classic('USER app|force-mtime=123', own), { args: ['app'], producer: 'buildah' }],
  ])
})

describe('other producers record', () => {
  const nothing = { word: undefined, confidence: 'unknown' } as const
  check([
    [
      'kaniko the line of the Dockerfile',
      entry('COPY --from=build /out /opt', { author: 'kaniko' }),
      {
        word: 'COPY',
        flags: [{ name: 'from', value: 'build' }],
        sources: ['/out'],
        confidence: runnable,
        producer: 'kaniko',
      },
    ],
    [
      'kaniko a command without its shell',
      entry('RUN cp /somefile.txt /root/x', { author: 'kaniko' }),
      { word: 'RUN', form: 'shell', shell: undefined, text: 'cp /somefile.txt /root/x', confidence: runnable },
    ],
    [
      'docker commit a command',
      entry('sh -c echo z > /z; sync', { comment: 'me' }),
      { ...nothing, producer: 'commit' },
    ],
    ['buildah commit a shell', entry('/bin/sh'), { ...nothing, producer: 'commit' }],
    [
      'docker import a comment',
      entry(undefined, { comment: 'Imported from -' }),
      { ...nothing, producer: 'import', text: 'Imported from -' },
    ],
    [
      'docker import -m any comment',
      entry(undefined, { comment: 'initial import' }),
      { ...nothing, producer: 'import' },
    ],
    ['nobody anything', entry(undefined), { ...nothing, producer: 'unknown', text: '' }],
    [
      "buildpacks a layer's name",
      entry("Layer: 'jre', Created by buildpack: x@1"),
      { ...nothing, producer: 'buildpacks' },
    ],
    ['buildpacks a slice', entry('Application Slice: 1'), { ...nothing, producer: 'buildpacks' }],
    [
      'jib its name and that of its layer',
      entry('jib-gradle-plugin:1.4.1', { author: 'Jib', comment: 'classes' }),
      { ...nothing, producer: 'jib', text: 'jib-gradle-plugin:1.4.1 (classes)' },
    ],
    ['apko its name', entry('apko', { author: 'apko' }), { ...nothing, producer: 'apko' }],
    ['ko its build', entry('ko build ko://x', { author: 'ko' }), { ...nothing, producer: 'ko' }],
    [
      'nix its store paths',
      entry(undefined, { comment: "store paths: ['/nix/store/x']" }),
      { ...nothing, producer: 'nix' },
    ],
    ['bazel its target', entry('bazel build //pkg:layer', { author: 'Bazel' }), { ...nothing, producer: 'bazel' }],
    ['umoci its command', entry('umoci insert'), { ...nothing, producer: 'umoci' }],
    [
      'debuerreotype its script',
      entry("# debian.sh --arch 'amd64' out/ 'trixie' '@1'", { comment: 'debuerreotype 0.15' }),
      { ...nothing, producer: 'debuerreotype' },
    ],
    ['Windows its base', entry('Apply image 10.0.26100.1'), { ...nothing, producer: 'windows' }],
    [
      'Windows builds the shell of Windows',
      entry('cmd /S /C del c:\\x'),
      { word: 'RUN', text: 'del c:\\x', shell: ['cmd', '/S', '/C'], producer: 'classic' },
    ],
    [
      'Windows builds an instruction behind PowerShell',
      entry("powershell -Command $ErrorActionPreference = 'Stop'; Get-Item x # buildkit"),
      { word: 'RUN', text: "$ErrorActionPreference = 'Stop'; Get-Item x", shell: ['powershell', '-Command'] },
    ],
    ['others a bare instruction', entry('CMD ["bash"]', { empty: true }), { word: 'CMD', args: ['bash'] }],
  ])
})

test('the shell in force is recognised, whatever it is', () => {
  const shell = ['powershell', '-Command', "$ErrorActionPreference = 'Stop';"]
  const parse = (createdBy: string) => parseInstruction(entry(createdBy), { shell })
  expect(parse(`RUN |1 A=b c ${shell.join(' ')} Get-Item x # buildkit`)).toMatchObject({
    shell,
    text: 'Get-Item x',
    buildArgs: [['A', 'b c']],
  })
  expect(parse(`RUN /bin/sh -c echo ${shell.join(' ')} x # buildkit`)).toMatchObject({ shell: ['/bin/sh', '-c'] })
})

test('names that the config has tell where a value ends', () => {
  const names = new Set(['FOO', 'BAZ'])
  const { pairs, lost } = parseInstruction(buildkit('ENV FOO=x y=z BAZ=a b'), { names })
  expect({ pairs, lost }).toEqual({
    pairs: [
      ['FOO', 'x y=z'],
      ['BAZ', 'a b'],
    ],
    lost: [],
  })
})

test('any text is an instruction or none, and never fails', () => {
  const pieces = fc.constantFrom(
    'RUN ',
    'COPY ',
    'ENV ',
    '/bin/sh -c ',
    '#(nop) ',
    '|2 ',
    'A=',
    ' # buildkit',
    'file:0123456789 in ',
    '<<EOF',
    '\n',
    '[',
    '"',
    '&{["CMD" "x"]',
    "'\\x",
    '--chown=1',
    '\\',
    'map[',
    ' ',
    'HEALTHCHECK ',
    '${A:-',
    'FROM x',
    'store paths: ',
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.oneof(pieces, fc.string()), { maxLength: 12 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(text, fc.option(text, { nil: undefined }), (createdBy, comment) => {
      const { word, confidence, lost } = parseInstruction(entry(createdBy, comment === undefined ? {} : { comment }))
      expect(confidence).toBe(word === undefined ? 'unknown' : lost.length === 0 ? 'runnable' : 'approximate')
    }),
    { numRuns: 1000 },
  )
})

test('a hostile history takes no time', () => {
  const units = [
    'RUN |9 A=',
    '|1 A= /bin/sh -o pipefail ',
    'COPY --a ',
    'ENV A=b ',
    'HEALTHCHECK &{["" "',
    '] ""',
    'CMD ["',
    '\\x',
  ]
  const time = cpuTime(() => {
    for (const head of ['', 'RUN /bin/sh -c ', 'ENV ', 'COPY ', 'HEALTHCHECK &{[', 'CMD [']) {
      for (const unit of units) parseInstruction(entry(head + unit.repeat(20_000)))
    }
  })
  expect(time).toBeLessThan(4000)
})
