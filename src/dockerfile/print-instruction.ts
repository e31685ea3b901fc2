import type { Flag, Word } from './command.ts'
import type { Instruction } from './instruction.ts'
import { recordsText } from './producer.ts'
import { BREAK, breakShell } from './shell-command.ts'
import { endsHeredoc, findHeredocs } from './words.ts'

/** What stands in a Dockerfile where the history does not name the sources of a COPY. */
const LOST_SOURCE = '<source lost>'

/**
 * An instruction as a Dockerfile has it, over as many lines as it reads well on; `shell` is the one in force.
 * What is no instruction becomes a comment.
 */
export function printInstruction(instruction: Instruction, shell: readonly string[]): string {
  const { word } = instruction
  if (word === undefined) return oneLine(`# ${instruction.text.replace(/^#\s*/, '') || '(nothing recorded)'}`)
  if (word === 'RUN') return printRun(instruction, shell)
  const settings = printedSettings(instruction, word).map(oneLine)
  return [word, ...instruction.flags.map(printFlag).map(oneLine), settings.join(BREAK)].join(' ').trimEnd()
}

/** A flag as it stands behind the word of an instruction. */
export function printFlag({ name, value }: Flag): string {
  return value === undefined ? `--${name}` : `--${name}=${value}`
}

/** No line break that an image holds may begin a line that looks like an instruction. */
function oneLine(text: string): string {
  return text.replace(/\n/g, '\\n').replace(/\r/g, '\\r')
}

type Settings = (instruction: Instruction) => string | readonly string[]

const list: Settings = ({ args }) => JSON.stringify(args)
const words: Settings = ({ args }) => args.join(' ')
const command: Settings = ({ form, args, text }) => (form === 'exec' ? JSON.stringify(args) : text)
const named: Settings = ({ pairs }) => pairs.map(([name, value = '']) => `${quote(name)}=${quote(value)}`)

/** How what follows the word is printed, where it is not the recorded text. */
const SETTINGS: Readonly<Partial<Record<Word, Settings>>> = {
  ADD: printCopy,
  COPY: printCopy,
  ENV: named,
  LABEL: named,
  VOLUME: list,
  EXPOSE: words,
  CMD: command,
  ENTRYPOINT: command,
  SHELL: command,
  HEALTHCHECK: (instruction) => (instruction.form === undefined ? words : printCheck)(instruction),
}

function printedSettings(instruction: Instruction, word: Word): readonly string[] {
  const { producer, lost, text } = instruction
  const settings = recordsText(producer) && !lost.includes('sources') ? text : (SETTINGS[word]?.(instruction) ?? text)
  return typeof settings === 'string' ? [settings] : settings
}

function printCopy({ sources, destination = '' }: Instruction): string {
  if (sources.length === 0) return `${LOST_SOURCE} ${destination}`
  const paths = [...sources, destination]
  return paths.some((path) => /[\s"']/.test(path)) ? JSON.stringify(paths) : paths.join(' ')
}

function printCheck({ form, args }: Instruction): string {
  return `CMD ${form === 'exec' ? JSON.stringify(args) : args.join(' ')}`
}

/** A value as ENV and LABEL take it: in quotes where it needs them. */
export function quote(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `"${value.replace(/["$\\]/g, '\\$&')}"`
}

function printRun(instruction: Instruction, inForce: readonly string[]): string {
  const { flags, form, args, text, heredocs, shell, producer } = instruction
  const head = ['RUN', ...flags.map(printFlag)].join(' ')
  if (form === 'exec') return `${head} ${JSON.stringify(args)}`
  // buildah writes /bin/sh whatever the shell was, so there the one in force is as good.
  const other = shell !== undefined && producer !== 'buildah' && shell.join(' ') !== inForce.join(' ')
  const lines = text.trimEnd()
  const exec = (): string => `${head} ${JSON.stringify([...(shell ?? inForce), lines])}`
  if (other) return exec()
  if (lines.includes('\n'))
    return closedHeredocs(lines) && heredocs.every(({ name }) => name !== '')
      ? `${head} ${lines}`
      : `${head} ${asHeredoc(text)}`
  // What a Dockerfile would take for a continuation, a heredoc, an exec form or a flag.
  if (/\\$|\r|^\[|^--/.test(lines) || findHeredocs(lines).length > 0) return exec()
  return `${head} ${breakShell(lines)}`.trimEnd()
}

/** Whether every heredoc of a text ends, and the text with the last one. */
function closedHeredocs(text: string): boolean {
  const [first = '', ...lines] = text.split('\n')
  let at = 0
  for (const mark of findHeredocs(first)) {
    while (at < lines.length && !endsHeredoc(lines[at] ?? '', mark)) at++
    if (at++ >= lines.length) return false
  }
  return at === lines.length
}

function asHeredoc(text: string): string {
  const body = text.endsWith('\n') ? text : `${text}\n`
  const lines = new Set(body.split('\n'))
  let name = 'EOF'
  for (let i = 2; lines.has(name); i++) name = `EOF${i}`
  return `<<${name}\n${body}${name}`
}
