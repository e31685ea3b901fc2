import { firstInNeed, firstInNeedOfSystem } from './harmless.ts'
import { type Call, INSTALLERS, type InstallCommand, type TextEdit, type Word } from './installers.ts'
import { splitShell } from './shell-command.ts'

export type InstallerName = keyof typeof INSTALLERS

/** What installed some files, and what stands against its leaving them out. */
export interface Installer {
  readonly name: InstallerName
  /** Why it cannot be told to leave them out, whatever its command is; undefined where it can. */
  readonly obstacle?: string
  /** Scripts of the project that it runs itself, unless its command says otherwise; each may need what is left out. */
  readonly scripts?: readonly string[]
  /** Names of the files that list what is left out. */
  readonly requirements?: readonly string[]
}

/**
 * How a shell text is changed so that its installer leaves out what only development needs, where all that runs behind
 * it is sure to do without; else why it is not, and what to do. `after` are the shell texts that run later.
 */
export function leanInstall(text: string, installer: Installer, after: readonly string[]): TextEdit | string {
  const { name, obstacle, scripts = [], requirements = [] } = installer
  const call: Call = INSTALLERS[name]
  const { lean } = call
  if (obstacle !== undefined) return obstacle
  const parts = partsOf(text)
  const [one, ...others] = parts.flatMap((part, i) => {
    const command = readCall(text, part, call)
    return command === undefined ? [] : [{ command, i }]
  })
  if (one === undefined) return `it has no command that is known to install them; that should be ${lean}`
  if (others.length > 0) return `it installs more than once; each time it should be ${lean}`
  const { command, i } = one
  if (!isWhole(command, call)) return `its command says more of what is installed; it should be ${lean}`
  const [script] = command.words.some((word) => word.text === '--ignore-scripts') ? [] : scripts
  if (script !== undefined) {
    return `installing runs the script "${script}" of package.json, which may need them; where it does not, use ${lean}`
  }
  const behind = [...parts.slice(i + 1).map(({ from, to }) => text.slice(from, to)), ...after]
  const needy = call.ofSystem === true ? firstInNeedOfSystem(behind) : firstInNeed(behind)
  if (needy !== undefined) {
    const what = call.ofSystem === true ? 'where it does not' : 'build in a stage of its own, and in the final one'
    return `"${beginningOf(needy)}" runs after it and may need them; ${what} use ${lean}`
  }
  return call.edit(command, requirements)
}

/** A text with some of its characters replaced. */
export function withEdit(text: string, { at, length, text: replacement }: TextEdit): string {
  return text.slice(0, at) + replacement + text.slice(at + length)
}

interface Range {
  readonly from: number
  readonly to: number
}

/** The commands of a shell text of one or several lines. */
function partsOf(text: string): Range[] {
  let start = 0
  return text.split('\n').flatMap((line) => {
    const at = start
    start += line.length + 1
    return splitShell(line).map(({ from, to }) => ({ from: at + from, to: at + to }))
  })
}

/** A part of a shell text as a command that installs a project; undefined where it is none. */
function readCall(text: string, { from, to }: Range, call: Call): InstallCommand | undefined {
  const all = Array.from(text.slice(from, to).matchAll(/\S+/g), ({ 0: word, index }): Word => {
    return { text: word, at: from + index }
  })
  const first = all.findIndex((word) => !/^\w+=[^`$("']*$/.test(word.text))
  const name = all[first]
  if (name === undefined || !call.program.test(name.text)) return undefined
  const words = all.slice(first + 1)
  const [verb] = plainWords(words, call)
  if (words.some((word) => /^(?:-[gvh]|--(?:global|version|help))$/.test(word.text))) return undefined
  if (verb === undefined ? call.bare !== true : !call.verbs.includes(verb.text)) return undefined
  return { name, verb, words }
}

/** The words that are neither options nor their values. */
function plainWords(words: readonly Word[], { valued }: Call): Word[] {
  return words.filter((word, i) => !word.text.startsWith('-') && !valued.test(words[i - 1]?.text ?? ''))
}

/** Whether a command installs what the project asks for, all of it and nothing else, in words that a shell leaves as they are. */
function isWhole({ words }: InstallCommand, call: Call): boolean {
  const isClear = words.every(({ text }) => !call.choosing.test(text) && /^[\w@%+=:,./~-]+$/.test(text))
  return isClear && (call.ofSystem === true || plainWords(words, call).length <= 1)
}

/** The first words of a command, for messages. */
export function beginningOf(command: string): string {
  const words = command.split(/\s+/, 3).join(' ')
  return words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words
}

const LONGEST = 40
