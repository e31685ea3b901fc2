import { describe, expect, test } from 'vitest'
import { OS_PACKAGE_RULES } from '../../src/rules/os-packages.ts'
import { type BloatLiteral, findingLines, findingsOf, sized } from '../helpers/findings.ts'
import { whiteout } from '../helpers/layer.ts'
import { rpmdb } from '../helpers/rpm.ts'

/** A package that needs one, recommends two, and what one of these needs. */
const recommending = {
  'opt/app': sized(5000),
  'opt/lib': sized(4000),
  'opt/nicety': sized(600),
  'opt/extra': sized(50),
  'opt/deep': sized(10),
  'var/lib/rpm/rpmdb.sqlite': rpmdb(
    {
      name: 'app',
      files: ['/opt/app'],
      requires: ['lib'],
      recommends: ['nicety', '(more-extra if app)', 'lib', 'app'],
    },
    { name: 'lib', files: ['/opt/lib'] },
    { name: 'nicety', files: ['/opt/nicety'], requires: ['deep', 'lib'] },
    { name: 'extra', files: ['/opt/extra'], provides: ['extra', 'more-extra'] },
    { name: 'deep', files: ['/opt/deep'] },
  ),
}

type Row = readonly [name: string, image: BloatLiteral, expected: readonly string[]]

const lines = (image: BloatLiteral): Promise<string[]> => findingLines(image, OS_PACKAGE_RULES)

describe('apt', () => {
  test.each<Row>([
    ['package lists are found', { own: [{ 'var/lib/apt/lists/x_Packages': sized(33000) }] }, ['apt-lists 1 33000']],
    ['a half-finished list too', { own: [{ 'var/lib/apt/lists/partial/x': sized(10) }] }, ['apt-lists 1 10']],
    [
      'the lock of the lists is none',
      { own: [{ 'var/lib/apt/lists/lock': 'x', 'var/lib/apt/lists/partial/lock': 'x' }] },
      [],
    ],
    ['empty directories are none', { own: [{ 'var/lib/apt/lists/partial/': { type: '5' } }] }, []],
    [
      'lists that a later layer deleted are still there',
      { own: [{ 'var/lib/apt/lists/x_Packages': sized(50) }, { 'var/lib/apt/lists/x_Packages': whiteout }] },
      ['apt-lists 1→2 50'],
    ],
    [
      'archives are found, with those half-finished',
      {
        own: [
          { 'var/cache/apt/archives/a_1_amd64.deb': sized(5000), 'var/cache/apt/archives/partial/b.deb': sized(9) },
        ],
      },
      ['apt-archives 1 5009'],
    ],
    ['a package elsewhere is none of them', { own: [{ 'opt/pkg/a.deb': sized(5000) }] }, []],
    ['the lock of the archives is none', { own: [{ 'var/cache/apt/archives/lock': 'x' }] }, []],
    [
      'binary caches are found',
      { own: [{ 'var/cache/apt/pkgcache.bin': sized(9000), 'var/cache/apt/srcpkgcache.bin': sized(9000, 'y') }] },
      ['apt-bin-cache 1 18000'],
    ],
    [
      'an update apart from its install is found',
      { own: [{ a: '' }, { b: '' }], history: ['RUN apt-get update', 'RUN apt-get install -y x'] },
      ['apt-split-update 1 0'],
    ],
    [
      'an update with its install is none',
      { own: [{ a: '' }, { b: '' }], history: ['RUN apt-get update && apt-get install -y x', 'RUN make'] },
      [],
    ],
    [
      'an update with an install in parentheses is none',
      {
        own: [{ a: '' }, { b: '' }],
        history: ['RUN (apt-get update; apt-get install -y x)', 'RUN apt-get install -y y'],
      },
      [],
    ],
    [
      'an update that no later layer uses is none',
      {
        own: [{ a: '' }, { b: '' }],
        history: ['RUN apt-get update && ./setup.sh', 'RUN apt-get update && apt-get install -y x'],
      },
      [],
    ],
    [
      'two instructions that buildah merged into one layer are none',
      {
        own: [{ a: '' }],
        history: [
          { createdBy: '/bin/sh -c apt-get update', emptyLayer: true },
          { createdBy: '/bin/sh -c apt-get install -y x', comment: 'FROM docker.io/library/debian:12' },
        ],
      },
      [],
    ],
    [
      'a history that does not fit the layers says nothing',
      { own: [{ a: '' }], history: ['RUN apt-get update', 'RUN apt-get install -y x'] },
      [],
    ],
    [
      'files of the base that an upgrade replaced are found',
      {
        base: [{ 'usr/bin/x': sized(4000), 'srv/data': sized(10) }],
        own: [{ 'usr/bin/x': sized(4100), 'srv/data': sized(11) }],
        history: ['RUN apt-get update && apt-get dist-upgrade -y'],
      },
      ['apt-upgrade-in-layer 0→1 4000'],
    ],
    [
      'files that something else replaced are none',
      {
        base: [{ 'usr/bin/x': sized(4000) }],
        own: [{ 'usr/bin/x': sized(4100) }],
        history: ['RUN pip install --upgrade x'],
      },
      [],
    ],
    [
      'own files that an upgrade replaced are not those of the base',
      {
        own: [{ 'usr/bin/x': sized(4000) }, { 'usr/bin/x': sized(4100) }],
        history: ['RUN make install', 'RUN apk upgrade'],
      },
      [],
    ],
    [
      'logs and backups are found',
      { own: [{ 'var/lib/dpkg/status-old': sized(900), 'var/log/dpkg.log': sized(500) }] },
      ['dpkg-leftovers 1 1400'],
    ],
    [
      'the database is none of them',
      { own: [{ 'var/lib/dpkg/status': sized(900), 'var/lib/dpkg/info/x.list': 'x', 'var/lib/dpkg/status.d/x': 'x' }] },
      [],
    ],
  ])('%s', async (_, image, expected) => {
    expect(await lines(image)).toEqual(expected)
  })

  test('lists of the base image can only go with another base', async () => {
    const found = await findingsOf({ base: [{ 'var/lib/apt/lists/x_Packages': sized(50) }] }, OS_PACKAGE_RULES)
    expect(found).toMatchObject([{ rule: 'apt-lists', origin: 'base', count: 'rebase' }])
  })

  test('a split update names the layer that uses the lists', async () => {
    const history = ['RUN apt-get update', 'COPY . /app', 'RUN apt-get install -y x']
    const [found] = await findingsOf({ own: [{ a: '' }, { b: '' }, { c: '' }], history }, OS_PACKAGE_RULES)
    expect(found?.detail).toBe('used by layer 3')
  })
})

