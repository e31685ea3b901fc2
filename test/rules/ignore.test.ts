import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findBloat } from '../../src/rules/find.ts'
import { entriesInForce, ignoreWarnings } from '../../src/rules/ignore.ts'
import { DEFAULT_POLICY, type Ignore } from '../../src/rules/policy.ts'
import type { Detector, PathRule } from '../../src/rules/rule.ts'
import { type BloatLiteral, evidenceOf, sized } from '../helpers/findings.ts'
import { whiteout } from '../helpers/layer.ts'

const card = { title: 'x', why: 'x', traps: '', fix: 'x', reference: 'x', techniques: [1], severity: 'info' } as const
const cache: PathRule = { ...card, id: 'cache', safety: 'safe', count: 'drop', paths: ['/**/cache/**'] }
const all: PathRule = { ...cache, id: 'all', paths: ['/**'] }
const advice: Detector = {
  ...card,
  id: 'advice',
  safety: 'review',
  count: 'none',
  *detect() {
    yield { layer: 1, files: [] }
    yield { layer: 2, files: [] }
  },
}

const ignore = (more: Partial<Ignore>): Ignore => ({ rule: 'cache', reason: 'x', where: 'a.yaml, line 1', ...more })

const image: BloatLiteral = {
  base: [{ 'base/cache/z': sized(1) }],
  own: [{ 'a/cache/x': sized(10), 'b/cache/y': sized(20), 'b/cache/more.log': sized(40) }, { 'c/cache/x': sized(80) }],
}

/** What is found: id, bytes and attributed bytes, with the number of the entry that ignores it. */
async function found(entries: readonly Ignore[], literal = image, rules = [cache, advice]): Promise<string[]> {
  const bloat = findBloat(await evidenceOf(literal), rules, { ...DEFAULT_POLICY, ignore: entries })
  return bloat.map(({ finding: { id, bytes, attributedBytes }, ignored }) => {
    const by = ignored === undefined ? '' : ` ignored by ${entries.indexOf(ignored)}`
    return `${id} ${bytes} ${attributedBytes}${by}`
  })
}

