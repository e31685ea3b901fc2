import { THRESHOLD_KEYS, thresholdsOf } from '../analysis/ci-config.ts'
import type { FindingsGate } from '../analysis/findings-check.ts'
import type { Thresholds } from '../analysis/thresholds.ts'
import { UserError } from '../errors.ts'
import { parseWord } from '../format/closest.ts'
import { fieldsOf, textOf, toggleOf, type YamlEntry } from '../format/yaml.ts'
import { parseFailOn } from '../options.ts'
import { SAFETIES, type Safety, type Severity } from '../rules/rule.ts'

/** What the section `ci` of a config file sets. */
export interface CiSettings {
  readonly thresholds: Partial<Thresholds>
  /** Null where it says that no finding fails. */
  readonly failOn?: Severity | null
  /** Which findings count, where it says so. */
  readonly gate: Partial<Pick<FindingsGate, 'safeties' | 'base'>>
}

const GATE_KEYS = ['fail-on', 'fail-on-safety', 'fail-on-base']

/** What the section `ci` says: thresholds by the names they have in a CI config file, and which findings fail. */
export function parseCi({ value }: YamlEntry): CiSettings {
  const fields = fieldsOf(value, '"ci"', [...THRESHOLD_KEYS, ...GATE_KEYS])
  const failOn = fields.get('fail-on')
  const safeties = fields.get('fail-on-safety')
  const base = fields.get('fail-on-base')
  return {
    thresholds: thresholdsOf(fields.values()),
    ...(failOn && { failOn: parseFailOn(textOf(failOn), `${failOn.where}: "fail-on"`) }),
    gate: {
      ...(safeties && { safeties: parseSafeties(safeties) }),
      ...(base && { base: toggleOf(base) }),
    },
  }
}

function parseSafeties({ where, value }: YamlEntry): Safety[] {
  const words = value.items()?.map(({ text = '' }) => text) ?? [value.text ?? '']
  if (words.length === 0)
    throw new UserError(`${where}: "fail-on-safety" is empty; give some of ${SAFETIES.join(', ')}`)
  return words.map((word) => parseWord(word, SAFETIES, `${where}: "fail-on-safety"`))
}
