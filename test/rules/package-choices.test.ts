import { describe, expect, it } from 'vitest'
import { BUILD_TOOL_RULES } from '../../src/rules/build-tools.ts'
import { type BloatLiteral, findingLines, findingsOf, sized } from '../helpers/findings.ts'
import { hardlink, type Tree } from '../helpers/layer.ts'
import { dpkg } from '../helpers/packages.ts'
import { rpmdb } from '../helpers/rpm.ts'

const serves = { cmd: ['/usr/local/bin/serve'], exposedPorts: ['8080/tcp'] }
const runtime = (...own: readonly Tree[]): BloatLiteral => ({ own, base: [], config: serves })

/** One file of so many bytes for each package, and what dpkg says of them. */
function packagesOf(
  sizes: Readonly<Record<string, number>>,
  fields: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): Tree {
  const names = Object.keys(sizes)
  return {
    ...Object.fromEntries(names.map((name) => [`usr/share/${name}/f`, sized(sizes[name] ?? 0, name[0])])),
    ...dpkg(Object.fromEntries(names.map((name) => [name, [`/usr/share/${name}/f`]])), fields),
  }
}

/** The same of rpm, with what packages need and what they answer to. */
function rpmPackagesOf(
  sizes: Readonly<Record<string, number>>,
  requires: Readonly<Record<string, readonly string[]>> = {},
  provides: Readonly<Record<string, readonly string[]>> = {},
): Tree {
  const names = Object.keys(sizes)
  const packages = names.map((name) => {
    const relations = { requires: requires[name] ?? [], provides: [name, ...(provides[name] ?? [])] }
    return { name, files: [`/usr/share/${name}/f`], ...relations }
  })
  return {
    ...Object.fromEntries(names.map((name) => [`usr/share/${name}/f`, sized(sizes[name] ?? 0, name[0])])),
    'var/lib/rpm/rpmdb.sqlite': rpmdb(...packages),
  }
}

type Case = readonly [name: string, literal: BloatLiteral, expected: readonly string[]]

const found: readonly Case[] = [
  [
    'all that a compiler package owns',
    runtime({
      'usr/bin/gcc': 'x',
      'usr/lib/gcc/x/12/cc1': sized(20000),
      'usr/share/gcc/plugin.py': sized(7),
      ...dpkg({ gcc: ['/usr/bin/gcc', '/usr/lib/gcc/x/12/cc1', '/usr/share/gcc/plugin.py'] }),
    }),
    ['compiler-toolchain 0 20008'],
  ],
  [
    'what only the compiler needs, but not what the program needs too',
    runtime(
      packagesOf(
        { 'gcc-12': 1000, libmpc3: 200, libmpfr6: 30, libgomp1: 4, zlib1g: 5, app: 6 },
        {
          'gcc-12': { Depends: 'libmpc3 (>= 1.1.0), libgomp1 | libgomp2, zlib1g:any', 'Pre-Depends': 'libmpfr6' },
          libmpc3: { Depends: 'libmpfr6' },
          app: { Depends: 'zlib1g' },
        },
      ),
    ),
    ['compiler-toolchain 0 1230'],
  ],
  [
    'not what was asked for by itself',
    runtime({
      ...packagesOf({ make: 1000, guile: 200, libgc1: 30 }, { make: { Depends: 'guile, libgc1' } }),
      'var/lib/apt/extended_states': 'Package: libgc1\nArchitecture: amd64\nAuto-Installed: 1\n\n',
    }),
    ['compiler-toolchain 0 1030'],
  ],
  [
    'the layers that brought a package',
    runtime(
      { 'usr/bin/gdb': sized(70), 'etc/gdb/gdbinit': sized(3), ...dpkg({ gdb: ['/usr/bin/gdb', '/etc/gdb/gdbinit'] }) },
      { 'etc/gdb/gdbinit': sized(5) },
    ),
    ['debug-tools 0 70', 'debug-tools 1 5'],
  ],
  [
    'one body of several names',
    runtime([
      ['usr/bin/vim', sized(9)],
      ['usr/bin/vi', hardlink('usr/bin/vim')],
      ...Object.entries(dpkg({ vim: ['/usr/bin/vim', '/usr/bin/vi'] })),
    ]),
    ['debug-tools 0 9'],
  ],
  ['headers of a package', runtime(packagesOf({ 'libssl-dev': 900 })), ['dev-packages 0 900']],
  ['a desktop', runtime(packagesOf({ 'libgtk-3-0': 9000, 'fonts-dejavu-core': 20 })), ['gui-stack-in-server 0 9020']],
  ['version control', runtime(packagesOf({ git: 30, 'git-man': 4, 'openssh-client': 5 })), ['vcs-clients 0 39']],
  ['wget beside curl', runtime(packagesOf({ curl: 30, wget: 4 })), ['debug-tools 0 4']],
  [
    'a file that nobody owns by its path',
    runtime({ ...packagesOf({ app: 1 }), 'usr/local/bin/gcc': sized(50) }),
    ['compiler-toolchain 0 50'],
  ],
  [
    'packages of Alpine',
    runtime({
      'usr/bin/gcc': sized(500),
      'usr/lib/libmpc.so.3': sized(40),
      'usr/lib/libgcc_s.so.1': sized(3),
      'lib/apk/db/installed':
        'P:gcc\nV:13\nD:so:libmpc.so.3 libgcc\nF:usr/bin\nR:gcc\n\nP:mpc1\nV:1\np:so:libmpc.so.3=3.3.1\nF:usr/lib\nR:libmpc.so.3\n\nP:libgcc\nV:13\nF:usr/lib\nR:libgcc_s.so.1\n\n',
      'etc/apk/world': 'gcc\n',
    }),
    ['compiler-toolchain 0 540'],
  ],
  [
    'packages of Fedora, with what only the compiler needs by the path of a file',
    runtime(
      rpmPackagesOf(
        { gcc: 5000, libmpc: 400, 'gnu-as': 30, libgcc: 2, glibc: 1, 'zlib-devel': 70_000 },
        { gcc: ['libmpc.so.3()(64bit)', '/usr/share/gnu-as/f', 'libgcc >= 14', 'glibc'] },
        { libmpc: ['libmpc.so.3()(64bit)'] },
      ),
    ),
    ['compiler-toolchain 0 5430', 'dev-packages 0 70000'],
  ],
  [
    'version control, debuggers and desktops of Fedora',
    runtime(
      rpmPackagesOf({
        'git-core': 900_000,
        'openssh-clients': 1,
        'procps-ng': 80_000,
        'bind-utils': 1,
        'dejavu-sans-fonts': 7,
      }),
    ),
    ['vcs-clients 0 900001', 'debug-tools 0 80001', 'gui-stack-in-server 0 7'],
  ],
]

