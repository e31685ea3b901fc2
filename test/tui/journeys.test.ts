import { describe, expect, test } from 'vitest'
import type { Rule } from '../../src/rules/rule.ts'
import { dir, file, hardlink, opaque, symlink, type Tree, whiteout } from '../helpers/layer.ts'
import { type Session, type SessionOptions, sessionOn } from './session.ts'

const app: readonly Tree[] = [
  {
    'bin/sh': 'x'.repeat(400),
    'etc/passwd': 'x'.repeat(30),
    'lib/big.so': 'x'.repeat(2000),
    'lib/link.so': symlink('big.so'),
    'opt/a': 'aaaa',
    'opt/b': 'bb',
  },
  { 'etc/passwd': 'y'.repeat(40), 'opt/a': whiteout, 'bin/sh': file('x'.repeat(400), { mode: 0o700 }) },
  { 'opt/': opaque, 'opt/c': 'c', 'lib/new.so': 'z'.repeat(100) },
]

const texts = { techniques: [1], safety: 'review', count: 'drop', reference: 'a book' } as const
const rules: readonly Rule[] = [
  {
    ...texts,
    id: 'password',
    title: 'files with a password',
    severity: 'high',
    paths: ['/etc/passwd'],
    why: 'whoever pulls the image reads it',
    traps: 'it may be an old one',
    fix: 'RUN --mount=type=secret,id=passwd true\nRUN true',
  },
  {
    ...texts,
    id: 'libraries',
    title: 'libraries',
    severity: 'info',
    paths: ['/lib/**'],
    why: 'w',
    traps: '',
    fix: 'f',
  },
  {
    ...texts,
    id: 'no-user',
    title: 'no USER is set',
    severity: 'low',
    why: 'w',
    traps: '',
    fix: 'USER app',
    detect: () => [{ layer: 2, files: [], detail: 'root' }],
  },
]
const bloat: SessionOptions = {
  rules,
  baseLayers: 1,
  createdBy: ['ADD rootfs', 'RUN echo secret > /etc/passwd', 'COPY lib /lib'],
}

const passed = [
  { rule: 'password', reason: 'they are public', expires: '2999-12-31', where: '.layerscope.yaml' },
] as const

type Look = (session: Session) => unknown
const paths: Look = (session) => session.paths()
const path: Look = (session) => session.path()
const marks: Look = (session) =>
  session
    .lines('files')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => `${line[0]} ${line.trim().split(' ').at(-1)}`)
const footer: Look = (session) => session.footer()
const state =
  (...names: (keyof Session['state'])[]): Look =>
  ({ state: all }) =>
    names.map((name) => all[name])

interface Journey {
  readonly name: string
  readonly keys: string
  readonly see: Look
  readonly expected: unknown
  readonly options?: SessionOptions
}

