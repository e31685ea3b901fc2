import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import { parseYaml, unknownKey, type YamlEntry, type YamlValue } from '../format/yaml.ts'
import { parseTheme, type ScreenSettings } from '../options.ts'
import { BINDINGS, type Binding, remapKeys } from './keys.ts'

/** What a config file sets. */
export interface UiConfig {
  readonly screen: ScreenSettings
  readonly bindings: readonly Binding[]
}

/** Without a config file. */
export const DEFAULT_CONFIG: UiConfig = { screen: {}, bindings: BINDINGS }

/** What a config file of the UI (YAML) says; `file` names it for the `UserError`. */
export function parseUiConfig(text: string, file: string): UiConfig {
  const screen: { -readonly [name in keyof ScreenSettings]: ScreenSettings[name] } = {}
  let bindings = BINDINGS
  const set: Readonly<Record<string, (entry: YamlEntry) => void>> = {
    theme: (entry) => {
      screen.theme = parseTheme(textOf(entry), `${entry.where}: "theme"`)
    },
    mouse: (entry) => {
      screen.mouse = toggleOf(entry)
    },
    ascii: (entry) => {
      screen.ascii = toggleOf(entry)
    },
    keys: (entry) => {
      const pairs = entry.value.entries('"keys"').map(({ key, value }) => [key, keysOf(value)] as const)
      bindings = remapKeys(Object.fromEntries(pairs), escapeText(file))
    },
  }
  const seen = new Set<string>()
  for (const entry of parseYaml(text, file, 'a config file').entries('a config file')) {
    const setting = Object.hasOwn(set, entry.key) ? set[entry.key] : undefined
    if (setting === undefined) throw unknownKey(entry, Object.keys(set))
    if (seen.has(entry.key)) throw new UserError(`${entry.where}: "${entry.key}" is set twice; keep one of the two`)
    seen.add(entry.key)
    setting(entry)
  }
  return { screen, bindings }
}

/** One key, or a list of them. */
function keysOf(value: YamlValue): string[] {
  const keys = value.items()?.map(({ text = '' }) => text) ?? [value.text ?? '']
  return keys.filter((key) => key !== '').map(keyName)
}

/** Other spellings of keys, such as those that the help shows. */
const SPELLINGS: Readonly<Record<string, string>> = {
  esc: 'escape',
  return: 'enter',
  pgup: 'pageup',
  pgdn: 'pagedown',
  del: 'delete',
  '↑': 'up',
  '↓': 'down',
  '←': 'left',
  '→': 'right',
}

/** The name of a key in the key table: `Ctrl-C` is `ctrl+c`, `PgUp` is `pageup`, and `Q` stays what it is. */
function keyName(text: string): string {
  const [, modifiers = '', key = ''] = /^((?:(?:ctrl|shift|alt)[-+])*)(.+)$/is.exec(text) ?? []
  const lower = key.toLowerCase()
  const name = key.length > 1 || modifiers !== '' ? lower : key
  return modifiers.toLowerCase().replaceAll('-', '+') + (Object.hasOwn(SPELLINGS, lower) ? SPELLINGS[lower] : name)
}

function textOf({ key, where, value }: YamlEntry): string {
  if (value.text === undefined) throw new UserError(`${where}: "${key}" must be a single value`)
  return value.text
}

function toggleOf(entry: YamlEntry): boolean {
  const text = textOf(entry)
  if (text === 'true' || text === 'false') return text === 'true'
  throw new UserError(`${entry.where}: "${entry.key}" cannot be "${escapeText(text)}": give true or false`)
}
