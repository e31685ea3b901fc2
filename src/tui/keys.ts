import { UserError } from '../errors.ts'
import { didYouMean } from '../format/closest.ts'
import { escapeText } from '../format/escape.ts'
import type { Action, Command, Overlay, PaneName, State } from './state.ts'

/** A key press as the terminal layer names it, and the printable text that it types, where it types any. */
export interface Key {
  /** As in the key table: `k`, `K`, `up`, `enter`, `shift+tab`, `ctrl+a`. */
  readonly name: string
  readonly text?: string
}

/** Where a key is heard: in one of the panes, or in what has the keyboard for itself. */
export type Context = PaneName | Overlay['kind'] | 'prompt'

/** One row of the key table. */
export interface Binding {
  readonly command: Command
  readonly contexts: readonly Context[]
  readonly keys: readonly string[]
  /** Keys that dive gives to the same thing; further keys of the same command. */
  readonly dive: readonly string[]
  /** Two or three words for the hint bar; rows without them are only in the help. */
  readonly hint?: string
  /** What the key does, for the help and the README. */
  readonly help: string
}

const LISTS: readonly Context[] = ['layers', 'files', 'waste', 'image']
const OVERLAYS: readonly Context[] = ['help', 'biography', 'layer', 'finding', 'viewer']
const SCROLLED: readonly Context[] = [...LISTS, ...OVERLAYS]
const ON_PATHS: readonly Context[] = ['files', 'waste']
const ANYWHERE: readonly Context[] = [...SCROLLED, 'overwrite', 'prompt']

/**
 * Every key, in the order of the help; a context has one row for each key. Terminals send the same byte for some keys,
 * so they cannot be told apart: Ctrl-M is Enter, Ctrl-I is Tab, Ctrl-H is Backspace; function keys do not arrive at all.
 */