const journeys: Readonly<Record<string, readonly Journey[]>> = {
  'the files pane': [
    {
      name: 'lists what the base layer adds, largest first',
      keys: 'tab',
      see: paths,
      expected: ['lib', 'lib/big.so', 'lib/link.so', 'bin', 'bin/sh', 'etc', 'etc/passwd', 'opt', 'opt/a', 'opt/b'],
    },
    {
      name: 'says with letters what each path went through',
      keys: 'down',
      see: marks,
      expected: ['  bin/', 'M sh', '  etc/', 'M passwd', '  opt/', 'D a'],
    },
    {
      name: 'lists everything up to a layer, compared with the base',
      keys: 'down a tab s',
      see: marks,
      expected: ['  bin/', 'M sh', '  etc/', 'M passwd', '  lib/', '  big.so', '  big.so', '  opt/', 'D a', '  b'],
    },
    {
      name: 'comes back to the changes of the layer',
      keys: 'down a c',
      see: paths,
      expected: ['bin', 'bin/sh', 'etc', 'etc/passwd', 'opt', 'opt/a'],
    },
    {
      name: 'hides what was removed',
      keys: 'down tab 2',
      see: paths,
      expected: ['bin', 'bin/sh', 'etc', 'etc/passwd'],
    },
    { name: 'hides what was modified', keys: 'down tab 3', see: paths, expected: ['opt', 'opt/a'] },
    { name: 'hides what was added', keys: 'tab 1', see: paths, expected: [] },
    {
      name: 'shows what is unchanged',
      keys: 'down down tab 4 s',
      see: paths,
      expected: [
        'bin',
        'bin/sh',
        'etc',
        'etc/passwd',
        'lib',
        'lib/big.so',
        'lib/link.so',
        'lib/new.so',
        'opt',
        'opt/b',
        'opt/c',
      ],
    },
    {
      name: 'sorts by name',
      keys: 'down down tab s',
      see: paths,
      expected: ['lib', 'lib/new.so', 'opt', 'opt/b', 'opt/c'],
    },
    {
      name: 'sorts by kind of change',
      keys: 'down down tab s s',
      see: paths,
      expected: ['lib', 'lib/new.so', 'opt', 'opt/c', 'opt/b'],
    },
    {
      name: 'reverses the order',
      keys: 'down down tab s r',
      see: paths,
      expected: ['opt', 'opt/c', 'opt/b', 'lib', 'lib/new.so'],
    },
    {
      name: 'keeps the order for other layers',
      keys: 'tab s r ] ]',
      see: paths,
      expected: ['opt', 'opt/c', 'opt/b', 'lib', 'lib/new.so'],
    },
    {
      name: 'folds a directory',
      keys: 'tab space',
      see: paths,
      expected: ['lib', 'bin', 'bin/sh', 'etc', 'etc/passwd', 'opt', 'opt/a', 'opt/b'],
    },
    { name: 'folds everything', keys: 'tab z', see: paths, expected: ['lib', 'bin', 'etc', 'opt'] },
    {
      name: 'unfolds one of what was folded all at once',
      keys: 'tab z G right',
      see: paths,
      expected: ['lib', 'bin', 'etc', 'opt', 'opt/a', 'opt/b'],
    },
    { name: 'goes into an unfolded directory', keys: 'tab right', see: path, expected: 'lib/big.so' },
    { name: 'goes to the directory around a file', keys: 'tab down down left', see: path, expected: 'lib' },
    {
      name: 'folds a directory before it goes out of it',
      keys: 'tab left',
      see: paths,
      expected: ['lib', 'bin', 'bin/sh', 'etc', 'etc/passwd', 'opt', 'opt/a', 'opt/b'],
    },
    { name: 'stays at the top', keys: 'tab left left up', see: path, expected: 'lib' },
    { name: 'goes to the end and stays there', keys: 'tab G down', see: path, expected: 'opt/b' },
    { name: 'goes a page on and back', keys: 'tab pagedown pageup', see: path, expected: 'lib' },
    { name: 'keeps the path when the layer changes', keys: 'tab j j j j ] ]  [ [', see: path, expected: 'bin/sh' },
    {
      name: 'puts the cursor nearby where the layer does not have the path',
      keys: 'tab G ]',
      see: path,
      expected: 'opt',
    },
    {
      name: 'says that nothing is shown',
      keys: 'tab 1',
      see: (s) => s.lines('files')[1],
      expected: 'the layer changes nothing that is shown (a shows everythi…',
    },
    {
      name: 'has columns for mode and owner, and takes them away',
      keys: 'tab',
      see: (s) => [s.lines('files')[2], s.press('b').lines('files')[2]],
      expected: ['A  -rw-r--r-- 0:0           2 kB ██████████ │   big.so', 'A     2 kB ██████████ │   big.so'],
      options: { size: { columns: 160, rows: 30 } },
    },
  ],
  'the layers': [
    { name: 'are moved through', keys: 'down down down up', see: state('layer'), expected: [1] },
    { name: 'are changed from any pane', keys: 'w ] ] ] [', see: state('layer', 'focus'), expected: [1, 'waste'] },
    { name: 'lead to their files', keys: 'down enter', see: state('layer', 'focus'), expected: [1, 'files'] },
    {
      name: 'and the pane beside them take turns',
      keys: 'w tab tab',
      see: state('focus', 'beside'),
      expected: ['waste', 'waste'],
    },
    {
      name: 'show index, size, wasted bytes, a bar and what made them',
      keys: 'down',
      see: (s) => s.lines('layers').slice(1, 4),
      expected: [
        '0 2.44 kB   436 B ██████ ADD rootfs',
        '1   440 B         █      RUN chmod 700 /bin/sh',
        '2   101 B                COPY lib /lib',
      ],
      options: {
        size: { columns: 120, rows: 30 },
        createdBy: ['ADD rootfs', '/bin/sh -c chmod 700 /bin/sh', 'COPY lib /lib # buildkit'],
      },
    },
    {
      name: 'have their command below, one line for each part of it',
      keys: 'up',
      see: (s) => s.lines('details').slice(0, 3),
      expected: ['RUN apt-get update', '  && apt-get install -y "a && b"', '  && rm -rf /var/lib/apt/lists/*'],
      options: {
        createdBy: ['/bin/sh -c apt-get update && apt-get install -y "a && b" && rm -rf /var/lib/apt/lists/*'],
      },
    },
    {
      name: 'have a page of their own',
      keys: 'v',
      see: (s) => s.lines('overlay')[2],
      expected: 'content 2.44 kB in files',
    },
  ],
  'the waste': [
    {
      name: 'is listed with bytes, layers, cause and path',
      keys: 'w s s s',
      see: (s) => s.lines('waste').slice(1, 5),
      expected: [
        '   400 B 0 → 1  metadata-only /bin/sh (mode)',
        '    30 B 0 → 1  replaced      /etc/passwd',
        '     4 B 0 → 1  removed       /opt/a',
        '     2 B 0 → 2  opaque        /opt/b',
      ],
    },
    {
      name: 'is grouped by directory',
      keys: 'w s s',
      see: (s) =>
        s
          .lines('waste')
          .slice(1, 8)
          .map((line) => line.trim()),
      expected: [
        '400 B ▾ /bin 1 file',
        '400 B 0 → 1  metadata-only   /bin/sh (mode)',
        '30 B ▾ /etc 1 file',
        '30 B 0 → 1  replaced        /etc/passwd',
        '6 B ▾ /opt 2 files',
        '4 B 0 → 1  removed         /opt/a',
        '2 B 0 → 2  opaque          /opt/b',
      ],
    },
    {
      name: 'is grouped by cause, and folded',
      keys: 'w s z',
      see: (s) =>
        s
          .lines('waste')
          .slice(1, 5)
          .map((line) => line.trim()),
      expected: [
        '400 B ▸ metadata-only 1 file',
        '30 B ▸ replaced 1 file',
        '4 B ▸ removed 1 file',
        '2 B ▸ opaque 1 file',
      ],
    },
    {
      name: 'leads to the file in the layer that wrote it',
      keys: '] ] w s s s down enter',
      see: (s) => [s.path(), s.state.layer, s.state.focus],
      expected: ['etc/passwd', 0, 'files'],
    },
    {
      name: 'leads there whatever is folded, hidden and filtered',
      keys: 'tab z 1 f q q enter w s s s enter',
      see: path,
      expected: 'bin/sh',
    },
    { name: 'gives way to the files again', keys: 'w w', see: state('focus', 'beside'), expected: ['files', 'files'] },
    {
      name: 'unfolds the group that Enter is pressed on, and then goes into it',
      keys: 'w s z enter enter',
      see: (s) => [s.lines('waste')[2]?.trim(), s.state.waste.row],
      expected: ['400 B 0 → 1    /bin/sh (mode)', 1],
    },
    {
      name: 'folds the group around a file, and then leads to the layers',
      keys: 'w s down left left',
      see: (s) => [s.lines('waste')[2]?.trim(), s.state.waste.row, s.state.focus],
      expected: ['30 B ▾ replaced 1 file', 0, 'layers'],
    },
    {
      name: 'keeps its cursor in the group when all are folded',
      keys: 'w s down down down z',
      see: (s) => [
        s
          .lines('waste')
          .slice(1)
          .filter((line) => line !== '').length,
        s.state.waste.row,
      ],
      expected: [4, 1],
    },
    {
      name: 'is told in full beside the list, as a narrow one has no room for it',
      keys: 'w s s s',
      see: (s) => s.lines('details').slice(0, 8),
      options: { size: { columns: 80, rows: 24 }, createdBy: ['ADD rootfs', 'RUN chmod 700 /bin/sh', 'COPY lib /lib'] },
      expected: [
        '/bin/sh',
        'bytes      400 B',
        '',
        'cause      metadata-only: mode',
        'because    the path came again',
        '           with the same content;',
        '           its metadata differ',
        'layer 0    ADD rootfs',
      ],
    },
  ],
  'the findings': [
    {
      name: 'are what w shows, the gravest first, the own ones before those of the base',
      keys: 'w',
      see: (s) => s.lines('waste').slice(0, 6),
      options: bloat,
      expected: [
        '     bytes   layers finding               0 B safe to save',
        'H     40 B ▸ 1      files with a password           1 file',
        'H     30 B ▸ 0 → 1  base: files with a password     1 file',
        'L            2      no USER is set',
        'i    100 B ▸ 2      libraries                       1 file',
        'i     2 kB ▸ 0      base: libraries                 1 file',
      ],
    },
    {
      name: 'are named by their rules where there is no room for more',
      keys: 'w',
      see: (s) => s.lines('waste').slice(1, 3),
      options: { ...bloat, size: { columns: 80, rows: 24 } },
      expected: ['H     40 B ▸ 1      password', 'H     30 B ▸ 0→1    base: password'],
    },
    {
      name: 'unfold their files, which lead to where they were written',
      keys: 'w G enter enter enter',
      see: (s) => [s.path(), s.state.layer, s.state.focus],
      options: bloat,
      expected: ['lib/big.so', 0, 'files'],
    },
    {
      name: 'have a page with what to change, and why',
      keys: 'w v',
      see: (s) => s.lines('overlay').slice(0, 14),
      options: bloat,
      expected: [
        'files with a password',
        'severity   high, password',
        'bytes      40 B in 1 file',
        '',
        'fix        RUN --mount=type=secret,id=passwd true',
        '           RUN true',
        '',
        'why        whoever pulls the image reads it',
        'layer 1    RUN echo secret > /etc/passwd',
        'what if    do not write 1 file in layer 1',
        'safety     to be looked at: something may need these bytes',
        'careful    it may be an old one',
        'reference  a book',
        '',
      ],
    },
    {
      name: 'of the base are said to be so',
      keys: 'w down v',
      see: (s) => s.lines('overlay').slice(3, 4),
      options: bloat,
      expected: ['base       the base image brings these bytes, so only another base is without them'],
    },
    {
      name: 'may be of the base, where nothing tells where that ends',
      keys: 'w down v',
      see: (s) => [s.press('escape').lines('waste')[2]?.slice(20, 46), s.press('v').lines('overlay')[3]],
      options: { rules, baseLayers: 1, baseKnown: false },
      expected: [
        'base? files with a passwor',
        'base       nothing tells where the base image ends: this layer is taken for it (--base-layers N',
      ],
    },
    {
      name: 'without files have only their page',
      keys: 'w down down enter',
      see: (s) => s.lines('overlay').slice(0, 5),
      options: bloat,
      expected: ['no USER is set', 'severity   low, no-user', 'bytes      none: this is advice', 'found      root', ''],
    },
    {
      name: 'are told beside their list',
      keys: 'w down',
      see: (s) => s.lines('details').slice(0, 3),
      options: bloat,
      expected: ['files with a password', 'severity   high, password', 'bytes      30 B in 1 file'],
    },
    {
      name: 'and the file under the cursor are told beside their list',
      keys: 'w space down',
      see: (s) => s.lines('details').slice(0, 4),
      options: bloat,
      expected: ['/etc/passwd', 'bytes      40 B', '', 'files with a password'],
    },
    {
      name: 'are summed up by what is own and what came with the base',
      keys: 'w',
      see: (s) => s.screen().panes.find(({ id }) => id === 'waste')?.title,
      options: bloat,
      expected: '5 findings: 140 B own, 2.03 kB of the base',
    },
    {
      name: 'say how many are let pass',
      keys: 'w',
      see: (s) => s.screen().panes.find(({ id }) => id === 'waste')?.title,
      options: { ...bloat, ignore: passed, size: { columns: 120, rows: 30 } },
      expected: '3 findings, 2 let pass (40 B): 100 B own, 2 kB of the base',
    },
    {
      name: 'are told of the image, with what is let pass and why',
      keys: 'i',
      see: (s) => s.lines('image').slice(13, 23),
      options: { ...bloat, ignore: passed },
      expected: [
        'findings      0 B safe to save, 0 B likely, 100 B after',
        '              review',
        '              2 kB in the base, by another base image',
        '              alone',
        'let pass      2 with 40 B own and 30 B base bytes',
        '              password@1 (40 B, until 2999-12-31): they',
        '              are public',
        '              password@0-1 (30 B, until 2999-12-31): they',
        '              are public',
        '',
      ],
    },
    {
      name: 'mark the files that they claim',
      keys: '] tab',
      see: (s) =>
        s
          .lines('files')
          .slice(1, 7)
          .map((line) => line.slice(0, 2)),
      options: bloat,
      expected: ['  ', 'M ', '  ', 'M!', '  ', 'D '],
    },
    {
      name: 'stand beneath the biography of a file that they claim',
      keys: '] tab / p a s s enter B',
      see: (s) => s.lines('overlay').slice(4, 7),
      options: bloat,
      expected: [
        'H     30 B layers 0, 1: files with a password (password)',
        'H     40 B layer 1: files with a password (password)',
        '',
      ],
    },
    {
      name: 'are named with the layer',
      keys: '] ]',
      see: (s) => s.lines('details').filter((line) => /^found/.test(line)),
      options: bloat,
      expected: ['found   2: no-user, libraries'],
    },
    {
      name: 'are listed on the page of the layer that wrote or hid what they are about',
      keys: '] v',
      see: (s) => s.lines('overlay').filter((line) => /^[HMLi] /.test(line)),
      options: bloat,
      expected: [
        'H     40 B layer 1: files with a password (password)',
        'H     30 B layers 0, 1: files with a password (password)',
      ],
    },
    {
      name: 'are none where no rule finds anything',
      keys: 'w',
      see: (s) => [s.screen().panes.find(({ id }) => id === 'waste')?.title, s.lines('waste')[0]],
      expected: ['No findings', 'there are no findings here (s lists what is wasted)'],
    },
  ],
  'the base': [
    {
      name: 'is set apart from the own layers, where it is known',
      keys: 'up',
      see: (s) => [s.screen().panes[0]?.title, ...s.lines('layers').slice(1, 3)],
      options: bloat,
      expected: [
        'Layers: 1 of the base, 2 own',
        '0│2.44 kB   436 B ADD rootfs',
        '1   440 B         RUN echo secret > /…',
      ],
    },
    {
      name: 'is not, where nothing tells where it ends',
      keys: 'up',
      see: (s) => [s.screen().panes[0]?.title, s.lines('layers')[1]?.slice(0, 4)],
      expected: ['Layers', '0 2.'],
    },
    {
      name: 'is told of the layers that belong to it',
      keys: 'up',
      see: (s) => s.lines('details').filter((line) => /^base/.test(line)),
      options: bloat,
      expected: ['base    1 layer of the base image, de…'],
    },
    {
      name: 'is told of the image, with how sure that is',
      keys: 'i',
      see: (s) => s.lines('image').filter((line) => /^base/.test(line)),
      options: bloat,
      expected: ['base          1 layer of the base image, debian:12 (almost'],
    },
  ],
  'the search': [
    {
      name: 'finds while it is typed',
      keys: '/ n e w',
      see: (s) => [s.path(), s.state.layer],
      expected: ['lib/new.so', 2],
    },
    {
      name: 'begins in the present layer, at the cursor',
      keys: '] ] / p a s s',
      see: (s) => [s.path(), s.state.layer],
      expected: ['etc/passwd', 0],
    },
    { name: 'unfolds on the way', keys: 'tab z / n e w enter', see: path, expected: 'lib/new.so' },
    {
      name: 'goes on to the next layer',
      keys: '/ s h enter n',
      see: (s) => [s.path(), s.state.layer],
      expected: ['bin/sh', 1],
    },
    {
      name: 'goes around the end',
      keys: '/ s h enter n n',
      see: (s) => [s.path(), s.state.layer],
      expected: ['bin/sh', 0],
    },
    { name: 'goes back', keys: '/ s h enter N', see: (s) => [s.path(), s.state.layer], expected: ['bin/sh', 1] },
    {
      name: 'comes back to where it began when it is left',
      keys: '] tab / n e w escape',
      see: (s) => [s.path(), s.state.layer, s.state.search],
      expected: ['bin', 1, ''],
    },
    {
      name: 'says that nothing matches',
      keys: '/ q q',
      see: footer,
      expected: 'Search in all layers: qq  nothing in any layer matches "qq"',
    },
    {
      name: 'says that an expression is not complete',
      keys: '/ / ( /',
      see: footer,
      expected: 'Search in all layers: /(/  this is no regular expression yet',
    },
    {
      name: 'tells which match of how many it is at',
      keys: '/ s h enter n',
      see: (s) => s.screen().panes.at(-1)?.title.includes('match 2 of 2'),
      expected: true,
    },
    { name: 'shows what was hidden', keys: '] tab 3 / s h enter', see: path, expected: 'bin/sh' },
    {
      name: 'without a text says what to do',
      keys: 'n',
      see: footer,
      expected: 'nothing is searched for yet: type / and a part of a name',
    },
    { name: 'is forgotten with Esc', keys: '/ s h enter escape n', see: state('search'), expected: [''] },
  ],
  'the filter': [
    {
      name: 'lists what matches and the directories around it',
      keys: 'f . s o enter',
      see: paths,
      expected: ['lib', 'lib/big.so', 'lib/link.so'],
    },
    { name: 'knows globs', keys: 'f b * . s o', see: paths, expected: ['lib', 'lib/big.so'] },
    {
      name: 'knows regular expressions',
      keys: 'f / ^ / o p t / . $ /',
      see: paths,
      expected: ['opt', 'opt/a', 'opt/b'],
    },
    {
      name: 'keeps the last that was complete',
      keys: 'f b i n backspace / (',
      see: state('filter'),
      expected: ['bi/('],
    },
    {
      name: 'is cleared with Esc while it is typed',
      keys: 'f b i n escape',
      see: state('filter', 'prompt'),
      expected: ['', undefined],
    },
    { name: 'is cleared with Esc later', keys: 'f b i n enter escape', see: state('filter'), expected: [''] },
    { name: 'stays for other layers', keys: 'f p a s s enter ]', see: paths, expected: ['etc', 'etc/passwd'] },
    { name: 'finds what is folded', keys: 'tab z f p a s s enter', see: paths, expected: ['etc', 'etc/passwd'] },
    { name: 'lets what it finds be folded', keys: 'f s o enter space', see: paths, expected: ['lib'] },
    {
      name: 'says that nothing matches',
      keys: 'f q q enter',
      see: (s) => s.lines('files')[1],
      expected: 'nothing matches the filter (Esc clears it)',
    },
    {
      name: 'is edited by word and line',
      keys: 'f a / b ctrl+w c ctrl+u d',
      see: (s) => s.state.prompt?.text,
      expected: 'd',
    },
  ],
  'the biography': [
    {
      name: 'tells what each layer did to a file',
      keys: 'tab / p a s s enter B',
      see: (s) =>
        s
          .lines('overlay')
          .slice(1, 3)
          .map((line) => line.slice(0, 69).trimEnd()),
      expected: [
        '0     A added         30 B -rw-r--r-- 0:0       new',
        '1     M modified      40 B -rw-r--r-- 0:0       content',
      ],
    },
    {
      name: 'tells a change of the mode from one of the content',
      keys: 'w s s s B',
      see: (s) => s.lines('overlay')[2]?.slice(0, 69).trimEnd(),
      expected: '1     M modified     400 B -rwx------ 0:0       mode',
    },
    {
      name: 'tells how a file went',
      keys: 'tab G B',
      see: (s) =>
        s
          .lines('overlay')
          .slice(1, 3)
          .map((line) => line.slice(0, 69).trimEnd()),
      expected: [
        '0     A added          2 B -rw-r--r-- 0:0       new',
        '2     D removed        2 B -rw-r--r-- 0:0       opaque whiteout',
      ],
    },
    { name: 'is left with q', keys: 'tab B q', see: state('overlay'), expected: [undefined] },
  ],
  'the rest': [
    {
      name: 'the help has a row for each row of the key table',
      keys: '?',
      see: (s) => s.lines('overlay')[0],
      expected: '↑ k                   panes, pages    one row up',
    },
    {
      name: 'the help scrolls to its end and no further',
      keys: '? G down',
      see: (s) => s.lines('overlay').at(-1)?.startsWith('Ctrl-C'),
      expected: true,
    },
    { name: 'the theme changes', keys: 'T', see: state('theme'), expected: ['light'] },
    {
      name: 'a pane has the screen for itself',
      keys: 'tab +',
      see: (s) => s.screen().panes.map(({ id, width }) => [id, width]),
      expected: [['files', 100]],
    },
    {
      name: 'the image is described',
      keys: 'i',
      see: (s) => s.lines('image').slice(0, 2),
      expected: ['name          app.tar', ''],
    },
    {
      name: 'the hints are those of the pane',
      keys: 'w',
      see: footer,
      expected: 'Tab pane  → open  v view  s group by  t tick  Space fold  z fold all  w findings  ? help  q quit',
    },
    {
      name: 'a prompt tells how to leave it, while there is room',
      keys: 'f p y',
      see: footer,
      expected: `Filter: py${' '.repeat(66)}Enter done  Esc cancel`,
    },
    { name: 'Esc leads from the image to the files', keys: 'i escape', see: state('focus'), expected: ['files'] },
  ],
}

