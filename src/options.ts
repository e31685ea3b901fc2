import type { CheckName } from './analysis/report.ts'
import { CHECK_NAMES, parseThreshold, THRESHOLDS, type Thresholds } from './analysis/thresholds.ts'
import { UserError } from './errors.ts'
import { didYouMean } from './format/closest.ts'
import { escapeText } from './format/escape.ts'
import { parseBytes } from './format/quantity.ts'
import { LIMITS, type LimitName, type Limits } from './oci/limits.ts'
import { type Platform, parsePlatformText } from './oci/platform.ts'

/** Where the image archive comes from; `none` where the command line does not say. */
export type Input =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'stdin' }
  | { readonly kind: 'none' }

/** How a report can be written. */
export const FORMATS = ['text', 'json'] as const
export type Format = (typeof FORMATS)[number]

/** What the user asked for, checked: nothing below looks at the command line or the environment again. */
export interface Options {
  readonly input: Input
  readonly format: Format
  /** File to write the report to; standard output where there is none. */
  readonly output?: string
  /** Undefined where neither flag nor environment decides, so that the output does. */
  readonly color: boolean | undefined
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
  /** Whether dive's own figures are given, and judged. */
  readonly diveCompat: boolean
  /** The limits set by flags. */
  readonly limits: Partial<Limits>
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
  const platform = value('platform')
  const output = value('output')
  const ciConfig = value('ci-config')
  return {
    input: parseInput(images),
    format: parseFormat(value('format') ?? 'text'),
    ...(output !== undefined && output !== '-' && { output }),
    color: toggles.get('color') ?? environmentColor(env),
    files: toggles.get('files') ?? false,
    verify: toggles.get('verify') ?? false,
    ...(image !== undefined && { image }),
    ...(platform !== undefined && { platform: parsePlatform(platform) }),
    ci: toggles.get('ci') ?? /^(?:true|1|yes)$/i.test(env.CI ?? ''),
    ...(ciConfig !== undefined && { ciConfig }),
    thresholds: parseThresholds(value),
    diveCompat: toggles.get('dive-compat') ?? false,
    limits: parseLimits(values.get('limit') ?? []),
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

function parseInput([path, second]: readonly string[]): Input {
  if (second !== undefined) throw usageError(`One IMAGE at a time: "${escapeText(second)}" is a second one`)
  if (path === undefined) return { kind: 'none' }
  if (path === '') throw usageError('IMAGE is empty: name a file, a directory, or - for standard input')
  return path === '-' ? { kind: 'stdin' } : { kind: 'path', path }
}

function parseFormat(given: string): Format {
  const format = FORMATS.find((known) => known === given)
  if (format !== undefined) return format
  throw usageError(`--format cannot be "${escapeText(given)}"${didYouMean(given, FORMATS) || ': give text or json'}`)
}

function parsePlatform(given: string): Platform {
  const platform = parsePlatformText(given.toLowerCase())
  if (platform !== undefined) return platform
  throw usageError(`--platform cannot be "${escapeText(given)}": give os/architecture[/variant], such as linux/arm64`)
}

function parseThresholds(value: (name: string) => string | undefined): Partial<Thresholds> {
  const thresholds: Partial<Record<CheckName, number | null>> = {}
  for (const name of CHECK_NAMES) {
    const { spelling } = THRESHOLDS[name]
    const given = value(spelling)
    if (given !== undefined) thresholds[name] = parseThreshold(name, given, `--${spelling}`)
  }
  return thresholds
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
