/** One command of a shell line, and what stands between it and the one before. */
export interface ShellPart {
  readonly operator: '' | '&&' | '||' | ';' | '|' | '&'
  /** Without white space around it, and with single spaces between its words. */
  readonly text: string
  /** Where it stands in the line, white space around it included. */
  readonly from: number
  readonly to: number
}

const OPERATOR = /&&|\|\||;(?!;)|\|(?!&)|&(?![>&])/y
const HEREDOC_OR_REDIRECT = /[<>&\d]/

/**
 * A shell line cut at the operators between its commands; what stands in quotes, in parentheses or behind a `#`
 * stays in one piece.
 */
export function splitShell(command: string): ShellPart[] {
  const parts: ShellPart[] = []
  // What is open, innermost last: a quote, a backtick or a parenthesis.
  const open: string[] = []
  let operator: ShellPart['operator'] = ''
  let text = ''
  let from = 0
  // Kept apart, since looking at the end of a text that grows costs its whole length.
  let last = ''
  const add = (piece: string): void => {
    text += piece
    last = piece.at(-1) ?? last
  }
  const end = (next: ShellPart['operator'], to: number): void => {
    parts.push({ operator, text: text.trim(), from, to })
    from = to + next.length
    operator = next
    text = ''
    last = ''
  }
  for (let i = 0; i < command.length; i++) {
    const character = command[i] as string
    const inside = open.at(-1)
    const free = inside !== '"'
    if (character === '\\') add(command.slice(i, ++i + 1))
    else if (character === inside) {
      open.pop()
      add(character)
    } else if (character === "'" && free) {
      const close = command.indexOf("'", i + 1)
      const stop = close < 0 ? command.length : close
      add(command.slice(i, stop + 1))
      i = stop
    } else if (character === '"' || character === '`') {
      open.push(character)
      add(character)
    } else if (character === '(' && (free || command[i - 1] === '$')) {
      open.push(')')
      add(character)
    } else if (free && isSpace(character)) {
      if (!isSpace(last)) add(' ')
    } else if (character === '#' && free && (last === '' || isSpace(last))) {
      add(command.slice(i))
      break
    } else if (open.length > 0) add(character)
    else {
      OPERATOR.lastIndex = i
      const found = character === '&' && HEREDOC_OR_REDIRECT.test(last) ? undefined : OPERATOR.exec(command)?.[0]
      // The second half of `;;` belongs to the first.
      if (found === undefined || (found === ';' && last === ';')) add(character)
      else {
        end(found as ShellPart['operator'], i)
        i += found.length - 1
      }
    }
  }
  end('', command.length)
  return parts
}

function isSpace(character: string): boolean {
  return /\s/.test(character)
}

/** What stands between two lines of one instruction. */
export const BREAK = ' \\\n    '

/** A shell line over several lines of a Dockerfile, a new one at each `&&`, `||` and `;`. */
export function breakShell(command: string): string {
  let lines = ''
  for (const { operator, text } of splitShell(command)) {
    // A line that began with `#` would be a comment of the Dockerfile.
    const stays = text === '' || text.startsWith('#')
    if (operator === '') lines += text
    else if (operator === ';' || operator === '&')
      lines += `${operator}${text === '' ? '' : stays ? ' ' : BREAK}${text}`
    else if (operator === '|' || stays) lines += ` ${operator}${text === '' ? '' : ' '}${text}`
    else lines += `${BREAK}${operator} ${text}`
  }
  return lines
}
