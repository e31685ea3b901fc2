import yargs, { type Argv, type Options as Flag } from 'yargs'
import type { ThresholdName } from './analysis/report.ts'
import { THRESHOLD_NAMES, THRESHOLDS } from './analysis/thresholds.ts'
import { didYouMean } from './format/closest.ts'
import { escapeText } from './format/escape.ts'
import { LIMITS } from './oci/limits.ts'
import {
  COMMAND_NAMES,
  COMMANDS,
  type Environment,
  FORMATS,
  type Options,
  type RawOptions,
  resolveOptions,
  THEMES,
  usageError,
} from './options.ts'
import { SEVERITIES } from './rules/rule.ts'

/** What the command line asks for. */
export type Parsed =
  | { readonly kind: 'run'; readonly options: Options }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }

const value = (describe: string, alias: string[] = []): Flag => ({ type: 'string', nargs: 1, describe, alias })
const toggle = (describe: string, alias: string[] = []): Flag => ({ type: 'boolean', describe, alias })

const FLAGS: Readonly<Record<string, Flag>> = {
  image: value('Which image of the archive: name, image ID or number from 0'),
  platform: value('Which platform of the image: os/architecture[/variant]'),
  format: value(`How the report is written: ${FORMATS.join(' or ')}`),
  output: value('Write the report to a file', ['o']),
  'base-layers': value('How many layers came with the base image (default: found out)'),
  base: value('Archive of the base image, which tells where the base ends'),
  role: value('What the image is for: runtime or build (default: found out)'),
  dockerfile: value('Dockerfile of the image, so that findings name its lines'),
  target: value('Which stage of that Dockerfile the image is (default: the last)'),
  all: toggle('Tell every finding, those that matter least too'),
  apply: value('what-if: ids, rules, safe, likely or all (default: safe)'),
  plan: toggle('what-if: print the edits of the Dockerfile as a diff'),
  files: toggle('List every path of every layer and of the rootfs'),
  verify: toggle('Check every digest and diff ID against the bytes'),
  ci: toggle('Check the thresholds; CI=true asks for it, --no-ci does not'),
  'ci-config': value('CI config file with thresholds (default: .dive-ci, if any)'),
  ...Object.fromEntries(THRESHOLD_NAMES.map((name) => [THRESHOLDS[name].spelling, thresholdFlag(name)])),
  'fail-on': value(`Findings that fail --ci: ${SEVERITIES.join(', ')} or none`),
  'dive-compat': toggle("Give dive's own figures too, and check those"),
  ui: toggle('Open the terminal UI, or --no-ui; a terminal opens it'),
  theme: value(`Colours of the UI: ${THEMES.join(', ')}`),
  mouse: toggle('Clicks and wheel in the UI, or --no-mouse'),
  ascii: toggle('Draw the UI with ASCII characters alone'),
  keep: toggle('Copy a pipe to a temporary file, to look into files'),
  config: value('Config file (default: .layerscope.yaml, if any)'),
  color: toggle('Colours, or --no-color; also NO_COLOR and FORCE_COLOR'),
  limit: value(`Set a limit, as NAME=VALUE: ${Object.keys(LIMITS).join(', ')}`),
  help: toggle('Print this help', ['h']),
  version: toggle('Print the version'),
}

const OPERANDS = { image: ' [IMAGE]', rule: ' RULE', nothing: '' } as const

const USAGE = `Usage: layerscope [IMAGE]
${COMMAND_NAMES.map((name) => `       layerscope ${name}${OPERANDS[COMMANDS[name].takes]}\n`).join('')}
Shows what every layer of a container image adds, changes, hides and wastes.
${COMMAND_NAMES.map((name) => `  ${name.padEnd(12)}${COMMANDS[name].does}\n`).join('')}
IMAGE is an image archive (docker save, OCI), an image layout directory, or -
for standard input, which is also read where there is no IMAGE.`

const EPILOGUE = `Options of two words may also be written in camelCase, as dive does.
Exit codes: 0 all is well, 1 a check failed, 2 could not do the job.`

/** Every spelling that yargs understands, with its flag. */
const SPELLINGS: ReadonlyMap<string, string> = new Map(
  Object.entries(FLAGS).flatMap(([name, { alias }]) =>
    [name, camelCase(name), ...(alias as string[])].map((spelling) => [spelling, name] as const),
  ),
)

