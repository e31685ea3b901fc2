import { describe, expect, it, test } from 'vitest'
import type { HistoryEntry } from '../../src/oci/history.ts'
import type { LayerContent } from '../../src/oci/layer.ts'
import { gatherEvidence } from '../../src/rules/evidence.ts'
import { findBloat } from '../../src/rules/find.ts'
import { LAYER_SHAPE_RULES } from '../../src/rules/layer-shape.ts'
import { stackLayers } from '../../src/stack.ts'
import { type BloatLiteral, evidenceOf, findingLines, findingsOf, sized } from '../helpers/findings.ts'
import { buildkit } from '../helpers/history.ts'
import { dir, file, hardlink, opaque, symlink, type Tree, whiteout } from '../helpers/layer.ts'

const p = sized(5000, 'h')

describe.each<[rule: string, rows: readonly [what: string, image: BloatLiteral, found: readonly string[]][]]>([
  [
    'hardlink-copyup',
    [
      [
        'a link to a base file copies it',
        { base: [{ 'u/p': p }], own: [{ 'o/p': p, 'u/p': hardlink('o/p') }] },
        ['1 5000'],
      ],
      [
        'of two own layers, the copy that is hidden is told',
        { own: [{ 'u/p': p }, { 'o/p': p, 'u/p': hardlink('o/p') }] },
        ['1→2 5000'],
      ],
      [
        'a base file that keeps another name was copied all the same',
        { base: [{ 'u/p': p, 'u/q': hardlink('u/p') }], own: [{ 'o/p': p, 'u/p': hardlink('o/p') }] },
        ['1 5000'],
      ],
      ['a symbolic link copies nothing', { base: [{ 'u/p': p }], own: [{ 'o/p': symlink('/u/p') }] }, []],
      [
        'other content is another file',
        { base: [{ 'u/p': p }], own: [{ 'o/p': sized(5000), 'u/p': hardlink('o/p') }] },
        [],
      ],
      [
        'another owner is a rewrite',
        { base: [{ 'u/p': p }], own: [{ 'o/p': file(p, { uid: 7 }), 'u/p': hardlink('o/p') }] },
        [],
      ],
      [
        'links that were there before are a rewrite too',
        { base: [{ 'o/p': p, 'u/p': hardlink('o/p') }], own: [{ 'o/p': p, 'u/p': hardlink('o/p') }] },
        [],
      ],
      ['a new pair of links has no copy', { own: [{ 'o/p': p, 'u/p': hardlink('o/p') }] }, []],
    ],
  ],
  [
    'mergeable-layers',
    [
      [
        'what the second one deletes is what a merge saves',
        { own: [{ b: p }, { b: whiteout }], history: ['RUN make b', 'RUN rm b'] },
        ['1 5000'],
      ],
      [
        'a merge that saves nothing is told with 0 bytes',
        { own: [{ a: 'a' }, { b: 'b' }], history: ['RUN make a', 'RUN make b'] },
        ['1 0'],
      ],
      [
        'what an instruction only records lies between without harm',
        { own: [{ b: p }, { b: whiteout }], history: ['RUN make b', 'CMD ["app"]', 'RUN rm b'] },
        ['1 5000'],
      ],
      [
        'a file with two names counts once',
        {
          own: [
            { b: p, c: hardlink('b') },
            { b: whiteout, c: whiteout },
          ],
          history: ['RUN make b', 'RUN rm b c'],
        },
        ['1 5000'],
      ],
      [
        'only what one of them hides of another counts',
        {
          base: [{ a: p }],
          own: [{ b: p }, { a: whiteout, b: whiteout }],
          history: ['RUN b', 'RUN rm a b'],
        },
        ['1 5000'],
      ],
      [
        'a COPY between them may need the first one',
        {
          own: [{ a: 'a' }, { c: 'c' }, { b: 'b' }],
          history: ['RUN make a', 'COPY c /', 'RUN make b'],
        },
        [],
      ],
      [
        'ENV between them is seen by the second one only',
        { own: [{ a: 'a' }, { b: 'b' }], history: ['RUN make a', 'ENV A=b', 'RUN make b'] },
        [],
      ],
      ['one RUN has nothing to be joined with', { own: [{ a: 'a' }], history: ['RUN make a'] }, []],
      ['without history nothing is known to be a RUN', { own: [{ a: 'a' }, { b: 'b' }] }, []],
    ],
  ],
  [
    'dangling-whiteout',
    [
      ['a whiteout of nothing', { own: [{ ghost: whiteout }] }, ['1 0']],
      [
        'a whiteout of what a layer between deleted already',
        { own: [{ a: 'a' }, { a: whiteout }, { a: whiteout }] },
        ['3 0'],
      ],
      [
        'a whiteout beneath what is no directory any more',
        { own: [{ 'd/a': 'a' }, { d: 'd' }, { 'd/a': whiteout }] },
        ['3 0'],
      ],
      [
        'a whiteout beneath an opaque directory',
        { own: [{ 'd/a': 'a' }, { 'd/': opaque }, { 'd/a': whiteout }] },
        ['3 0'],
      ],
      ['a whiteout of a file', { own: [{ a: 'a' }, { a: whiteout }] }, []],
      ['a whiteout of a directory that paths beneath it imply', { own: [{ 'd/e/a': 'a' }, { 'd/e': whiteout }] }, []],
      ['a whiteout of what came back', { own: [{ a: 'a' }, { a: whiteout }, { a: 'b' }, { a: whiteout }] }, []],
      ['an opaque directory with nothing beneath is what overlay file systems write', { own: [{ 'd/': opaque }] }, []],
    ],
  ],
])('%s', (rule, rows) => {
  it.each(rows)('%s', async (_what, image, found) => {
    const lines = await findingLines(image, LAYER_SHAPE_RULES)
    expect(lines.filter((line) => line.startsWith(`${rule} `)).map((line) => line.slice(rule.length + 1))).toEqual(
      found,
    )
  })
})

