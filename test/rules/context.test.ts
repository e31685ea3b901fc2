import { describe, expect, it } from 'vitest'
import { CONTEXT_RULES } from '../../src/rules/context.ts'
import { type BloatLiteral, findingLines, findingsOf, sized } from '../helpers/findings.ts'
import { buildkit, classic, entry } from '../helpers/history.ts'
import { symlink, type Tree, whiteout } from '../helpers/layer.ts'

const context: Tree = { 'app/.git/HEAD': sized(20), 'app/node_modules/x': sized(9000), 'app/server.js': 'x' }
/** What a build stage leaves behind, and nobody ignores. */
const built: Tree = { 'app/node_modules/x': sized(9000), 'app/dist/x.js': 'x', 'app/tests/t.js': 'x' }
const cmd = { cmd: ['node', 'server.js'], user: '1000' }

type Rows = readonly [what: string, image: BloatLiteral, found: readonly string[]][]

describe.each<[rule: string, rows: Rows]>([
  [
    'dockerignore-missing',
    [
      ['COPY . of BuildKit', { own: [context], history: ['COPY . /app'] }, ['1 9020']],
      ['COPY of a classic builder', { own: [context], history: [classic('COPY dir:19b7c0ffee in /app ')] }, ['1 9020']],
      [
        'COPY of kaniko, into the working directory',
        { own: [context], history: [entry('COPY . .', { author: 'kaniko' })], config: { workingDir: '/app' } },
        ['1 9020'],
      ],
      [
        'into the working directory that WORKDIR sets',
        { own: [{ 'app/': symlink('x') }, context], history: ['WORKDIR /app', 'COPY . .'] },
        ['2 9020'],
      ],
      ['of a directory of the context', { own: [context], history: ['COPY web/ /app/'] }, ['1 9020']],
      [
        'only the signs that no image is for are counted',
        {
          own: [{ 'app/.git/x': 'x', 'app/README.md': sized(900), 'app/dist/a.js': sized(9000), 'app/tests/t': 'x' }],
          history: ['COPY . /app'],
        },
        ['1 1'],
      ],
      ['the same files by a RUN', { own: [context], history: ['RUN git clone x /app && npm ci'] }, []],
      [
        'in the one layer that buildah makes of RUN and COPY',
        {
          own: [context],
          history: [
            classic('COPY dir:19b7c0ffee in /app ', { empty: true }),
            classic('/bin/sh -c git clone x', { empty: true }),
            classic('CMD ["app"]', { comment: 'FROM debian', empty: false }),
          ],
        },
        [],
      ],
      ...['/app /', '/app /app', '/ap /app'].map((places): [string, BloatLiteral, string[]] => [
        `of two copies of one layer, into ${places}, each file counts once`,
        {
          own: [context],
          history: places
            .split(' ')
            .map((place, i) => classic(`COPY dir:19b7c0ffee in ${place} `, { comment: 'FROM debian', empty: i === 0 })),
        },
        ['1 9020'],
      ]),
      ['COPY --from of BuildKit, known by its absolute source', { own: [built], history: ['COPY /app /app'] }, []],
      ['COPY that may come from a stage', { own: [built], history: [classic('COPY dir:19b7c0ffee in /app ')] }, []],
      ['COPY --from of kaniko', { own: [built], history: [entry('COPY --from=b app /app', { author: 'kaniko' })] }, []],
      ['what the instruction names', { own: [{ 'app/.git/x': 'x' }], history: ['COPY .git /app/.git'] }, []],
      [
        'what the instruction names beside others',
        { own: [{ 'app/Dockerfile': 'x', 'app/.env': 'x' }], history: ['COPY Dockerfile .env /app/'] },
        [],
      ],
      ['too few signs', { own: [{ 'app/Dockerfile': 'x', 'app/a.log': 'x' }], history: ['COPY . /app'] }, []],
      [
        'an example of settings',
        { own: [{ 'app/.env.example': 'x', 'app/tests/t': 'x' }], history: ['COPY . /app'] },
        [],
      ],
      ['elsewhere than the copy went', { own: [{ ...context, 'srv/x': 'x' }], history: ['COPY . /srv'] }, []],
      ['of the base', { base: [context], own: [] }, []],
      ['without history', { own: [context] }, []],
    ],
  ],
  [
    'copy-all',
    [
      ['COPY . with several signs', { own: [context], history: ['COPY . /app'] }, ['1 0']],
      ['COPY of a directory', { own: [context], history: ['COPY web /app'] }, []],
      ['COPY . with nothing to ignore', { own: [{ 'app/a.js': 'x' }], history: ['COPY . /app'] }, []],
      ['COPY of names', { own: [{ 'app/package.json': 'x' }], history: ['COPY package.json /app/'] }, []],
      ['COPY / / of a stage', { own: [{ 'app/README.md': 'x', 'app/tests/t': 'x' }], history: ['COPY / /'] }, []],
    ],
  ],
  [
    'dockerfile-in-image',
    [
      ['a Dockerfile', { own: [{ 'app/Dockerfile': sized(50) }] }, ['1 50']],
      [
        'recipes of all kinds',
        { own: [{ 'a/dev.Dockerfile': 'x', 'a/docker-compose.dev.yml': 'x', 'a/.dockerignore': 'x' }] },
        ['1 3'],
      ],
      ['at the root', { own: [{ Containerfile: 'x' }] }, ['1 1']],
      ['of a package', { own: [{ 'app/node_modules/x/Dockerfile': 'x', 'app/vendor/x/Dockerfile': 'x' }] }, []],
      ['of the base', { base: [{ 'root/Dockerfile': 'x' }] }, []],
      [
        'published on purpose',
        { own: [{ 'root/buildinfo/Dockerfile-x': 'x', 'root/buildinfo/Dockerfile.x': 'x' }] },
        [],
      ],
      ['deleted later, which another rule tells', { own: [{ 'a/Dockerfile': 'x' }, { 'a/Dockerfile': whiteout }] }, []],
      [
        'of other tools',
        { own: [{ 'app/composer.yml': 'x', 'app/dockerfile.js': 'x', 'usr/share/vim/Dockerfile.vim': 'x' }] },
        [],
      ],
    ],
  ],
  [
    'add-remote-archive',
    [
      [
        'ADD of a URL, unpacked and kept',
        {
          own: [{ 'tmp/y.tgz': sized(900) }, { 'opt/y': 'x' }],
          history: ['ADD https://x/y.tgz /tmp/', 'RUN tar xf /tmp/y.tgz'],
        },
        ['1 900'],
      ],
      [
        'unpacked and deleted',
        {
          own: [{ 'tmp/y.tgz': sized(900) }, { 'opt/y': 'x', 'tmp/y.tgz': whiteout }],
          history: ['ADD https://x/y.tgz /tmp/', 'RUN cd /opt && tar xf /tmp/y.tgz && rm /tmp/y.tgz'],
        },
        ['1→2 900'],
      ],
      [
        'a download of a RUN',
        { own: [{ 'y.zip': sized(900) }, { y: 'x' }], history: ['RUN curl -O https://x/y.zip', 'RUN unzip y.zip'] },
        ['1 900'],
      ],
      [
        'ADD of a URL by a classic builder',
        {
          own: [{ 'tmp/y.tgz': sized(900) }, { 'opt/y': 'x' }],
          history: [classic(`ADD ${'0a'.repeat(32)} in /tmp/ `), classic('/bin/sh -c tar xf /tmp/y.tgz')],
        },
        ['1 900'],
      ],
      ['ADD of a local archive, which is unpacked', { own: [{ 'opt/y': 'x' }], history: ['ADD y.tgz /opt/'] }, []],
      [
        'an archive that is served',
        {
          own: [{ 'srv/y.tgz': sized(900) }, { 'opt/y': 'x' }],
          history: ['ADD https://x/y.tgz /srv/', 'RUN ls /srv/y.tgz'],
        },
        [],
      ],
      [
        'unpacked in its own RUN',
        {
          own: [{ 'opt/y': 'x' }, { a: 'x' }],
          history: ['RUN curl -O https://x/y.tgz && tar xf y.tgz && rm y.tgz', 'RUN a'],
        },
        [],
      ],
      [
        'a local archive, unpacked',
        { own: [{ 'y.tgz': 'x' }, { y: 'x' }], history: ['COPY y.tgz /', 'RUN tar xf y.tgz'] },
        [],
      ],
    ],
  ],
  [
    'single-stage',
    [
      [
        'a compiler and what it built',
        {
          base: [{ 'usr/local/go/bin/go': 'x' }],
          own: [{ 'app/a': 'x' }],
          history: ['RUN cd /src && go build -o /app/a'],
        },
        ['1 0'],
      ],
      [
        'a compiler of a package',
        { own: [{ 'usr/bin/gcc': symlink('gcc-12'), a: 'x' }], history: ['RUN make -j4'] },
        ['1 0'],
      ],
      [
        'a compiler that was only installed',
        { own: [{ 'usr/bin/gcc': 'x' }], history: ['RUN apt-get install gcc make'] },
        [],
      ],
      [
        'a compiler that is gone again',
        { own: [{ 'usr/bin/gcc': 'x' }, { 'usr/bin/gcc': whiteout }], history: ['RUN make', 'RUN apt-get purge gcc'] },
        [],
      ],
      ['a build of the base', { base: [{ 'usr/bin/gcc': 'x' }], own: [{ a: 'x' }], history: ['COPY a /'] }, []],
      ['what a stage built', { own: [{ 'app/a': 'x' }], history: ['COPY /out/a /app/a'] }, []],
    ],
  ],
  [
    'root-user',
    [
      ['no user', { own: [{ a: 'x' }], config: { cmd: ['node', 'a.js'] } }, ['1 0']],
      ['the number of root', { own: [{ a: 'x' }], config: { entrypoint: ['/app'], user: '0:0' } }, ['1 0']],
      ['the name of root', { own: [{ a: 'x' }], config: { cmd: ['sh', '-c', 'app'], user: 'root' } }, ['1 0']],
      ['another user', { own: [{ a: 'x' }], config: { cmd: ['app'], user: '65532' } }, []],
      ['a base image that offers a shell', { own: [{ a: 'x' }], config: { cmd: ['/bin/bash'] } }, []],
      ['an image that runs nothing', { own: [{ a: 'x' }] }, []],
      [
        'an entrypoint that gives root up',
        { own: [{ 'usr/local/bin/gosu': 'x' }], config: { entrypoint: ['/start.sh'] } },
        [],
      ],
      ['an init system', { own: [{ init: 'x' }], config: { entrypoint: ['/init'] } }, []],
    ],
  ],
])('%s', (rule, rows) => {
  it.each(rows)('%s', async (_what, image, found) => {
    const lines = await findingLines({ ...image, config: image.config ?? cmd }, CONTEXT_RULES)
    expect(lines.filter((line) => line.startsWith(`${rule} `)).map((line) => line.slice(rule.length + 1))).toEqual(
      found,
    )
  })
})

describe('a .dockerignore', () => {
  const told = async (own: Tree) => {
    const found = await findingsOf({ own: [own], history: [buildkit('COPY . /app')], config: cmd }, CONTEXT_RULES)
    return found.find(({ rule }) => rule === 'dockerignore-missing')
  }

  it('is proposed line by line', async () => {
    expect(await told(context)).toMatchObject({
      detail: 'it would need .git, **/node_modules',
      fix: 'printf "%s\\n" ".git" "**/node_modules" >> .dockerignore',
    })
  })

  it('is not proposed for what the image may be for', async () => {
    expect((await told({ ...context, 'app/dist/a.js': 'x', 'app/README.md': 'x' }))?.detail).toBe(
      'it would need .git, **/node_modules',
    )
  })

  it('that came along is called too narrow', async () => {
    expect((await told({ ...context, 'app/.dockerignore': 'x' }))?.detail).toMatch(
      /^the \.dockerignore is too narrow; /,
    )
  })
})
