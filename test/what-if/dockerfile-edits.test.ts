import { describe, expect, test } from 'vitest'
import { matchDockerfile } from '../../src/dockerfile/match-dockerfile.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { baseOf, reconstruct } from '../../src/dockerfile/reconstruct.ts'
import { readSteps } from '../../src/dockerfile/steps.ts'
import { RULES } from '../../src/rules/catalogue.ts'
import { findBloat } from '../../src/rules/find.ts'
import { type Proposal, propose } from '../../src/what-if/dockerfile-edits.ts'
import { type Recipe, recipeOf, recipeOfFile } from '../../src/what-if/recipe.ts'
import { type BloatLiteral, evidenceOf, sized } from '../helpers/findings.ts'
import { dir, file, type Tree, whiteout } from '../helpers/layer.ts'

const CACHE: Tree = { 'root/.cache/pip/http/a': sized(9000) }

/** What is proposed for all findings of some rules, for the reconstructed Dockerfile or the user's own. */
async function proposed(literal: BloatLiteral, rules: readonly string[], own?: string): Promise<Proposal> {
  const evidence = await evidenceOf(literal)
  const { image, stack, baseLayers } = evidence
  const bloat = findBloat(evidence, RULES)
  const ids = bloat.filter(({ finding }) => rules.includes(finding.rule)).map(({ finding }) => finding.id)
  expect(ids).not.toEqual([])
  const record = {
    history: image.history,
    config: image.config,
    diffIds: image.layers.map(() => undefined),
    changesets: [],
  }
  const steps = readSteps(image.history, image.layers.length)
  const recipe: Recipe =
    own === undefined
      ? recipeOf(reconstruct(record, baseOf(record, { layers: baseLayers })))
      : recipeOfFile('Dockerfile', own, matchDockerfile(steps.steps, parseDockerfile(own)))
  return propose(image, stack, bloat, new Set(ids), recipe)
}

/** The lines that change, without those around them. */
const changes = ({ diff }: Proposal) => diff.filter((line) => /^[-+](?![-+])/.test(line))
const reasons = ({ byHand }: Proposal) => byHand.map(({ why }) => why)

