import { UserError } from '../errors.ts'
import { parseYaml, unknownKey } from '../format/yaml.ts'
import type { CheckName } from './report.ts'
import { CHECK_NAMES, parseThreshold, THRESHOLDS, type Thresholds } from './thresholds.ts'

const KEYS: ReadonlyMap<string, CheckName> = new Map(
  CHECK_NAMES.flatMap((name) => [[THRESHOLDS[name].spelling, name] as const, [name, name] as const]),
)

/** The thresholds that a CI config file (YAML, as dive's `.dive-ci`) sets; `file` names it for the `UserError`. */
export function parseCiConfig(text: string, file: string): Partial<Thresholds> {
  const what = 'a CI config file'
  const thresholds: Partial<Record<CheckName, number | null>> = {}
  for (const top of parseYaml(text, file, what).entries(what)) {
    if (top.key !== 'rules') throw unknownKey(top, ['rules'])
    for (const entry of top.value.entries('"rules"')) {
      const { key, where, value } = entry
      const check = KEYS.get(key)
      if (check === undefined) throw unknownKey(entry, KEYS.keys())
      if (check in thresholds) throw new UserError(`${where}: "${key}" is set twice; keep one of the two`)
      if (value.text === undefined) {
        throw new UserError(`${where}: "${key}" must be a single value: ${THRESHOLDS[check].values}`)
      }
      thresholds[check] = parseThreshold(check, value.text, `${where}: "${key}"`)
    }
  }
  return thresholds
}
