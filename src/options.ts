import type { ThresholdName } from './analysis/report.ts'
import { parseThreshold, THRESHOLD_NAMES, THRESHOLDS, type Thresholds } from './analysis/thresholds.ts'
import { UserError } from './errors.ts'
import { didYouMean, parseWord } from './format/closest.ts'
import { escapeText } from './format/escape.ts'
import { parseBytes } from './format/quantity.ts'
import { LIMITS, type LimitName, type Limits } from './oci/limits.ts'
import { type Platform, parsePlatformText } from './oci/platform.ts'
import { ROLES, type RoleName } from './rules/image-role.ts'
import { SEVERITIES, type Severity } from './rules/rule.ts'

/** Where the image archive comes from; `none` where the command line does not say. */
export type Input =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'stdin' }
  | { readonly kind: 'none' }

/** What can be asked besides a report, by the first word of the command line: what else it takes, and what it does. */
export const COMMANDS = {
  dockerfile: { takes: 'image', does: 'prints the Dockerfile of the image, as far as the image tells' },
  packages: { takes: 'image', does: 'lists what is installed in the image, each with its bytes' },
  'what-if': { takes: 'image', does: 'prints what the image would come to without its bloat' },
  rules: { takes: 'nothing', does: 'lists what is looked for' },
  explain: { takes: 'rule', does: 'says all about one rule' },
} as const
export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly (keyof typeof COMMANDS)[]
export type Command = 'report' | keyof typeof COMMANDS
type Takes = (typeof COMMANDS)[keyof typeof COMMANDS]['takes']

/** How a report can be written. */
export const FORMATS = ['text', 'json'] as const
export type Format = (typeof FORMATS)[number]

/** The colours that the terminal UI can have. */
export const THEMES = ['dark', 'light', 'high-contrast', 'mono'] as const
export type ThemeName = (typeof THEMES)[number]

/** How the terminal UI looks and listens, so far as it is said: flags and the config file say the same things. */
export interface ScreenSettings {
  readonly theme?: ThemeName
  /** Whether clicks and the wheel are for the UI; the terminal's own selection of text needs Shift then. */
  readonly mouse?: boolean
  /** Whether borders and guides are drawn with ASCII alone. */
  readonly ascii?: boolean
}

/** What the user asked for, checked: nothing below looks at the command line or the environment again. */
export interface Options {
  readonly command: Command
  readonly input: Input
  /** Id of the rule to explain. */
  readonly rule?: string
  readonly format: Format
  /** File to write the report to; standard output where there is none. */
  readonly output?: string
  /** Undefined where neither flag nor environment decides, so that the output does. */
  readonly color: boolean | undefined
  /** Whether the report lists every finding. */
  readonly all: boolean
  /** Whether the report lists every path. */
  readonly files: boolean
  /** Whether digests and diff IDs are checked against the bytes. */
  readonly verify: boolean
  /** Which image of the archive: a name, an image ID, or a position. */
  readonly image?: string
  readonly platform?: Platform
  /** Whether thresholds are checked. */
  readonly ci: boolean
  /** CI config file that must exist; without one, `.dive-ci` is read where it exists. */
  readonly ciConfig?: string
  /** The thresholds set by flags. */
  readonly thresholds: Partial<Thresholds>
  /** The lowest severity of findings that fail a check; null for none, whatever a config file says. */
  readonly failOn?: Severity | null
  /** Whether dive's own figures are given, and judged. */
  readonly diveCompat: boolean
  /** How many layers came with the base image, where the user says it. */
  readonly baseLayers?: number
  /** Archive of the base image, where the user names it. */
  readonly base?: string
  /** What the image is for, where the user says it. */
  readonly role?: RoleName
  /** The Dockerfile that the image was built from, and the stage that it is. */
  readonly dockerfile?: string
  readonly target?: string
  /** What `what-if` is asked to apply: ids, rules, and names of sets. */
  readonly apply: readonly string[]
  /** Whether `what-if` proposes edits of the Dockerfile. */
  readonly plan: boolean
  /** The limits set by flags. */
  readonly limits: Partial<Limits>
  /** Whether the terminal UI is wanted; undefined where the terminal decides. */
  readonly ui: boolean | undefined
  /** Whether a pipe is copied to a temporary file, so that its files can be looked into. */
  readonly keep: boolean
  /** The settings of the UI given by flags and the environment. */
  readonly screen: ScreenSettings
  /** Config file that must exist; without one, the usual places are looked at. */
  readonly config?: string
}