describe('edits that are proposed', () => {
  test('a cache mount, where the fix knows one that holds the files', async () => {
    const literal = { own: [CACHE], history: ['RUN pip install app'] }
    expect(changes(await proposed(literal, ['pip-cache']))).toEqual([
      '-RUN pip install app',
      '+RUN --mount=type=cache,target=/root/.cache/pip \\',
      '+    pip install app',
    ])
  })

  describe('an installer that leaves development out', () => {
    const modules = {
      'app/package.json': '{}',
      'app/node_modules/.package-lock.json': '{"packages":{"node_modules/t":{"dev":true}}}',
      'app/node_modules/t/cli.js': sized(5000),
    }
    const config = { cmd: ['node', 'server.js'] }
    const edits = (history: readonly string[], own?: string) =>
      proposed({ own: [modules, ...history.slice(1).map(() => ({ a: 'a' }))], config, history }, ['node-dev-deps'], own)

    test('on the line where it is called', async () => {
      expect(changes(await edits(['RUN set -e && npm ci --no-audit && npm cache clean --force']))).toEqual([
        '-    && npm ci --no-audit \\',
        '+    && npm ci --omit=dev --no-audit \\',
      ])
    })

    test('among lines that go on, comments and flags', async () => {
      const own = [
        'FROM node',
        'RUN --mount=type=cache,target=/root/.npm \\',
        '    # all of it',
        '    npm \\',
        '      ci \\',
        '',
        '      --no-audit',
        'COPY . .',
      ].join('\n')
      expect(changes(await edits(['RUN npm       ci       --no-audit'], own))).toEqual([
        '-      ci \\',
        '+      ci --omit=dev \\',
      ])
    })

    test('within a heredoc', async () => {
      const own = 'FROM node\nRUN <<EOF\nnpm ci\nnpm cache clean --force\nEOF\n'
      const history = ['RUN npm ci\nnpm cache clean --force\n']
      expect(changes(await edits(history, own))).toEqual(['-npm ci', '+npm ci --omit=dev'])
    })

    test('where a later layer stores them again for another owner', async () => {
      const copied = Object.fromEntries(
        Object.entries(modules).map(([path, content]) => [path, file(content as string, { uid: 7 })]),
      )
      const literal = { own: [modules, copied], config, history: ['RUN npm ci', 'RUN chown -R 7 /app'] }
      const proposal = await proposed(literal, ['node-dev-deps'])
      expect(changes(proposal)).toEqual(['-RUN npm ci', '+RUN npm ci --omit=dev'])
      expect(proposal.byHand).toEqual([])
    })

    test('where RUNs are joined, too', async () => {
      const own = [{ 'src/a': sized(5000) }, modules, { src: whiteout }]
      const literal = { own, config, history: ['RUN make', 'RUN npm ci', 'RUN rm -rf /src'] }
      const { diff, byHand } = await proposed(literal, ['deleted-later', 'mergeable-layers', 'node-dev-deps'])
      expect(diff.filter((line) => line.startsWith('+')).slice(1)).toEqual([
        '+RUN make \\',
        '+    && npm ci --omit=dev \\',
        '+    && rm -rf /src',
      ])
      expect(byHand).toEqual([])
    })

    const byHand: [string, string[], string, string?][] = [
      ['a build behind it', ['RUN npm ci && npm run build'], '"npm run build" runs after it'],
      ['a build in a later RUN', ['RUN npm ci', 'RUN npx tsc'], '"npx tsc" runs after it'],
      ['a build in an exec form', ['RUN npm ci', 'RUN ["npx", "tsc"]'], 'runs after it'],
      ['a build in a heredoc', ['RUN npm ci'], '"make" runs', 'FROM node\nRUN npm ci\nRUN <<EOF\nmake\nEOF\n'],
      [
        'a later stage that builds on it',
        ['RUN npm ci'],
        '"npm test" runs',
        'FROM node AS a\nRUN npm ci\nFROM a\nRUN npm test\n',
      ],
      ['what comes from another stage', ['COPY --from=build /app /app'], 'another stage'],
      ['what comes from the build context', ['COPY app /app'], 'context'],
      ['an exec form', ['RUN ["npm", "ci"]'], 'no plain shell'],
    ]
    test.each(byHand)('but not with %s', async (_, history, why, own) => {
      const proposal = await edits(history, own)
      expect(proposal.diff).toEqual([])
      expect(reasons(proposal).join()).toContain(why)
    })
  })

  test('a deletion in the same RUN, of the directory that a later layer deletes', async () => {
    const own = [{ 'src/': dir(), 'src/a': sized(5000), 'src/b': sized(5000), 'usr/app': 'app' }, { src: whiteout }]
    const literal = { own, history: ['RUN make', 'RUN rm -rf /src'] }
    expect(changes(await proposed(literal, ['deleted-later']))).toEqual([
      ...['-RUN make', '+RUN make \\', '+    && rm -rf /src'],
    ])
  })

  test('a star for what a lower layer has a directory for', async () => {
    const lists = 'var/lib/apt/lists/'
    const own = [
      { [`${lists}a`]: sized(5000), [`${lists}b`]: sized(5000) },
      { [`${lists}a`]: whiteout, [`${lists}b`]: whiteout },
    ]
    const base = [{ 'etc/os-release': 'ID=debian\n', [lists]: dir() }]
    const literal = { base, own, history: ['RUN apt-get update', 'RUN rm -rf /var/lib/apt/lists/*'] }
    expect(changes(await proposed(literal, ['deleted-later']))).toContain('+    && rm -rf /var/lib/apt/lists/*')
  })

  test('one RUN for several, with what is deleted at its end and no more than once', async () => {
    const own = [{ 'src/a': sized(5000), 'tmp/x': sized(5000) }, { src: whiteout, b: 'b' }, { tmp: whiteout }]
    const literal = { own, history: ['RUN make', 'RUN rm -rf /src', 'COPY b /b'] }
    const { diff } = await proposed(literal, ['deleted-later', 'mergeable-layers'])
    expect(diff.filter((line) => line.startsWith('+')).slice(1)).toEqual([
      '+RUN make \\',
      '+    && rm -rf /src \\',
      '+    && rm -rf /tmp',
    ])
  })

  test('flags of COPY for what a later RUN changes alone', async () => {
    const own = [
      { 'app/a': file(sized(5000), { mode: 0o644 }) },
      { 'app/a': file(sized(5000), { mode: 0o755, uid: 7 }) },
    ]
    const literal = { own, history: ['COPY app /app', 'RUN chmod 755 /app/a && chown 7 /app/a'] }
    expect(changes(await proposed(literal, ['metadata-only-rewrite']))).toEqual([
      '-COPY app /app',
      '+COPY --chown=7:0 --chmod=755 app /app',
      '-RUN chmod 755 /app/a \\',
      '-    && chown 7 /app/a',
    ])
  })

  test('the chown of a later layer at the end of the RUN that wrote the files', async () => {
    const base = [{ 'app/': dir(), 'app/b': 'b' }]
    const own = [
      { 'app/m/': dir(), 'app/m/a': file(sized(5000)), 'app/m/b': file(sized(5000, 'y')) },
      {
        'app/m/': dir({ uid: 7 }),
        'app/m/a': file(sized(5000), { uid: 7 }),
        'app/m/b': file(sized(5000, 'y'), { uid: 7 }),
      },
    ]
    const literal = { base, own, history: ['RUN npm install', 'RUN chown -R 7 /app/m'] }
    expect(changes(await proposed(literal, ['metadata-only-rewrite']))).toEqual([
      '-RUN npm install',
      '+RUN npm install \\',
      '+    && chown -R 7:0 /app/m',
      '-RUN chown -R 7 /app/m',
    ])
  })

  test('but the later chown stays where it does more', async () => {
    const own = [
      { 'app/': dir(), 'app/m/': dir(), 'app/m/a': file(sized(5000)) },
      { 'app/': dir({ uid: 7 }), 'app/m/': dir({ uid: 7 }), 'app/m/a': file(sized(5000), { uid: 7 }) },
    ]
    const literal = {
      base: [{ 'app/': dir(), 'app/b': 'b' }],
      own,
      history: ['RUN npm install', 'RUN chown -R 7 /app'],
    }
    expect(changes(await proposed(literal, ['metadata-only-rewrite']))).toEqual([
      '-RUN npm install',
      '+RUN npm install \\',
      '+    && chown -R 7:0 /app/m',
    ])
  })

  test('lines of a .dockerignore for what was copied', async () => {
    const literal = {
      own: [{ 'app/.git/HEAD': sized(5000), 'app/.git/b': 'b', 'app/a': 'a' }],
      history: ['COPY . /app'],
    }
    expect(await proposed(literal, ['vcs-dir'])).toEqual({
      diff: ['--- /dev/null', '+++ b/.dockerignore', '@@ -0,0 +1,1 @@ vcs-dir@1', '+**/.git'],
      byHand: [],
    })
  })

  test("the same for the lines of the user's own Dockerfile", async () => {
    const literal = { own: [CACHE], history: ['RUN pip install app     && true'] }
    const own = 'FROM debian\n\n# the app\nRUN pip install app \\\n    && true\nCMD ["app"]\n'
    expect((await proposed(literal, ['pip-cache'], own)).diff).toEqual([
      '--- a/Dockerfile',
      '+++ b/Dockerfile',
      '@@ -1,6 +1,7 @@ pip-cache@1',
      ' FROM debian',
      ' ',
      ' # the app',
      '-RUN pip install app \\',
      '+RUN --mount=type=cache,target=/root/.cache/pip \\',
      '+    pip install app \\',
      '     && true',
      ' CMD ["app"]',
    ])
  })

  test('a line within a heredoc', async () => {
    const own = 'FROM debian\nRUN <<EOF\nmake\nEOF\n'
    const made = {
      own: [{ 'src/a': sized(5000) }, { src: whiteout }],
      history: ['RUN make', 'RUN rm -rf /src'],
    }
    const { diff } = await proposed(made, ['deleted-later'], own)
    expect(diff.filter((line) => line.startsWith('+'))).toEqual(['+++ b/Dockerfile', '+rm -rf /src'])
  })
})

