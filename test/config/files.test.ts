import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { parseArguments } from '../../src/cli.ts'
import { readSections } from '../../src/config/files.ts'
import { readJudgement } from '../../src/config/judgement.ts'
import { parseSections, type Sections } from '../../src/config/sections.ts'
import { UserError } from '../../src/errors.ts'
import { temporaryFolder } from '../helpers/deliver.ts'

const here = process.cwd()
let folder: ReturnType<typeof temporaryFolder>
beforeAll(() => {
  folder = temporaryFolder()
})
afterAll(() => folder.remove())
afterEach(() => process.chdir(here))

/** Goes to a new folder that holds some files. */
function goTo(files: Readonly<Record<string, string>>): string {
  const path = join(folder.path, String(Math.random()).slice(2))
  mkdirSync(path)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true })
    writeFileSync(join(path, name), text)
  }
  process.chdir(path)
  return path
}

/** The single value of each section. */
function told(sections: Sections): object {
  return Object.fromEntries([...sections].map(([name, { value }]) => [name, value.text]))
}

describe('the sections of config files', () => {
  test('are none where there is no file', async () => {
    goTo({})
    expect(await readSections({}, { env: {} })).toEqual(new Map())
  })

  test('are those of the project, then those of the user', async () => {
    const path = goTo({
      '.layerscope.yaml': 'theme: mono',
      'home/.config/layerscope/config.yaml': 'theme: dark\nascii: true',
      'xdg/layerscope/config.yaml': 'mouse: true',
    })
    const home = join(path, 'home')
    expect(told(await readSections({}, { env: { HOME: home } }))).toEqual({ theme: 'mono', ascii: 'true' })
    const env = { HOME: home, XDG_CONFIG_HOME: join(path, 'xdg') }
    expect(told(await readSections({}, { env }))).toEqual({ theme: 'mono', mouse: 'true' })
  })

  test('are those of the file that is named, and of no other', async () => {
    goTo({ '.layerscope.yaml': 'theme: mono', 'my.yaml': 'ascii: true' })
    expect(told(await readSections({ config: 'my.yaml' }, { env: {} }))).toEqual({ ascii: 'true' })
    await expect(readSections({ config: 'none.yaml' }, { env: {} })).rejects.toThrow(
      new UserError('none.yaml: there is no such config file; check --config'),
    )
  })

  test('are refused where there is another, in any of the files', async () => {
    goTo({ '.layerscope.yaml': 'theme: mono', 'layerscope/config.yaml': 'thme: mono' })
    const reading = readSections({}, { env: { XDG_CONFIG_HOME: '.' } })
    await expect(reading).rejects.toThrow(/^layerscope\/config.yaml, line 1: unknown key "thme"; did you mean theme\?/)
  })
})

describe('what --ci judges by', () => {
  /** The lowest efficiency, and which findings fail, with these flags and these files. */
  async function judged(flags: readonly string[], files: Readonly<Record<string, string>>) {
    goTo(files)
    const parsed = parseArguments(['--ci', ...flags], {})
    if (parsed.kind !== 'run') throw new Error(parsed.kind)
    const { thresholds, gate } = await readJudgement(parsed.options, await readSections(parsed.options, { env: {} }))
    return [thresholds.lowestEfficiency, gate]
  }
  const dive = { '.dive-ci': 'rules: {lowest-efficiency: 0.1}' }
  const mine = { '.layerscope.yaml': 'ci: {lowest-efficiency: 0.2, fail-on: low}' }
  const named = { 'named.yaml': 'rules: {lowest-efficiency: 0.3}' }
  const gate = { severity: 'low', safeties: ['safe', 'likely'], base: false }
  const wide = 'ci: {fail-on: low, fail-on-safety: [review], fail-on-base: true}'

  test.each<[what: string, flags: string[], files: Record<string, string>, expected: unknown[]]>([
    ['is the default', [], {}, [0.9, undefined]],
    ['comes from .dive-ci', [], dive, [0.1, undefined]],
    ['comes from the config file before .dive-ci', [], { ...dive, ...mine }, [0.2, gate]],
    [
      'comes from the file of --ci-config before both',
      ['--ci-config', 'named.yaml'],
      { ...dive, ...mine, ...named },
      [0.3, gate],
    ],
    ['comes from a flag before all files', ['--lowest-efficiency=0.4'], { ...dive, ...mine }, [0.4, gate]],
    ['fails on other findings by a flag', ['--fail-on=high'], mine, [0.2, { ...gate, severity: 'high' }]],
    ['fails on none by a flag', ['--fail-on=none'], mine, [0.2, undefined]],
    [
      'counts other findings by the config file',
      ['--fail-on=high'],
      { '.layerscope.yaml': wide },
      [0.9, { severity: 'high', safeties: ['review'], base: true }],
    ],
    [
      'counts nothing where only the safety is set',
      [],
      { '.layerscope.yaml': 'ci: {fail-on-base: true}' },
      [0.9, undefined],
    ],
  ])('%s', async (_, flags, files, expected) => expect(await judged(flags, files)).toEqual(expected))
})

test('the sections of the UI are no business of a report, which only wants them to be known', () => {
  expect([...parseSections('theme: no-such-theme\nkeys: 7', 'a.yaml').keys()]).toEqual(['theme', 'keys'])
})
