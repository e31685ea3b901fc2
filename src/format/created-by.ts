/** What builders put around the text of a history entry (`created_by` of image-spec, config.md), taken apart. */
export interface CreatedBy {
  /** `nop`: an instruction behind `#(nop)`; `run`: behind RUN; `shell`: a bare shell; `plain`: none of these marks. */
  readonly mark: 'nop' | 'run' | 'shell' | 'plain'
  /** Whether the text ended with the mark of BuildKit. */
  readonly buildkit: boolean
  /** The build arguments that a RUN saw, by name. */
  readonly buildArgs: readonly (readonly [name: string, value: string])[]
  /** The shell that ran it, as one text; undefined where there was none. */
  readonly shell: string | undefined
  /** The instruction, or the command of a RUN, with its own white space. */
  readonly text: string
}

// Classic builders write the shell in force, whatever it is, before the marker of an instruction that runs nothing.
const NOP = /^([^"'&;|]*)#\(nop\) /
const BUILDKIT = / # buildkit\s*$/
const SHELL =
  /(?<!\S)(?:\/(?:usr\/)?bin\/\w*sh(?: -[a-z]*o pipefail| -[a-z]+)* -[a-z]*c|(?:cmd|CMD)(?:\.exe)? \/[Ss] \/[Cc]|(?:powershell|pwsh)(?:\.exe)?(?: -No\w+)* -Command) /

/** Takes apart the text of a history entry; `shell` is the one in force there, where it is known. */
export function splitCreatedBy(createdBy: string, shell?: string): CreatedBy {
  const line = createdBy.replace(BUILDKIT, '')
  const buildkit = line.length < createdBy.length
  const run = line.startsWith('RUN ')
  const nop = run || buildkit ? undefined : nopMark(line, shell)
  if (nop !== undefined) {
    const text = line.slice(nop.length).trimStart()
    return { mark: 'nop', buildkit, buildArgs: [], shell: nop.shell, text }
  }
  const { buildArgs, rest } = splitBuildArgs(run ? line.slice(4) : line, shell)
  const ran = shellAt(rest, shell)
  const mark = run ? 'run' : ran !== undefined || rest !== line ? 'shell' : 'plain'
  return { mark, buildkit, buildArgs, shell: ran, text: ran === undefined ? rest : rest.slice(ran.length + 1) }
}

/** The marker of an instruction that ran nothing, with the shell before it; a command behind a shell may hold the same words. */
function nopMark(line: string, known: string | undefined): { length: number; shell: string | undefined } | undefined {
  const [mark, before = ''] = NOP.exec(line) ?? []
  if (mark === undefined) return undefined
  const shell = before.trim()
  const ran = shellAt(before, known)
  return ran !== undefined && ran !== shell ? undefined : { length: mark.length, shell: shell || undefined }
}

/** An instruction of the history as one short line: without the shell and the marks that builders put around it. */
export function formatCreatedBy(createdBy: string): string {
  const { mark, text } = splitCreatedBy(createdBy.replace(/\s+/g, ' ').trim())
  return mark === 'run' || mark === 'shell' ? `RUN ${text}` : text
}

/** Values are not quoted, so the arguments end where the shell begins, or else (exec form) with the last one's first word. */
function splitBuildArgs(text: string, shell: string | undefined): Pick<CreatedBy, 'buildArgs'> & { rest: string } {
  const mark = /^\|(\d{1,4}) /.exec(text)
  if (mark === null) return { buildArgs: [], rest: text }
  const start = mark[0].length
  const count = Number(mark[1])
  const counted = endOfWords(text, start, count)
  // buildah counts words rather than arguments, and writes this shell whatever it was.
  if (counted !== undefined && text.startsWith('/bin/sh -c ', counted)) {
    return { buildArgs: namedValues(text.slice(start, counted).trimEnd(), count), rest: text.slice(counted) }
  }
  let last = start - 1
  for (let i = 0; i < count; i++) {
    last = text.indexOf('=', last + 1)
    if (last < 0) return { buildArgs: [], rest: text }
  }
  const space = count === 0 ? last : text.indexOf(' ', last)
  const end = findShell(text, last + 1, shell) ?? (space < 0 ? text.length : space + 1)
  return { buildArgs: namedValues(text.slice(start, end).trimEnd(), count), rest: text.slice(end) }
}

/** Where the word after so many others begins; undefined where there are not as many. */
function endOfWords(text: string, start: number, count: number): number | undefined {
  let at = start
  for (let i = 0; i < count; i++) {
    at = text.indexOf(' ', at) + 1
    if (at === 0) return undefined
  }
  return at
}

function namedValues(text: string, count: number): (readonly [string, string])[] {
  const parts = text === '' ? [] : text.split(/ (?=[A-Za-z_]\w*=)/)
  // A value that looks like an argument itself: nothing says which, so the last one keeps it.
  const values = parts.length > count ? [...parts.slice(0, count - 1), parts.slice(count - 1).join(' ')] : parts
  return values.map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)])
}

/** Where the first shell begins, or undefined. */
function findShell(text: string, from: number, shell: string | undefined): number | undefined {
  // The character before, so that a shell at the very start is found too.
  const known = shell === undefined ? -1 : text.indexOf(` ${shell} `, from - 1)
  if (known >= 0) return known + 1
  const { index } = SHELL.exec(text.slice(from)) ?? {}
  return index === undefined ? undefined : from + index
}

/** The shell that a text begins with, or undefined. */
function shellAt(text: string, shell: string | undefined): string | undefined {
  if (shell !== undefined && text.startsWith(`${shell} `)) return shell
  const match = SHELL.exec(text)
  return match?.index === 0 ? match[0].trimEnd() : undefined
}
