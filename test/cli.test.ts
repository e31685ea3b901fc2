import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Parsed, parseArguments } from '../src/cli.ts'
import { UserError } from '../src/errors.ts'
import type { Environment, Options } from '../src/options.ts'

const defaults: Options = {
  command: 'report',
  input: { kind: 'none' },
  format: 'text',
  color: undefined,
  all: false,
  files: false,
  verify: false,
  ci: false,
  thresholds: {},
  apply: ['safe'],
  plan: false,
  diveCompat: false,
  limits: {},
  ui: undefined,
  keep: false,
  screen: {},
}

/** What asks for a report does not ask for a screen. */
const report = { ui: false } as const

function optionsOf(argv: readonly string[], env: Environment = {}): Options {
  const parsed = parseArguments(argv, env)
  if (parsed.kind !== 'run') throw new Error(`asks for ${parsed.kind}`)
  return parsed.options
}

describe('the command line', () => {
  const rows: [argv: string[], expected: Partial<Options>][] = [
    [[], {}],
    [['app.tar'], { input: { kind: 'path', path: 'app.tar' } }],
    [['123'], { input: { kind: 'path', path: '123' } }],
    [['-'], { input: { kind: 'stdin' } }],
    [['rules'], { command: 'rules' }],
    [['explain', 'apt-lists'], { command: 'explain', rule: 'apt-lists' }],
    [['explain'], { command: 'explain' }],
    [['./rules'], { input: { kind: 'path', path: './rules' } }],
    [['--dockerfile', 'D', '--target', 't', '--base', 'b.tar'], { dockerfile: 'D', target: 't', base: 'b.tar' }],
    [['--', '--odd'], { input: { kind: 'path', path: '--odd' } }],
    [['--image', '1'], { image: '1' }],
    [['--image=007'], { image: '007' }],
    [['--image', 'a', '--image', 'b'], { image: 'b' }],
    [['--platform', 'linux/amd64'], { platform: { os: 'linux', architecture: 'amd64', variant: undefined } }],
    [['--platform', 'Linux/ARM64/v8'], { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } }],
    [['--format', 'json'], { ...report, format: 'json' }],
    [['--format', 'json', '--format', 'text'], { ...report, format: 'text' }],
    [['-o', 'out.json'], { ...report, output: 'out.json' }],
    [['--output=out.json'], { ...report, output: 'out.json' }],
    [['-o', '-'], report],
    [['dockerfile', 'app.tar'], { command: 'dockerfile', input: { kind: 'path', path: 'app.tar' } }],
    [['dockerfile'], { command: 'dockerfile' }],
    [['packages', 'app.tar'], { command: 'packages', input: { kind: 'path', path: 'app.tar' } }],
    [['./dockerfile'], { input: { kind: 'path', path: './dockerfile' } }],
    [['--base-layers', '3'], { baseLayers: 3 }],
    [['--files', 'app.tar'], { ...report, files: true, input: { kind: 'path', path: 'app.tar' } }],
    [['--files', '--no-files'], { files: false }],
    [['--files=true', '--verify=false'], { ...report, files: true }],
    [['--verify'], { verify: true }],
    [['--ci'], { ...report, ci: true }],
    [['--all', 'app.tar'], { ...report, all: true, input: { kind: 'path', path: 'app.tar' } }],
    [['--fail-on', 'high'], { ...report, ci: true, failOn: 'high' }],
    [['--failOn=info', '--fail-on=none'], { ...report, ci: true, failOn: null }],
    [['--fail-on', 'low', '--no-ci'], { ...report, failOn: 'low' }],
    [['--ci-config', 'strict.yaml'], { ciConfig: 'strict.yaml' }],
    [['--ciConfig', 'strict.yaml'], { ciConfig: 'strict.yaml' }],
    [['--dive-compat'], { ...report, diveCompat: true }],
    [['--ui'], { ui: true }],
    [['--no-ui'], { ui: false }],
    [['--ui', '--no-ci', '--no-files'], { ui: true }],
    [['--no-ui', '--format', 'json'], { ...report, format: 'json' }],
    [['--keep'], { keep: true }],
    [['--config', 'ui.yaml'], { config: 'ui.yaml' }],
    [['--role', 'build'], { role: 'build' }],
    [['--theme', 'light'], { screen: { theme: 'light' } }],
    [['--no-mouse', '--ascii'], { screen: { mouse: false, ascii: true } }],
    [['--color'], { color: true }],
    [['--no-color'], { color: false }],
    [['--lowest-efficiency', '0.95'], { thresholds: { lowestEfficiency: 0.95 } }],
    [['--lowestEfficiency=95%'], { thresholds: { lowestEfficiency: 0.95 } }],
    [['--highest-wasted-bytes', '20MB'], { thresholds: { highestWastedBytes: 20_000_000 } }],
    [['--highestWastedBytes', 'disabled'], { thresholds: { highestWastedBytes: null } }],
    [['--highest-user-wasted-percent', '.2'], { thresholds: { highestUserWastedPercent: 0.2 } }],
    [['--highestUserWastedPercent', '0'], { thresholds: { highestUserWastedPercent: 0 } }],
    [['--limit', 'json=64MiB'], { limits: { json: 67_108_864 } }],
    [
      ['--limit', 'entries=1', 'a', '--limit=depth=2'],
      { limits: { entries: 1, depth: 2 }, input: { kind: 'path', path: 'a' } },
    ],
  ]
  test.each(rows)('%j', (argv, expected) => expect(optionsOf(argv)).toStrictEqual({ ...defaults, ...expected }))
})

