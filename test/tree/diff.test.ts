import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type LayerChanges, type PathChange, stackLayers } from '../../src/stack.ts'
import { diff } from '../../src/tree/diff.ts'
import type { DirectoryNode, FileNode, Node } from '../../src/tree/node.ts'
import { apply } from '../../src/tree/overlay.ts'
import { impliedDirectory } from '../../src/tree/tree.ts'
import { markOf } from '../../src/tui/mark.ts'
import { dir, file, opaque, symlink, type Tree, whiteout } from '../helpers/layer.ts'
import { layersOf } from '../helpers/stack.ts'

const attributes = { mode: 0o644, uid: 0, gid: 0, xattrs: '' }

function leaf(size: number): FileNode {
  return {
    kind: 'file',
    attributes,
    mtime: 0,
    tarBytes: 512,
    size,
    origin: { layer: 0 },
    offset: 0,
    links: 1,
    hash: 0n,
  }
}

function directory(children: Readonly<Record<string, Node>>): DirectoryNode {
  return { ...impliedDirectory(), children: new Map(Object.entries(children)) }
}

function lines(lower: Node | undefined, upper: Node | undefined): string[] {
  return [...diff(lower, upper)]
    .map(({ path, before, after }) => `${path}: ${before?.kind ?? '-'} > ${after?.kind ?? '-'}`)
    .sort()
}

describe('the difference of two trees', () => {
  const shared = directory({ deep: directory({ file: leaf(1) }) })
  const rows: [string, Node | undefined, Node | undefined, string[]][] = [
    ['is nothing for one and the same', shared, shared, []],
    ['is nothing for no trees', undefined, undefined, []],
    ['passes over what both share', directory({ shared }), directory({ shared }), [': directory > directory']],
    [
      'is each path of a tree that has no counterpart',
      undefined,
      shared,
      [': - > directory', 'deep/file: - > file', 'deep: - > directory'],
    ],
    [
      'has what went, what came and what is another',
      directory({ gone: leaf(1), other: leaf(1), shared }),
      directory({ other: leaf(2), shared, come: leaf(1) }),
      [': directory > directory', 'come: - > file', 'gone: file > -', 'other: file > file'],
    ],
    [
      'goes into a directory that a file replaced, and the reverse',
      directory({ a: shared, b: leaf(1) }),
      directory({ a: leaf(1), b: shared }),
      [
        ': directory > directory',
        'a/deep/file: file > -',
        'a/deep: directory > -',
        'a: directory > file',
        'b/deep/file: - > file',
        'b/deep: - > directory',
        'b: file > directory',
      ],
    ],
  ]
  test.each(rows)('%s', (_, lower, upper, expected) => expect(lines(lower, upper)).toEqual([...expected].sort()))

  test('gives parents before children', () => {
    const paths = [...diff(undefined, shared)].map(({ path }) => path)
    expect(paths).toEqual(['', 'deep', 'deep/file'])
  })

  test('does not recurse over depth', () => {
    let deep: DirectoryNode = directory({})
    for (let i = 0; i < 20_000; i++) deep = directory({ d: deep })
    let count = 0
    for (const { after } of diff(undefined, deep)) if (after !== undefined) count++
    expect(count).toBe(20_001)
  })
})

const names = fc.constantFrom('a', 'b', 'a/a', 'a/b', 'a/b/c', 'b/a')
const content = fc.oneof(
  fc.constantFrom('x', 'y', 'longer'),
  fc.constantFrom(file('x', { mode: 0o600 }), dir(), dir({ mode: 0o700 }), symlink('a'), whiteout, opaque),
)
/** Trees in which a name is free to come twice and to have children that it cannot have. */
const tree: fc.Arbitrary<Tree> = fc.array(
  fc.tuple(names, content).map(([name, what]) => {
    const isDirectory = what === opaque || (typeof what === 'object' && 'type' in what && what.type === '5')
    return [isDirectory ? `${name}/` : name, what] as const
  }),
  { maxLength: 6 },
)

test('the difference of two stacked trees is what the stack says that the layer changed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(tree, { minLength: 1, maxLength: 4 }), async (trees) => {
      const layers = await layersOf(trees)
      const { changes } = stackLayers(layers, true)
      let root = impliedDirectory()
      for (const [i, { content: read }] of layers.entries()) {
        if (typeof read === 'string') continue
        const upper = apply(root, read.changeset, {}, { added() {}, replaced() {}, removed() {} })
        const { added, removed, replaced, others = [] } = changes[i] as LayerChanges
        const seen = told([...diff(root, upper)])
        expect(seen).toEqual(told([...replaced, ...others]))
        expect(seen.filter((line) => line.endsWith(' added'))).toHaveLength(added)
        expect(seen.filter((line) => line.endsWith(' removed'))).toHaveLength(removed)
        root = upper
      }
    }),
    { numRuns: 300 },
  )
})

/** Changes as the report tells them: what is the same did not change, and implied directories do not count. */
function told(changes: readonly PathChange[]): string[] {
  return changes
    .filter(({ before, after }) => after !== undefined || !isImplied(before))
    .map(({ path, before, after }) => [path, markOf(before, after)] as const)
    .filter(([, mark]) => mark !== 'unchanged' && mark !== 'rewritten')
    .map(([path, mark]) => `${path} ${mark}`)
    .sort()
}

function isImplied(node: Node | undefined): boolean {
  return node?.kind === 'directory' && node.implied
}