/** What a command line and the environment ask for; a mistake in them is a `UserError`. */
export function parseArguments(argv: readonly string[], env: Environment): Parsed {
  rejectUnderscore(argv)
  rejectToggleValues(argv)
  const parser = buildParser()
  const typed = parseTyped(parser, argv)
  if (typed.help === true) return { kind: 'help', text: helpText(parser) }
  if (typed.version === true) return { kind: 'version' }
  return { kind: 'run', options: resolveOptions(rawOptions(typed), env) }
}

function thresholdFlag(name: ThresholdName): Flag {
  const { bound, default: standard, figure } = THRESHOLDS[name]
  const limit = bound === 'lowest' ? 'Lowest' : 'Highest'
  return value(`${limit} ${figure} that passes (default: ${standard ?? 'disabled'})`)
}

function buildParser(): Argv {
  // Its own --help and --version go first, so that ours are not taken for a clash.
  return yargs([])
    .help(false)
    .version(false)
    .scriptName('layerscope')
    .usage(USAGE)
    .options(FLAGS)
    .epilogue(EPILOGUE)
    .wrap(80)
    .detectLocale(false)
    .exitProcess(false)
    .fail(false)
    .strictOptions()
    .parserConfiguration({ 'dot-notation': false, 'parse-numbers': false, 'parse-positional-numbers': false })
}

/** yargs says what is wrong only in words, so they are taken apart here. */
function parseTyped(parser: Argv, argv: readonly string[]): Readonly<Record<string, unknown>> {
  try {
    return parser.parseSync(argv)
  } catch (error) {
    const [, problem = '', name = ''] =
      /^(Not enough arguments following|Unknown arguments?): (.?[^,]*)/s.exec((error as Error).message) ?? []
    if (problem.startsWith('Unknown')) throw unknownOption(name)
    throw problem === '' ? error : usageError(`${dashed(name)} needs a value`)
  }
}

function helpText(parser: Argv): string {
  let help = ''
  parser.showHelp((text) => {
    help = `${text}\n`
  })
  return help
}

/** yargs keeps the operands under this name, and takes an option of that name for more of them. */
function rejectUnderscore(argv: readonly string[]): void {
  const end = argv.indexOf('--')
  const options = end < 0 ? argv : argv.slice(0, end)
  if (options.some((argument) => /^--?(?:no-)?_(?:=|$)/.test(argument))) throw unknownOption('_')
}

/** yargs takes every value of a toggle but "true" for false, and so `--ci=1` for `--no-ci`. */
function rejectToggleValues(argv: readonly string[]): void {
  for (const argument of argv) {
    if (argument === '--') return
    const [, name = '', given = ''] = /^--?([^=]+)=(.*)$/s.exec(argument) ?? []
    const flag = FLAGS[SPELLINGS.get(name) ?? '']
    if (flag?.type === 'boolean' && given !== 'true' && given !== 'false') {
      throw usageError(`${dashed(name)} takes no value: write ${dashed(name)} or --no-${name}`)
    }
  }
}

/** One entry per flag from what yargs gives, which has one per spelling. */
function rawOptions({ _: images, ...typed }: Readonly<Record<string, unknown>>): RawOptions {
  const values = new Map<string, readonly string[]>()
  const toggles = new Map<string, boolean>()
  for (const [name, { type }] of Object.entries(FLAGS)) {
    const given = typed[name]
    if (given === undefined) continue
    const all: readonly unknown[] = Array.isArray(given) ? given : [given]
    if (type === 'boolean') toggles.set(name, all.at(-1) === true)
    else if (all.every((one): one is string => typeof one === 'string' && one !== '')) values.set(name, all)
    else throw usageError(`--${name} needs a value`)
  }
  return { images: images as readonly string[], values, toggles }
}

function unknownOption(name: string): Error {
  const known = [...Object.keys(FLAGS), ...THRESHOLD_NAMES, 'no-ci', 'no-color', 'no-ui', 'no-mouse'].map(dashed)
  return usageError(`Unknown option ${escapeText(dashed(name))}${didYouMean(name, known)}`)
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function dashed(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`
}
