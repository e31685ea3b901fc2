import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import { UserError } from '../errors.ts'
import { didYouMean } from './closest.ts'
import { escapeText } from './escape.ts'

/** Bytes that a config file may have at most: a few settings and their comments need far fewer. */
export const CONFIG_MAX_BYTES = 64 * 1024

/** A value of a config file; what it holds is looked at only when asked for, so that no alias can make it grow. */
export interface YamlValue {
  /** File and line, for messages. */
  readonly where: string
  /** The text of a single value, empty for nothing at all; undefined for a map or a list. */
  readonly text: string | undefined
  /** The items of a list; undefined for anything else. */
  items(): YamlValue[] | undefined
  /** The pairs of a map; nothing at all is an empty map. UserError where it is something else, which `what` names. */
  entries(what: string): YamlEntry[]
}

/** A pair of a map. */
export interface YamlEntry {
  readonly key: string
  /** File and line, for messages. */
  readonly where: string
  readonly value: YamlValue
}

/** Reads a config file (YAML); `kind` says what it is and `file` names it in a `UserError`. */
export function parseYaml(text: string, file: string, kind: string): YamlValue {
  const name = escapeText(file)
  if (text.length > CONFIG_MAX_BYTES) {
    throw new UserError(`${name}: ${kind} has at most ${CONFIG_MAX_BYTES} bytes; is this the right file?`)
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
  const view = (given: unknown): YamlValue => {
    const node = resolve(given)
    const isEmpty = node === null || (isScalar(node) && node.value === null)
    return {
      where: at(node?.range?.[0]),
      text: isEmpty ? '' : isScalar(node) ? String(node.value) : undefined,
      items: () => (isSeq(node) ? node.items.map(view) : undefined),
      entries(what) {
        if (isEmpty) return []
        if (!isMap(node)) throw new UserError(`${at(node.range?.[0])}: ${what} must be a map of keys to values`)
        return (node as YAMLMap<Node, unknown>).items.map((pair) => {
          const key = resolve(pair.key)
          return {
            key: isScalar(key) ? String(key.value ?? '') : '',
            where: at(pair.key.range?.[0]),
            value: view(pair.value),
          }
        })
      },
    }
  }
  return view(document.contents)
}

/** The pairs of a map by their keys; UserError where one is not known, or there twice. */
export function fieldsOf<Key extends string>(
  value: YamlValue,
  what: string,
  known: readonly Key[],
): ReadonlyMap<Key, YamlEntry> {
  const fields = new Map<Key, YamlEntry>()
  for (const entry of value.entries(what)) {
    const key = known.find((name) => name === entry.key)
    if (key === undefined) throw unknownKey(entry, known)
    if (fields.has(key)) throw new UserError(`${entry.where}: "${key}" is set twice; keep one of the two`)
    fields.set(key, entry)
  }
  return fields
}

/** The text of a single value; UserError where it is a map or a list. */
export function textOf({ key, where, value }: YamlEntry): string {
  if (value.text === undefined) throw new UserError(`${where}: "${escapeText(key)}" must be a single value`)
  return value.text
}

/** True or false; UserError where it is neither. */
export function toggleOf(entry: YamlEntry): boolean {
  const text = textOf(entry)
  if (text === 'true' || text === 'false') return text === 'true'
  throw new UserError(`${entry.where}: "${entry.key}" cannot be "${escapeText(text)}": give true or false`)
}

function unknownKey({ key, where }: YamlEntry, known: readonly string[]): UserError {
  const hint = didYouMean(key, known) || `; known: ${known.join(', ')}`
  return new UserError(`${where}: unknown key "${escapeText(key)}"${hint}`)
}