export const BINDINGS: readonly Binding[] = [
  row('up', SCROLLED, 'up k', '', 'one row up'),
  row('down', SCROLLED, 'down j', '', 'one row down'),
  row('page-up', SCROLLED, 'pageup u', '', 'one page up'),
  row('page-down', SCROLLED, 'pagedown d', '', 'one page down'),
  row('top', SCROLLED, 'home g', '', 'first row'),
  row('bottom', SCROLLED, 'end G', '', 'last row'),
  row('next-pane', LISTS, 'tab shift+tab', '', 'from the layers to the pane beside them, and back', 'pane'),
  row('open', ['layers'], 'enter right l', '', 'to the files of the layer', 'files'),
  row('open', ['files'], 'right l enter', '', 'unfold a directory, then go into it', 'open'),
  row(
    'open',
    ['waste'],
    'right l enter',
    '',
    'unfold a finding or a group; go to a file in the layer that wrote it',
    'open',
  ),
  row('view', ['waste'], 'v', '', 'all about the finding, and what to change; of a file, read it', 'view'),
  row('next-grouping', ['waste'], 's', '', 'findings, or what is wasted: by cause, by directory, or not', 'group by'),
  row('open', ['viewer'], 'right l', '', 'scroll to the right'),
  row('close', ['files'], 'left h', '', 'fold a directory, then go to the one around it'),
  row('close', ['waste'], 'left h', '', 'fold a finding or a group, then go to the layers'),
  row('close', ['image'], 'left h', '', 'to the layers'),
  row('close', ['viewer'], 'left h', '', 'scroll to the left'),
  row(
    'tick',
    ['waste', 'finding'],
    't',
    '',
    'suppose that something is done about it, or not: the first line tells what the image would come to',
    'tick',
  ),
  row('tick-safe', LISTS, 'S', '', 'tick every finding whose change is safe'),
  row('untick-all', LISTS, 'U', '', 'take all ticks away'),
  row('toggle-fold', ON_PATHS, 'space', '', 'fold or unfold', 'fold'),
  row('toggle-fold-all', ON_PATHS, 'z', 'ctrl+space', 'fold or unfold everything', 'fold all'),
  row('show-waste', LISTS, 'w', '', 'what was found and what is wasted, and back', 'findings'),
  row('show-image', LISTS, 'i', '', 'about the image, and back', 'image'),
  row('previous-layer', LISTS, '[', '', 'the layer beneath, whatever the pane'),
  row('next-layer', LISTS, ']', '', 'the layer above, whatever the pane'),
  row('layer-changes', ['layers', 'files'], 'c', '', 'files: only the changes of this layer', 'this layer'),
  row(
    'all-changes',
    ['layers', 'files'],
    'a',
    '',
    'files: everything up to this layer, compared with the base',
    'all so far',
  ),
  row('layer-changes', ['layers'], '', 'ctrl+l', 'files: only the changes of this layer'),
  row('all-changes', ['layers'], '', 'ctrl+a', 'files: everything up to this layer'),
  row('search', LISTS, '/', '', 'find a name in all layers, while you type; a glob, or /regex/ for paths', 'search'),
  row('search', ['viewer'], '/', '', 'find in the file', 'find'),
  row('next-match', [...LISTS, 'viewer'], 'n', '', 'next match, in this or a later layer'),
  row('previous-match', [...LISTS, 'viewer'], 'N', '', 'previous match'),
  row(
    'filter',
    ['layers', 'files'],
    'f',
    'ctrl+f ctrl+/',
    'list only matching paths: a part, a glob, or a /regex/',
    'filter',
  ),
  row('clear', LISTS, 'escape', '', 'clear the filter, then the search; from waste or image back to the files'),
  row('toggle-added', ['files'], '1', 'ctrl+a', 'show or hide what was added'),
  row('toggle-removed', ['files'], '2', 'ctrl+r', 'show or hide what was removed'),
  row(
    'toggle-modified',
    ['files'],
    '3',
    '',
    'show or hide what was modified, or stored again unchanged (dive: Ctrl-M, which is Enter)',
  ),
  row('toggle-unchanged', ['files'], '4', 'ctrl+u', 'show or hide what is unchanged'),
  row('toggle-attributes', ['files'], 'b', 'ctrl+b', 'show or hide mode and owner'),
  row('next-sort', ['files'], 's', 'ctrl+o', 'sort by size, name, or change', 'sort'),
  row('reverse-sort', ['files'], 'r', '', 'reverse the order'),
  row('biography', ON_PATHS, 'B', '', 'what each layer did to the file', 'biography'),
  row('view', ['layers'], 'v', '', 'the whole instruction, and all about the layer', 'details'),
  row('view', ['files'], 'v', '', 'read the file', 'view'),
  row('toggle-hex', ['viewer'], 't', '', 'text or bytes', 'text/hex'),
  row('tick', ['files'], 't', '', 'suppose that the layer never wrote it, or that it did: the same for paths'),
  row('extract', ON_PATHS, 'x', 'ctrl+e', 'write the file or directory to disk', 'extract'),
  row('copy-path', ON_PATHS, 'y', '', 'copy the path'),
  row('zoom', LISTS, '+', '', 'give the pane the whole screen, and back'),
  row('next-theme', [...LISTS, 'help'], 'T', '', 'next theme'),
  row('toggle-mouse', LISTS, 'M', '', 'leave the mouse to the terminal, and take it back'),
  row('accept', ['overwrite'], 'y', '', 'replace what is there', 'replace'),
  row('cancel', ['overwrite'], 'n escape q', '', 'leave it as it is', 'leave it'),
  row('cancel', OVERLAYS, 'escape q', '', 'close', 'close'),
  row('accept', ['prompt'], 'enter', '', 'take the text', 'done'),
  row('cancel', ['prompt'], 'escape', '', 'leave; a search goes back to where it began', 'cancel'),
  row('delete-character', ['prompt'], 'backspace', '', 'delete a character'),
  row('delete-word', ['prompt'], 'ctrl+w', '', 'delete a word'),
  row('delete-all', ['prompt'], 'ctrl+u', '', 'delete the line'),
  row('help', LISTS, '?', '', 'this list', 'help'),
  row('redraw', SCROLLED, 'R', '', 'draw the screen anew'),
  row('suspend', ANYWHERE, 'ctrl+z', '', 'suspend; fg comes back'),
  row('quit', LISTS, 'q', '', 'quit', 'quit'),
  row('quit', ANYWHERE, 'ctrl+c', '', 'quit'),
]

function row(
  command: Command,
  contexts: readonly Context[],
  keys: string,
  dive: string,
  help: string,
  hint?: string,
): Binding {
  const list = (text: string) => (text === '' ? [] : text.split(' '))
  return { command, contexts, keys: list(keys), dive: list(dive), help, ...(hint !== undefined && { hint }) }
}

/** Who hears the next key. */
export function contextOf({ prompt, overlay, focus }: State): Context {
  if (prompt !== undefined) return 'prompt'
  return overlay?.kind ?? focus
}

/** The action that a key stands for where the state is; undefined where it stands for none. */
export function keyToAction(key: Key, state: State, bindings: readonly Binding[] = BINDINGS): Action | undefined {
  const context = contextOf(state)
  // Whatever is remapped, a prompt can be typed into.
  if (context === 'prompt' && key.text !== undefined && key.text !== '') return { type: 'typed', text: key.text }
  const binding = bindings.find((one) => one.contexts.includes(context) && keysOf(one).includes(key.name))
  return binding && { type: binding.command }
}

/** All keys of a row, the preferred one first. */
export function keysOf({ keys, dive }: Binding): readonly string[] {
  return [...keys, ...dive]
}

const NAMED_KEYS: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  enter: 'Enter',
  escape: 'Esc',
  space: 'Space',
  tab: 'Tab',
  backspace: 'Backspace',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  delete: 'Delete',
}

