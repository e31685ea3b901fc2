import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { onlyNeededBy } from '../../src/packages/dependencies.ts'
import { berkeleyHash } from '../helpers/berkeley-db.ts'
import { sized } from '../helpers/findings.ts'
import { symlink, type Tree } from '../helpers/layer.ts'
import { ndb } from '../helpers/ndb.ts'
import { ownersOf, packageLines } from '../helpers/packages.ts'
import { type RpmFields, rpmdb, rpmHeader, rpmHeaderOf } from '../helpers/rpm.ts'
import { sqlite } from '../helpers/sqlite.ts'
import { logOf, writeAheadLog } from '../helpers/sqlite-wal.ts'

const PATH = 'usr/lib/sysimage/rpm/rpmdb.sqlite'

async function installed(tree: Tree): Promise<string[]> {
  return (await packageLines(tree)).filter((line) => !line.startsWith('unowned'))
}

/** Why each database of a rootfs was not read. */
async function unread(tree: Tree): Promise<string[]> {
  return (await ownersOf(tree)).unread.map(({ path, reason }) => `${path}: ${reason}`)
}

/** What an image has to say of a database that cannot be read. */
async function refusal(database: Buffer, path = PATH): Promise<string> {
  const { packages, unread } = await ownersOf({ [path]: database })
  expect(packages).toEqual([])
  return unread.map(({ reason }) => reason.replace(', so the files of rpm packages count as unowned', '')).join()
}

/** Keys as rpm numbers packages, from one; zero has the number for the next. */
const numbered = (values: readonly Buffer[]) =>
  [Buffer.alloc(4), ...values].map((value, i): [Buffer, Buffer] => [Buffer.from([i, 0, 0, 0]), value])

describe('a database of rpm', () => {
  const headers = [
    rpmHeader({ name: 'big', version: '1.5', release: '3.el9', epoch: 2, files: ['/usr/lib/big/a', '/usr/lib/big/b'] }),
    rpmHeader({ name: 'small', files: ['/etc/small.conf'] }),
    rpmHeader({ name: 'empty', epoch: 0, provides: Array.from({ length: 900 }, (_, i) => `name-${i}`) }),
  ]
  const files = { 'usr/lib/big/a': sized(500), 'usr/lib/big/b': sized(40), 'etc/small.conf': sized(7) }

  it.each([
    [PATH, sqlite({ Packages: headers.map((header) => [null, header]) })],
    ['var/lib/rpm/rpmdb.sqlite', sqlite({ Packages: headers.map((header) => [null, header]) }, { pageBytes: 512 })],
    ['usr/share/rpm/Packages.db', ndb(headers)],
    ['var/lib/rpm/Packages', berkeleyHash(numbered(headers), { pageBytes: 4096 })],
  ])('gives the files of %s to its packages', async (path, database) => {
    expect(await packageLines({ ...files, [path]: database })).toEqual([
      'rpm big 2:1.5-3.el9 540 @0',
      'rpm small 1.0-1 7 @0',
      'rpm empty 0:1.0-1 0 @0',
      `unowned ${database.length}`,
    ])
  })

  it('is read once where one directory links to the other', async () => {
    const tree = { ...files, 'var/lib/rpm': symlink('../../usr/lib/sysimage/rpm'), [PATH]: rpmdb({ name: 'a' }) }
    expect(await installed(tree)).toEqual(['rpm a 1.0-1 0 @0'])
  })

  it('stands for an older one beside it', async () => {
    const tree = { 'var/lib/rpm/Packages': 'x', 'var/lib/rpm/rpmdb.sqlite': rpmdb({ name: 'a' }) }
    expect(await installed(tree)).toEqual(['rpm a 1.0-1 0 @0'])
    expect(await unread(tree)).toEqual(['var/lib/rpm/Packages: var/lib/rpm/rpmdb.sqlite stands for it'])
  })

  it('is read with the changes that wait in its log', async () => {
    const log = writeAheadLog(logOf(rpmdb({ name: 'new' }, { name: 'newer' }), 4096), { pageBytes: 4096 })
    expect(await installed({ [PATH]: rpmdb({ name: 'old' }), [`${PATH}-wal`]: log })).toEqual([
      'rpm new 1.0-1 0 @0',
      'rpm newer 1.0-1 0 @0',
    ])
    expect(await installed({ [PATH]: rpmdb({ name: 'old' }), [`${PATH}-wal`]: '' })).toEqual(['rpm old 1.0-1 0 @0'])
  })

  it('may have no packages', async () => {
    expect(await ownersOf({ [PATH]: rpmdb() })).toMatchObject({ packages: [], unread: [] })
  })
})

