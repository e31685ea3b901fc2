import { expect, test } from 'vitest'
import type { DirectoryNode, FileNode, Node } from '../../src/tree/node.ts'
import { openBodies } from '../../src/tui/mark.ts'

const attributes = { mode: 0o644, uid: 0, gid: 0, xattrs: '' }

function file(size: number, layer: number): FileNode {
  return {
    kind: 'file',
    attributes,
    mtime: layer,
    tarBytes: 0,
    size,
    origin: { layer },
    offset: 0,
    links: 1,
    hash: undefined,
  }
}

function directory(children: Iterable<readonly [string, Node]>): DirectoryNode {
  return {
    kind: 'directory',
    attributes,
    mtime: 0,
    tarBytes: 0,
    implied: false,
    children: new Map(children),
    owner: undefined,
  }
}

test('bodies of one size at one path have to be hashed, and no others', () => {
  const same = file(3, 0)
  const lower = directory([
    ['same', same],
    [
      'd',
      directory([
        ['a', file(5, 0)],
        ['b', file(6, 0)],
        ['gone', file(5, 0)],
      ]),
    ],
  ])
  const upper = directory([
    ['same', same],
    [
      'd',
      directory([
        ['a', file(5, 1)],
        ['b', file(7, 1)],
        ['new', file(5, 1)],
      ]),
    ],
  ])
  expect(
    openBodies(lower, upper)
      .map(({ size, origin }) => `${size} of ${origin.layer}`)
      .sort(),
  ).toEqual(['5 of 0', '5 of 1'])
})

test('what only one of the trees holds is not looked into, so that a million new files cost nothing', () => {
  const unseen: DirectoryNode = {
    ...directory([]),
    get children(): Map<string, Node> {
      throw new Error('this was looked into')
    },
  }
  expect(openBodies(directory([['a', unseen]]), directory([['b', unseen]]))).toEqual([])
})
