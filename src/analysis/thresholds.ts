import { ExitCode, UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import { isDisabled, parseBytes, parseRatio } from '../format/quantity.ts'
import type { DiveFigures, Report, Summary, ThresholdCheck, ThresholdName } from './report.ts'

/** The limit of each check; null where it is disabled. */
export type Thresholds = Readonly<Record<ThresholdName, number | null>>

/** The figures that thresholds are held against. */
export type Figures = Readonly<Record<'efficiency' | 'wastedBytes' | 'ownWastedBytes', number>> & {
  /** null where there are no bytes above the base image to compare with. */
  readonly userWastedPercent: number | null
}

interface Threshold {
  /** Its name in kebab-case: a flag, or a key of a CI config file. */
  readonly spelling: string
  readonly default: number | null
  readonly figure: keyof Figures
  /** Which side of the threshold passes; equality always does. */
  readonly bound: 'lowest' | 'highest'
  /** Gives undefined where the text is no value for it. */
  readonly parse: (text: string) => number | undefined
  /** What a value may be, for an error. */
  readonly values: string
}

const RATIO = { parse: parseRatio, values: 'a number from 0 to 1 such as 0.9, a percentage such as 90%, or "disabled"' }
const BYTES = { parse: parseBytes, values: 'a size such as 20MB, 20MiB or 20000000, or "disabled"' }

/** Every threshold, under dive's name for it; the order is that of the checks in a report. */
export const THRESHOLDS: Readonly<Record<ThresholdName, Threshold>> = {
  lowestEfficiency: { spelling: 'lowest-efficiency', default: 0.9, figure: 'efficiency', bound: 'lowest', ...RATIO },
  highestWastedBytes: {
    spelling: 'highest-wasted-bytes',
    default: null,
    figure: 'wastedBytes',
    bound: 'highest',
    ...BYTES,
  },
  highestUserWastedPercent: {
    spelling: 'highest-user-wasted-percent',
    default: 0.1,
    figure: 'userWastedPercent',
    bound: 'highest',
    ...RATIO,
  },
}

/** The names of the thresholds, in the order of their checks in a report. */
export const THRESHOLD_NAMES = Object.keys(THRESHOLDS) as readonly ThresholdName[]

/** A threshold from text, null where it is disabled; `where` names flag or file and key for the `UserError`. */
export function parseThreshold(name: ThresholdName, text: string, where: string): number | null {
  if (isDisabled(text)) return null
  const { parse, values } = THRESHOLDS[name]
  const threshold = parse(text)
  if (threshold === undefined) throw new UserError(`${where} cannot be "${escapeText(text)}": give ${values}`)
  return threshold
}

/** The thresholds in force: each from the first of the places that sets it, else the default. */
export function resolveThresholds(...places: readonly Partial<Thresholds>[]): Thresholds {
  const resolve = (name: ThresholdName): number | null => {
    const given = places.map((place) => place[name]).find((threshold) => threshold !== undefined)
    return given === undefined ? THRESHOLDS[name].default : given
  }
  return {
    lowestEfficiency: resolve('lowestEfficiency'),
    highestWastedBytes: resolve('highestWastedBytes'),
    highestUserWastedPercent: resolve('highestUserWastedPercent'),
  }
}

/** The figures to judge: dive's own where the report has them (`--dive-compat`), else ours. */
export function judgedFigures({ summary, dive }: { readonly summary: Summary; readonly dive?: DiveFigures }): Figures {
  if (dive === undefined) return summary
  return {
    efficiency: dive.efficiencyScore,
    wastedBytes: dive.wastedBytes,
    ownWastedBytes: dive.wastedBytes,
    userWastedPercent: dive.userWastedPercent,
  }
}

/** Every check of an image of `layerCount` layers; a figure that equals its threshold passes, as in dive. */
export function evaluate(thresholds: Thresholds, figures: Figures, layerCount: number): ThresholdCheck[] {
  return THRESHOLD_NAMES.map((name) => {
    const threshold = thresholds[name]
    const value = figures[THRESHOLDS[name].figure]
    if (threshold === null) return { name, threshold, value, status: 'skip' }
    if (value === null) {
      // Waste over nothing exceeds every ratio, but a lone layer has nothing above it that could be judged.
      return { name, threshold, value, status: layerCount > 1 && figures.ownWastedBytes > 0 ? 'fail' : 'skip' }
    }
    const fails = THRESHOLDS[name].bound === 'lowest' ? value < threshold : value > threshold
    return { name, threshold, value, status: fails ? 'fail' : 'pass' }
  })
}

/** How the process ends once there is a report: 1 where a check failed. */
export function exitCodeOf({ checks }: Pick<Report, 'checks'>): ExitCode {
  return checks.some(({ status }) => status === 'fail') ? ExitCode.thresholdFailed : ExitCode.ok
}
