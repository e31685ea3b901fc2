import { describe, expect, it } from 'vitest'
import { JUNK_RULES } from '../../src/rules/junk.ts'
import { elf } from '../helpers/elf.ts'
import { type BloatLiteral, findingLines, findingsOf, sized } from '../helpers/findings.ts'
import { dir, file, symlink, whiteout } from '../helpers/layer.ts'
import { tar } from '../helpers/tar.ts'

type Case = readonly [name: string, literal: BloatLiteral, expected: readonly string[]]
type Silent = readonly [name: string, literal: BloatLiteral]

/** A core dump of 120 bytes. */
const dump = file(elf({ type: 4 }), { mode: 0o600 })
/** A body of 900 bytes that begins like an archive. */
const archive = (magic: string) => Buffer.concat([Buffer.from(magic, 'latin1'), Buffer.alloc(900 - magic.length)])

const found: readonly Case[] = [
  ['a repository', { own: [{ 'app/.git/objects/pack/x.pack': sized(3000) }] }, ['vcs-dir 0 3000']],
  ['the file of a work tree', { own: [{ 'app/.git': 'gitdir: ../.git/worktrees/x' }] }, ['vcs-dir 0 27']],
  [
    'a repository that a later layer deleted',
    { own: [{ 'app/.git/HEAD': sized(20) }, { 'app/.git': whiteout }] },
    ['vcs-dir 0→1 20'],
  ],
  [
    'a repository of a package',
    { own: [{ 'app/node_modules/x/.git/config': sized(50) }] },
    ['vcs-dir-in-package 0 50'],
  ],
  ['a heap dump', { own: [{ 'app/heap.hprof': sized(9000) }] }, ['core-dump 0 9000']],
  ['a core dump', { own: [{ 'app/core.1': dump, 'tmp/core-app-17': dump }] }, ['core-dump 0 240', 'temp-files 0 120']],
  ['a blown up login record', { own: [{ 'var/log/lastlog': sized(3_000_000, '\0') }] }, ['sparse-log 0 3000000']],
  [
    'logs and temporary files',
    { own: [{ 'var/log/app.log': sized(200), 'tmp/x': sized(300) }] },
    ['temp-files 0 300', 'log-files 0 200'],
  ],
  ['a log in an application', { own: [{ 'app/npm-debug.log': sized(20) }] }, ['log-files 0 20']],
  [
    'an archive in a temporary directory, and what was unpacked',
    { own: [{ 'tmp/x.tar.gz': archive('\x1f\x8b'), 'x/a': 'a' }] },
    ['leftover-archive 0 900', 'temp-files 0 900'],
  ],
  [
    'an archive beside what was unpacked',
    { own: [{ 'srv/x-1.2.zip': archive('PK\x03\x04'), 'srv/x-1.2/a': 'a' }] },
    ['leftover-archive 0 900'],
  ],
  [
    'an archive that a later layer deleted',
    { own: [{ 'opt/x.tgz': archive('\x1f\x8b') }, { 'opt/x/a': 'a', 'opt/x.tgz': whiteout }] },
    ['leftover-archive 0→1 900'],
  ],
  ['a package', { own: [{ 'opt/pkg/a.deb': archive('!<arch>\ndebian') }] }, ['leftover-archive 0 900']],
  ['litter of a desktop', { own: [{ 'app/.DS_Store': sized(6000) }] }, ['editor-os-junk 0 6000']],
  [
    'litter of editors',
    { own: [{ 'app/.idea/workspace.xml': 'a', 'app/a.py~': 'b', 'app/.a.py.swp': 'c' }] },
    ['editor-os-junk 0 3'],
  ],
  [
    'an archive of tar',
    { own: [{ 'opt/x.tar': tar([{ name: 'x/a', body: 'a' }]), 'opt/x/a': 'a' }] },
    ['leftover-archive 0 2048'],
  ],
  [
    'a large database without an ending',
    { own: [{ 'data/store': Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(11_000_000)]) }] },
    ['large-file 0 11000016'],
  ],
  ['a large model', { own: [{ 'data/model.onnx': sized(11_000_000) }] }, ['large-file 0 11000000']],
]