describe('nothing is deleted before it is needed', () => {
  const lists = { 'var/lib/apt/lists/a': sized(5000), 'var/lib/apt/lists/b': sized(5000) }
  const source = { 'src/a': sized(5000) }
  const other = { a: 'a' }
  const none = { src: whiteout, 'var/lib/apt/lists': whiteout }
  const gone = (tree: Tree, ...between: string[]): BloatLiteral => ({
    own: [tree, ...between.map(() => other), none],
    history: ['RUN make', ...between, 'RUN rm -rf /src /var/lib/apt/lists'],
  })
  const kept: [string, BloatLiteral, string][] = [
    [
      'lists that the next RUN installs from',
      gone(lists, 'RUN DEBIAN_FRONTEND=x apt-get install -y b'),
      '"apt-get install -y"',
    ],
    ['what the next RUN may read', gone(source, 'RUN make install'), '"make install"'],
    ['what is copied out of it', gone(source, 'RUN cp -r /src/a /out'), '"cp -r /src/a"'],
    ['what a directory is changed to', gone(source, 'RUN cd /src && true'), '"cd /src"'],
    [
      'what the RUN that deletes it reads before',
      { own: [source, none], history: ['RUN make', 'RUN sh /src/a && rm -rf /src'] },
      '"sh /src/a"',
    ],
    ['what a shell starts', gone(source, 'RUN echo $(cat /src/a)'), '"echo $(cat'],
  ]
  test.each(kept)('%s', async (_, literal, need) => {
    const proposal = await proposed(literal, ['deleted-later'])
    expect(changes(proposal)).toEqual([])
    expect(reasons(proposal).join()).toContain(`${need.slice(0, -1)}`)
  })

  test.each([
    ['RUN apt-get update', 'RUN apt-get install -y b', lists, 'apt-lists', '"apt-get install -y"'],
    [
      'RUN pnpm fetch',
      'RUN pnpm install --offline',
      { 'root/.local/share/pnpm/store/v3/files/00/a': sized(5000) },
      'pnpm-store',
      '"pnpm install --offline"',
    ],
  ])('%s: what is mounted is not there for %s', async (first, second, tree, rule, need) => {
    const proposal = await proposed({ own: [tree, other], history: [first, second] }, [rule])
    expect(proposal.diff).toEqual([])
    expect(reasons(proposal).join()).toContain(need)
  })

  const moved: [string, BloatLiteral, string][] = [
    [
      'lists that are fetched again',
      gone(lists, 'RUN apt-get update && apt-get install -y b'),
      '+    && rm -rf /var/lib/apt/lists',
    ],
    ['lists that only others run behind', gone(lists, 'RUN make'), '+    && rm -rf /var/lib/apt/lists'],
    [
      'what no later command reads',
      gone(source, 'RUN mkdir -p /x && apt-get install -y b', 'COPY a /a'),
      '+    && rm -rf /src',
    ],
  ]
  test.each(moved)('but %s', async (_, literal, line) => {
    expect(changes(await proposed(literal, ['deleted-later']))).toContain(line)
  })

  test('but what a rule knows nobody reads', async () => {
    const log = { 'var/log/build.log': sized(5000) }
    const literal = {
      own: [log, other, { 'var/log': whiteout }],
      history: ['RUN a', 'RUN make', 'RUN rm -rf /var/log'],
    }
    expect(reasons(await proposed(literal, ['deleted-later'])).join()).toContain('"make"')
    const proposal = await proposed(literal, ['deleted-later', 'log-files'])
    expect(changes(proposal)).toEqual(['-RUN a', '+RUN a \\', '+    && rm -rf /var/log'])
    expect(proposal.byHand).toEqual([])
  })

  test('unless all of it becomes one RUN', async () => {
    const literal = { own: [source, other, none], history: ['RUN make', 'RUN make install', 'RUN rm -rf /src'] }
    const proposal = await proposed(literal, ['deleted-later', 'mergeable-layers'])
    expect(proposal.byHand).toEqual([])
    expect(changes(proposal)).toContain('+    && make install \\')
  })
})