for (const [group, rows] of Object.entries(journeys)) {
  describe(group, () => {
    test.each(rows)('$name', async ({ keys, see, expected, options }) => {
      const session = await sessionOn(app, options)
      expect(see(session.press(keys.replaceAll(/ +/g, ' ')))).toEqual(expected)
    })
  })
}

describe('what is wanted outside', () => {
  const rows: [string, string, readonly Tree[], unknown][] = [
    ['nothing, for a key that means nothing', 'F', app, []],
    ['to quit', 'q', app, [{ kind: 'quit' }]],
    ['to quit, while something is typed', '/ q ctrl+c', app, [{ kind: 'quit' }]],
    ['to suspend, from a page', '? ctrl+z', app, [{ kind: 'suspend' }]],
    ['to draw anew', 'R', app, [{ kind: 'redraw' }]],
    [
      'to leave the mouse alone, and to take it back',
      'M M',
      app,
      [
        { kind: 'mouse', on: false },
        { kind: 'mouse', on: true },
      ],
    ],
    ['to copy the path', 'tab y', app, [{ kind: 'copy', text: '/lib' }]],
    [
      'to copy a path without what would do harm',
      'tab y',
      [{ 'a\nrm -rf': 'x' }],
      [{ kind: 'copy', text: '/a\\nrm -rf' }],
    ],
    ['to copy the path of a wasted file', 'w s s s y', app, [{ kind: 'copy', text: '/bin/sh' }]],
    [
      'to read a file',
      'tab down v',
      app,
      [expect.objectContaining({ kind: 'view', path: 'lib/big.so', file: expect.objectContaining({ size: 2000 }) })],
    ],
    [
      'to read the wasted body, not the one that took its place',
      'w s s s down v',
      app,
      [expect.objectContaining({ kind: 'view', file: expect.objectContaining({ size: 30 }) })],
    ],
    [
      'to read a removed file',
      '] tab G v',
      app,
      [expect.objectContaining({ kind: 'view', path: 'opt/a', file: expect.objectContaining({ size: 4 }) })],
    ],
    ['nothing, to view a directory', 'tab v', app, []],
    ['nothing, to view a link', 'tab down down v', app, []],
    [
      'to write a directory',
      'tab x enter',
      app,
      [expect.objectContaining({ kind: 'extract', path: 'lib', target: './lib', overwrite: false })],
    ],
    [
      'to write it to another place',
      'tab x ctrl+u o enter',
      app,
      [expect.objectContaining({ kind: 'extract', target: 'o' })],
    ],
    ['nothing, to write without a place', 'tab x ctrl+u enter', app, []],
    ['nothing, to write a link', 'tab down down x enter', app, []],
  ]
  test.each(rows)('%s', async (_, keys, trees, expected) => {
    expect((await sessionOn(trees)).press(keys).requests).toEqual(expected)
  })

  test('each is wanted once', async () => {
    const session = (await sessionOn(app)).press('R')
    expect(session.state.requests).toHaveLength(1)
    expect(session.do({ type: 'advanced' }).state.requests).toEqual([])
  })

  test.each(['tab down v', 'tab down x'])('a pipe that has passed by gives no file: %s', async (keys) => {
    const session = (await sessionOn(app, { readable: false })).press(keys)
    expect([session.footer(), session.requests, session.state.prompt]).toEqual([
      'it came through a pipe',
      [],
      undefined,
    ])
  })
})