describe('a package of rpm', () => {
  it('owns files through links to directories, and not twice', async () => {
    const tree = {
      lib: symlink('usr/lib'),
      'usr/lib/a.so': sized(40),
      'usr/lib/sh': symlink('a.so'),
      [PATH]: rpmdb({ files: ['/lib/a.so', '/usr/lib/a.so', '/lib/sh', '/usr/lib', '/usr/lib/gone', '/none/gone'] }),
    }
    expect(await installed(tree)).toEqual(['rpm a 1.0-1 40 @0'])
  })

  it('owns neither ghosts nor what was left out or replaced', async () => {
    const tree = {
      'var/log/a.log': sized(9),
      'usr/share/doc/a': sized(70),
      'usr/bin/a': sized(600),
      'usr/bin/b': sized(5000),
      [PATH]: rpmdb({
        files: [
          { path: '/var/log/a.log', flags: 64 },
          { path: '/usr/share/doc/a', flags: 2, state: 2 },
          { path: '/usr/bin/a', state: 1 },
          { path: '/usr/bin/b', flags: 1 },
        ],
      }),
    }
    expect(await installed(tree)).toEqual(['rpm a 1.0-1 5000 @0'])
  })

  it('has what was added when it was installed in place of what its file says', async () => {
    const header = rpmHeaderOf([
      [1000, { type: 6, texts: ['old'] }],
      [1000, { type: 6, texts: ['new'] }],
    ])
    expect(await installed({ [PATH]: sqlite({ Packages: [[null, header]] }) })).toEqual(['rpm new - 0 @0'])
  })

  it('has names of files that are no UTF-8', async () => {
    const header = rpmHeader({ files: ['/etc/a?', '/etc/é'] })
    header[header.indexOf('?')] = 0xff
    const tree: Tree = [
      [PATH, sqlite({ Packages: [[null, header]] })],
      ['etc/a\udcff', sized(30)],
      ['etc/é', sized(4)],
    ]
    expect(await installed(tree)).toEqual(['rpm a 1.0-1 34 @0'])
  })
})

describe('relations of rpm packages', () => {
  /** The names of a package's needs, and other names that it answers to. */
  async function relationsOf(fields: RpmFields, tree: Tree = {}) {
    const { packages } = await ownersOf({ ...tree, [PATH]: rpmdb(fields) })
    return packages[0]?.relations
  }

  it.each([
    [
      ['bash', 'libc.so.6()(64bit)'],
      [['bash'], ['libc.so.6()(64bit)']],
    ],
    [['rpmlib(CompressedFileNames)'], []],
    [['(a or b)'], [['a', 'b']]],
    [['((a >= 2 with a < 3) or (b and c))'], [['a', 'a', 'b', 'c']]],
    [['(a(x86-64) >= 1 if b)'], [['a(x86-64)']]],
    [['(a if b else c)'], [['a', 'c']]],
    [['(a unless b)'], [['a']]],
    [['('], []],
  ])('%j are the needs %j', async (requires, depends) => {
    expect(await relationsOf({ requires })).toMatchObject({ depends, auto: undefined, essential: false })
  })

  it('lead from the path of a file to who has it, through links, whoever says so', async () => {
    const tree = {
      bin: symlink('usr/bin'),
      'usr/bin/bash': sized(10),
      [PATH]: rpmdb(
        { name: 'tool', requires: ['shell', '/bin/bash'] },
        { name: 'shell', provides: ['shell'], files: ['/usr/bin/bash'] },
        { name: 'told', provides: ['told', '/bin/sh'] },
        { name: 'asks', requires: ['/usr/bin/sh', '/nowhere/x'] },
        { name: 'both', requires: ['shell'] },
      ),
    }
    const { packages } = await ownersOf(tree)
    const named = (name: string) => packages.filter((one) => one.name === name)
    const without = (name: string) => [...onlyNeededBy(packages, named(name), () => false)].map((one) => one.name)
    expect(without('tool')).toEqual(['tool'])
    expect(without('asks')).toEqual(['asks', 'told'])
    expect(named('asks')[0]?.relations?.depends).toEqual([['/usr/bin/sh'], ['/nowhere/x']])
  })
})