const silent: readonly (readonly [string, BloatLiteral])[] = [
  ['an image to build with', { ...runtime(packagesOf({ gcc: 1000, 'libssl-dev': 9 })), config: { cmd: ['bash'] } }],
  ['the libraries of a compiler alone', runtime(packagesOf({ 'libgcc-s1': 90, 'gcc-12-base': 8, 'libstdc++6': 7 }))],
  ['a system that needs one itself', runtime(packagesOf({ patch: 9 }, { patch: { Essential: 'yes' } }))],
  [
    'a file of another package at a path of a compiler',
    runtime({ 'usr/bin/as': sized(50), ...dpkg({ 'area-selector': ['/usr/bin/as'] }) }),
  ],
  [
    'a desktop that is one',
    { ...runtime(packagesOf({ 'libgtk-3-0': 9000 })), config: { cmd: ['startx'], exposedPorts: ['5900/tcp'] } },
  ],
  ['a server of repositories', { ...runtime(packagesOf({ git: 90 })), config: { cmd: ['/usr/bin/git', 'daemon'] } }],
  ['curl alone', runtime(packagesOf({ curl: 30, busybox: 1 }))],
]

describe('rules on packages', () => {
  it.each(found)('find %s', async (_, literal, expected) => {
    expect(await findingLines(literal, BUILD_TOOL_RULES)).toEqual(expected)
  })

  it.each(silent)('do not find %s', async (_, literal) => {
    expect(await findingLines(literal, BUILD_TOOL_RULES)).toEqual([])
  })

  it('name the packages, largest first', async () => {
    const sizes = { gcc: 3, make: 5, cmake: 9, bison: 1, flex: 2, nasm: 4, yasm: 6, m4: 8 }
    const [finding] = await findingsOf(runtime(packagesOf(sizes)), BUILD_TOOL_RULES)
    expect(finding?.detail).toBe('cmake, m4, yasm, make, nasm, gcc and 2 more')
  })

  it.each([
    ['microdnf', 'microdnf install -y --setopt=install_weak_deps=0'],
    ['zypper', 'zypper --non-interactive install --no-recommends'],
    ['rpm', 'dnf install -y --setopt=install_weak_deps=False'],
  ])('say it in the words of rpm where %s is there', async (installer, command) => {
    const literal = runtime(
      rpmPackagesOf(
        { 'openssl-devel': 9, 'openssl-libs': 1, [installer]: 2 },
        { 'openssl-devel': ['openssl-libs(x86-64) = 1:3.0', 'libssl.so.3()(64bit)'] },
        { 'openssl-libs': ['libssl.so.3()(64bit)'] },
      ),
    )
    const [finding] = await findingsOf(literal, BUILD_TOOL_RULES)
    expect(finding?.fix).toBe(`RUN ${command} openssl-libs    # in place of openssl-devel`)
  })

  it('say what to do with a compiler in the words of its kind of packages', async () => {
    const fixOf = async (tree: Tree) => (await findingsOf(runtime(tree), BUILD_TOOL_RULES))[0]?.fix
    expect(await fixOf(rpmPackagesOf({ gcc: 9 }))).toContain('dnf or microdnf install gcc make')
    expect(await fixOf(packagesOf({ gcc: 9 }))).toContain('install build-essential')
    expect(await fixOf({ ...rpmPackagesOf({ glibc: 9 }), 'usr/local/bin/gcc': 'x' })).toContain(
      'install build-essential',
    )
  })

  it('say which libraries to install in place of what is compiled against', async () => {
    const literal = runtime(
      packagesOf(
        { 'libpq-dev': 9, libpq5: 1, 'libssl-dev': 8, libssl3: 1 },
        {
          'libpq-dev': { Depends: 'libpq5 (= 15.1), libssl-dev' },
          'libssl-dev': { Depends: 'libssl3 (= 3.0)' },
        },
      ),
    )
    const [finding] = await findingsOf(literal, BUILD_TOOL_RULES)
    expect(finding?.fix).toBe(
      'RUN apt-get install -y --no-install-recommends libpq5 libssl3    # in place of libpq-dev, libssl-dev',
    )
  })

  it('do not put odd names into a command', async () => {
    const depends = { 'libx-dev': { Depends: 'libx;rm' } }
    const literal = runtime(packagesOf({ 'libx-dev': 9, 'libx;rm': 1 }, depends))
    const [finding] = await findingsOf(literal, BUILD_TOOL_RULES)
    expect(finding?.rule).toBe('dev-packages')
    expect(finding?.fix).not.toContain('rm')
  })
})
