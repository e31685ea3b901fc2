import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DirectoryNode, FileNode, Node } from '../../src/tree/node.ts'
import { AlreadyThere, extractNode } from '../../src/tui/extract.ts'

const posix = test.skipIf(process.platform === 'win32')
const contents = new Map<FileNode, string>()
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-extract-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const attributes = (mode: number) => ({ mode, uid: 0, gid: 0, xattrs: '' })

function file(text: string, mode = 0o644): FileNode {
  const node: FileNode = {
    kind: 'file',
    size: text.length,
    attributes: attributes(mode),
    mtime: 0,
    tarBytes: 512,
    origin: { layer: 0 },
    offset: 0,
    links: 1,
    hash: undefined,
  }
  contents.set(node, text)
  return node
}

function directory(children: Record<string, Node>, mode = 0o755): DirectoryNode {
  return {
    kind: 'directory',
    attributes: attributes(mode),
    mtime: 0,
    tarBytes: 512,
    implied: false,
    children: new Map(Object.entries(children)),
    owner: undefined,
  }
}

const link = (target: string): Node => ({
  kind: 'symlink',
  target,
  attributes: attributes(0o777),
  mtime: 0,
  tarBytes: 512,
})
const device: Node = { kind: 'character-device', device: 0, attributes: attributes(0o666), mtime: 0, tarBytes: 512 }

async function* readBody(node: FileNode) {
  for (const letter of contents.get(node) ?? '') yield Buffer.from(letter)
}

const extract = (node: Node, name: string, overwrite = false) =>
  extractNode(node, join(folder, name), readBody, overwrite)

test('a file is written with its content', async () => {
  expect(await extract(file('hello'), 'out')).toEqual({ files: 1, bytes: 5, leftOut: 0 })
  expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('hello')
})

posix.each([
  ['keeps its permission bits', 0o640, 0o640],
  ['loses setuid, setgid and sticky', 0o7755, 0o755],
  ['can be read by whoever wrote it', 0o000, 0o400],
])('a file %s', async (_, mode, expected) => {
  await extract(file('x', mode), 'out')
  expect(statSync(join(folder, 'out')).mode & 0o7777).toBe(expected)
})

test('a directory is written with everything beneath it', async () => {
  const tree = directory({ a: file('1'), deep: directory({ b: file('22'), empty: directory({}) }) })
  expect(await extract(tree, 'out')).toEqual({ files: 2, bytes: 3, leftOut: 0 })
  expect(readdirSync(join(folder, 'out'), { recursive: true }).map(String).sort()).toEqual([
    'a',
    'deep',
    join('deep', 'b'),
    join('deep', 'empty'),
  ])
})

posix('a directory that may not be written to is filled all the same', async () => {
  await extract(directory({ a: file('1') }, 0o555), 'out')
  expect(readFileSync(join(folder, 'out/a'), 'utf8')).toBe('1')
})

posix('a name that is not UTF-8 is written byte by byte', async () => {
  await extract(directory({ 'a\udcff': file('1') }), 'out')
  expect(readdirSync(Buffer.from(join(folder, 'out')), { encoding: 'buffer' })).toEqual([Buffer.from([0x61, 0xff])])
})

describe('never without asking', () => {
  test('is a file replaced', async () => {
    writeFileSync(join(folder, 'out'), 'mine')
    await expect(extract(file('theirs'), 'out')).rejects.toThrow(AlreadyThere)
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('mine')
    await extract(file('theirs'), 'out', true)
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('theirs')
  })

  test('is a directory written into', async () => {
    mkdirSync(join(folder, 'out'))
    writeFileSync(join(folder, 'out/mine'), 'mine')
    await expect(extract(directory({ a: file('1') }), 'out')).rejects.toThrow(AlreadyThere)
    await extract(directory({ a: file('1') }), 'out', true)
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['a', 'mine'])
  })

  test('is a directory replaced by a file, not even then', async () => {
    mkdirSync(join(folder, 'out'))
    await expect(extract(file('1'), 'out', true)).rejects.toThrow(/is a directory/)
  })
})

describe('nothing is written outside the target', () => {
  posix.each([
    ['an absolute link', '/etc/passwd', false],
    ['a link above the target', '../../x', false],
    ['a link through another name', 'a/../../x', false],
    ['a link to the target itself', '..', true],
    ['a link beside it', 'other', true],
  ])('%s, to %s: kept is %s', async (_, to, kept) => {
    const { leftOut } = await extract(directory({ sub: directory({ l: link(to) }) }), 'out')
    expect(leftOut).toBe(kept ? 0 : 1)
    expect(readdirSync(join(folder, 'out/sub'))).toEqual(kept ? ['l'] : [])
    if (kept) expect(readlinkSync(join(folder, 'out/sub/l'))).toBe(to)
  })

  posix('not through a symbolic link that stands where a directory should', async () => {
    mkdirSync(join(folder, 'outside'))
    mkdirSync(join(folder, 'out'))
    symlinkSync('../outside', join(folder, 'out/sub'))
    const { leftOut } = await extract(directory({ sub: directory({ a: file('1') }) }), 'out', true)
    expect([leftOut, readdirSync(join(folder, 'outside'))]).toEqual([1, []])
  })

  posix('not through a symbolic link that stands where a file should', async () => {
    writeFileSync(join(folder, 'outside'), 'mine')
    mkdirSync(join(folder, 'out'))
    symlinkSync('../outside', join(folder, 'out/a'))
    await extract(directory({ a: file('theirs') }), 'out', true)
    expect(readFileSync(join(folder, 'outside'), 'utf8')).toBe('mine')
    expect(lstatSync(join(folder, 'out/a')).isFile()).toBe(true)
  })

  posix('not through a symbolic link that is the target', async () => {
    writeFileSync(join(folder, 'outside'), 'mine')
    symlinkSync('outside', join(folder, 'out'))
    await expect(extract(file('theirs'), 'out')).rejects.toThrow(AlreadyThere)
    await extract(file('theirs'), 'out', true)
    expect(readFileSync(join(folder, 'outside'), 'utf8')).toBe('mine')
  })

  test.each(['..', '.', 'a/b', '/'])('not under the name %j', async (name) => {
    const tree = directory({ inner: directory({ [name]: file('1') }) })
    expect((await extract(tree, 'out')).leftOut).toBe(1)
    expect(readdirSync(folder)).toEqual(['out'])
  })
})

test('devices are left out', async () => {
  expect(await extract(directory({ null: device, a: file('1') }), 'out')).toEqual({ files: 1, bytes: 1, leftOut: 1 })
  await expect(extract(device, 'dev')).rejects.toThrow(/only files and directories/)
})

test('a file that cannot be read is not left half written', async () => {
  const failing = async function* () {
    yield Buffer.from('half')
    throw new Error('lost')
  }
  await expect(extractNode(file('whole'), join(folder, 'out'), failing, false)).rejects.toThrow('lost')
  expect(readdirSync(folder)).toEqual([])
})

test('a target in a directory that does not exist is refused in a sentence', async () => {
  await expect(extract(file('1'), 'no/out')).rejects.toThrow(/no such directory to write into/)
})