/** A key for people: `Ctrl-A`, `PgUp`, `k`. */
export function formatKey(name: string, ascii = false): string {
  const [, modifiers = '', key = ''] = /^((?:(?:ctrl|shift|alt)\+)*)(.+)$/s.exec(name) ?? []
  const named = NAMED_KEYS[key]
  const bare = named === undefined || (ascii && named.length === 1) ? key : named
  const prefix = modifiers.replace(/(\w)(\w*)\+/g, (_, first: string, rest: string) => `${first.toUpperCase()}${rest}-`)
  return prefix + (prefix === '' || bare.length > 1 ? bare : bare.toUpperCase())
}

/** Keys by the names of commands, as a config file gives them. */
export type KeyConfig = Readonly<Record<string, readonly string[]>>

/**
 * The key table with the keys of some commands replaced; a key that another command had goes to the new one. `where`
 * is the file that is quoted in errors.
 *
 * @throws UserError where a command or a key does not exist, or one key is given to two commands of one place.
 */
export function remapKeys(config: KeyConfig, where: string, bindings: readonly Binding[] = BINDINGS): Binding[] {
  const commands = new Set<string>(bindings.filter((one) => !isFixed(one)).map(({ command }) => command))
  for (const [command, keys] of Object.entries(config)) {
    if (!commands.has(command)) {
      const hint = didYouMean(command, commands) || '; the help (?) lists all actions'
      throw new UserError(`${where}: there is no action "${escapeText(command)}" to give keys to${hint}`)
    }
    for (const key of keys) checkKey(key, command, where)
  }
  const remapped = bindings.map((binding) => {
    const keys = Object.hasOwn(config, binding.command) ? config[binding.command] : undefined
    return keys === undefined || isFixed(binding) ? binding : { ...binding, keys, dive: [] }
  })
  const taken = takenKeys(config, remapped, where)
  return remapped.map((binding) => {
    if (Object.hasOwn(config, binding.command) || isFixed(binding)) return binding
    const free = (key: string) => !binding.contexts.some((context) => taken.has(`${context} ${key}`))
    return { ...binding, keys: binding.keys.filter(free), dive: binding.dive.filter(free) }
  })
}

/** Ctrl-C always quits and Ctrl-Z always suspends. */
function isFixed({ contexts }: Binding): boolean {
  return contexts === ANYWHERE
}

function checkKey(key: string, command: string, where: string): void {
  const [, bare = ''] = /^(?:(?:ctrl|shift|alt)\+)*(.+)$/s.exec(key) ?? []
  if (Object.hasOwn(NAMED_KEYS, bare) || /^[!-~]$/.test(bare)) return
  const names = Object.keys(NAMED_KEYS)
  const hint = didYouMean(bare, names) || `; give a character, or ${names.join(', ')}, after "ctrl+" where that is held`
  throw new UserError(`${where}: "${escapeText(key)}" for ${command} is no key${hint}`)
}

/** The keys that the config gives away, with the place where each is heard. */
function takenKeys(config: KeyConfig, bindings: readonly Binding[], where: string): ReadonlyMap<string, Command> {
  const taken = new Map<string, Command>()
  for (const binding of bindings) {
    const { command, contexts, keys } = binding
    if (!Object.hasOwn(config, command) && !isFixed(binding)) continue
    for (const key of keys) {
      for (const context of contexts) {
        const other = taken.get(`${context} ${key}`)
        if (other !== undefined && other !== command) {
          throw new UserError(`${where}: "${escapeText(key)}" is given to both ${other} and ${command}; choose one`)
        }
        taken.set(`${context} ${key}`, command)
      }
    }
  }
  return taken
}

/** The key table for the README: what each action is called in the config file, its keys, and what it does. */
export function keysAsMarkdown(bindings: readonly Binding[] = BINDINGS): string {
  const code = (keys: readonly string[]) => keys.map((key) => `\`${formatKey(key)}\``).join(' ')
  const lines = bindings.map(
    ({ command, contexts, keys, dive, help }) =>
      `| \`${command}\` | ${code(keys)} | ${code(dive)} | ${describeContexts(contexts)} | ${help.replaceAll('|', '\\|')} |`,
  )
  return ['| action | keys | as in dive | where | what it does |', '| --- | --- | --- | --- | --- |', ...lines].join(
    '\n',
  )
}

/** Where a row of the table is heard, in words. */
export function describeContexts(contexts: readonly Context[]): string {
  if (contexts === ANYWHERE) return 'everywhere'
  const whole = GROUPS.filter(([, members]) => members.every((member) => contexts.includes(member)))
  const rest = contexts.filter((context) => !whole.some(([, members]) => members.includes(context)))
  return [...whole.map(([name]) => name), ...rest].join(', ')
}

const GROUPS: readonly (readonly [name: string, members: readonly Context[]])[] = [
  ['panes', LISTS],
  ['pages', OVERLAYS],
]
