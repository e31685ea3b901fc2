import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import { UserError } from '../errors.ts'
import { didYouMean } from './closest.ts'
import { escapeText } from './escape.ts'

/** Bytes that a config file may have at most: a few settings and their comments need far fewer. */
export const CONFIG_MAX_BYTES = 64 * 1024

/** A value of a config file; what it holds is looked at only when asked for, so that no alias can make it grow. */
export interface YamlValue {
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

/** The failure to know a key of a config file. */
export function unknownKey({ key, where }: Pick<YamlEntry, 'key' | 'where'>, known: Iterable<string>): UserError {
  const names = [...known]
  const hint = didYouMean(key, names) || `; known: ${names.join(', ')}`
  return new UserError(`${where}: unknown key "${escapeText(key)}"${hint}`)
}
