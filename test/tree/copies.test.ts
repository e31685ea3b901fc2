import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { possibleCopies, possibleMoves } from '../../src/tree/copies.ts'
import type { DirectoryNode, FileNode } from '../../src/tree/node.ts'
import { impliedDirectory } from '../../src/tree/tree.ts'

const attributes = { mode: 0o644, uid: 0, gid: 0, xattrs: '' }

function body(size: number, layer = 0): FileNode {
  return {
    kind: 'file',
    attributes,
    mtime: 0,
    tarBytes: 0,
    size,
    origin: { layer },
    offset: 0,
    links: 1,
    hash: undefined,
  }
}

/** A tree of directories with files in them, by names and bodies. */
function tree(directories: Readonly<Record<string, Readonly<Record<string, FileNode>>>>): DirectoryNode {
  const root = impliedDirectory()
  for (const [name, files] of Object.entries(directories)) {
    const directory = impliedDirectory()
    for (const [file, node] of Object.entries(files)) directory.children.set(file, node)
    root.children.set(name, directory)
  }
  return root
}

const pathsOf = (root: DirectoryNode) => possibleCopies(root).map((group) => group.map(({ path }) => path).sort())

describe('possible copies', () => {
  it('have one size, and where they are small one name', () => {
    const root = tree({
      a: { x: body(5000), y: body(5000), big: body(70_000) },
      b: { x: body(5000), z: body(6000), other: body(70_000) },
    })
    expect(pathsOf(root).sort()).toEqual([
      ['a/big', 'b/other'],
      ['a/x', 'b/x'],
    ])
  })

  it('are more than two names of one body', () => {
    const one = body(5000)
    expect(pathsOf(tree({ a: { x: one }, b: { x: one } }))).toEqual([])
    expect(pathsOf(tree({ a: { x: one }, b: { x: one }, c: { x: body(5000) } }))).toEqual([['a/x', 'b/x', 'c/x']])
  })

  it('are never tiny', () => expect(pathsOf(tree({ a: { x: body(3999) }, b: { x: body(3999) } }))).toEqual([]))

  it('are those that comparing each with each finds', () => {
    const name = fc.constantFrom('x', 'y', 'a-long-name.js', 'b-long-name.js')
    const size = fc.constantFrom(100, 4000, 4001, 65_535, 65_536, 70_000)
    const files = fc.dictionary(name, size)
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'c'), files), (directories) => {
        const bodies = Object.entries(directories).map(([directory, sizes]) => [
          directory,
          Object.fromEntries(Object.entries(sizes).map(([file, bytes]) => [file, body(bytes)])),
        ])
        const flat = Object.entries(directories).flatMap(([directory, sizes]) =>
          Object.entries(sizes).map(([file, bytes]) => ({ path: `${directory}/${file}`, file, bytes })),
        )
        const alike = flat.filter((one) =>
          flat.some(
            (other) =>
              one !== other &&
              one.bytes >= 4000 &&
              one.bytes === other.bytes &&
              (one.bytes >= 65_536 || one.file === other.file),
          ),
        )
        const found = pathsOf(tree(Object.fromEntries(bodies))).flat()
        expect(found.sort()).toEqual(alike.map(({ path }) => path).sort())
      }),
    )
  })
})

it('possible moves are deleted bodies, and bodies as long that the same layer wrote', () => {
  const root = tree({ a: { x: body(5000, 2), y: body(5000, 1), z: body(6000, 2) } })
  const deleted = [
    { node: body(5000), by: 2, name: 'one' },
    { node: body(5000), by: 3, name: 'two' },
    { node: body(7000), by: 2, name: 'three' },
  ]
  expect(
    possibleMoves(root, deleted).map(({ from, to }) => [from.map(({ name }) => name), to.map(({ path }) => path)]),
  ).toEqual([[['one'], ['a/x']]])
})
