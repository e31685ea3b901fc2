import type { Key as InkKey } from 'ink'
import type { Key } from './keys.ts'

/** Ink's flags and the names that the key table has for them. */
const NAMED: readonly (readonly [flag: keyof InkKey, name: string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
]

const CONTROLS: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\b': 'backspace',
  '\u007f': 'backspace',
  '\u001b': 'escape',
}

/** The key presses in what Ink gives at once: one key, or the text of a fast typist or of a paste, letter by letter. */
export function namedKeys(input: string, key: InkKey): Key[] {
  const named = NAMED.find(([flag]) => key[flag] === true)
  if (named !== undefined) return [{ name: `${modifiers(key, key.shift)}${named[1]}` }]
  // Terminals send the same byte for Ctrl-/ and Ctrl-_.
  if (key.ctrl) return [{ name: `${modifiers(key, false)}${input === ' ' ? 'space' : input === '_' ? '/' : input}` }]
  if (key.meta) return [{ name: `${modifiers(key, false)}${input}` }]
  return [...input].flatMap(typed)
}

function typed(character: string): Key[] {
  if (character === ' ') return [{ name: 'space', text: ' ' }]
  const control = CONTROLS[character] ?? controlName(character.charCodeAt(0))
  if (control !== undefined) return [{ name: control }]
  return /\p{Cc}/u.test(character) ? [] : [{ name: character, text: character }]
}

/** The key that sends a control character together with Ctrl, among other keys that came at once. */
function controlName(code: number): string | undefined {
  if (code === 0) return 'ctrl+space'
  if (code === 0x1f) return 'ctrl+/'
  return code <= 0x1a ? `ctrl+${String.fromCharCode(code + 0x60)}` : undefined
}

function modifiers({ ctrl, meta }: InkKey, shift: boolean): string {
  return `${ctrl ? 'ctrl+' : ''}${meta ? 'alt+' : ''}${shift ? 'shift+' : ''}`
}
