import { describe, expect, it } from 'vitest'
import { PACKAGE_EXTRA_RULES } from '../../src/rules/package-extras.ts'
import { type BloatLiteral, findingLines, findingsOf, sized } from '../helpers/findings.ts'
import { whiteout } from '../helpers/layer.ts'
import { rpmdb } from '../helpers/rpm.ts'

type Case = readonly [name: string, literal: BloatLiteral, expected: readonly string[]]
type Silent = readonly [name: string, literal: BloatLiteral]

const sp = 'usr/local/lib/python3.13/site-packages'
const nm = 'app/node_modules'
const node = { cmd: ['node', 'a.js'] }
const python = { 'usr/local/bin/python3.12': 'elf' }

const found: readonly Case[] = [
  [
    'documents and manuals',
    { own: [{ 'usr/share/doc/curl/NEWS.gz': sized(500), 'usr/share/man/man1/curl.1.gz': sized(500) }] },
    ['docs-man-info 0 1000'],
  ],
  ['pod files', { own: [{ 'usr/share/perl/5.36.0/pod/perlfunc.pod': sized(70) }] }, ['docs-man-info 0 70']],
  ['translations', { own: [{ 'usr/share/locale/de/LC_MESSAGES/x.mo': sized(800) }] }, ['locale-data 0 800']],
  [
    'translations into other languages than those of the environment',
    {
      own: [
        {
          'usr/share/locale/de_AT/x.mo': sized(9),
          'usr/share/locale/fr/x.mo': sized(800),
          'usr/lib/locale/fr_FR.utf8/LC_TIME': 'x',
        },
      ],
      config: { env: ['LANG=de_DE.UTF-8'] },
    },
    ['locale-data 0 801'],
  ],
  [
    'a locale archive that no variable asks for',
    { own: [{ 'usr/lib/locale/locale-archive': sized(90) }], config: { env: ['LANG=C.UTF-8'] } },
    ['locale-data 0 90'],
  ],
  ['leap second zones', { own: [{ 'usr/share/zoneinfo/right/UTC': sized(400) }] }, ['zoneinfo-variants 0 400']],
  ['tests of a Python package', { own: [{ [`${sp}/numpy/tests/t.py`]: sized(900) }] }, ['tests-in-packages 0 900']],
  [
    'tests in a directory of the other name',
    { own: [{ [`${sp}/x/test/test_a.py`]: sized(9) }] },
    ['tests-in-packages 0 9'],
  ],
  [
    'the tests of Python',
    { own: [{ 'usr/local/lib/python3.13/test/test_os.py': sized(9) }] },
    ['tests-in-packages 0 9'],
  ],
  [
    'tests of JavaScript packages',
    { own: [{ [`${nm}/a/test/t.js`]: sized(9), [`${nm}/@s/b/lib/__tests__/t.js`]: sized(9) }] },
    ['tests-in-packages 0 18'],
  ],
  [
    'tests of a gem, of a PHP package, of a Java project',
    {
      own: [
        {
          'usr/local/bundle/gems/a-1.0/spec/a.rb': 'a',
          'app/vendor/a/b/Tests/C.php': 'c',
          'app/src/test/java/A.java': 'a',
        },
      ],
    },
    ['tests-in-packages 0 3'],
  ],
  ['source maps', { own: [{ 'srv/app.js.map': sized(4000) }] }, ['source-maps 0 4000']],
  [
    'type declarations and readme files',
    { own: [{ [`${nm}/a/index.d.ts`]: sized(40), [`${nm}/@s/b/README.md`]: sized(8) }], config: node },
    ['js-package-extras 0 48'],
  ],
  [
    'bytecode for another Python',
    { own: [{ ...python, 'app/m.py': 'm', 'app/__pycache__/m.cpython-39.pyc': sized(30) }] },
    ['python-bytecode 0 30'],
  ],
  [
    'bytecode without a source',
    { own: [{ ...python, 'app/__pycache__/m.cpython-312.opt-1.pyc': sized(30) }] },
    ['python-bytecode 0 30'],
  ],
  [
    'bytecode in a later layer than its source',
    { own: [{ 'app/m.py': 'm' }, { 'app/__pycache__/m.cpython-312.pyc': sized(30) }] },
    ['python-bytecode 1 30'],
  ],
  ['debug files', { own: [{ 'usr/lib/debug/.build-id/aa/bb.debug': sized(9000) }] }, ['debug-symbol-files 0 9000']],
  [
    'debug files beside a library',
    { own: [{ 'app/a.dll': 'MZ', 'app/a.pdb': sized(70) }] },
    ['debug-symbol-files 0 70'],
  ],
]

