import { describe, expect, it } from 'vitest'
import { RULES } from '../../src/rules/catalogue.ts'
import { instancesOf } from '../../src/rules/evidence.ts'
import { findBloat } from '../../src/rules/find.ts'
import { DEFAULT_POLICY, type Policy } from '../../src/rules/policy.ts'
import type { Detector, PathRule, Rule, Severity } from '../../src/rules/rule.ts'
import { type BloatLiteral, evidenceOf, findingLines, findingsOf, sized } from '../helpers/findings.ts'
import { hardlink, symlink, type Tree, whiteout } from '../helpers/layer.ts'

/** A rule about some paths, which says nothing else. */
function rule(id: string, paths: readonly string[], more: Partial<PathRule> = {}): PathRule {
  const texts = { title: id, why: id, traps: '', fix: `RUN ${id}`, reference: id, techniques: [1] }
  return { id, paths, severity: 'info', safety: 'safe', count: 'drop', ...texts, ...more }
}

const cache = rule('cache', ['/cache/**'])
const logs = rule('logs', ['/**/*.log'])

describe('files at the paths of a rule', () => {
  it.each<[what: string, image: BloatLiteral, found: readonly string[]]>([
    [
      'make one finding for each layer',
      { own: [{ 'cache/a': 'x', 'cache/b/c': 'xx' }, { 'cache/d': 'x' }] },
      ['cache 1 3', 'cache 2 1'],
    ],
    [
      'make another one for what a layer hid',
      { own: [{ 'cache/a': 'x', 'cache/b': 'xx' }, { 'cache/a': whiteout }] },
      ['cache 1 2', 'cache 1→2 1'],
    ],
    [
      'make one for each layer that hid some',
      { own: [{ 'cache/a': 'x', 'cache/b': 'xx' }, { 'cache/a': whiteout }, { cache: whiteout }] },
      ['cache 1→3 2', 'cache 1→2 1'],
    ],
    [
      'count each body once, however many names it has',
      { own: [{ 'cache/a': sized(50), 'cache/b': hardlink('cache/a') }] },
      ['cache 1 50'],
    ],
    [
      'are none where every body has a further name elsewhere',
      { own: [{ 'cache/a': sized(50), b: hardlink('cache/a') }] },
      [],
    ],
    ['are regular files', { own: [{ 'cache/a': symlink('/b') }] }, []],
    ['are found in the base', { base: [{ 'cache/a': 'x' }], own: [] }, ['cache 0 1']],
    ['may stand where the pattern has its last `**`', { own: [{ cache: 'x' }] }, ['cache 1 1']],
  ])('%s', async (_what, image, found) => expect(await findingLines(image, [cache])).toEqual(found))

  it('name the twenty largest of many, in whatever order they come', async () => {
    const sizes = Array.from({ length: 97 }, (_, i) => 1 + ((i * 37) % 97))
    const own = [Object.fromEntries(sizes.map((size) => [`cache/${size}x`, sized(size)]))]
    const [found] = await findingsOf({ own }, [cache])
    expect(found?.paths.map(({ bytes }) => bytes)).toEqual(Array.from({ length: 20 }, (_, i) => 97 - i))
    expect([found?.files, found?.bytes]).toEqual([97, (97 * 98) / 2])
  })

  it('name files of one size by their paths', async () => {
    const names = Array.from({ length: 60 }, (_, i) => `f${String((i * 7) % 60).padStart(2, '0')}`)
    const own = [Object.fromEntries(names.map((name) => [`cache/${name}`, 'x']))]
    const [found] = await findingsOf({ own }, [cache])
    expect(found?.paths.map(({ path }) => path)).toEqual(
      [...names]
        .sort()
        .slice(0, 20)
        .map((name) => `/cache/${name}`),
    )
  })

  it('are not those of its exceptions', async () => {
    const own = [{ 'cache/a': 'x', 'cache/keep/b': 'x', 'cache/keep/c': 'x' }]
    expect(await findingLines({ own }, [{ ...cache, except: ['/cache/keep/**'] }, logs])).toEqual(['cache 1 1'])
  })

  it('are not those of the exceptions of another rule', async () => {
    const own = [{ 'cache/a.log': 'x' }]
    expect(await findingLines({ own }, [{ ...cache, except: ['/**/*.log'] }, logs])).toEqual(['logs 1 1'])
  })

  it('hold what else the rule asks for', async () => {
    const big = rule('big', ['/**'], { when: ({ node }, { baseLayers }) => node.size > baseLayers })
    expect(await findingLines({ own: [{ a: 'x', b: 'xx' }] }, [big])).toEqual(['big 0 10', 'big 1 2'])
  })

  it('are looked for in every home', async () => {
    const own = [{ 'root/.c/x': 'x', 'home/me/.c/x': 'x', '.c/x': 'x', 'data/.c/x': 'x', 'srv/.c/x': 'x' }]
    const image = { own, config: { env: ['HOME=/data/'] } }
    expect(await findingLines(image, [rule('home', ['{home}/.c/**'])])).toEqual(['home 1 4'])
  })
})