describe('nothing is kept out of the build context that the Dockerfile names', () => {
  const git = { 'app/.git/HEAD': sized(5000), 'app/.git/b': 'b', 'app/a': 'a' }
  const ignoring = (...history: string[]) =>
    proposed({ own: [git, ...history.map(() => ({ b: 'b' }))], history: ['COPY . /app', ...history] }, ['vcs-dir'])

  const named = [
    'COPY .git /b',
    'RUN cat /app/.git/HEAD',
    'RUN chmod -R 755 /app/.git',
    'RUN git -C /app describe --tags',
  ]
  test.each(named)('%s', async (line) => {
    const proposal = await ignoring(line)
    expect(proposal.diff).toEqual([])
    expect(reasons(proposal).join()).toContain('names them')
  })

  test('but what a command can do without is taken out of it', async () => {
    const proposal = await ignoring('RUN chmod -R 755 /app/a /app/.git && rm -rf /x/.git')
    expect(changes(proposal)).toEqual([
      '-RUN chmod -R 755 /app/a /app/.git \\',
      '+RUN chmod -R 755 /app/a \\',
      '+**/.git',
    ])
    expect(proposal.byHand).toEqual([])
  })
})

describe('what is left to be done by hand', () => {
  const deleted = [{ 'src/a': sized(5000) }, { src: whiteout }]
  const cases: [string, BloatLiteral, string[], string][] = [
    [
      'what the base image has',
      { base: [CACHE], own: [{ a: 'a' }], history: ['COPY a /a'] },
      ['pip-cache'],
      'base image',
    ],
    ['an exec form', { own: deleted, history: ['RUN ["make"]', 'RUN rm -rf /src'] }, ['deleted-later'], 'go on'],
    [
      'a comment at the end',
      { own: deleted, history: ['RUN make # all', 'RUN rm -rf /src'] },
      ['deleted-later'],
      'go on',
    ],
    [
      'what was copied and then deleted',
      { own: deleted, history: ['COPY src /src', 'RUN rm -rf /src'] },
      ['deleted-later'],
      'need',
    ],
    [
      'a name that means more to a shell',
      { own: [{ '$(x)': sized(5000) }, { '$(x)': whiteout }], history: ['RUN make', 'RUN clean'] },
      ['deleted-later'],
      'characters',
    ],
    [
      'a mode that only some of the copied files get',
      {
        own: [{ a: file(sized(5000), { mode: 0o644 }), b: 'b' }, { a: file(sized(5000), { mode: 0o755 }) }],
        history: ['COPY . /', 'RUN chmod 755 /a'],
      },
      ['metadata-only-rewrite'],
      'not all files',
    ],
    [
      'a layer that does more than change modes',
      {
        own: [{ a: file(sized(5000), { mode: 0o644 }) }, { a: file(sized(5000), { mode: 0o755 }), b: 'b' }],
        history: ['COPY . /', 'RUN chmod 755 /a && make b'],
      },
      ['metadata-only-rewrite'],
      'does more',
    ],
    ['a layer without history', { own: deleted }, ['deleted-later'], 'no one line'],
  ]
  test.each(cases)('%s', async (_, literal, rules, why) => {
    const proposal = await proposed(literal, rules)
    expect(proposal.diff).toEqual([])
    expect(reasons(proposal).join()).toContain(why)
  })
})