describe('what comes back from outside', () => {
  const bytes = Buffer.from('first\nsecond\n')

  test('a file is shown once it has been read', async () => {
    const session = (await sessionOn(app)).press('tab down v')
    expect(session.lines('overlay')[0]).toBe('reading…')
    session.do({ type: 'view-loaded', path: 'lib/big.so', bytes })
    expect(session.lines('overlay').slice(0, 2)).toEqual(['1 first', '2 second'])
  })

  test('a file that comes late, after the page was left, is not shown', async () => {
    const session = (await sessionOn(app))
      .press('tab down v escape')
      .do({ type: 'view-loaded', path: 'lib/big.so', bytes })
    expect(session.state.overlay).toBeUndefined()
  })

  test('a file that cannot be read is said so', async () => {
    const session = (await sessionOn(app)).press('tab down v')
    session.do({ type: 'view-failed', path: 'lib/big.so', message: 'it is \u001b[31m gone' })
    expect([session.state.overlay, session.footer()]).toEqual([undefined, 'it is \\e[31m gone'])
  })

  test('a message stays until the next key', async () => {
    const session = (await sessionOn(app)).do({ type: 'extracted', message: 'wrote it' }).do({ type: 'advanced' })
    expect(session.footer()).toBe('wrote it')
    expect(session.press('down').footer()).not.toBe('wrote it')
  })

  test('nothing is replaced without a yes', async () => {
    const session = (await sessionOn(app)).press('tab x enter')
    const [request] = session.requests
    if (request?.kind !== 'extract') throw new Error('nothing is to be written')
    session.do({ type: 'extract-exists', request, existing: '/home/me/lib' })
    expect(session.footer()).toBe('/home/me/lib is there already: y replace  n leave it')
    expect(session.press('enter').requests).toHaveLength(1)
    expect(session.press('n').requests).toHaveLength(1)
    session.do({ type: 'extract-exists', request, existing: '/home/me/lib' })
    expect(session.press('y').requests.at(-1)).toEqual({ ...request, overwrite: true })
  })

  test('another size draws another screen', async () => {
    const session = (await sessionOn(app)).do({ type: 'resize', size: { columns: 60, rows: 24 } })
    expect(session.screen().panes.map(({ id, x, width }) => [id, x, width])).toEqual([
      ['layers', 0, 60],
      ['files', 0, 60],
    ])
  })
})