/** What was typed: flags by their kebab-case names, values in the order given and none of them empty. */
export interface RawOptions {
  readonly images: readonly string[]
  readonly values: ReadonlyMap<string, readonly string[]>
  readonly toggles: ReadonlyMap<string, boolean>
}

/** The environment variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A mistake on the command line, as a sentence with a pointer to the help. */
export function usageError(sentence: string): UserError {
  return new UserError(`${sentence} (see "layerscope --help")`)
}

/** What was meant by what was typed; where a flag takes one value, the last one counts. */
export function resolveOptions({ images, values, toggles }: RawOptions, env: Environment): Options {
  const value = (name: string): string | undefined => values.get(name)?.at(-1)
  const image = value('image')
  const baseLayers = value('base-layers')
  const base = value('base')
  const role = value('role')
  const dockerfile = value('dockerfile')
  const target = value('target')
  const platform = value('platform')
  const output = value('output')
  const ciConfig = value('ci-config')
  const config = value('config')
  const failOn = value('fail-on')
  const ui = wantsUi(values, toggles)
  if (base !== undefined && baseLayers !== undefined) {
    throw usageError('--base and --base-layers both say where the base image ends: give one of the two')
  }
  if (target !== undefined && dockerfile === undefined) {
    throw usageError('--target names a stage of a Dockerfile: give that with --dockerfile')
  }
  return {
    ...parseOperands(images),
    format: parseFormat(value('format') ?? 'text'),
    ...(output !== undefined && output !== '-' && { output }),
    color: toggles.get('color') ?? environmentColor(env),
    all: toggles.get('all') ?? false,
    files: toggles.get('files') ?? false,
    verify: toggles.get('verify') ?? false,
    ...(image !== undefined && { image }),
    ...(baseLayers !== undefined && { baseLayers: parseCount('--base-layers', baseLayers) }),
    ...(base !== undefined && { base }),
    ...(role !== undefined && { role: parseWord(role, ROLES, '--role') }),
    ...(dockerfile !== undefined && { dockerfile }),
    ...(target !== undefined && { target }),
    ...(platform !== undefined && { platform: parsePlatform(platform) }),
    ci: toggles.get('ci') ?? (failOn !== undefined || (ui !== true && /^(?:true|1|yes)$/i.test(env.CI ?? ''))),
    ...(ciConfig !== undefined && { ciConfig }),
    thresholds: parseThresholds(value),
    ...(failOn !== undefined && { failOn: parseFailOn(failOn, '--fail-on') }),
    diveCompat: toggles.get('dive-compat') ?? false,
    apply: wordsOf(values.get('apply') ?? ['safe']),
    plan: toggles.get('plan') ?? false,
    limits: parseLimits(values.get('limit') ?? []),
    ui,
    keep: toggles.get('keep') ?? false,
    screen: screenSettings(value('theme'), toggles, env),
    ...(config !== undefined && { config }),
  }
}

/** What to read in the end: standard input where nothing is named and it is not a terminal. */
export function resolveInput(input: Input, stdinIsTerminal: boolean): Exclude<Input, { kind: 'none' }> {
  if (input.kind === 'path') return input
  if (!stdinIsTerminal) return { kind: 'stdin' }
  throw usageError(
    input.kind === 'none'
      ? 'No image given: name an image archive or an image layout, or pipe one in'
      : 'Standard input is a terminal: pipe an image archive in, or name a file',
  )
}

/** The command is the first operand where it is named; a file of that name can be given as `./dockerfile`. */
function parseOperands(operands: readonly string[]): Pick<Options, 'command' | 'input' | 'rule'> {
  const [first, ...rest] = operands
  const command = COMMAND_NAMES.find((name) => name === first)
  return command === undefined
    ? { command: 'report', input: parseInput(operands) }
    : { command, ...OPERANDS[COMMANDS[command].takes](rest) }
}

/** What is made of the words behind each kind of command. */
const OPERANDS: Readonly<Record<Takes, (words: readonly string[]) => Pick<Options, 'input' | 'rule'>>> = {
  image: (words) => ({ input: parseInput(words) }),
  nothing: (words) => ({ input: nothing(words, 'rules lists them all, and reads no image') }),
  rule: ([rule, ...more]) => ({
    input: nothing(more, 'explain takes one rule, and reads no image'),
    ...(rule !== undefined && { rule }),
  }),
}

/** The input of a command that reads none. */
function nothing([operand]: readonly string[], why: string): Input {
  if (operand === undefined) return { kind: 'none' }
  throw usageError(`"${escapeText(operand)}" is one operand too many: ${why}`)
}

