import type { Sections } from '../config/sections.ts'
import { parseWord } from '../format/closest.ts'
import { textOf, toggleOf, type YamlEntry, type YamlValue } from '../format/yaml.ts'
import { type ScreenSettings, THEMES } from '../options.ts'
import { BINDINGS, type Binding, remapKeys } from './keys.ts'

/** What a config file sets. */
export interface UiConfig {
  readonly screen: ScreenSettings
  readonly bindings: readonly Binding[]
}

/** Without a config file. */
export const DEFAULT_CONFIG: UiConfig = { screen: {}, bindings: BINDINGS }

/** What the sections of the UI in a config file say. */
export function parseUiConfig(sections: Sections): UiConfig {
  const [theme, mouse, ascii, keys] = UI_SECTIONS.map((name) => sections.get(name))
  return {
    screen: {
      ...(theme && { theme: parseWord(textOf(theme), THEMES, `${theme.where}: "theme"`) }),
      ...(mouse && { mouse: toggleOf(mouse) }),
      ...(ascii && { ascii: toggleOf(ascii) }),
    },
    bindings: keys === undefined ? BINDINGS : bindingsOf(keys),
  }
}

const UI_SECTIONS = ['theme', 'mouse', 'ascii', 'keys'] as const

function bindingsOf({ where, value }: YamlEntry): readonly Binding[] {
  const pairs = value.entries('"keys"').map((pair) => [pair.key, keysOf(pair.value)] as const)
  return remapKeys(Object.fromEntries(pairs), where)
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
