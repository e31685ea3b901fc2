import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseInstruction } from '../../src/dockerfile/instruction.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { printProposal, proposeChange } from '../../src/dockerfile/proposals.ts'
import { buildkit } from '../helpers/history.ts'

/** The first instruction of a Dockerfile that is no WORKDIR as a rule would have it; `hides` is the place of the one that hid the files. */
function proposed(rule: string, dockerfile: string, paths: string[] = [], hides?: number): string | undefined {
  const { instructions = [] } = parseDockerfile(`FROM x\n${dockerfile}\n`).stages[0] ?? {}
  const [first, ...after] = instructions.filter(({ word }) => word !== 'WORKDIR')
  if (first === undefined) throw new Error('no instruction')
  const hider = hides === undefined ? undefined : after[hides - 1]
  const changed = proposeChange(first, { rule, paths, after, hider, workingDir: first.workingDir })
  return changed && printProposal(changed)
}

describe('the change proposed for', () => {
  const lists = ['/var/lib/apt/lists/x']
  const rows: [string, string | undefined, ...Parameters<typeof proposed>][] = [
    [
      'package lists goes to the end of the RUN',
      'RUN apt-get update \\\n    && apt-get install -y curl \\\n    && rm -rf /var/lib/apt/lists/*',
      'apt-lists',
      'RUN apt-get update && apt-get install -y curl',
    ],
    ['lists that a later RUN installs from is none', undefined, 'apt-lists', 'RUN apt-get update'],
    [
      'lists that a later RUN installs from, behind an installation, is none',
      undefined,
      'apt-lists',
      'RUN apt-get update && apt-get install -y a\nRUN apt-get install -y b',
    ],
    [
      'lists that a later RUN installs from, with options, is none',
      undefined,
      'apt-lists',
      'RUN apt-get update && apt-get install -y a\nRUN apt-get -o A=b -q install -y b',
    ],
    ['an index that a later RUN installs from is none', undefined, 'apk-cache', 'RUN apk update\nRUN apk add curl'],
    [
      'an index that a later RUN does not need is a removal',
      'RUN apk update \\\n    && rm -rf /var/cache/apk/*',
      'apk-cache',
      'RUN apk update\nRUN apk add --no-cache curl',
    ],
    [
      'recommended packages is an option',
      'RUN apt-get update \\\n    && apt-get -y install --no-install-recommends curl',
      'apt-recommends',
      'RUN apt-get update && apt-get -y install curl',
    ],
    [
      'an option that is there already is none',
      undefined,
      'apt-recommends',
      'RUN apt-get install --no-install-recommends curl',
    ],
    ['an index of apk is an option, or a removal', 'RUN apk add --no-cache curl', 'apk-cache', 'RUN apk add curl'],
    [
      'an index that apk update fetched is a removal',
      'RUN apk update \\\n    && apk add curl \\\n    && rm -rf /var/cache/apk/*',
      'apk-cache',
      'RUN apk update && apk add curl',
    ],
    [
      'the cache of dnf names the tool that was called',
      'RUN microdnf install -y x \\\n    && microdnf clean all',
      'dnf-cache',
      'RUN microdnf install -y x',
    ],
    [
      'weak dependencies is an option of the tool that was called',
      'RUN zypper -n install --no-recommends x',
      'rpm-weak-deps',
      'RUN zypper -n install x',
    ],
    [
      'the cache of pip is an option at each call',
      'RUN pip3 install --no-cache-dir a \\\n    && python -m pip install --no-cache-dir b',
      'pip-cache',
      'RUN pip3 install a && python -m pip install b',
    ],
    [
      'the cache of a compiler is a mount beside those that are there',
      'RUN --mount=type=ssh --mount=type=cache,target=/root/.cache/go-build go build',
      'go-build-cache',
      'RUN --mount=type=ssh go build',
      ['/root/.cache/go-build/00/a', '/root/.cache/go-build/01/b'],
    ],
    ['the cache in the home of a user is none', undefined, 'npm-cache', 'RUN npm ci', ['/home/a/.npm/_cacache/x']],
    [
      'files that the next RUN removes is that removal',
      'RUN make \\\n    && rm -rf /src /var/lib/apt/lists/*',
      'deleted-later',
      'RUN make\nCOPY a /a\nRUN rm -rf /src /var/lib/apt/lists/*',
      ['/src/a/b', '/var/lib/apt/lists/x'],
      2,
    ],
    [
      'files that a RUN between may need is none',
      undefined,
      'deleted-later',
      'RUN curl -o /x\nRUN tar xf /x\nRUN rm /x',
      ['/x'],
      2,
    ],
    [
      'files that the RUN uses before it removes them is none',
      undefined,
      'deleted-later',
      'RUN curl -o /x\nRUN tar xf /x && rm /x',
      ['/x'],
      1,
    ],
    [
      'files that the next RUN removes may be named from the working directory',
      'RUN make \\\n    && rm -rf build',
      'deleted-later',
      'WORKDIR /app\nRUN make\nRUN rm -rf build',
      ['/app/build/a'],
      1,
    ],
    [
      'files that are named from another working directory is none',
      undefined,
      'deleted-later',
      'RUN cd /app && make\nRUN rm -rf build',
      ['/build/a'],
      1,
    ],
    ['a removal of everything is none', undefined, 'deleted-later', 'RUN make\nRUN rm -rf /', ['/build/a'], 1],
    ['more than was removed is none', undefined, 'deleted-later', 'RUN make\nRUN rm -rf /a', ['/a/b', '/c'], 1],
    ['a removal that a variable decides is none', undefined, 'deleted-later', 'RUN make\nRUN rm -rf $A', ['/a/b'], 1],
    ['files that a COPY wrote is none', undefined, 'deleted-later', 'COPY a /a\nRUN rm -rf /a', ['/a/b'], 1],
    [
      'a new mode is a flag of COPY',
      'COPY --chown=1:1 --chmod=755 a /app/',
      'metadata-only-rewrite',
      'COPY --chown=1:1 a /app/\nRUN chmod -R 755 /app',
      ['/app/x'],
      1,
    ],
    [
      'a new owner is a flag of COPY, relative to the working directory',
      'COPY --chown=1000:1000 . .',
      'metadata-only-rewrite',
      'WORKDIR /app\nCOPY . .\nRUN chown -R 1000:1000 /app',
      ['/app/x'],
      1,
    ],
    [
      'an owner by a name, which may not exist yet, is none',
      undefined,
      'metadata-only-rewrite',
      'COPY a /app\nRUN chown -R app /app',
      ['/app'],
      1,
    ],
    [
      'the mode of some files of a COPY is none',
      undefined,
      'metadata-only-rewrite',
      'COPY a /app/\nRUN chmod 755 /app/x',
      ['/app/x'],
      1,
    ],
    [
      'a new mode of what a RUN wrote is the same command there',
      'RUN make install \\\n    && chmod -R o+r /opt',
      'metadata-only-rewrite',
      'RUN make install\nRUN chmod -R o+r /opt',
      ['/opt/x'],
      1,
    ],
    ['a rule without a change is none', undefined, 'large-file', 'RUN make', ['/x']],
    ['a comment at the end is none', undefined, 'dnf-cache', 'RUN dnf install -y x # all'],
    ['a command in the background is none', undefined, 'dnf-cache', 'RUN dnf install -y x &'],
    ['an open quote is none', undefined, 'dnf-cache', 'RUN dnf install -y "x'],
    ['an exec is none', undefined, 'dnf-cache', 'RUN exec dnf install -y x'],
    ['an exec form is none', undefined, 'pip-cache', 'RUN ["pip", "install", "x"]'],
    ['a heredoc is none', undefined, 'pip-cache', 'RUN <<E\npip install x\nE'],
    ['PowerShell is none', undefined, 'pip-cache', 'SHELL ["powershell", "-Command"]\nRUN pip install x'],
    ['lists of an empty path is none', undefined, 'deleted-later', 'RUN make\nRUN rm', lists, 1],
  ]
  test.each(rows)('%s', (_, expected, ...given) => expect(proposed(...given)).toBe(expected))
})

