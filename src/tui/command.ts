import { formatCreatedBy } from '../format/created-by.ts'
import { safeText, wrap } from './row.ts'

const INDENT = '  '
const QUOTES: ReadonlySet<string> = new Set(['"', "'"])

/** An instruction as safe lines of at most `width` columns: one for each command of a chain, and wrapped where that is too long. */
export function prettyCommand(createdBy: string, width: number): string[] {
  const lines = splitChain(formatCreatedBy(createdBy))
  return lines.flatMap((line, i) => {
    const indent = i === 0 ? '' : INDENT
    const [first = '', ...rest] = wrap(safeText(line), Math.max(1, width - 2 * INDENT.length))
    return [indent + first, ...rest.map((more) => indent + INDENT + more)]
  })
}

/** The commands of a shell line, each with the `&&`, `||`, `|` or `;` before it; quoted text is left whole. */
function splitChain(line: string): string[] {
  const commands: string[] = []
  let quote = ''
  let command = ''
  for (let i = 0; i < line.length; i++) {
    const character = line.charAt(i)
    const pair = line.slice(i, i + 2)
    if (quote !== '') {
      if (character === quote) quote = ''
    } else if (QUOTES.has(character)) quote = character
    else if ((pair === '&&' || pair === '||' || character === ';') && command.trim() !== '') {
      commands.push(command.trim())
      command = ''
      if (character !== ';') {
        command = pair
        i++
        continue
      }
      // A semicolon ends what stands before it.
      commands[commands.length - 1] += ';'
      continue
    }
    command += character
    if (character === '\\' && quote !== "'" && i + 1 < line.length) command += line.charAt(++i)
  }
  return command.trim() === '' && commands.length > 0 ? commands : [...commands, command.trim()]
}