test('bodies that only hashes can tell from those of the base layer are asked for, once', async () => {
  const session = await sessionOn([{ a: 'one' }, { a: whiteout }, { a: 'two' }])
  const { model } = session
  // The test reads every body, so the hashes are taken away again.
  const [base] = model.view(0, 'layer', session.state.shown).wayTo('a').slice(-1)
  if (base?.upper?.kind !== 'file') throw new Error('no file at /a')
  const { hash } = base.upper
  base.upper.hash = undefined
  session.press('] ]').press('a')
  expect(session.requests).toEqual([{ kind: 'hash', files: [base.upper] }])
  base.upper.hash = hash
  model.refresh()
  expect(session.do({ type: 'hashed' }).press('s').requests).toHaveLength(1)
  expect(session.lines('files')[1]?.[0]).toBe('M')
})

test('directories are as large as the bodies beneath them, each counted once', async () => {
  const session = await sessionOn([
    { 'a/one': 'x'.repeat(100), 'a/two': hardlink('a/one'), 'b/three': hardlink('a/one'), 'c/': dir() },
  ])
  session.press('tab s')
  const sizes = session
    .lines('files')
    .slice(1, 7)
    .map((line) => line.trim().split(/ +/))
    .map((words) => `${words[words.indexOf('B') - 1]} ${words.at(-1)}`)
  expect(sizes).toEqual(['100 a/', '100 one', '100 two', '100 b/', '100 three', '0 c/'])
  const { root } = session.model.view(0, 'layer', session.state.shown)
  expect(root.bytes).toBe(100)
})