test('a layer that was not read may hold what a whiteout above it removes', async () => {
  const evidence = await evidenceOf({ own: [{ a: whiteout }, { b: 'b' }, { c: whiteout }] })
  const layers = evidence.image.layers.map((layer) =>
    layer.index === 2 ? { ...layer, content: 'encrypted' as const } : layer,
  )
  const image = { ...evidence.image, layers }
  const found = findBloat(gatherEvidence(image, stackLayers(layers, false), 1), LAYER_SHAPE_RULES)
  expect(
    found.filter(({ finding }) => finding.rule === 'dangling-whiteout').map(({ finding }) => finding.layer),
  ).toEqual([1])
})

describe('the joined RUN', () => {
  const exec = buildkit('RUN /usr/bin/b c')
  const bash = buildkit('RUN /bin/bash -c b')
  const fixOf = async (...history: (string | HistoryEntry)[]) => {
    const own = history.map((_, i): Tree => ({ [`f${i}x`]: 'x' }))
    const found = await findingsOf({ own, history }, LAYER_SHAPE_RULES)
    return found.find(({ rule }) => rule === 'mergeable-layers')?.fix
  }
  const card = LAYER_SHAPE_RULES.find(({ id }) => id === 'mergeable-layers')?.fix

  it('has the commands of all', async () => {
    expect(await fixOf('RUN a', 'RUN b; c')).toBe('RUN a \\\n    && b; c')
  })

  it('keeps what a command does to its shell away from the next one', async () => {
    expect(await fixOf('RUN cd /x && a', 'RUN b')).toBe('RUN (cd /x && a) \\\n    && b')
  })

  it('shows no credential', async () => {
    expect(await fixOf('RUN TOKEN=hunter2 a', 'RUN b')).toBe('RUN TOKEN=<secret> a \\\n    && b')
  })

  it.each<[string, ...(string | HistoryEntry)[]]>([
    ['of two shells', 'RUN a', bash],
    ['with a heredoc', 'RUN a', 'RUN cat <<EOF > /b\nb\nEOF'],
    ['with a comment', 'RUN a # why', 'RUN b'],
    ['of an exec form', 'RUN a', exec],
  ])('is left to the user for commands %s', async (_what, ...history) => {
    expect(await fixOf(...history)).toBe(card)
  })
})

describe('compression', () => {
  type Form = readonly [compression: 'none' | 'gzip' | 'zstd', tarBytes: number, blobBytes: number]

  /** Lines of the rules about compression, for layers that are stored in these forms. */
  async function stored(...forms: readonly Form[]): Promise<string[]> {
    const evidence = await evidenceOf({ base: [], own: forms.map(() => ({ 'a/': dir() })) })
    const layers = evidence.image.layers.map((layer, i) => {
      const [compression = 'none', tarBytes = 0, blobBytes = 0] = forms[i] ?? []
      return { ...layer, blobBytes, content: { ...(layer.content as LayerContent), compression, tarBytes, blobBytes } }
    })
    return findBloat({ ...evidence, image: { ...evidence.image, layers } }, LAYER_SHAPE_RULES).map(
      ({ finding: { rule, layer, detail } }) => `${rule} ${layer}: ${detail}`,
    )
  }

  it('of files that are compressed already is told', async () => {
    expect(await stored(['gzip', 1_000_000, 1_000_300])).toEqual(['compressible-layer 0: 1 MB in gzip for 1 MB'])
  })

  it('that only one layer misses is told', async () => {
    expect(await stored(['gzip', 1_000_000, 300_000], ['none', 1_000_000, 1_000_000])).toEqual([
      'uncompressed-layer 1: 1 MB stored as they are',
    ])
  })

  it.each<[what: string, forms: readonly Form[]]>([
    [
      'gains something',
      [
        ['gzip', 1_000_000, 900_000],
        ['zstd', 1_000_000, 300_000],
      ],
    ],
    [
      'is missing everywhere, as docker save writes it',
      [
        ['none', 1_000_000, 1_000_000],
        ['none', 1_000_000, 1_000_000],
      ],
    ],
    [
      'is of little use because the layer is small',
      [
        ['gzip', 2048, 2100],
        ['none', 2048, 2048],
      ],
    ],
  ])('is not told where it %s', async (_what, forms) => {
    expect(await stored(...forms)).toEqual([])
  })
})
