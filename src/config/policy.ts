import { UserError } from '../errors.ts'
import { didYouMean, parseWord } from '../format/closest.ts'
import { escapeText } from '../format/escape.ts'
import { isDisabled, parseBytes, parseRatio } from '../format/quantity.ts'
import { fieldsOf, textOf, type YamlEntry, type YamlValue } from '../format/yaml.ts'
import { RULES } from '../rules/catalogue.ts'
import { DEFAULT_POLICY, type Ignore, type Policy, type Size } from '../rules/policy.ts'
import { SEVERITIES, type Severity } from '../rules/rule.ts'

const RULE_IDS: readonly string[] = RULES.map(({ id }) => id)

/** The policy of the section `findings`: severities of rules, sizes of severities, and what is ignored. */
export function parsePolicy({ value }: YamlEntry): Policy {
  const fields = fieldsOf(value, '"findings"', ['rules', 'sizes', 'ignore'])
  const rules = fields.get('rules')
  const sizes = fields.get('sizes')
  const ignore = fields.get('ignore')
  return {
    severities: rules === undefined ? DEFAULT_POLICY.severities : parseSeverities(rules),
    sizes: sizes === undefined ? DEFAULT_POLICY.sizes : { ...DEFAULT_POLICY.sizes, ...parseSizes(sizes) },
    ignore: ignore === undefined ? [] : parseIgnores(ignore),
  }
}

function parseSeverities({ value }: YamlEntry): Policy['severities'] {
  const severities = new Map<string, Severity | 'off'>()
  for (const entry of value.entries('"rules"')) {
    const rule = ruleOf(entry.key, entry.where)
    if (severities.has(rule)) throw new UserError(`${entry.where}: "${rule}" is set twice; keep one of the two`)
    severities.set(rule, parseWord(textOf(entry), [...SEVERITIES, 'off'], `${entry.where}: the severity of ${rule}`))
  }
  return severities
}

function parseSizes({ value }: YamlEntry): Partial<Policy['sizes']> {
  const fields = fieldsOf(value, '"sizes"', ['low', 'medium', 'high'])
  return Object.fromEntries([...fields].map(([severity, entry]) => [severity, parseSize(severity, entry)]))
}

/** What is given takes the place of both bytes and share; `low` is the fewest bytes of all, and so no share. */
function parseSize(severity: string, { where, value }: YamlEntry): Size {
  const texts = value.items()?.map(({ text }) => text) ?? [value.text]
  const size = { bytes: Infinity, share: Infinity }
  for (const text of texts) {
    const share = text?.endsWith('%') && severity !== 'low' ? parseRatio(text) : undefined
    const bytes = text === undefined ? undefined : parseBytes(text)
    if (share !== undefined && size.share === Infinity) size.share = share
    else if (bytes !== undefined && size.bytes === Infinity) size.bytes = bytes
    else if (text === undefined || severity === 'low' || !isDisabled(text)) {
      const values = severity === 'low' ? 'a size such as 100kB' : 'a size, a percentage, both as a list, or "off"'
      throw new UserError(
        `${where}: "${severity}" cannot be "${escapeText(text ?? 'a map or a list')}": give ${values}`,
      )
    }
  }
  return size
}

function parseIgnores({ where, value }: YamlEntry): Ignore[] {
  const items = value.text === '' ? [] : value.items()
  if (items === undefined) throw new UserError(`${where}: "ignore" must be a list of entries with rule and reason`)
  return items.map(parseIgnore)
}

function parseIgnore(item: YamlValue): Ignore {
  const fields = fieldsOf(item, 'an entry of "ignore"', ['rule', 'paths', 'layer', 'reason', 'expires'])
  const required = (key: 'rule' | 'reason'): { text: string; where: string } => {
    const entry = fields.get(key)
    const text = entry === undefined ? '' : textOf(entry).trim()
    if (text !== '') return { text, where: entry?.where ?? item.where }
    throw new UserError(`${item.where}: an entry of "ignore" needs a ${key}; add one`)
  }
  const rule = required('rule')
  const paths = fields.get('paths')
  const layer = fields.get('layer')
  const expires = fields.get('expires')
  return {
    rule: ruleOf(rule.text, rule.where),
    ...(paths && { paths: parsePaths(paths) }),
    ...(layer && { layer: parseLayer(layer) }),
    reason: required('reason').text,
    ...(expires && { expires: parseDay(expires) }),
    where: item.where,
  }
}

function ruleOf(id: string, where: string): string {
  if (RULE_IDS.includes(id)) return id
  const hint = didYouMean(id, RULE_IDS) || '; "layerscope --format json" names those that found something'
  throw new UserError(`${where}: there is no rule "${escapeText(id)}"${hint}`)
}

/** One glob, or a list of them; braces are none, so that the size of a pattern is that of its text. */
function parsePaths({ where, value }: YamlEntry): string[] {
  const paths = value.items()?.map(({ text = '' }) => text) ?? [value.text ?? '']
  for (const path of paths) {
    if (/^(?:\/|\*\*\/)[^{}]*$/.test(path)) continue
    const values = 'a path from the root such as /opt/app, or a glob such as /opt/*.log or **/.git, without braces'
    throw new UserError(`${where}: "paths" cannot be "${escapeText(path)}": give ${values}`)
  }
  if (paths.length === 0) throw new UserError(`${where}: "paths" is empty; name some, or leave it out for all files`)
  return paths
}

function parseLayer(entry: YamlEntry): number {
  const text = textOf(entry)
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new UserError(`${entry.where}: "layer" cannot be "${escapeText(text)}": give the number of a layer, from 0`)
}

function parseDay(entry: YamlEntry): string {
  const text = textOf(entry)
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : NaN
  // A day that no month has is another one when it is written back.
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(text)) return text
  throw new UserError(`${entry.where}: "expires" cannot be "${escapeText(text)}": give a day such as 2030-12-31`)
}