test('a step of a history is changed like a line of a Dockerfile, unless it lost where its files come from', () => {
  const change = (createdBy: string, rule: string, hider?: string) => {
    const after = hider === undefined ? [] : [parseInstruction(buildkit(hider))]
    const changed = proposeChange(parseInstruction(buildkit(createdBy)), {
      rule,
      paths: ['/app'],
      after,
      hider: after[0],
    })
    return changed && printProposal(changed)
  }
  expect(change('RUN |1 A=b /bin/bash -o pipefail -c pip install x', 'pip-cache')).toBe(
    'RUN pip install --no-cache-dir x',
  )
  expect(change('COPY a /app', 'metadata-only-rewrite', 'RUN /bin/sh -c chmod -R 755 /app')).toBeUndefined()
})

test('an installer is told to leave development out, where nothing behind it may need that', () => {
  const change = (createdBy: string, later: string) => {
    const after = [parseInstruction(buildkit(later))]
    const fault = { rule: 'node-dev-deps', paths: [], after, installer: { name: 'npm' } } as const
    const changed = proposeChange(parseInstruction(buildkit(createdBy)), fault)
    return changed && printProposal(changed)
  }
  expect(change('RUN /bin/sh -c npm ci', 'COPY . .')).toBe('RUN npm ci --omit=dev')
  expect(change('RUN /bin/sh -c npm ci', 'RUN /bin/sh -c npm run build')).toBeUndefined()
  expect(change('RUN /bin/sh -c npm ci && npm run build', 'COPY . .')).toBeUndefined()
})

