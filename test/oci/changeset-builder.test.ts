import { describe, expect, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { defaultLimits } from '../../src/oci/limits.ts'
import { find } from '../../src/tree/tree.ts'
import { dir, fifo, file, hardlink, symlink, type Tree } from '../helpers/layer.ts'
import { contentOf, listing } from '../helpers/stack.ts'

describe('an oddity of a layer', () => {
  const rows: readonly (readonly [string, Tree, Record<string, { count: number; example: string }>])[] = [
    ['an ordinary layer has none', { 'd/': dir(), 'd/a': 'a', '.wh.b': '', 'd/.wh..wh..opq': '' }, {}],
    ['a name that climbs', { '../a': 'a', 'd/../b\n': 'b' }, { 'path-climbs': { count: 2, example: '../a' } }],
    ['a name with dots that do not climb', { '...': 'a', '..a/b..': 'b', './c/.': dir() }, {}],
    [
      'a whiteout without a valid name',
      { 'd/.wh.': '', '.wh..': '', '.wh...': '' },
      { 'invalid-whiteout': { count: 3, example: 'd/.wh.' } },
    ],
    [
      'a path that comes twice',
      [
        ['a\u001b', '1'],
        ['./a\u001b', '2'],
        ['d/b', 'b'],
        ['d', 'd'],
      ],
      { 'duplicate-entry': { count: 2, example: 'a\\e' } },
    ],
    ['a directory that comes twice is none', { 'd/': dir(), d: dir(), './d/': dir() }, {}],
    ['a second name for the same body in its place is none', { a: 'a', b: hardlink('a'), './b': hardlink('a') }, {}],
    ['a file in place of the root', { '/': 'root' }, { 'duplicate-entry': { count: 1, example: '/' } }],
    [
      'a type that no runtime knows',
      { a: { type: 'V' }, b: { type: 'M' }, c: fifo() },
      { 'unknown-entry-type': { count: 2, example: 'a' } },
    ],
  ]
  test.each(rows)('%s', async (_, tree, oddities) => {
    expect(Object.fromEntries((await contentOf(tree)).oddities)).toEqual(oddities)
  })
})

describe('what the entries of a layer add up to', () => {
  const rows: readonly (readonly [string, Tree, { entries: number; contentBytes: number }])[] = [
    ['nothing', {}, { entries: 0, contentBytes: 0 }],
    [
      'every entry counts, whiteouts and aufs files too',
      { a: 'aa', '.wh.b': '', '.wh..wh.aufs': 'xyz' },
      { entries: 3, contentBytes: 2 },
    ],
    [
      'a pax global header is no entry',
      { g: { type: 'g', body: '6 a=b\n' }, a: 'aa' },
      { entries: 1, contentBytes: 2 },
    ],
    ['every body counts, also of a path that comes twice', { a: 'aa', './a': 'bbb' }, { entries: 2, contentBytes: 5 }],
    ['a hard link has no body', { a: 'aa', b: hardlink('a') }, { entries: 2, contentBytes: 2 }],
    ['a contiguous file is a file', { a: file('aa', { fields: { type: '7' } }) }, { entries: 1, contentBytes: 2 }],
    ['an unknown type has no content', { a: { type: 'V', body: 'volume' } }, { entries: 1, contentBytes: 0 }],
  ]
  test.each(rows)('%s', async (_, tree, { entries, contentBytes }) => {
    expect(await contentOf(tree)).toMatchObject({ entries, contentBytes })
  })

  test('markers become paths, and no node', async () => {
    const tree = { 'd/.wh.a': '', '/d/./.wh.a': '', '.wh..wh..opq': '', 'e/f/.wh..wh..opq': '', '.wh..hidden': '' }
    const { changeset } = await contentOf(tree)
    expect([...changeset.removed]).toEqual(['d/a', '.hidden'])
    expect([...changeset.opaque]).toEqual(['', 'e/f'])
    expect(changeset.added.children.size).toBe(0)
  })

  test('a directory whose name begins like a whiteout is one only in its own entry', async () => {
    const { changeset } = await contentOf({ '.wh.d/': dir(), '.wh.d/a': 'a' })
    expect([...changeset.removed]).toEqual(['d'])
    expect(listing(changeset.added)).toEqual(['(.wh.d)/', '.wh.d/a:1@-1'])
  })

  test('names of one inode are one node, and it knows how many they are', async () => {
    const { changeset } = await contentOf({ b: hardlink('a'), a: 'body', c: hardlink('a'), './c': 'own' })
    const node = find(changeset.added, 'a')
    expect(node).toMatchObject({ kind: 'file', links: 2 })
    expect(find(changeset.added, 'b')).toBe(node)
    expect(find(changeset.added, 'c')).toMatchObject({ size: 3, links: 1 })
  })

  test('links that lead out of the layer are told with the path they would have beneath it', async () => {
    const { changeset } = await contentOf({
      l: symlink('/d'),
      a: hardlink('b'),
      b: hardlink('l/low'),
      f: fifo(),
      blocked: hardlink('f/x'),
      root: hardlink('/'),
    })
    const below = new Map([...changeset.linksBelow].map(([node, path]) => ['target' in node && node.target, path]))
    expect(below).toEqual(
      new Map([
        ['b', 'd/low'],
        ['l/low', 'd/low'],
      ]),
    )
  })

  test('a chain of many links ends where its last one does', async () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `n${i}`)
    const chain = names.map((name, i) => [name, hardlink(names[i + 1] ?? 'end')] as const)
    const { changeset } = await contentOf([...chain, ['end', 'body']])
    expect(find(changeset.added, 'n0')).toBe(find(changeset.added, 'end'))
    expect(find(changeset.added, 'end')).toMatchObject({ links: 20_001 })
  })

  test('attributes that are alike are one object, and xattrs have no order', async () => {
    const pax = [
      ['SCHILY.xattr.user.b', '2'],
      ['SCHILY.xattr.user.a', Buffer.of(0xff)],
    ] as const
    const { changeset } = await contentOf({
      a: file('', { pax }),
      b: file('', { uid: 7 }),
      c: file('', { pax: [...pax].reverse() }),
      d: file('', { pax: [['SCHILY.xattr.user.a', Buffer.of(0xfe)], ...pax.slice(0, 1)] }),
    })
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((path) => find(changeset.added, path)?.attributes)
    expect(a).toEqual({ mode: 0o644, uid: 0, gid: 0, xattrs: 'user.a=/w==\nuser.b=Mg==' })
    expect(c).toBe(a)
    expect(b?.uid).toBe(7)
    expect(d?.xattrs).not.toBe(a?.xattrs)
  })

  test('the root has the attributes of its last entry, and keeps what came before it', async () => {
    const { changeset } = await contentOf({ a: 'a', './': dir({ mode: 0o700 }), b: 'b', '/': dir({ mode: 0o711 }) })
    expect(changeset.added).toMatchObject({ implied: false, attributes: { mode: 0o711 } })
    expect(listing(changeset.added)).toEqual(['a:1@-1', 'b:1@-1'])
  })
})

