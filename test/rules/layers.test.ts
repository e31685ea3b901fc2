import { describe, expect, it } from 'vitest'
import { findBloat } from '../../src/rules/find.ts'
import { LAYER_RULES } from '../../src/rules/layers.ts'
import { type BloatLiteral, evidenceOf, findingLines, findingsOf, sized } from '../helpers/findings.ts'
import { dir, file, hardlink, opaque, symlink, type Tree, whiteout } from '../helpers/layer.ts'

const body = sized(5000, 'b')
const moved = sized(5000, 'm')
/** Sixteen blocks of 64 KiB, no two alike. */
const blocks = Array.from({ length: 16 }, (_, i) => sized(65_536, String.fromCharCode(65 + i))).join('')

type Rows = readonly [what: string, own: readonly Tree[], found: readonly string[]][]

describe.each<[rule: string, rows: Rows]>([
  [
    'deleted-later',
    [
      ['a file', [{ b: body }, { b: whiteout }], ['1→2 5000']],
      ['a directory, with every file beneath it', [{ 'd/x': body, 'd/e/y': body }, { d: whiteout }], ['1→2 10000']],
      ['an opaque directory', [{ 'd/x': body }, { 'd/': opaque }], ['1→2 5000']],
      [
        'each pair of layers by itself',
        [{ a: body }, { b: moved }, { a: whiteout, b: whiteout }],
        ['1→3 5000', '2→3 5000'],
      ],
      [
        'a file with two names',
        [
          { a: body, b: hardlink('a') },
          { a: whiteout, b: whiteout },
        ],
        ['1→2 5000'],
      ],
      [
        'the last name, where one went before',
        [{ a: body, b: hardlink('a') }, { a: whiteout }, { b: whiteout }],
        ['1→3 5000'],
      ],
      ['one of two names', [{ a: body, b: hardlink('a') }, { a: whiteout }], []],
      ['what was never there', [{ ghost: whiteout }], []],
      ['a file that is written and deleted in one layer', [{ b: whiteout }], []],
      ['an empty file', [{ b: '' }, { b: whiteout }], []],
    ],
  ],
  [
    'shadowed-later',
    [
      ['a directory that became a file', [{ 'd/x': body }, { d: 'x' }], ['1→2 5000']],
      ['a directory that became a link', [{ 'd/x': body }, { d: symlink('e') }], ['1→2 5000']],
      ['a directory again', [{ 'd/x': body }, { 'd/': dir() }], []],
    ],
  ],
  [
    'overwritten-later',
    [
      ['other content', [{ b: body }, { b: sized(5000, 'c') }], ['1→2 5000']],
      ['every version but the last', [{ b: body }, { b: sized(6000) }, { b: sized(7000) }], ['2→3 6000', '1→2 5000']],
      ['a link in its place', [{ b: body }, { b: symlink('c') }], ['1→2 5000']],
      ['a deletion and a new file in one layer', [{ b: body }, { '.wh.b': '', b: 'x' }], ['1→2 5000']],
      ['a directory entry again', [{ 'd/': dir(), 'd/b': body }, { 'd/': dir({ mode: 0o700 }) }], []],
    ],
  ],
  [
    'small-change-rewrite',
    [
      ['a file that grew at its end', [{ b: blocks }, { b: `${blocks}more` }], ['1→2 1048576']],
      [
        'a file with one other block',
        [{ b: blocks }, { b: `${sized(65_536)}${blocks.slice(65_536)}` }],
        ['1→2 1048576'],
      ],
      ['a file with two other blocks', [{ b: blocks }, { b: `${sized(131_072)}${blocks.slice(131_072)}` }], []],
      ['a file that grew at its beginning', [{ b: blocks }, { b: `more${blocks}` }], []],
      ['a small file', [{ b: body }, { b: `${body}x` }], []],
      ['the same content', [{ b: blocks }, { b: file(blocks, { uid: 7 }) }], []],
    ],
  ],
  [
    'metadata-only-rewrite',
    [
      ['another owner', [{ b: body }, { b: file(body, { uid: 1000, gid: 1000 }) }], ['1→2 5000']],
      ['another mode', [{ b: body }, { b: file(body, { mode: 0o755 }) }], ['1→2 5000']],
      ['another time', [{ b: body }, { b: file(body, { mtime: 1_700_000_000 }) }], ['1→2 5000']],
      ['one byte of difference is new content', [{ b: body }, { b: file(`${sized(4999, 'b')}c`, { uid: 7 }) }], []],
    ],
  ],
  [
    'rewritten-later',
    [
      ['the same in every respect', [{ b: body }, { b: body }], ['1→2 5000']],
      ['another owner is a change', [{ b: body }, { b: file(body, { uid: 7 }) }], []],
    ],
  ],
  [
    'duplicate-entry',
    [
      [
        'a path that a layer has twice',
        [
          [
            ['b', body],
            ['b', 'x'],
          ],
        ],
        ['1→1 5000'],
      ],
      ['a path that two layers have', [{ b: body }, { b: 'x' }], []],
    ],
  ],
  [
    'moved-later',
    [
      ['to another path', [{ a: moved }, { a: whiteout, b: moved }], ['1→2 5000']],
      ['with its directory', [{ 'd/a': moved }, { d: whiteout, 'e/a': moved }], ['1→2 5000']],
      ['other content of the same size', [{ a: moved }, { a: whiteout, b: body }], []],
      ['a small file, of which there are too many', [{ a: 'x' }, { a: whiteout, b: 'x' }], []],
      [
        'to a place where the same layer writes again',
        [
          { a: moved },
          [
            ['a', whiteout],
            ['b', moved],
            ['b', body],
          ],
        ],
        [],
      ],
      ['a copy that was there before', [{ a: moved, b: moved }, { a: whiteout }], []],
    ],
  ],
  [
    'empty-layer',
    [
      ['no entry', [{}], ['1 0']],
      ['a directory as it was', [{ 'd/': dir() }, { 'd/': dir() }], []],
      ['a new directory', [{ 'd/': dir() }], []],
      ['a whiteout', [{ a: 'x' }, { a: whiteout }], []],
    ],
  ],
  [
    'many-layers',
    [
      ['59 with that of the base', Array.from({ length: 58 }, (_, i) => ({ [`f${i}`]: 'x' })), []],
      ['60 with that of the base', Array.from({ length: 59 }, (_, i) => ({ [`f${i}`]: 'x' })), ['59 0']],
    ],
  ],
])('%s', (rule, rows) => {
  it.each(rows)('%s', async (_what, own, found) => {
    expect(await linesOf({ own }, rule)).toEqual(found)
  })
})

