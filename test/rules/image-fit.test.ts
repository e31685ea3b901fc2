import { describe, expect, it } from 'vitest'
import { IMAGE_FIT_RULES } from '../../src/rules/image-fit.ts'
import { type BloatLiteral, findingLines, findingsOf, sized } from '../helpers/findings.ts'
import { dir, file, symlink, whiteout } from '../helpers/layer.ts'

type Case = readonly [name: string, literal: BloatLiteral, expected: readonly string[]]
type Silent = readonly [name: string, literal: BloatLiteral]

const flask = { 'root/': dir({ mode: 0o700 }), 'root/.local/bin/flask': file('#!', { mode: 0o755 }) }
const env = ['PATH=/root/.local/bin:/usr/bin']
const serves = { cmd: ['/serve'] }
const old = { 'usr/local/lib/python3.9/site-packages/f/x.py': sized(800) }
const python = { 'usr/local/bin/python3.12': 'elf' }

const found: readonly Case[] = [
  [
    'a kernel',
    { own: [{ 'boot/vmlinuz-6': sized(9000), 'lib/modules/6/x.ko': sized(50) }] },
    ['os-image-parts 0 9050'],
  ],
  [
    'an init that is not started',
    { own: [{ 'usr/lib/systemd/systemd': sized(70) }], config: serves },
    ['os-image-parts 0 70'],
  ],
  ['packages of another Python', { own: [{ ...python, ...old }] }, ['dead-python-abi 0 800']],
  [
    'a program below a closed directory, by PATH',
    { own: [flask], config: { user: '1000', cmd: ['flask', 'run'], env } },
    ['unreadable-for-user 0 0'],
  ],
  [
    'a program below a closed directory, by name',
    { own: [flask], config: { user: 'app:app', cmd: ['/root/.local/bin/flask'] } },
    ['unreadable-for-user 0 0'],
  ],
  [
    'a file that an interpreter cannot reach',
    {
      own: [{ 'root/': dir({ mode: 0o700 }), 'root/a.py': 'a' }, { 'usr/bin/python3': 'elf' }],
      config: { user: '1000', cmd: ['python3', '/root/a.py'] },
    },
    ['unreadable-for-user 0 0'],
  ],
  [
    'a second Python',
    { own: [{ 'usr/bin/python3': 'x', 'opt/conda/bin/python3': sized(50000) }] },
    ['duplicate-runtime 0 50000'],
  ],
  [
    'the Java that PATH does not find',
    { own: [{ 'usr/lib/jvm/a/lib/server/libjvm.so': sized(10) }, { 'opt/java/lib/server/libjvm.so': sized(20, 'y') }] },
    ['duplicate-runtime 0 10'],
  ],
  [
    'a shell and a package manager',
    { own: [{ 'bin/bash': 'x', 'usr/bin/apt': 'x' }], config: serves },
    ['pm-present 0 0', 'shell-present 0 0'],
  ],
]

const silent: readonly Silent[] = [
  ['an init that is started', { own: [{ 'usr/lib/systemd/systemd': sized(70) }], config: { cmd: ['/sbin/init'] } }],
  ['units of packages', { own: [{ 'usr/lib/systemd/system/apt-daily.timer': sized(9) }] }],
  ['packages of the same Python', { own: [{ 'usr/local/bin/python3.9': 'elf', ...old }] }],
  [
    'packages of a Python known by its library',
    { own: [{ ...python, ...old, 'usr/local/lib/libpython3.9.so.1.0': 'elf' }] },
  ],
  ['packages without any Python, which may be a part of something', { own: [old] }],
  ['packages that went with their Python', { own: [old, { ...python, 'usr/local/lib/python3.9': whiteout }] }],
  ['packages of Debian', { own: [{ ...python, 'usr/lib/python3/dist-packages/x.py': sized(9) }] }],
  [
    'an open directory',
    { own: [{ ...flask, 'root/': dir({ mode: 0o755 }) }], config: { user: '1000', cmd: ['flask'], env } },
  ],
  [
    'a directory of the user',
    {
      own: [{ ...flask, 'root/': dir({ mode: 0o700, uid: 1000 }) }],
      config: { user: '1000', cmd: ['flask'], env },
    },
  ],
  [
    'a directory of a group that the user may be in',
    { own: [{ ...flask, 'root/': dir({ mode: 0o750 }) }], config: { user: '1000', cmd: ['flask'], env } },
  ],
  [
    'a program that PATH also finds elsewhere',
    { own: [{ ...flask, 'usr/bin/flask': 'x' }], config: { user: '1000', cmd: ['flask'], env } },
  ],
  ['the program of root', { own: [flask], config: { user: 'root', cmd: ['flask'], env } }],
  [
    'the interpreter of a virtual environment',
    { own: [{ ...python, 'app/venv/pyvenv.cfg': 'home', 'app/venv/bin/python3.12': sized(9) }] },
  ],
  ['a wrapper beside its interpreter', { own: [{ 'usr/bin/python3': 'wrapper', 'usr/bin/python3.12': 'elf' }] }],
  ['links to the interpreter', { own: [{ ...python, 'usr/bin/python3': symlink('/usr/local/bin/python3.12') }] }],
  ['an image without a distribution', { own: [{ serve: 'elf' }], config: serves }],
  ['a shell that is used', { own: [{ 'bin/sh': 'x' }], config: { cmd: ['sh', '-c', 'serve $PORT'] } }],
]

describe('rules about what does not fit an image', () => {
  it.each(found)('find %s', async (_, literal, expected) => {
    expect(await findingLines({ base: [], ...literal }, IMAGE_FIT_RULES)).toEqual(expected)
  })

  it.each(silent)('pass over %s', async (_, literal) => {
    expect(await findingLines({ base: [], ...literal }, IMAGE_FIT_RULES)).toEqual([])
  })

  it('say what stands in the way', async () => {
    const [finding] = await findingsOf({ own: [flask], config: { user: '1000', cmd: ['flask'], env } }, IMAGE_FIT_RULES)
    expect(finding?.detail).toBe('USER 1000 cannot pass /root (0700) to /root/.local/bin/flask')
  })
})
