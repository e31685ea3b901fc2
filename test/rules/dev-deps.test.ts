import { describe, expect, it } from 'vitest'
import type { RuntimeConfig } from '../../src/oci/runtime-config.ts'
import { BUILD_TOOL_RULES } from '../../src/rules/build-tools.ts'
import { findBloat } from '../../src/rules/find.ts'
import { evidenceOf, findingsOf, sized } from '../helpers/findings.ts'
import { type Content, symlink, type Tree } from '../helpers/layer.ts'

const RULES = BUILD_TOOL_RULES.filter(({ id }) => id === 'node-dev-deps' || id === 'python-dev-deps')
const node = { cmd: ['node', 'server.js'] }
const python = { cmd: ['gunicorn', 'app:app'] }

type Found = readonly [rule: string, layer: number, bytes: number, detail: string | undefined]

async function found(tree: Tree | readonly Tree[], config: RuntimeConfig): Promise<Found[]> {
  const own = Array.isArray(tree) && !Array.isArray(tree[0]) ? (tree as readonly Tree[]) : [tree as Tree]
  const findings = await findingsOf({ base: [], own, config }, RULES)
  return findings.map(({ rule, layer, bytes, detail }) => [rule, layer, bytes, detail])
}

const json = (value: unknown) => JSON.stringify(value)
const manifest = (fields: object = {}) => json(fields)