test('any command is kept, whatever is added to it', () => {
  const rules = ['apt-lists', 'apt-recommends', 'apk-cache', 'dnf-cache', 'pip-cache', 'deleted-later']
  const piece = fc.constantFrom(
    'apt-get install x',
    'dnf ',
    'pip install',
    ' && ',
    '"',
    "'",
    '(',
    ')',
    '\\',
    '#',
    ';',
    '`',
  )
  fc.assert(
    fc.property(fc.constantFrom(...rules), fc.array(fc.oneof(piece, fc.string()), { maxLength: 8 }), (rule, pieces) => {
      const command = pieces.join('')
      const instruction = parseInstruction(buildkit(`RUN /bin/sh -c ${command}`))
      const changed = proposeChange(instruction, { rule, paths: [], after: [] })
      if (changed === undefined) return
      const words = changed.text.split(/\s+/)
      let at = 0
      for (const word of instruction.text.trim().split(/\s+/)) at = words.indexOf(word, at)
      expect(at).toBeGreaterThanOrEqual(0)
    }),
  )
})

test('hostile names and patterns take no time', () => {
  const after = [parseInstruction(buildkit(`RUN /bin/sh -c rm -rf /${'*a'.repeat(5000)} /*a*`))]
  const start = performance.now()
  proposeChange(parseInstruction(buildkit('RUN /bin/sh -c make')), {
    rule: 'deleted-later',
    paths: [`/${'a'.repeat(60_000)}b`],
    after,
    hider: after[0],
  })
  for (const unit of ['apt ', 'apk add ', 'pip install ', 'apt-get -a ', '"', '\\', '(']) {
    const long = parseInstruction(buildkit(`RUN /bin/sh -c ${unit.repeat(50_000)}`))
    for (const rule of ['apt-lists', 'apk-cache', 'pip-cache', 'dnf-cache']) {
      proposeChange(long, { rule, paths: [], after: [long] })
    }
  }
  expect(performance.now() - start).toBeLessThan(4000)
})