const silent: readonly Silent[] = [
  [
    'copyright files and licences',
    {
      own: [
        {
          'usr/share/doc/curl/copyright': sized(500),
          'usr/share/doc/a/b/LICENSE.txt': sized(9),
          'usr/share/common-licenses/GPL-3': sized(9),
        },
      ],
    },
  ],
  [
    'what all locales need',
    { own: [{ 'usr/share/locale/locale.alias': sized(9), 'usr/lib/locale/C.utf8/LC_CTYPE': sized(9) }] },
  ],
  [
    'translations that the environment asks for',
    {
      own: [{ 'usr/share/locale/de/x.mo': sized(9), 'usr/lib/locale/locale-archive': sized(9) }],
      config: { env: ['LANGUAGE=de_AT:de'] },
    },
  ],
  ['translations of an application', { own: [{ [`${sp}/django/conf/locale/de/LC_MESSAGES/django.mo`]: sized(9) }] }],
  ['time zones', { own: [{ 'usr/share/zoneinfo/UTC': sized(400) }] }],
  [
    'leap seconds that TZ asks for',
    { own: [{ 'usr/share/zoneinfo/right/UTC': sized(400) }], config: { env: ['TZ=right/UTC'] } },
  ],
  [
    'helpers for the tests of others',
    {
      own: [
        { [`${sp}/numpy/testing/x.py`]: 'x', [`${sp}/pandas/_testing.py`]: 'x', [`${sp}/django/test/client.py`]: 'x' },
      ],
    },
  ],
  [
    'what Python imports from its tests',
    { own: [{ 'usr/lib/python3.11/test/support/__init__.py': 'x', 'usr/lib/python3.11/unittest/case.py': 'x' }] },
  ],
  ['packages called test', { own: [{ [`${nm}/@playwright/test/index.js`]: 'x', [`${nm}/test/index.js`]: 'x' }] }],
  [
    'source maps that are read',
    { own: [{ 'srv/app.js.map': sized(9) }], config: { cmd: ['node', '--enable-source-maps', 'app.js'] } },
  ],
  [
    'source maps that a variable asks for',
    { own: [{ 'srv/app.js.map': sized(9) }], config: { env: ['NODE_OPTIONS=--enable-source-maps'] } },
  ],
  [
    'declarations where TypeScript runs',
    { own: [{ [`${nm}/a/index.d.ts`]: sized(9) }], config: { cmd: ['npx', 'ts-node', 'a.ts'] } },
  ],
  [
    'licences of packages, and packages called docs',
    { own: [{ [`${nm}/a/LICENSE.md`]: sized(9), [`${nm}/docs/index.js`]: sized(9) }], config: node },
  ],
  [
    'bytecode of an installation',
    { own: [{ ...python, 'app/m.py': 'm', 'app/__pycache__/m.cpython-312.pyc': sized(30) }] },
  ],
  [
    'bytecode of the library, of a later layer',
    {
      own: [
        { ...python, 'usr/local/lib/python3.12/os.py': 'm' },
        { 'usr/local/lib/python3.12/__pycache__/os.cpython-312.pyc': sized(30) },
      ],
    },
  ],
  [
    'bytecode that is gone',
    { own: [{ 'app/__pycache__/m.cpython-39.pyc': sized(30) }, { 'app/__pycache__': whiteout, ...python }] },
  ],
  ['programs and proteins', { own: [{ 'usr/bin/x': 'elf', 'data/1abc.pdb': sized(9), 'etc/app.debug': sized(9) }] }],
]

describe('rules about parts of packages', () => {
  it.each(found)('find %s', async (_, literal, expected) => {
    expect(await findingLines({ base: [], ...literal }, PACKAGE_EXTRA_RULES)).toEqual(expected)
  })

  it.each(silent)('pass over %s', async (_, literal) => {
    expect(await findingLines({ base: [], ...literal }, PACKAGE_EXTRA_RULES)).toEqual([])
  })
})

it('says how to leave out documents in the words of who brought them', async () => {
  const path = 'usr/share/doc/curl/NEWS'
  const fixOf = async (owned: string) => {
    const own = [{ [path]: sized(500), 'var/lib/rpm/rpmdb.sqlite': rpmdb({ files: [owned] }) }]
    return (await findingsOf({ own }, PACKAGE_EXTRA_RULES))[0]?.fix
  }
  expect(await fixOf(`/${path}`)).toContain('--setopt=tsflags=nodocs')
  expect(await fixOf('/etc/other')).toContain('/etc/dpkg/dpkg.cfg.d/nodoc')
})