describe('node-dev-deps', () => {
  const lock = (packages: object) => ({ 'app/node_modules/.package-lock.json': json({ packages }) })
  const modules = { 'app/node_modules/eslint/x': sized(7000), 'app/node_modules/express/y': sized(400) }
  const dev = { 'node_modules/eslint': { dev: true }, 'node_modules/express': {} }

  it('finds what the lock file of npm calls so', async () => {
    expect(await found({ ...lock(dev), ...modules }, node)).toEqual([['node-dev-deps', 0, 7000, 'eslint']])
  })

  it('tells packages within each other apart', async () => {
    const tree = {
      ...lock({
        ...dev,
        'node_modules/eslint/node_modules/a': {},
        'node_modules/express/node_modules/b': { dev: true },
        'node_modules/@s/c': { dev: true },
      }),
      ...modules,
      'app/node_modules/eslint/node_modules/a/f': sized(10),
      'app/node_modules/express/node_modules/b/f': sized(3),
      'app/node_modules/@s/c/f': sized(20),
    }
    expect(await found(tree, node)).toEqual([['node-dev-deps', 0, 7023, '@s/c, b, eslint']])
  })

  it('tells the layers apart', async () => {
    const [first, second] = [{ ...lock(dev), ...modules }, { 'app/node_modules/eslint/z': sized(5) }]
    expect(await found([first, second], node)).toEqual([
      ['node-dev-deps', 0, 7000, 'eslint'],
      ['node-dev-deps', 1, 5, 'eslint'],
    ])
  })

  const flat = {
    'app/package.json': manifest({ dependencies: { a: '1' }, devDependencies: { t: '1', a: '1' } }),
    'app/node_modules/a/package.json': manifest({ dependencies: { b: '1' }, peerDependencies: { c: '1', none: '1' } }),
    'app/node_modules/b/package.json': manifest(),
    'app/node_modules/c/package.json': manifest(),
    'app/node_modules/t/package.json': manifest({ dependencies: { b: '1', u: '1' } }),
    'app/node_modules/t/node_modules/b/package.json': manifest({ dependencies: { c: '1', v: '1' } }),
    'app/node_modules/u/package.json': manifest({ dependencies: { t: '1' } }),
    'app/node_modules/u/code.js': sized(100),
    'app/node_modules/v/code.js': sized(1000),
    'app/node_modules/v/package.json': manifest(),
  }
  const bytes = [manifest({ dependencies: { b: '1', u: '1' } }), manifest({ dependencies: { c: '1', v: '1' } })]
    .concat(manifest({ dependencies: { t: '1' } }), manifest())
    .reduce((sum, { length }) => sum + length, 1100)

  it.each([
    ['yarn', '.yarn-integrity', json({ flags: [], topLevelPatterns: ['a@1', 't@1'] })],
    ['a later yarn', '.yarn-state.yml', '__metadata:\n  version: 1\n'],
  ])('finds what %s installed and only development packages find', async (_, mark, text) => {
    const tree = { ...flat, [`app/node_modules/${mark}`]: text }
    expect(await found(tree, node)).toEqual([['node-dev-deps', 0, bytes, 'b, t, u, v']])
  })

  const store = 'app/node_modules/.pnpm'
  const linked: Record<string, Content> = {
    'app/package.json': manifest({ dependencies: { a: '1' }, devDependencies: { t: '1' } }),
    'app/web/package.json': manifest({ dependencies: { w: '1' } }),
    'app/web/node_modules/w': symlink('../../node_modules/.pnpm/w@1/node_modules/w'),
    'app/node_modules/a': symlink('.pnpm/a@1/node_modules/a'),
    'app/node_modules/t': symlink('.pnpm/t@1/node_modules/t'),
    [`${store}/a@1/node_modules/a/package.json`]: manifest({ dependencies: { b: '1' } }),
    [`${store}/a@1/node_modules/b`]: symlink('../../b@1/node_modules/b'),
    [`${store}/b@1/node_modules/b/package.json`]: manifest(),
    [`${store}/w@1/node_modules/w/package.json`]: manifest(),
    [`${store}/t@1/node_modules/t/package.json`]: manifest({ dependencies: { b: '1', u: '1' } }),
    [`${store}/t@1/node_modules/b`]: symlink('../../b@1/node_modules/b'),
    [`${store}/t@1/node_modules/u`]: symlink('../../@s+u@1/node_modules/u'),
    [`${store}/@s+u@1/node_modules/u/package.json`]: manifest(),
  }
  const state = (dev: boolean) => ({
    'app/node_modules/.modules.yaml': `included:\n  dependencies: true\n  devDependencies: ${dev}\n`,
  })

  it('finds what pnpm linked, in its store', async () => {
    const size = manifest({ dependencies: { b: '1', u: '1' } }).length + manifest().length
    expect(await found({ ...linked, ...state(true) }, node)).toEqual([['node-dev-deps', 0, size, 't, u']])
  })

  describe('what else the installer leaves out', () => {
    const installed = async (tree: Tree, ...more: Tree[]) => {
      const bloat = findBloat(await evidenceOf({ base: [], own: [tree, ...more], config: node }), RULES)
      return bloat.map(({ finding, installed }) => ({
        layer: finding.layer,
        links: installed?.links.map(({ path }) => path.replace('app/node_modules/', '')).sort(),
        shorter: installed?.shorter.map(({ bytes }) => bytes),
        installer: installed?.installer,
      }))
    }
    const project = { 'app/package.json': manifest({ scripts: { prepare: 'husky', test: 'jest' } }) }

    it('are links to commands of its packages, and its own record of them', async () => {
      const written = `${JSON.stringify({ name: 'app', packages: dev }, undefined, 2)}\n`
      const rest = `${JSON.stringify({ name: 'app', packages: { 'node_modules/express': {} } }, undefined, 2)}\n`
      const tree = {
        ...project,
        ...modules,
        'app/node_modules/.package-lock.json': written,
        'app/node_modules/.bin/eslint': symlink('../eslint/bin/eslint.js'),
        'app/node_modules/eslint/bin/eslint.js': '',
        'app/node_modules/.bin/express': symlink('../express/y'),
        'app/node_modules/.bin/gone': symlink('../gone/y'),
      }
      expect(await installed(tree, { 'app/node_modules/.bin/late': symlink('../eslint/x') })).toEqual([
        {
          layer: 0,
          links: ['.bin/eslint'],
          shorter: [written.length - rest.length],
          installer: { name: 'npm', scripts: ['prepare'] },
        },
      ])
    })

    it('is no record that it did not write so', async () => {
      expect(await installed({ ...project, ...lock(dev), ...modules })).toMatchObject([{ shorter: [] }])
    })

    it('are the links of pnpm, and the commands that only such packages bring', async () => {
      const tree = {
        ...linked,
        ...state(true),
        [`${store}/t@1/node_modules/t/package.json`]: manifest({
          name: '@x/t',
          bin: 'cli.js',
          dependencies: { b: '1', u: '1' },
        }),
        [`${store}/b@1/node_modules/b/package.json`]: manifest({ bin: { b: 'b.js' } }),
        [`${store}/node_modules/b`]: symlink('../b@1/node_modules/b'),
        [`${store}/node_modules/u`]: symlink('../@s+u@1/node_modules/u'),
        'app/node_modules/.bin/t': sized(30),
        'app/node_modules/.bin/b': sized(20),
      }
      const bloat = await installed(tree)
      expect(bloat).toMatchObject([
        { links: ['.pnpm/node_modules/u', '.pnpm/t@1/node_modules/b', '.pnpm/t@1/node_modules/u', 't'] },
      ])
      const manifests = [manifest({ name: '@x/t', bin: 'cli.js', dependencies: { b: '1', u: '1' } }), manifest()]
      const size = manifests.reduce((sum, { length }) => sum + length, 30)
      expect(await found(tree, node)).toEqual([['node-dev-deps', 0, size, 't, u']])
    })

    it('are packages of workspaces', async () => {
      const packages = { ...dev, 'web/node_modules/jest': { dev: true } }
      const tree = {
        ...project,
        ...lock(packages),
        ...modules,
        'app/web/package.json': manifest(),
        'app/web/node_modules/jest/x': sized(5),
      }
      expect(await found(tree, node)).toEqual([['node-dev-deps', 0, 7005, 'eslint, jest']])
    })

    const obstacles: readonly (readonly [string, Tree, string])[] = [
      ['a project of which the image has no manifest', { ...lock(dev), ...modules }, 'package.json'],
      ['a yarn that may not know how', { ...flat, 'app/node_modules/.yarn-state.yml': '' }, 'version 4'],
      [
        'a layer with several projects',
        {
          ...project,
          ...lock(dev),
          ...modules,
          'web/package.json': manifest(),
          'web/node_modules/.package-lock.json': json({ packages: dev }),
          'web/node_modules/eslint/x': sized(7000),
        },
        'several projects',
      ],
    ]
    it.each(obstacles)('cannot be told of %s', async (_, tree, why) => {
      expect((await installed(tree))[0]?.installer?.obstacle).toContain(why)
    })

    it('is told to a yarn that asks for version 4', async () => {
      const root = { dependencies: { a: '1' }, devDependencies: { t: '1', a: '1' }, packageManager: 'yarn@4.9.1' }
      const tree = { ...flat, 'app/package.json': manifest(root), 'app/node_modules/.yarn-state.yml': '' }
      expect(await installed(tree)).toMatchObject([{ installer: { name: 'yarn-berry', scripts: [] } }])
    })
  })

  const silent: readonly (readonly [string, Tree, RuntimeConfig])[] = [
    ['what nothing calls so', { ...lock({ 'node_modules/eslint': {} }), ...modules }, node],
    ['a lock file that is broken', { 'app/node_modules/.package-lock.json': '{"packages":{', ...modules }, node],
    ['odd values in a lock file', { 'app/node_modules/.package-lock.json': '{"packages":[1,{"dev":true}]}' }, node],
    ['anything where scripts compile', { ...lock(dev), ...modules }, { cmd: ['npx', 'ts-node', 'server.ts'] }],
    ['anything where development is run', { ...lock(dev), ...modules }, { cmd: ['npm', 'run', 'dev'] }],
    ['anything in an image to build with', { ...lock(dev), ...modules }, { cmd: ['bash'] }],
    ['what pnpm installed for production', { ...linked, ...state(false) }, node],
    [
      'what yarn installed for production',
      { ...flat, 'app/node_modules/.yarn-integrity': '{\n  "flags": [\n    "production"\n  ]\n}' },
      node,
    ],
    [
      'anything where a manifest cannot be read',
      { ...flat, 'app/node_modules/b/package.json': '{', 'app/node_modules/.yarn-state.yml': 'x' },
      node,
    ],
    ['what no installer left a mark of', flat, node],
  ]
  it.each(silent)('does not find %s', async (_, tree, config) => expect(await found(tree, config)).toEqual([]))
})