async function linesOf(image: BloatLiteral, rule: string): Promise<string[]> {
  const lines = await findingLines(image, LAYER_RULES)
  return lines.filter((line) => line.startsWith(`${rule} `)).map((line) => line.slice(rule.length + 1))
}

it('a name that a later layer links keeps the body of the base', async () => {
  const base = [{ 'usr/bin/perl': sized(4000), 'usr/bin/perl5': hardlink('usr/bin/perl') }]
  const linked = { 'opt/p': sized(4000), 'usr/bin/perl': hardlink('opt/p') }
  expect(await findingLines({ base, own: [linked] }, LAYER_RULES)).toEqual([])
  expect(await findingLines({ base, own: [linked, { 'usr/bin/perl5': whiteout }] }, LAYER_RULES)).toEqual([
    'deleted-later 0→2 4000',
  ])
})

it.each([
  [{ uid: 7 }, 'owner'],
  [{ mode: 0o755, mtime: 1_700_000_000 }, 'mode, mtime'],
])('a rewrite for %j says that it changed %s', async (attributes, detail) => {
  const [found] = await findingsOf({ own: [{ b: body }, { b: file(body, attributes) }] }, LAYER_RULES)
  expect(found).toMatchObject({ rule: 'metadata-only-rewrite', detail })
})

it('a move names one file and where it went', async () => {
  const own = [{ a: moved }, { a: whiteout, 'e/b': moved }]
  const found = await findingsOf({ own }, LAYER_RULES)
  expect(found.find(({ rule }) => rule === 'moved-later')?.detail).toBe('such as /a to /e/b')
})

it('a moved body is attributed once, to its deletion', async () => {
  const found = await findingsOf({ own: [{ a: moved }, { a: whiteout, b: moved }] }, LAYER_RULES)
  expect(found.map(({ rule, attributedBytes }) => [rule, attributedBytes])).toEqual([
    ['deleted-later', 5000],
    ['moved-later', 0],
  ])
})

it('a layer that comes again is told once, however often it comes', async () => {
  const evidence = await evidenceOf({ base: [], own: [{ a: 'a' }, { a: 'a' }, { b: 'b' }, { a: 'a' }, {}, {}] })
  const same = `sha256:${'1'.repeat(64)}` as const
  const diffIds = [same, same, `sha256:${'2'.repeat(64)}` as const, same, ...Array(2).fill(`sha256:${'3'.repeat(64)}`)]
  const layers = evidence.image.layers.map((layer, i) => ({ ...layer, diffId: diffIds[i] }))
  const found = findBloat({ ...evidence, image: { ...evidence.image, layers } }, LAYER_RULES)
    .map(({ finding }) => finding)
    .filter(({ rule }) => rule === 'duplicate-layer')
  expect(found.map(({ id, bytes, detail }) => [id, bytes, detail])).toEqual([
    ['duplicate-layer@1', 0, 'the same as layer 0, and 1 more'],
  ])
})
