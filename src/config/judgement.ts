import { FIXABLE, type FindingsGate } from '../analysis/findings-check.ts'
import { resolveThresholds, type Thresholds } from '../analysis/thresholds.ts'
import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import type { Options } from '../options.ts'
import { readTextFile } from '../sources/text-file.ts'
import type { Sections } from './sections.ts'

/** What `--ci` judges an image by. */
export interface Judgement {
  readonly thresholds: Thresholds
  /** Undefined where findings are not judged. */
  readonly gate?: FindingsGate
}

/**
 * What `--ci` judges by. A flag goes before the file that `--ci-config` names, that before the config file, and that
 * before `.dive-ci`.
 */
export async function readJudgement(options: Options, sections: Sections): Promise<Judgement> {
  const { ciConfig, thresholds: flags } = options
  const file = await ciConfigFile(ciConfig)
  const section = sections.get('ci')
  const ci = section === undefined ? { thresholds: {}, gate: {} } : (await import('./ci.ts')).parseCi(section)
  const places = ciConfig === undefined ? [ci.thresholds, file] : [file, ci.thresholds]
  const severity = options.failOn === undefined ? ci.failOn : options.failOn
  return {
    thresholds: resolveThresholds(flags, ...places),
    ...(severity && { gate: { ...FIXABLE, ...ci.gate, severity } }),
  }
}

const DEFAULT_CI_CONFIG = '.dive-ci'

async function ciConfigFile(ciConfig: string | undefined): Promise<Partial<Thresholds>> {
  const path = ciConfig ?? DEFAULT_CI_CONFIG
  const text = readTextFile(path)
  if (text === undefined) {
    if (ciConfig === undefined) return {}
    throw new UserError(`${escapeText(path)}: there is no such CI config file; check --ci-config`)
  }
  const { parseCiConfig } = await import('../analysis/ci-config.ts')
  return parseCiConfig(text, path)
}
