import { describe, expect, test } from 'vitest'
import { baseOf, find, impliedDirectory, joinPath, parentOf, walk, walkFiles } from '../../src/tree/tree.ts'
import { dir, symlink } from '../helpers/layer.ts'
import { contentOf } from '../helpers/stack.ts'

describe('a path', () => {
  test.each([
    ['', 'a', 'a'],
    ['a', 'b', 'a/b'],
    ['a/b', 'c', 'a/b/c'],
  ])('%j and the name %j give %j', (parent, name, path) => expect(joinPath(parent, name)).toBe(path))

  test.each([
    ['', '', ''],
    ['a', '', 'a'],
    ['a/b', 'a', 'b'],
    ['a/b/c', 'a/b', 'c'],
  ])('%j lies in %j and is called %j', (path, parent, base) => {
    expect(parentOf(path)).toBe(parent)
    expect(baseOf(path)).toBe(base)
  })

  test.each([
    ['', 'directory'],
    ['d', 'directory'],
    ['d/a', 'file'],
    ['d/l', 'symlink'],
    ['d/l/a', undefined],
    ['d/a/b', undefined],
    ['no', undefined],
    ['no/such/path', undefined],
    ['/d', undefined],
    ['constructor', undefined],
  ])('%j finds %s, and follows no link', async (path, kind) => {
    const { changeset } = await contentOf({ 'd/a': 'a', 'd/l': symlink('.') })
    expect(find(changeset.added, path)?.kind).toBe(kind)
  })
})

test('a walk over files visits those of a walk, in its order, with their names and directories', async () => {
  const { changeset } = await contentOf({ 'd/e/a': 'a', 'd/l': symlink('e'), 'd/b': 'b', 'e/': dir(), c: 'c' })
  const paths: string[] = []
  walk(changeset.added, 'top', (path, node) => node.kind === 'file' && paths.push(path))
  const visited: string[] = []
  walkFiles(changeset.added, 'top', (node, name, parent) => visited.push(joinPath(parent, name), node.kind))
  expect(paths).toHaveLength(3)
  expect(visited).toEqual(paths.flatMap((path) => [path, 'file']))
})

test('a walk visits every path beneath a directory once, parents before what is in them', async () => {
  const { changeset } = await contentOf({ 'd/e/a': 'a', 'd/b': 'b', 'e/': dir(), c: 'c' })
  const visited: string[] = []
  walk(changeset.added, 'top', (path, node) => visited.push(`${path} ${node.kind}`))
  expect([...visited].sort()).toEqual([
    'top/c file',
    'top/d directory',
    'top/d/b file',
    'top/d/e directory',
    'top/d/e/a file',
    'top/e directory',
  ])
  expect(visited.indexOf('top/d directory')).toBeLessThan(visited.indexOf('top/d/e directory'))
  expect(visited.indexOf('top/d/e directory')).toBeLessThan(visited.indexOf('top/d/e/a file'))
})

test('a directory that nothing made is 0755 and belongs to root', () => {
  expect(impliedDirectory()).toMatchObject({ implied: true, attributes: { mode: 0o755, uid: 0, gid: 0, xattrs: '' } })
})