describe('the depth of a path', () => {
  const limits = { ...defaultLimits, depth: 5 }
  const rows: readonly (readonly [string, Tree, boolean])[] = [
    ['may reach the limit', { '1/2/3/4/5/name': 'a' }, true],
    ['may not pass it', { '1/2/3/4/5/6/name': 'a' }, false],
    ['may not pass it in a link target', { a: hardlink('1/2/3/4/5/6/name') }, false],
    ['may not pass it by way of symbolic links', { l: symlink('1/2/3/4/5'), 'l/l/name': 'a' }, false],
    ['does not count names that are taken back', { '1/2/../../3/../4/../5/../6/../7/name': 'a' }, true],
  ]
  test.each(rows)('%s', async (_, tree, fits) => {
    const reading = contentOf(tree, limits)
    if (fits) await expect(reading).resolves.toBeDefined()
    else await expect(reading).rejects.toThrow(/^layer 3: the depth of one path is over the limit .*--limit depth=\d+$/)
    if (!fits) await expect(reading).rejects.toBeInstanceOf(UserError)
  })

  test('costs no call frames', async () => {
    const deep = Array.from({ length: 4000 }, () => 'd').join('/')
    const { changeset } = await contentOf({ [`${deep}/a`]: 'a' })
    expect(find(changeset.added, `${deep}/a`)).toMatchObject({ size: 1 })
  })
})
