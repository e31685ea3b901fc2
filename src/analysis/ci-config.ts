import { isAlias, isMap, isScalar, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import { UserError } from '../errors.ts'
import { didYouMean } from '../format/closest.ts'
import { escapeText } from '../format/escape.ts'
import type { CheckName } from './report.ts'
import { CHECK_NAMES, parseThreshold, THRESHOLDS, type Thresholds } from './thresholds.ts'

/** Bytes that a CI config file may have at most: three numbers and their comments need far fewer. */
export const CI_CONFIG_MAX_BYTES = 64 * 1024

const KEYS: ReadonlyMap<string, CheckName> = new Map(
  CHECK_NAMES.flatMap((name) => [[THRESHOLDS[name].spelling, name] as const, [name, name] as const]),
)

/** The thresholds that a CI config file (YAML, as dive's `.dive-ci`) sets; `file` names it for the `UserError`. */
export function parseCiConfig(text: string, file: string): Partial<Thresholds> {
  const name = escapeText(file)
  if (text.length > CI_CONFIG_MAX_BYTES) {
    throw new UserError(`${name}: a CI config file has at most ${CI_CONFIG_MAX_BYTES} bytes; is this the right file?`)
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
  const at = (offset: number | undefined): string => `${name}, line ${lines.linePos(offset ?? 0).line}`

  const [error] = document.errors
  if (error !== undefined) {
    throw new UserError(`${at(error.pos[0])}: this is not valid YAML (${escapeText(error.message)}); correct the file`)
  }

  const resolve = (node: unknown): Node | null => {
    if (!isAlias(node)) return node as Node | null
    const target = node.resolve(document)
    if (target === undefined) throw new UserError(`${at(node.range?.[0])}: alias of nothing; give the value itself`)
    return target
  }
  /** The pairs of a map with scalar keys; nothing at all is an empty map, as in dive. */
  const entries = (node: Node | null, what: string): { key: string; where: string; value: Node | null }[] => {
    if (node === null || (isScalar(node) && node.value === null)) return []
    if (!isMap(node)) throw new UserError(`${at(node.range?.[0])}: ${what} must be a map of keys to values`)
    return (node as YAMLMap<Node, Node | null>).items.map((pair) => {
      const key = resolve(pair.key)
      return {
        key: isScalar(key) ? String(key.value ?? '') : '',
        where: at(pair.key.range?.[0]),
        value: resolve(pair.value),
      }
    })
  }

  const thresholds: Partial<Record<CheckName, number | null>> = {}
  for (const top of entries(document.contents, 'a CI config file')) {
    if (top.key !== 'rules') throw unknownKey(top.key, top.where, ['rules'])
    for (const { key, where, value } of entries(top.value, '"rules"')) {
      const check = KEYS.get(key)
      if (check === undefined) throw unknownKey(key, where, KEYS.keys())
      if (check in thresholds) throw new UserError(`${where}: "${key}" is set twice; keep one of the two`)
      if (value !== null && !isScalar(value)) {
        throw new UserError(`${where}: "${key}" must be a single value: ${THRESHOLDS[check].values}`)
      }
      thresholds[check] = parseThreshold(check, String(value?.value ?? ''), `${where}: "${key}"`)
    }
  }
  return thresholds
}

function unknownKey(key: string, where: string, known: Iterable<string>): UserError {
  const names = [...known]
  const hint = didYouMean(key, names) || `; known: ${names.join(', ')}`
  return new UserError(`${where}: unknown key "${escapeText(key)}"${hint}`)
}