it('tells the most severe findings first, then the largest', async () => {
  const own = [{ 'cache/a': sized(7), 'a.log': sized(3), b: sized(1) }]
  const notes = rule('notes', ['/b'], { severity: 'high' })
  expect(await findingLines({ own }, [logs, cache, notes])).toEqual(['notes 1 1', 'cache 1 7', 'logs 1 3'])
})

describe('attribution', () => {
  const own: readonly Tree[] = [
    { 'cache/a.log': sized(10), 'cache/b': sized(20), 'c.log': sized(40) },
    { 'cache/b': whiteout, 'd.log': sized(80), 'cache/e.log': hardlink('d.log') },
  ]

  it('gives a body to the first rule that claims it', async () => {
    const told = async (...rules: PathRule[]) =>
      (await findingsOf({ own }, rules)).map((f) => `${f.rule} ${f.layer} ${f.bytes} ${f.attributedBytes}`).sort()
    expect(await told(cache, logs)).toEqual(['cache 1 10 10', 'cache 1 20 20', 'logs 1 50 40', 'logs 2 80 80'])
    expect(await told(logs, cache)).toEqual(['cache 1 10 0', 'cache 1 20 20', 'logs 1 50 50', 'logs 2 80 80'])
  })

  it('adds up to what all rules claim together, and to no more than there is', async () => {
    const found = await findingsOf({ own }, [cache, logs, rule('all', ['/**']), ...RULES])
    const attributed = found.reduce((sum, { attributedBytes }) => sum + attributedBytes, 0)
    expect(attributed).toBe(10 + 20 + 40 + 80 + 'ID=debian\n'.length)
  })
})

describe('a part of a body', () => {
  const part = (id: string, bytes: number): Detector => {
    const { paths: _, ...card } = rule(id, [])
    const detect: Detector['detect'] = (evidence) => [
      { layer: 1, files: instancesOf(evidence, 1).map((file) => ({ ...file, part: bytes })) },
    ]
    return { ...card, detect }
  }
  const image = { own: [{ a: sized(10), b: hardlink('a'), c: sized(6) }] }
  const told = async (...rules: Rule[]) =>
    (await findingsOf(image, rules)).map((f) => `${f.rule} ${f.bytes} ${f.attributedBytes}`).sort()

  it('counts once, whatever names the body has, and is no more than the body', async () => {
    expect(await told(part('half', 5))).toEqual(['half 10 10'])
    expect(await told(part('more', 50))).toEqual(['more 16 16'])
  })

  it('is not counted again with the whole, nor the whole with it', async () => {
    const whole = rule('whole', ['/{a,b,c}'])
    expect(await told(part('half', 5), whole)).toEqual(['half 10 10', 'whole 16 6'])
    expect(await told(whole, part('half', 5))).toEqual(['half 10 0', 'whole 16 16'])
    expect(await told(part('half', 5), part('some', 4))).toEqual(['half 10 10', 'some 8 0'])
  })

  it('is what the finding gives as the bytes of its paths', async () => {
    const [found] = await findingsOf(image, [part('half', 5)])
    expect(found?.paths.map(({ bytes }) => bytes)).toEqual([5, 5, 5])
  })
})

describe('severity', () => {
  const { sizes } = DEFAULT_POLICY
  /** Severity of a finding of so many bytes among own layers of as many in all. */
  async function severity(bytes: number, all: number, floor: Severity = 'info'): Promise<Severity | undefined> {
    const own = [{ 'cache/a': sized(bytes), b: sized(all - bytes) }]
    return (await findingsOf({ own }, [{ ...cache, severity: floor }]))[0]?.severity
  }

  it.each<[bytes: number, all: number, severity: Severity]>([
    [99_999, 99_999, 'info'],
    [100_000, 20_000_000, 'low'],
    [400_000, 20_000_000, 'medium'],
    [2_000_000, 20_000_000, 'high'],
    [1_999_999, 20_000_000, 'medium'],
    [399_999, 20_000_000, 'low'],
  ])('of %i bytes among %i is %s', async (bytes, all, expected) => expect(await severity(bytes, all)).toBe(expected))

  it.each<[what: string, policy: Partial<Policy>, bytes: number, severity: Severity | undefined]>([
    ['is what the policy says of the rule', { severities: new Map([['cache', 'low']]) }, 2_000_000, 'low'],
    ['is below that of the rule where the policy says so', { severities: new Map([['cache', 'info']]) }, 1, 'info'],
    ['is none where the policy puts the rule off', { severities: new Map([['cache', 'off']]) }, 2_000_000, undefined],
    ['is that of the rule where the policy is about another', { severities: new Map([['b', 'off']]) }, 1, 'low'],
    ['is raised by other sizes', { sizes: { ...sizes, high: { bytes: 500, share: Infinity } } }, 500, 'low'],
    [
      'is raised by fewer bytes',
      { sizes: { ...sizes, low: { bytes: 10, share: Infinity }, medium: { bytes: 500, share: Infinity } } },
      500,
      'medium',
    ],
    ['is raised by another share', { sizes: { ...sizes, high: { bytes: Infinity, share: 0.5 } } }, 2_000_000, 'medium'],
  ])('%s', async (_what, policy, bytes, expected) => {
    const evidence = await evidenceOf({ own: [{ 'cache/a': sized(bytes), b: sized(5_000_000 - bytes) }] })
    const found = findBloat(evidence, [{ ...cache, severity: 'low' }], { ...DEFAULT_POLICY, ...policy })
    expect(found[0]?.finding.severity).toBe(expected)
  })

  it('is never below that of the rule', async () => {
    expect(await severity(1, 1000, 'medium')).toBe('medium')
    expect(await severity(2_000_000, 2_000_000, 'medium')).toBe('high')
  })

  it('is a matter of what the image itself brings, not of its base', async () => {
    const base = [{ a: sized(20_000_000) }]
    const own = [{ 'cache/a': sized(100_000) }]
    expect((await findingsOf({ base, own }, [cache]))[0]?.severity).toBe('high')
  })
})