describe('python-dev-deps', () => {
  const sp = 'usr/local/lib/python3.13/site-packages'
  const dist = (name: string, size: number, requires: readonly string[] = []) => ({
    [`${sp}/${name}/m.py`]: sized(size),
    [`${sp}/${name}-1.dist-info/RECORD`]: `${name}/m.py,,\n`,
    [`${sp}/${name}-1.dist-info/METADATA`]: `Name: ${name}\n${requires.map((one) => `Requires-Dist: ${one}\n`).join('')}`,
  })
  const installed = {
    ...dist('flask', 100, ['click>=8', "pytest; extra == 'test'"]),
    ...dist('click', 10),
    ...dist('pytest', 5000, ['pluggy<2,>=1.5', 'click']),
    ...dist('pluggy', 700),
  }
  const size = 5000 + 700 + 'pytest/m.py,,\npluggy/m.py,,\nName: pytest\nName: pluggy\n'.length + 51

  const files: readonly (readonly [string, Record<string, string>])[] = [
    ['requirements-dev.txt', { 'app/requirements-dev.txt': '-r requirements.txt\npytest==8.0 # tests\n' }],
    ['requirements/test.txt', { 'app/requirements/test.txt': 'PyTest[all] >= 8 ; python_version > "3"\r\n' }],
    ['dev-requirements.txt', { 'app/dev-requirements.txt': 'pytest\n', 'app/requirements.txt': 'flask\n' }],
    ['a Pipfile', { 'app/Pipfile': '[packages]\nflask = "*"\n\n[dev-packages]\npytest = {version = "*"}\n' }],
    [
      'groups of dependencies',
      {
        'app/pyproject.toml':
          '[project]\ndependencies = ["flask[async]>=2"]\n[dependency-groups]\ndev = [\n  "pytest[x]>=8", # "]"\n]\n',
      },
    ],
    ['extras', { 'app/pyproject.toml': "[project.optional-dependencies]\ntest = ['pytest']\nweb = ['flask']\n" }],
    ['groups of Poetry', { 'app/pyproject.toml': '[tool.poetry.group.dev.dependencies]\npytest = "^8"\n' }],
    [
      'tables of Poetry',
      {
        'app/pyproject.toml':
          '[tool.poetry.dependencies]\nflask = "*"\n[tool.poetry.dev-dependencies.pytest]\ngit = ""\n',
      },
    ],
    ['settings of uv', { 'app/pyproject.toml': '[tool.uv]\ndev-dependencies = ["pytest>=8"]\n' }],
  ]
  it.each(files)('finds what is named in %s, with what only that needs', async (_, tree) => {
    expect(await found({ ...installed, ...tree }, python)).toEqual([['python-dev-deps', 0, size, 'pytest, pluggy']])
  })

  const toml = (text: string) => ({ 'app/pyproject.toml': text })
  const installers: readonly (readonly [string, Record<string, string>, object])[] = [
    [
      'pip, for files of lines',
      { 'app/requirements-dev.txt': 'pytest\n', 'app/requirements.txt': 'flask\n' },
      { name: 'pip', requirements: ['requirements-dev.txt'] },
    ],
    [
      'pipenv, for a Pipfile',
      { 'app/Pipfile': '[packages]\nflask = "*"\n[dev-packages]\npytest = "*"\n' },
      { name: 'pipenv' },
    ],
    [
      'poetry, for groups of Poetry',
      toml('[tool.poetry.dependencies]\nflask = "*"\n[tool.poetry.group.test.dependencies]\npytest = "*"\n'),
      { name: 'poetry' },
    ],
    [
      'uv, for the group that it installs',
      toml('[project]\ndependencies = []\n[dependency-groups]\ndev = ["pytest"]\n'),
      { name: 'uv' },
    ],
    [
      'none, where Poetry may be too old',
      toml('[tool.poetry.dev-dependencies]\npytest = "*"\n'),
      { obstacle: expect.stringContaining('1.2') },
    ],
    [
      'none, where the project has other groups',
      toml('[tool.poetry.group.dev.dependencies]\npytest = "*"\n[tool.poetry.group.web.dependencies]\nflask = "*"\n'),
      { obstacle: expect.stringContaining('groups') },
    ],
    [
      'none, for extras',
      toml('[project.optional-dependencies]\ntest = ["pytest"]\n'),
      { obstacle: expect.stringContaining('extras') },
    ],
    [
      'none, where several files name them',
      { 'app/requirements-dev.txt': 'pytest\n', ...toml('[dependency-groups]\ndev = ["pytest"]\n') },
      { obstacle: expect.stringContaining('several files') },
    ],
  ]
  it.each(installers)('can be told to %s', async (_, tree, installer) => {
    const bloat = findBloat(await evidenceOf({ base: [], own: [{ ...installed, ...tree }], config: python }), RULES)
    expect(bloat.map((one) => one.installed?.installer)).toMatchObject([installer])
  })

  it('reads a file that is made to be slow to read as fast as others', async () => {
    const hard = `[${' '.repeat(100_000)}x\n${'"'.repeat(100_001)}\n`
    expect(await found({ ...installed, 'a/pyproject.toml': hard }, python)).toEqual([])
  }, 5000)

  const silent: readonly (readonly [string, Tree, RuntimeConfig])[] = [
    [
      'what is needed too',
      { ...installed, 'a/requirements-dev.txt': 'pytest', 'a/requirements.txt': 'pytest' },
      python,
    ],
    ['what another needs', { ...installed, 'a/requirements-dev.txt': 'click' }, python],
    [
      'what an extra of another name asks for',
      { ...installed, 'a/pyproject.toml': '[project.optional-dependencies]\nweb = ["pytest"]\n' },
      python,
    ],
    ['what is not installed', { ...installed, 'a/requirements-dev.txt': 'mypy' }, python],
    ['anything where tests are run', { ...installed, 'a/requirements-dev.txt': 'pytest' }, { cmd: ['pytest', '-q'] }],
    ['anything in an image to build with', { ...installed, 'a/requirements-dev.txt': 'pytest' }, { cmd: ['bash'] }],
    ['what a package names for itself', { ...installed, [`${sp}/flask/requirements-dev.txt`]: 'pytest' }, python],
    ['a list of something else', { ...installed, 'srv/test.txt': 'pytest' }, python],
  ]
  it.each(silent)('does not find %s', async (_, tree, config) => expect(await found(tree, config)).toEqual([]))
})