describe('the environment', () => {
  const rows: [env: Environment, argv: string[], expected: Partial<Options>][] = [
    [{ CI: 'true' }, [], { ci: true }],
    [{ CI: 'TRUE' }, [], { ci: true }],
    [{ CI: '1' }, [], { ci: true }],
    [{ CI: 'yes' }, [], { ci: true }],
    [{ CI: 'false' }, [], { ci: false }],
    [{ CI: '' }, [], { ci: false }],
    [{ CI: 'true' }, ['--no-ci'], { ci: false }],
    [{ CI: 'false' }, ['--ci'], { ...report, ci: true }],
    [{ CI: 'true' }, ['--ui'], { ci: false, ui: true }],
    [{ LANG: 'C' }, [], { screen: { ascii: true } }],
    [{ LANG: 'en_GB.UTF-8' }, [], {}],
    [{ LANG: 'en_GB.utf8', LC_ALL: 'POSIX' }, [], { screen: { ascii: true } }],
    [{ LANG: 'C' }, ['--no-ascii'], { screen: { ascii: false } }],
    [{ NO_COLOR: '1' }, [], { color: false }],
    [{ NO_COLOR: '' }, [], { color: undefined }],
    [{ FORCE_COLOR: '1' }, [], { color: true }],
    [{ FORCE_COLOR: '0' }, [], { color: false }],
    [{ FORCE_COLOR: '' }, [], { color: undefined }],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, [], { color: true }],
    [{ FORCE_COLOR: '1' }, ['--no-color'], { color: false }],
    [{ NO_COLOR: '1' }, ['--color'], { color: true }],
  ]
  test.each(rows)('%j with %j', (env, argv, expected) => {
    expect(optionsOf(argv, env)).toStrictEqual({ ...defaults, ...expected })
  })
})

