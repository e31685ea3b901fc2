import { describe, expect, it } from 'vitest'
import { elf } from '../helpers/elf.ts'
import { sized } from '../helpers/findings.ts'
import { file, hardlink, symlink, type Tree, whiteout } from '../helpers/layer.ts'
import { dpkg, dpkgStatus, ownersOf, packageLines } from '../helpers/packages.ts'

/** The lines of packages, without what lies around them. */
async function installed(...trees: readonly Tree[]): Promise<string[]> {
  return (await packageLines(...trees)).filter((line) => !line.startsWith('unowned'))
}

describe('dpkg', () => {
  it('owns the files of its lists, through links to directories', async () => {
    const tree = {
      bin: symlink('usr/bin'),
      'usr/bin/a': sized(40),
      'usr/bin/sh': symlink('a'),
      ...dpkg({ a: ['/bin', '/bin/a', '/bin/sh', '/usr/share/doc/a/copyright'] }),
    }
    expect(await installed(tree)).toEqual(['dpkg a 1.0-1 40 @0'])
  })

  it('counts a body of several names once, for the first package that lists it', async () => {
    const tree: Tree = [
      ['usr/bin/a', sized(40)],
      ['usr/bin/b', hardlink('usr/bin/a')],
      ...Object.entries(dpkg({ a: ['/usr/bin/a'], b: ['/usr/bin/b'] })),
    ]
    expect(await installed(tree)).toEqual(['dpkg a 1.0-1 40 @0', 'dpkg b 1.0-1 0 @0'])
  })

  it('tells the layer that wrote most of a package', async () => {
    const first = { 'usr/bin/a': sized(40), 'etc/a': sized(9), ...dpkg({ a: ['/usr/bin/a', '/etc/a'] }) }
    expect(await installed(first, { 'etc/a': sized(30) })).toEqual(['dpkg a 1.0-1 70 @0'])
    expect(await installed(first, { 'usr/bin/a': sized(41) })).toEqual(['dpkg a 1.0-1 50 @1'])
  })

  it('finds the list of a package that can be installed for several architectures', async () => {
    const tree = {
      'lib/a.so': sized(7),
      'var/lib/dpkg/status': dpkgStatus('a'),
      'var/lib/dpkg/info/a:amd64.list': '/lib/a.so\n',
    }
    expect(await installed(tree)).toEqual(['dpkg a 1.0-1 7 @0'])
  })

  it('leaves out what was removed', async () => {
    const tree = { 'etc/a': 'x', ...dpkg({ a: ['/etc/a'] }, { a: { Status: 'deinstall ok config-files' } }) }
    expect(await packageLines(tree)).toMatchObject([/^unowned/])
  })

  it('reads the single files of distroless images', async () => {
    const tree = {
      'usr/lib/a.so': sized(700),
      'var/lib/dpkg/status.d/a': 'Package: a\nVersion: 2\n',
      'var/lib/dpkg/status.d/a.md5sums': 'd41d8cd98f00b204e9800998ecf8427e  usr/lib/a.so\n',
      'var/lib/dpkg/status.d/b': 'Package: b\nVersion: 3\n',
    }
    expect(await packageLines(tree)).toEqual(['dpkg a 2 769 @0', 'dpkg b 3 22 @0', 'unowned 0'])
  })

  it('says what it could not read', async () => {
    const tree = { 'var/lib/dpkg/status': dpkgStatus('a'), 'var/lib/dpkg/info/a.list': sized(5 * 1024 * 1024, '/') }
    const { unread } = await ownersOf(tree)
    expect(unread).toEqual([
      { ecosystem: 'dpkg', path: 'var/lib/dpkg/info/a.list', reason: 'the files of this package count as unowned' },
    ])
  })

  it.each([
    ['var/lib/dpkg/status', 'var/lib/dpkg/info/a.list'],
    ['var/lib/dpkg/status.d/a', 'var/lib/dpkg/status.d/a.md5sums'],
  ])('says that a package of %s has no list', async (path, list) => {
    const { packages, unread } = await ownersOf({ [path]: dpkgStatus('a') })
    expect(packages.map(({ name }) => name)).toEqual(['a'])
    expect(unread.map(({ path }) => path)).toEqual([list])
  })

  it('takes a database of nonsense for an empty one', async () => {
    const tree = { 'var/lib/dpkg/status': '\0: \n \nPackage\nStatus: install ok installed\n\n:\n' }
    expect(await installed(tree)).toEqual([])
  })
})