describe('apk', () => {
  test.each<Row>([
    [
      'the index is found',
      { own: [{ 'var/cache/apk/APKINDEX.aa.tar.gz': sized(3000) }], history: ['RUN apk add curl'] },
      ['apk-cache 1 3000'],
    ],
    [
      'an empty directory is none',
      { own: [{ 'var/cache/apk/': { type: '5' } }], history: ['RUN apk add --no-cache curl'] },
      [],
    ],
    [
      'the database is none',
      { own: [{ 'lib/apk/db/installed': 'x', 'usr/lib/apk/db/installed': 'x', 'etc/apk/world': 'x' }] },
      [],
    ],
    [
      'a virtual package deleted in a later layer is found',
      {
        own: [
          { 'usr/bin/gcc': sized(5000), 'tmp/x': sized(7) },
          { 'usr/bin/gcc': whiteout, 'tmp/x': whiteout },
        ],
        history: ['RUN apk add --no-cache --virtual .b gcc', 'RUN apk del .b'],
      },
      ['apk-virtual-late 1→2 5000'],
    ],
    [
      'a package deleted by its own name too',
      {
        own: [{ 'usr/bin/gcc': sized(5000) }, { 'usr/bin/gcc': whiteout }],
        history: ['RUN apk add gcc=13.2-r0', 'RUN apk del gcc'],
      },
      ['apk-virtual-late 1→2 5000'],
    ],
    [
      'another package is none',
      {
        own: [{ 'usr/bin/gcc': sized(5000) }, { 'usr/bin/gcc': whiteout }],
        history: ['RUN apk add gcc', 'RUN apk del make'],
      },
      [],
    ],
    [
      'what one layer adds and deletes is none',
      { own: [{ 'app/x': 'x' }], history: ['RUN apk add --virtual .b gcc && make && apk del .b'] },
      [],
    ],
  ])('%s', async (_, image, expected) => {
    expect(await lines(image)).toEqual(expected)
  })
})