const silent: readonly Silent[] = [
  ['what only looks like a repository', { own: [{ 'app/.gitignore': 'x', 'srv/app.git/HEAD': 'x' }] }],
  [
    'a directory and a program called core',
    {
      own: [
        {
          'app/core/a.js': 'a',
          'app/core.js': sized(9),
          'usr/bin/core': file(elf({ type: 3, interpreter: '/lib/ld.so' }), { mode: 0o755 }),
          'etc/core': 'x',
        },
      ],
    },
  ],
  ['an empty login record', { own: [{ 'var/log/lastlog': '', 'var/log/wtmp': 'x' }] }],
  [
    'empty logs and links',
    { own: [{ 'var/log/nginx/access.log': symlink('/dev/stdout'), 'var/log/app.log': '', 'var/log/apt/': dir() }] },
  ],
  ['journals of a database', { own: [{ 'data/000003.log': sized(9) }] }],
  ['logs of packages', { own: [{ 'app/node_modules/x/a.log': sized(9), 'var/log/dpkg.log': sized(9) }] }],
  ['empty temporary directories', { own: [{ 'tmp/': dir({ mode: 0o1777 }), 'tmp/app/': dir(), 'tmp/lock': '' }] }],
  [
    'an application in a temporary directory',
    { own: [{ 'tmp/app/a.js': sized(9) }], config: { cmd: ['node', '/tmp/app/main.js'] } },
  ],
  ['a working directory for temporary files', { own: [{ 'tmp/a': sized(9) }], config: { workingDir: '/tmp' } }],
  ['a directory that a variable names', { own: [{ 'run/app/a': sized(9) }], config: { env: ['APP_HOME=/run/app'] } }],
  [
    'marks of image formats',
    { own: [{ '.prefetch.landmark': 'x', '.no.prefetch.landmark': 'x', 'stargz.index.json': sized(9) }] },
  ],
  ['copies of settings', { own: [{ 'etc/app.conf.orig': sized(9), 'var/lib/app/state~': sized(9) }] }],
  ['a file that is only called an archive', { own: [{ 'opt/x.zip': sized(900), 'opt/x/a': 'a' }] }],
  ['an archive without what was in it', { own: [{ 'opt/tools/plugin.zip': archive('PK\x03\x04') }] }],
  ['packages of a repository', { own: [{ 'srv/apt/a.deb': archive('!<arch>\ndebian'), 'srv/apt/Packages': 'a' }] }],
  [
    'archives of the base image and of packages',
    {
      base: [{ 'opt/x.tgz': 'a', 'opt/x/a': 'a' }],
      own: [{ 'app/node_modules/x/a.zip': 'a', 'app/node_modules/x/a/b': 'b' }],
    },
  ],
  ['a large program', { own: [{ 'usr/bin/app': sized(11_000_000) }] }],
  ['a large file of the base image', { base: [{ 'data/model.onnx': sized(11_000_000) }], own: [{ 'app/a': 'a' }] }],
  [
    'a copy of a large file',
    { base: [{ 'data/a.onnx': sized(11_000_000) }], own: [{ 'data/b.onnx': sized(11_000_000) }] },
  ],
  ['a large file that is gone', { own: [{ 'data/model.onnx': sized(11_000_000) }, { 'data/model.onnx': whiteout }] }],
]

describe('rules about litter', () => {
  it.each(found)('find %s', async (_, literal, expected) => {
    expect(await findingLines({ base: [], ...literal }, JUNK_RULES)).toEqual(expected)
  })

  it.each(silent)('pass over %s', async (_, literal) => {
    expect(await findingLines({ base: [], ...literal }, JUNK_RULES)).toEqual([])
  })

  it('count the bytes of two findings once', async () => {
    const findings = await findingsOf({ own: [{ 'tmp/x.tgz': archive('\x1f\x8b'), 'x/a': 'a' }] }, JUNK_RULES)
    expect(findings.map(({ rule, attributedBytes }) => [rule, attributedBytes])).toEqual([
      ['leftover-archive', 900],
      ['temp-files', 0],
    ])
  })

  it('say what kind of data a large file is', async () => {
    const [finding] = await findingsOf({ own: [{ 'data/dump.sql': sized(11_000_000) }] }, JUNK_RULES)
    expect(finding).toMatchObject({ severity: 'high', detail: 'a database or its dump' })
  })
})