describe('apk', () => {
  const database = [
    'C:Q1x=\nP:musl\nV:1.2.5-r0\nF:lib\nR:ld-musl-x86_64.so.1\nZ:Q1y=\n',
    'P:empty\nV:1\nD:musl\n',
    'P:docs\nV:2\nF:usr/share/doc\nR:a b.txt\nR:gone\nF:\nR:rootfile\n\n',
  ].join('\n')
  const files = { 'lib/ld-musl-x86_64.so.1': sized(600), 'usr/share/doc/a b.txt': sized(5), rootfile: 'x' }
  const lines = ['apk musl 1.2.5-r0 600 @0', 'apk docs 2 6 @0', 'apk empty 1 0 @0']

  it.each(['lib/apk/db/installed', 'usr/lib/apk/db/installed'])('owns what %s lists', async (path) => {
    expect(await installed({ ...files, [path]: database })).toEqual(lines)
  })
})

describe('pip', () => {
  const sp = 'usr/lib/python3.12/site-packages'

  it('owns what a RECORD lists, the metadata, and the bytecode of its sources', async () => {
    const tree = {
      [`${sp}/requests/__init__.py`]: sized(100),
      [`${sp}/requests/__pycache__/__init__.cpython-312.pyc`]: sized(80),
      [`${sp}/requests/a,b.py`]: sized(3),
      'usr/bin/requests': sized(20),
      [`${sp}/Requests-2.0.dist-info/METADATA`]: 'Name: requests\nVersion: 2.0.1\n\nName: other\n',
      [`${sp}/Requests-2.0.dist-info/RECORD`]:
        'requests/__init__.py,sha256=x,100\n"requests/a,b.py",,\n../../../bin/requests,,\n../../../../../../etc/passwd,,\n',
    }
    const [line] = await installed(tree)
    const metadata = 43 + 109
    expect(line).toBe(`pip requests 2.0.1 ${100 + 80 + 3 + 20 + metadata} @0`)
  })

  it('takes name and version from the directory where the metadata has none', async () => {
    const tree = { [`${sp}/x_y-3.1.dist-info/METADATA`]: '\n', [`${sp}/x_y-3.1.dist-info/RECORD`]: '' }
    expect(await installed(tree)).toEqual(['pip x_y 3.1 1 @0'])
  })

  it('owns what an egg says was installed, or the modules of its name', async () => {
    const tree = {
      [`${sp}/old-1.0-py3.12.egg-info/PKG-INFO`]: 'Name: old\nVersion: 1.0\n',
      [`${sp}/old-1.0-py3.12.egg-info/installed-files.txt`]: '../old.py\nPKG-INFO\n',
      [`${sp}/old.py`]: sized(200),
      [`${sp}/mod.egg-info/PKG-INFO`]: 'Name: mod\nVersion: 2\n',
      [`${sp}/mod.egg-info/top_level.txt`]: 'mod\n..\n',
      [`${sp}/mod/a.py`]: sized(50),
    }
    expect(await installed(tree)).toEqual(['pip old 1.0 242 @0', 'pip mod 2 78 @0'])
  })

  it('reads an egg of one file', async () => {
    const tree = { 'usr/lib/python3/dist-packages/six-1.16.egg-info': 'Name: six\nVersion: 1.16.0\n' }
    expect(await installed(tree)).toEqual(['pip six 1.16.0 26 @0'])
  })

  it('is a part of the package of the operating system that brought it', async () => {
    const tree = {
      'usr/lib/python3/dist-packages/six.py': sized(9),
      'usr/lib/python3/dist-packages/__pycache__/six.cpython-311.pyc': sized(4),
      'usr/lib/python3/dist-packages/six-1.16.egg-info': 'Name: six\n',
      ...dpkg({
        'python3-six': ['/usr/lib/python3/dist-packages/six.py', '/usr/lib/python3/dist-packages/six-1.16.egg-info'],
      }),
    }
    expect(await installed(tree)).toEqual(['dpkg python3-six 1.0-1 23 @0'])
  })
})