describe('a database of rpm that cannot be read', () => {
  const header = rpmHeader({ name: 'a', files: ['/a/b', '/a/c'] })
  const stored = (blob: Buffer) =>
    sqlite({
      Packages: [
        [null, rpmHeader({ name: 'whole' })],
        [null, blob],
      ],
    })
  const changed = (at: number, bytes: readonly number[]) => {
    const copy = Buffer.from(header)
    copy.set(bytes, at)
    return stored(copy)
  }
  /** Where the entry of a tag stands: its number, type, offset and count. */
  const entryOf = (tag: number) => header.indexOf(Buffer.from([0, 0, tag >> 8, tag & 255]), 8)
  const LENGTH = 'a package is damaged: its header has another length'
  const NOWHERE = 'a package is damaged: its header leads nowhere'

  it.each<readonly [string, Buffer, string]>([
    ['is empty', Buffer.alloc(0), 'it does not begin as a SQLite file does'],
    ['is another file', Buffer.from('x'), 'it does not begin as a SQLite file does'],
    ['has a text for a header', sqlite({ Packages: [[null, null]] }), 'a package has no header'],
    ['has an empty header', stored(Buffer.alloc(0)), LENGTH],
    ['has a header of nothing', stored(Buffer.alloc(8)), LENGTH],
    ['has a header that is cut short', stored(header.subarray(0, -1)), LENGTH],
    ['has a header with too much behind it', stored(Buffer.concat([header, header])), LENGTH],
    ['has a header with absurdly many entries', changed(0, [0xff, 0xff, 0xff, 0xff]), LENGTH],
    ['has a package without a name', stored(rpmHeader({ name: '' })), 'a package has no name'],
    ['has a name that is a number', changed(entryOf(1000) + 4, [0, 0, 0, 4]), NOWHERE],
    ['has a name behind the end', changed(entryOf(1000) + 8, [0x7f, 0, 0, 0]), NOWHERE],
    ['has absurdly many file names', changed(entryOf(1117) + 12, [0xff, 0xff, 0xff, 0xff]), NOWHERE],
    ['has more file names than texts', changed(entryOf(1117) + 12, [0, 0, 0, 40]), NOWHERE],
    ['has absurdly many numbers', changed(entryOf(1116) + 12, [0xff, 0xff, 0xff, 0xff]), NOWHERE],
    ['has numbers that are texts', changed(entryOf(1116) + 4, [0, 0, 0, 8]), NOWHERE],
    [
      'has a file without a directory',
      changed(entryOf(1116) + 12, [0, 0, 0, 1]),
      'a package is damaged: its list of files',
    ],
    [
      'has a directory that is not there',
      changed(entryOf(1118) + 12, [0, 0, 0, 0]),
      'a package is damaged: its list of files',
    ],
  ])('that %s is told, and none of its packages', async (_, database, reason) => {
    expect(await refusal(database)).toBe(reason)
  })

  it('is told with what that means', async () => {
    expect(await unread({ 'var/lib/rpm/Packages.db': 'x' })).toEqual([
      'var/lib/rpm/Packages.db: it does not begin as an ndb file does, so the files of rpm packages count as unowned',
    ])
  })

  it('is one of which a change was broken off', async () => {
    expect(await unread({ [PATH]: rpmdb({}), [`${PATH}-journal`]: 'x' })).toEqual([
      `${PATH}: a change of it was broken off (rpmdb.sqlite-journal), so the files of rpm packages count as unowned`,
    ])
  })

  it('is one whose log is too long to be kept', async () => {
    expect(await unread({ [PATH]: rpmdb({}), [`${PATH}-wal`]: Buffer.alloc(8 * 1024 * 1024 + 1) })).toEqual([
      `${PATH}: its log rpmdb.sqlite-wal is longer than 8 MiB, so the files of rpm packages count as unowned`,
    ])
  })

  it('is one of absurdly many packages', async () => {
    const header = rpmHeaderOf([[1000, { type: 6, texts: ['a'] }]])
    const database = sqlite({ Packages: Array.from({ length: 100_001 }, () => [null, header]) })
    expect(await refusal(database)).toBe('it has more than 100000 packages')
  })

  it('is one that is too long to be kept', async () => {
    expect(await refusal(Buffer.alloc(48 * 1024 * 1024 + 1))).toBe('it is longer than 48 MiB')
  })

  it('never brings down the reader, whatever its bytes are', async () => {
    const whole = rpmdb({ name: 'a', files: ['/a/b', '/a/c'], requires: ['(a or b)'] }, { name: 'b', epoch: 3 })
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255))
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 12 }), async (changes) => {
        const copy = Buffer.from(whole)
        for (const [at, byte] of changes) copy[at] = byte
        const { packages, unread } = await ownersOf({ [PATH]: copy })
        expect(packages.length === 0 || unread.length === 0).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})