describe('other package managers', () => {
  test.each<Row>([
    [
      'metadata of dnf is found',
      { own: [{ 'var/cache/dnf/f/repodata/repomd.xml': sized(200), 'var/cache/dnf/f.solv': sized(9000) }] },
      ['dnf-cache 1 9200'],
    ],
    [
      'metadata of dnf5, yum and a user is found',
      {
        own: [
          {
            'var/cache/libdnf5/x.solv': sized(10),
            'var/cache/yum/x': sized(20),
            'root/.cache/libdnf5/x': sized(30),
            'var/log/dnf.rpm.log.1': sized(40),
          },
        ],
      },
      ['dnf-cache 1 100'],
    ],
    [
      'the rpm database and the transaction history are none',
      { own: [{ 'var/lib/rpm/rpmdb.sqlite': sized(9000), 'var/lib/dnf/history.sqlite': sized(90) }] },
      [],
    ],
    ['weak dependencies are told', { own: [{ a: '' }], history: ['RUN dnf install -y x'] }, ['rpm-weak-deps 1 0']],
    [
      'weak dependencies of zypper too',
      { own: [{ a: '' }], history: ['RUN zypper -n install x'] },
      ['rpm-weak-deps 1 0'],
    ],
    [
      'weak dependencies are told with their files where the database of rpm has them',
      { own: [recommending], history: ['RUN dnf install -y app-1.0'] },
      ['rpm-weak-deps 1 660'],
    ],
    [
      'what is named by a command is none of them',
      { own: [recommending], history: ['RUN dnf install -y app "extra" nicety.x86_64'] },
      [],
    ],
    [
      'packages that a pattern may have named are not told',
      { own: [recommending], history: ["RUN dnf install -y app 'ni*'"] },
      ['rpm-weak-deps 1 0'],
    ],
    [
      'an install without them is none',
      { own: [{ a: '' }], history: ['RUN dnf install -y --setopt=install_weak_deps=False x'] },
      [],
    ],
    [
      'an image that switches them off is none',
      {
        own: [{ a: '' }, { b: '' }],
        history: ['RUN echo install_weak_deps=False >> /etc/dnf/dnf.conf', 'RUN dnf install -y x'],
      },
      [],
    ],
    [
      'microdnf and yum may not install them',
      { own: [{ a: '' }], history: ['RUN microdnf install x && yum install y'] },
      [],
    ],
    ['metadata of zypper is found', { own: [{ 'var/cache/zypp/raw/r.solv': sized(4000) }] }, ['zypper-cache 1 4000']],
    ['an empty log directory is none', { own: [{ 'var/log/zypp/': { type: '5' } }] }, []],
    [
      'archives and lists of pacman are found',
      {
        own: [
          { 'var/cache/pacman/pkg/x-1-1-x86_64.pkg.tar.zst': sized(4000), 'var/lib/pacman/sync/core.db': sized(100) },
        ],
      },
      ['pacman-cache 1 4100'],
    ],
    ['the database of pacman is none', { own: [{ 'var/lib/pacman/local/x/desc': sized(40) }] }, []],
    [
      'source archives of Portage are found',
      { own: [{ 'var/cache/distfiles/x.tar.xz': sized(4000) }] },
      ['os-pm-cache-other 1 4000'],
    ],
    [
      'programs in the nix store and snaps are none',
      { own: [{ 'nix/store/aaa-app/bin/x': sized(4000), 'var/lib/snapd/snaps/x_1.snap': sized(40) }] },
      [],
    ],
  ])('%s', async (_, image, expected) => {
    expect(await lines(image)).toEqual(expected)
  })
})