describe('a mistake on the command line is told', () => {
  const rows: [argv: string[], sentence: RegExp][] = [
    [['a.tar', 'b.tar'], /One IMAGE at a time: "b.tar"/],
    [[''], /IMAGE is empty/],
    [['--fils'], /Unknown option --fils; did you mean --files\?/],
    [['--no-fils'], /did you mean --files/],
    [['--lowestEficiency', '1'], /Unknown option --lowestEficiency; did you mean --lowestEfficiency\?/],
    [['--lowest-eficiency=1'], /did you mean --lowest-efficiency/],
    [['--quite-another'], /Unknown option --quite-another \(see "layerscope --help"\)/],
    [['-x'], /Unknown option -x/],
    [['--target', 'app'], /--target names a stage of a Dockerfile/],
    [['rules', 'a.tar'], /"a.tar" is one operand too many: rules lists them all/],
    [['explain', 'a', 'b'], /"b" is one operand too many: explain takes one rule/],
    [['--_'], /Unknown option -_/],
    [['--no-_=a'], /Unknown option -_/],
    [['--base', 'b.tar', '--base-layers', '2'], /--base and --base-layers both say where the base image ends/],
    [['--constructor=1'], /Unknown option --constructor/],
    [['--__proto__=1'], /Unknown option/],
    [['--files.all'], /Unknown option --files.all/],
    [['--\u001b[2J'], /Unknown option --\\e\[2J/],
    [['--image'], /--image needs a value/],
    [['--image', '--files'], /--image needs a value/],
    [['--image='], /--image needs a value/],
    [['--no-image'], /--image needs a value/],
    [['-o'], /-o needs a value/],
    [['--ci=1'], /--ci takes no value: write --ci or --no-ci/],
    [['--diveCompat=yes'], /--diveCompat takes no value/],
    [['--format', 'jsn'], /--format cannot be "jsn"; did you mean json\?/],
    [['--format', 'xml'], /--format cannot be "xml": give text or json/],
    [['--platform', 'arm64'], /--platform cannot be "arm64": give os\/architecture/],
    [['--platform', 'a/b/c/d'], /--platform cannot be/],
    [['--fail-on', 'hig'], /--fail-on cannot be "hig"; did you mean high\?/],
    [['--fail-on', 'critical'], /--fail-on cannot be "critical": give info, low, medium, high or none/],
    [['--fail-on'], /--fail-on needs a value/],
    [['--ui', '--fail-on', 'high'], /but --fail-on asks for a report/],
    [['--lowest-efficiency', '90'], /--lowest-efficiency cannot be "90": give a number from 0 to 1/],
    [['--highest-wasted-bytes', '-1'], /--highest-wasted-bytes cannot be "-1": give a size/],
    [['--highest-wasted-bytes='], /--highest-wasted-bytes needs a value/],
    [['--role', 'biuld'], /--role cannot be "biuld": give runtime or build/],
    [['--theme', 'drak'], /--theme cannot be "drak": give dark, light, high-contrast or mono/],
    [['--theme', 'hi-contrast'], /--theme cannot be "hi-contrast"; did you mean high-contrast\?/],
    [['--ui', '--format', 'json'], /--ui opens the terminal UI, but --format asks for a report: give one of the two/],
    [['--ui', '--ci'], /but --ci asks for a report/],
    [['--limit', 'json'], /--limit cannot be "json": give NAME=VALUE/],
    [['--limit', 'entrees=1'], /unknown limit "entrees"; did you mean entries\?/],
    [['--limit', 'toString=1'], /unknown limit "toString"; known: json/],
    [['--limit', 'json=much'], /--limit json cannot be "much"/],
    [['--limit', 'json=0'], /--limit json cannot be "0"/],
  ]
  test.each(rows)('%j', (argv, sentence) => {
    expect(() => parseArguments(argv, {})).toThrow(UserError)
    expect(() => parseArguments(argv, {})).toThrow(sentence)
  })
})

test('whatever is typed is understood or refused in a sentence', () => {
  const word = fc.oneof(
    fc.constantFrom(
      '--',
      '-',
      '--ci',
      '--no-ci',
      '-o',
      '-oh',
      '--limit',
      'json=1',
      '--limit=',
      '-0',
      '--image',
      '--no-',
    ),
    fc.string({ maxLength: 12 }),
    fc.string({ maxLength: 12 }).map((text) => `--${text}`),
    fc.string({ maxLength: 4 }).map((text) => `-${text}`),
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (argv) => {
      let parsed: Parsed | undefined
      try {
        parsed = parseArguments(argv, {})
      } catch (error) {
        expect(error).toBeInstanceOf(UserError)
      }
      if (parsed !== undefined) expect(parsed.kind).toMatch(/^(?:run|help|version)$/)
    }),
    { numRuns: 300 },
  )
})

test.each([['--help'], ['-h']])('%s gives the help, which names every option within 80 columns', (flag) => {
  const parsed = parseArguments([flag], { CI: 'true' })
  const text = parsed.kind === 'help' ? parsed.text : ''
  const names = [
    'image',
    'platform',
    'format',
    'output',
    'files',
    'verify',
    'ci',
    'ci-config',
    'fail-on',
    'dive-compat',
    'all',
  ]
  const rest = ['lowest-efficiency', 'highest-wasted-bytes', 'highest-user-wasted-percent', 'color', 'limit', 'version']
  const screen = ['ui', 'theme', 'mouse', 'ascii', 'keep', 'config']
  for (const name of [...names, ...rest, ...screen]) expect(text).toMatch(new RegExp(`--${name}\\s`))
  expect(text).toMatch(/^Usage: layerscope \[IMAGE\]\n/)
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
})

test('--version asks for the version', () => {
  expect(parseArguments(['--version'], {})).toEqual({ kind: 'version' })
})
