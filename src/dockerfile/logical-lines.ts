import { UserError } from '../errors.ts'
import { endsHeredoc, findHeredocs } from './words.ts'

/** One instruction of a Dockerfile as text: its lines joined, without comments, the bodies of its heredocs behind it. */
export interface LogicalLine {
  /** First line in the file, counted from 1. */
  readonly line: number
  /** Last line in the file, that of a heredoc's end included. */
  readonly endLine: number
  readonly text: string
}

/** The lines of a Dockerfile, and the character that escapes in it. */
export interface LogicalLines {
  readonly escapeMark: string
  readonly lines: readonly LogicalLine[]
}

const DIRECTIVE = /^\s*#\s*([a-z][\w-]*)\s*=\s*(.*?)\s*$/i
const COMMENT = /^\s*#/
const WITH_HEREDOCS = /^\s*(?:ONBUILD\s+)?(?:RUN|COPY|ADD)\s/i

/**
 * Joins the lines of a Dockerfile (Dockerfile reference, "Format", "Parser directives", "Here-Documents");
 * `name` is what messages call it.
 *
 * @throws UserError where a heredoc does not end.
 */
export function joinLines(text: string, name: string): LogicalLines {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/)
  const { escapeMark, from } = readDirectives(lines)
  const continued = escapeMark === '`' ? /(^|[^`])`[ \t]*$/ : /(^|[^\\])\\[ \t]*$/
  const found: LogicalLine[] = []
  for (let i = from; i < lines.length; i++) {
    const first = (lines[i] ?? '').trimStart()
    if (first === '' || COMMENT.test(first)) continue
    const line = i + 1
    const parts: string[] = []
    let part = first
    while (continued.test(part)) {
      parts.push(part.replace(continued, '$1'))
      // Comments and empty lines between do not end an instruction.
      do i++
      while (i < lines.length && /^\s*(?:#|$)/.test(lines[i] ?? ''))
      part = lines[i] ?? ''
    }
    let joined = parts.join('') + part
    if (WITH_HEREDOCS.test(joined)) {
      for (const heredoc of findHeredocs(joined, escapeMark)) {
        const start = i
        do joined += `\n${lines[++i] ?? ''}`
        while (i < lines.length && !endsHeredoc(lines[i] ?? '', heredoc))
        if (i >= lines.length) {
          throw new UserError(
            `${name}, line ${line}: the heredoc "${heredoc.name}" is opened there, but no line after ${start + 1} ends it; add a line that holds only its name`,
          )
        }
      }
    }
    found.push({ line, endLine: Math.min(i + 1, lines.length), text: joined })
  }
  return { escapeMark, lines: found }
}

/** Directives stand before everything else, comments included; unknown ones are comments. */
function readDirectives(lines: readonly string[]): { escapeMark: string; from: number } {
  let escapeMark = '\\'
  let from = 0
  for (; from < lines.length; from++) {
    const [, key, value] = DIRECTIVE.exec(lines[from] ?? '') ?? []
    if (key === undefined || !['syntax', 'escape', 'check'].includes(key.toLowerCase())) break
    if (key.toLowerCase() === 'escape' && value === '`') escapeMark = value
  }
  return { escapeMark, from }
}