describe('a finding', () => {
  it('tells base from own, and hidden from live', async () => {
    const image = { base: [{ 'cache/a': 'x' }], own: [{ 'cache/b': 'x', 'cache/c': 'xx' }, { 'cache/b': whiteout }] }
    const found = await findingsOf(image, [cache])
    expect(found.map(({ layer, by, origin, count }) => ({ layer, by, origin, count }))).toEqual([
      { layer: 1, by: undefined, origin: 'own', count: 'drop' },
      { layer: 0, by: undefined, origin: 'base', count: 'rebase' },
      { layer: 1, by: 2, origin: 'own', count: 'shadow' },
    ])
  })

  it('has the instruction, the texts of its rule and the files', async () => {
    const image = { own: [{ 'cache/a': 'x', 'cache/b': 'xx' }], history: ['COPY cache /cache'] }
    const [found] = await findingsOf(image, [cache])
    expect(found).toMatchObject({
      rule: 'cache',
      title: 'cache',
      fix: 'RUN cache',
      safety: 'safe',
      instruction: 'COPY cache /cache # buildkit',
      files: 2,
      paths: [
        { path: '/cache/b', bytes: 2 },
        { path: '/cache/a', bytes: 1 },
      ],
    })
    expect(found).not.toHaveProperty('by')
    expect(found).not.toHaveProperty('detail')
  })

  it('names the 20 largest of its files', async () => {
    const own = [Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`cache/f${i}`, sized(i + 1)]))]
    const [found] = await findingsOf({ own }, [cache])
    expect(found?.files).toBe(25)
    expect(found?.paths.map(({ bytes }) => bytes)).toEqual(Array.from({ length: 20 }, (_, i) => 25 - i))
  })

  it('gives a name that is not UTF-8 escaped, and its bytes beside it', async () => {
    const [found] = await findingsOf({ own: [[['cache/a\udcff', 'x']]] }, [cache])
    const pathBytes = Buffer.from('/cache/a\xff', 'latin1').toString('base64')
    expect(found?.paths).toEqual([{ path: '/cache/a\\xff', pathBytes, bytes: 1 }])
  })
})

describe('the files behind findings', () => {
  it('are all there, and each body is owned by the finding that it is attributed to', async () => {
    const own = [
      { 'cache/a.log': sized(3), ...Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`${i}.log`, 'x'])) },
    ]
    const claimed = findBloat(await evidenceOf({ own }), [cache, logs])
    expect(claimed.map(({ rule, finding, files }) => [rule.id, finding.id, files.length])).toEqual([
      ['logs', 'logs@1', 26],
      ['cache', 'cache@1', 1],
    ])
  })
})

it('the largest finding comes first, and of equal ones the first by name', async () => {
  const own = [{ 'cache/a': 'x', 'b.log': 'xx' }, { 'c.log': 'x' }]
  expect(await findingLines({ own }, [logs, cache])).toEqual(['logs 1 2', 'cache 1 1', 'logs 2 1'])
})

describe('the catalogue', () => {
  it('names every rule once', () => {
    const ids = RULES.map(({ id }) => id)
    expect([...new Set(ids)]).toEqual(ids)
  })

  it.each(RULES.map((row) => [row.id, row] as const))(
    'says all of %s',
    (id, { title, why, fix, reference, techniques }) => {
      expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
      for (const text of [title, why, reference]) expect(text).toMatch(/^\S.*[^\s.]$/s)
      // Many a command ends with the dot that names its context.
      expect(fix).toMatch(/^\S.*\S$/s)
      expect(techniques.every((technique) => technique >= 1 && technique <= 10)).toBe(true)
    },
  )
})