describe('an entry that ignores', () => {
  const others = ['advice@1 0 0', 'advice@2 0 0']
  const rows: [what: string, entries: Partial<Ignore>[], expected: string[]][] = [
    ['nothing is there', [], ['cache@2 80 80', 'cache@1 70 70', 'cache@0 1 1', ...others]],
    [
      'a rule takes all its findings',
      [{}],
      ['cache@2 80 80 ignored by 0', 'cache@1 70 70 ignored by 0', 'cache@0 1 1 ignored by 0', ...others],
    ],
    [
      'a rule in a layer takes those',
      [{ layer: 2 }],
      ['cache@2 80 80 ignored by 0', 'cache@1 70 70', 'cache@0 1 1', ...others],
    ],
    [
      'a directory takes what is in it, and leaves the rest',
      [{ paths: ['/b/cache'] }],
      ['cache@2 80 80', 'cache@1 60 60 ignored by 0', 'cache@1 10 10', 'cache@0 1 1', ...others],
    ],
    [
      'globs takes what they name',
      [{ paths: ['**/*.log', '/*/cache/x'] }],
      ['cache@2 80 80 ignored by 0', 'cache@1 50 50 ignored by 0', 'cache@1 20 20', 'cache@0 1 1', ...others],
    ],
    [
      'paths in a layer takes those there',
      [{ layer: 1, paths: ['/**/x'] }],
      ['cache@2 80 80', 'cache@1 60 60', 'cache@1 10 10 ignored by 0', 'cache@0 1 1', ...others],
    ],
    [
      'the same files as another comes second',
      [{ paths: ['/b'], layer: 1 }, {}],
      [
        'cache@2 80 80 ignored by 1',
        'cache@1 60 60 ignored by 0',
        'cache@1 10 10 ignored by 1',
        'cache@0 1 1 ignored by 1',
        ...others,
      ],
    ],
    [
      'no file that there is takes nothing',
      [{ paths: ['/cache', '/b/cach'] }],
      ['cache@2 80 80', 'cache@1 70 70', 'cache@0 1 1', ...others],
    ],
    [
      'advice takes it by its rule and its layer',
      [{ rule: 'advice', layer: 2 }],
      ['cache@2 80 80', 'cache@1 70 70', 'cache@0 1 1', 'advice@1 0 0', 'advice@2 0 0 ignored by 0'],
    ],
    [
      'paths takes no advice, which has none',
      [{ rule: 'advice', paths: ['/**'] }],
      ['cache@2 80 80', 'cache@1 70 70', 'cache@0 1 1', ...others],
    ],
  ]
  test.each(rows)('%s', async (_, entries, expected) => expect(await found(entries.map(ignore))).toEqual(expected))

  test('what a layer hid takes the hidden part alone', async () => {
    const hidden = { own: [{ 'a/cache/x': sized(5), 'a/cache/y': sized(7) }, { 'a/cache/x': whiteout }] }
    expect(await found([ignore({ paths: ['/a/cache/x'] })], hidden, [cache])).toEqual([
      'cache@1 7 7',
      'cache@1-2 5 5 ignored by 0',
    ])
  })

  test('a finding gives its bytes to the rules that stand', async () => {
    const own = [{ 'a/cache/x': sized(10), other: sized(5) }]
    expect(await found([], { own }, [cache, all])).toEqual(['all@1 15 5', 'all@0 10 10', 'cache@1 10 10'])
    expect(await found([ignore({})], { own }, [cache, all])).toEqual([
      'all@1 15 15',
      'all@0 10 10',
      'cache@1 10 0 ignored by 0',
    ])
  })

  test('loses no byte and no file, whatever it names', async () => {
    const evidence = await evidenceOf(image)
    const path = fc.constantFrom('/a', '/b', '/**/x', '**/*.log', '/b/cache/y', '/none', '**/*')
    const entry = fc.record(
      { rule: fc.constantFrom('cache', 'all'), paths: fc.uniqueArray(path, { minLength: 1 }), layer: fc.nat(3) },
      { requiredKeys: ['rule'] },
    )
    const totals = (entries: readonly Ignore[]) => {
      const bloat = findBloat(evidence, [cache, all], { ...DEFAULT_POLICY, ignore: entries })
      const count = (value: (one: (typeof bloat)[number]) => number) => bloat.reduce((sum, one) => sum + value(one), 0)
      return [
        count(({ finding }) => finding.bytes),
        count(({ finding }) => finding.attributedBytes),
        count(({ files }) => files.length),
      ]
    }
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 4 }), (entries) => {
        expect(totals(entries.map((one) => ignore(one as Partial<Ignore>)))).toEqual(totals([]))
      }),
    )
  })
})

describe('an entry with a last day', () => {
  const entry = ignore({ expires: '2026-03-01' })
  test.each([
    ['2026-02-28', true],
    ['2026-03-01', true],
    ['2026-03-02', false],
    ['2027-01-01', false],
  ])('holds on %s: %s', (today, holds) => expect(entriesInForce([entry], today)).toEqual(holds ? [entry] : []))

  test('that is over is told, and not that it ignores nothing', () => {
    expect(ignoreWarnings([entry], [], '2026-03-02')).toEqual([
      {
        code: 'ignore-expired',
        message: 'a.yaml, line 1: cache is ignored until 2026-03-01, and so no longer; solve it, or set a later day',
      },
    ])
  })
})

test('an entry that ignores nothing is told', () => {
  const used = ignore({})
  const unused = ignore({ rule: 'advice', where: 'a.yaml, line 7' })
  expect(ignoreWarnings([used, unused], [{ ignored: used }, {}], '2026-01-01')).toEqual([
    { code: 'ignore-unused', message: 'a.yaml, line 7: this ignores no finding of advice; remove it, or correct it' },
  ])
})
