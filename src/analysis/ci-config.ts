import { UserError } from '../errors.ts'
import { fieldsOf, parseYaml, type YamlEntry } from '../format/yaml.ts'
import type { ThresholdName } from './report.ts'
import { parseThreshold, THRESHOLD_NAMES, THRESHOLDS, type Thresholds } from './thresholds.ts'

const NAMES: ReadonlyMap<string, ThresholdName> = new Map(
  THRESHOLD_NAMES.flatMap((name) => [[THRESHOLDS[name].spelling, name] as const, [name, name] as const]),
)

/** The keys that set thresholds, in both spellings. */
export const THRESHOLD_KEYS: readonly string[] = [...NAMES.keys()]

/** The thresholds that a CI config file (YAML, as dive's `.dive-ci`) sets; `file` names it for the `UserError`. */
export function parseCiConfig(text: string, file: string): Partial<Thresholds> {
  const what = 'a CI config file'
  const rules = fieldsOf(parseYaml(text, file, what), what, ['rules']).get('rules')
  return rules === undefined ? {} : thresholdsOf(fieldsOf(rules.value, '"rules"', THRESHOLD_KEYS).values())
}

/** The thresholds that pairs of a config file set; keys of another meaning are passed over. */
export function thresholdsOf(entries: Iterable<YamlEntry>): Partial<Thresholds> {
  const thresholds: Partial<Record<ThresholdName, number | null>> = {}
  for (const { key, where, value } of entries) {
    const name = NAMES.get(key)
    if (name === undefined) continue
    if (name in thresholds) throw new UserError(`${where}: "${key}" is set twice; keep one of the two`)
    if (value.text === undefined) {
      throw new UserError(`${where}: "${key}" must be a single value: ${THRESHOLDS[name].values}`)
    }
    thresholds[name] = parseThreshold(name, value.text, `${where}: "${key}"`)
  }
  return thresholds
}
