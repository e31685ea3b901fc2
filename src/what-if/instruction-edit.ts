import type { Finding } from '../rules/finding.ts'
import type { RecipeInstruction } from './recipe.ts'
import type { LineEdit } from './unified-diff.ts'

/** What is to change about one instruction. */
export interface Change {
  /** Flags behind its word, such as an owner. */
  readonly flags: Set<string>
  /** Flags that mount something where it writes, and the finding that asks for each. */
  readonly mounts: Map<string, Finding>
  /** Commands that it runs at its end, before it deletes anything. */
  readonly commands: Set<string>
  /** Paths that it deletes at its end, without a leading slash, and the findings that ask for it. */
  readonly removals: Map<string, readonly Finding[]>
  /** The instructions that it takes in, in order. */
  readonly joined: RecipeInstruction[]
  /** Whether nothing is left of it. */
  dropped: boolean
  readonly reasons: Set<string>
}

/** Findings that a hunk names. */
const NAMED = 3

const INDENT = '    '

/** The lines that take the place of an instruction's, and of those that it takes in. */
export function instructionEdit(lines: readonly string[], instruction: RecipeInstruction, change: Change): LineEdit[] {
  const { first, last } = instruction
  const named = [...change.reasons]
  const reason = named.length > NAMED ? `${named.slice(0, NAMED).join(', ')} …` : named.join(', ')
  if (change.dropped) return [{ first, last, lines: [], reason }]
  let own = linesOf(lines, instruction)
  for (const other of change.joined) own = continued(own, bodyOf(linesOf(lines, other)))
  const mounts = [...change.mounts.keys()]
  const targets = mounts.map(targetOf)
  // What is mounted is not part of the layer.
  const removals = [...change.removals.keys()].filter((path) => !targets.some((target) => isWithin(`/${path}`, target)))
  const rm = removals.length === 0 ? [] : [`rm -rf ${removals.map((path) => `/${path}`).join(' ')}`]
  for (const command of [...change.commands, ...rm]) own = withCommand(own, command, instruction)
  return [{ first, last, lines: withFlags(own, [...change.flags, ...mounts]), reason }]
}

function linesOf(lines: readonly string[], { first, last }: Pick<RecipeInstruction, 'first' | 'last'>): string[] {
  return lines.slice(first - 1, last)
}

/** A command that goes on with another one. */
function continued(lines: readonly string[], [next = '', ...rest]: readonly string[]): string[] {
  const last = lines.at(-1) ?? ''
  return [...lines.slice(0, -1), `${last} \\`, `${INDENT}&& ${next}`, ...rest]
}

/** A RUN without its word and flags; in parentheses where it changes what a shell remembers. */
function bodyOf([first = '', ...rest]: readonly string[]): string[] {
  const body = [first.replace(/^\s*RUN\s+(?:--\S+\s+)*/i, ''), ...rest]
  if (!/(?:^|[;&|]\s*)(?:cd|export|set|umask)\b/.test(body.join(' '))) return body
  const end = body.length - 1
  return body.map((line, i) => `${i === 0 ? '(' : ''}${line}${i === end ? ')' : ''}`)
}

/** A RUN that goes on with a command; within a heredoc on a line of its own. */
function withCommand(lines: readonly string[], command: string, { command: run }: RecipeInstruction): string[] {
  if (run.heredocs.length > 0) return [...lines.slice(0, -1), command, lines.at(-1) ?? '']
  return continued(lines, [command])
}

/** An instruction with flags that it has not yet, each on a line of its own. */
function withFlags([first = '', ...rest]: readonly string[], flags: readonly string[]): string[] {
  const missing = flags.filter((flag) => !first.includes(flag))
  const [, word, tail] = /^(\s*[A-Za-z]+)\s+(.*)$/.exec(first) ?? []
  if (missing.length === 0 || word === undefined || tail === undefined) return [first, ...rest]
  if (missing.every((flag) => !flag.startsWith('--mount='))) return [`${word} ${missing.join(' ')} ${tail}`, ...rest]
  return [`${word} ${missing.join(` \\\n${INDENT}`)} \\`, `${INDENT}${tail}`, ...rest].flatMap((line) =>
    line.split('\n'),
  )
}

/**
 * The lines of a RUN as the shell reads them, each character in its place: what is the Dockerfile's own is blank, and so
 * are the ends of lines that go on.
 */
export function shellTextOf(lines: readonly string[], { first, last, command }: RecipeInstruction): string {
  const blank = (text: string) => text.replace(/[^\n]/g, ' ')
  const isScript = command.heredocs.length > 0
  const text = linesOf(lines, { first, last })
    .map((line, i, all) => {
      const isOwn = isScript ? i === 0 || i === all.length - 1 : i > 0 && /^\s*#/.test(line)
      return isOwn ? blank(line) : line
    })
    .join('\n')
  const shell = text.replace(/^\s*RUN\s+(?:--\S+\s+(?:\\\n\s*)?)*/i, blank)
  // Empty lines and comments between do not end an instruction.
  return isScript ? shell : shell.replace(/\\[ \t]*$/gm, blank).replaceAll('\n', ' ')
}

/** Whether a path lies in a directory, or is it. */
export function isWithin(path: string, directory: string): boolean {
  return directory !== '' && (path === directory || path.startsWith(`${directory}/`))
}

/** The directory that a mount covers. */
export function targetOf(flag: string): string {
  return /target=([^,\s]+)/.exec(flag)?.[1] ?? ''
}

/** Whether a command can be put behind an instruction's own. */
export function canAppend({ command }: RecipeInstruction): boolean {
  const { word, form, text, heredocs } = command
  if (word !== 'RUN' || form !== 'shell') return false
  if (heredocs.length > 0)
    return heredocs.length === 1 && /^<<-?\s*["']?\w+["']?\s*$/.test(text.split('\n', 1)[0] ?? '')
  // Behind a comment or a `&` nothing can follow.
  return !/(?:^|\s)#|&\s*$|[;|]\s*$|\\$/.test(text.trimEnd())
}