function parseInput([path, second]: readonly string[]): Input {
  if (second !== undefined) throw usageError(`One IMAGE at a time: "${escapeText(second)}" is a second one`)
  if (path === undefined) return { kind: 'none' }
  if (path === '') throw usageError('IMAGE is empty: name a file, a directory, or - for standard input')
  return path === '-' ? { kind: 'stdin' } : { kind: 'path', path }
}

/** The words of values that may each be a list with commas. */
function wordsOf(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(',').map((word) => word.trim())).filter((word) => word !== '')
}

function parseCount(flag: string, given: string): number {
  if (/^\d{1,6}$/.test(given)) return Number(given)
  throw usageError(`${flag} cannot be "${escapeText(given)}": give a number of layers, from 0`)
}

function parseFormat(given: string): Format {
  const format = FORMATS.find((known) => known === given)
  if (format !== undefined) return format
  throw usageError(`--format cannot be "${escapeText(given)}"${didYouMean(given, FORMATS) || ': give text or json'}`)
}

/** What is asked of a report, and so not of a screen. */
const REPORT_FLAGS = ['format', 'output', 'all', 'files', 'ci', 'fail-on', 'dive-compat']

function wantsUi(values: RawOptions['values'], toggles: RawOptions['toggles']): boolean | undefined {
  const ui = toggles.get('ui')
  const report = REPORT_FLAGS.find((name) => values.has(name) || toggles.get(name) === true)
  if (report === undefined) return ui
  if (ui === true)
    throw usageError(`--ui opens the terminal UI, but --${report} asks for a report: give one of the two`)
  return false
}

function screenSettings(theme: string | undefined, toggles: RawOptions['toggles'], env: Environment): ScreenSettings {
  const mouse = toggles.get('mouse')
  // A locale that nobody has set tells nothing about the terminal; most can do UTF-8.
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || 'UTF-8'
  const ascii = toggles.get('ascii') ?? (/utf-?8/i.test(locale) ? undefined : true)
  return {
    ...(theme !== undefined && { theme: parseWord(theme, THEMES, '--theme') }),
    ...(mouse !== undefined && { mouse }),
    ...(ascii !== undefined && { ascii }),
  }
}

function parsePlatform(given: string): Platform {
  const platform = parsePlatformText(given.toLowerCase())
  if (platform !== undefined) return platform
  throw usageError(`--platform cannot be "${escapeText(given)}": give os/architecture[/variant], such as linux/arm64`)
}

function parseThresholds(value: (name: string) => string | undefined): Partial<Thresholds> {
  const thresholds: Partial<Record<ThresholdName, number | null>> = {}
  for (const name of THRESHOLD_NAMES) {
    const { spelling } = THRESHOLDS[name]
    const given = value(spelling)
    if (given !== undefined) thresholds[name] = parseThreshold(name, given, `--${spelling}`)
  }
  return thresholds
}

/** The lowest severity that fails, null where none does; `where` begins the sentence of a `UserError`. */
export function parseFailOn(given: string, where: string): Severity | null {
  const severity = parseWord(given, [...SEVERITIES, 'none'], where)
  return severity === 'none' ? null : severity
}

function parseLimits(given: readonly string[]): Partial<Limits> {
  const limits: Partial<Record<LimitName, number>> = {}
  for (const one of given) {
    const [, name, size = ''] = /^([^=]+)=(.+)$/s.exec(one) ?? []
    if (name === undefined) {
      throw usageError(`--limit cannot be "${escapeText(one)}": give NAME=VALUE, such as json=64MiB`)
    }
    if (!Object.hasOwn(LIMITS, name)) {
      const names = Object.keys(LIMITS)
      const hint = didYouMean(name, names) || `; known: ${names.join(', ')}`
      throw usageError(`--limit: unknown limit "${escapeText(name)}"${hint}`)
    }
    const limit = parseBytes(size)
    if (limit === undefined || limit < 1) {
      throw usageError(`--limit ${name} cannot be "${escapeText(size)}": give a number from 1, or a size such as 64MiB`)
    }
    limits[name as LimitName] = limit
  }
  return limits
}

/** What FORCE_COLOR and NO_COLOR ask for; the former wins, as it does in Node. */
function environmentColor({ FORCE_COLOR: force, NO_COLOR: no }: Environment): boolean | undefined {
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false'
  return no !== undefined && no !== '' ? false : undefined
}