describe('gem', () => {
  const home = 'usr/local/bundle'
  it('owns its directory, its specification, its archive and its compiled parts', async () => {
    const tree = {
      [`${home}/specifications/nokogiri-1.16.0-x86_64-linux.gemspec`]: 'x',
      [`${home}/gems/nokogiri-1.16.0-x86_64-linux/lib/a.rb`]: sized(10),
      [`${home}/extensions/x86_64-linux/3.3.0/nokogiri-1.16.0-x86_64-linux/a.so`]: sized(100),
      [`${home}/cache/nokogiri-1.16.0-x86_64-linux.gem`]: sized(1000),
      [`${home}/specifications/rack-2fa-1.0.gemspec`]: 'x',
      [`${home}/specifications/default/json-2.7.gemspec`]: 'x',
    }
    expect(await packageLines(tree)).toEqual([
      'gem nokogiri 1.16.0-x86_64-linux 1111 @0',
      'gem rack-2fa 1.0 1 @0',
      'unowned 1',
    ])
  })
})

describe('npm', () => {
  const manifest = (version: string) => `{"name":"x","version":"${version}"}`

  it('owns the packages of the outermost node_modules, with all beneath them', async () => {
    const tree = {
      'app/node_modules/a/package.json': manifest('1.0.0'),
      'app/node_modules/a/node_modules/b/package.json': manifest('9.9.9'),
      'app/node_modules/a/node_modules/b/index.js': sized(100),
      'app/node_modules/@s/c/package.json': manifest('2.0.0'),
      'app/node_modules/.bin/a': sized(3),
      'app/node_modules/nothing/a.js': sized(4),
    }
    expect(await packageLines(tree)).toEqual(['npm a 1.0.0 160 @0', 'npm @s/c 2.0.0 30 @0', 'unowned 7'])
  })

  it('finds those of pnpm in their store', async () => {
    const tree = {
      'app/node_modules/a': symlink('.pnpm/a@1.0.0/node_modules/a'),
      'app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json': manifest('1.0.0'),
      'app/node_modules/.pnpm/@s+b@2.0.0/node_modules/@s/b/package.json': manifest('2.0.0'),
    }
    expect(await packageLines(tree)).toEqual(['npm @s/b 2.0.0 30 @0', 'npm a 1.0.0 30 @0', 'unowned 0'])
  })

  it('reads the version of a manifest that is cut', async () => {
    const tree = { 'node_modules/a/package.json': `{"version": "3.0.0", "readme": "${sized(40_000)}"}` }
    expect(await installed(tree)).toEqual(['npm a 3.0.0 40034 @0'])
  })
})

describe('jar and go', () => {
  it('take Java archives by their names', async () => {
    const tree = { 'app/lib/commons-lang3-3.14.0.jar': sized(30), 'app/app.war': sized(20) }
    expect(await installed(tree)).toEqual(['jar commons-lang3 3.14.0 30 @0', 'jar app undefined 20 @0'])
  })

  it('take the programs of the Go linker by their names', async () => {
    const program = Buffer.concat([elf({ bits: 64 }), Buffer.from('\x04\0\0\0\x04\0\0\0\x04\0\0\0Go\0\0', 'latin1')])
    const tree = { 'app/server': file(program, { mode: 0o755 }), 'app/other': file(elf({ bits: 64 }), { mode: 0o755 }) }
    expect(await installed(tree)).toEqual([`go server undefined ${program.length} @0`])
  })

  it('are parts of a package that brings them', async () => {
    const tree = { 'usr/share/java/a-1.jar': 'x', ...dpkg({ liba: ['/usr/share/java/a-1.jar'] }) }
    expect(await installed(tree)).toEqual(['dpkg liba 1.0-1 1 @0'])
  })
})

it('tells only packages that are still there', async () => {
  const tree = { 'app/node_modules/a/package.json': '{"version":"1.0.0"}' }
  expect(await packageLines(tree, { 'app/node_modules': whiteout })).toEqual(['unowned 0'])
})
