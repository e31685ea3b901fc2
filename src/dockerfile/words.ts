/** Gives the value of a variable, or undefined where it is not set. */
export type Lookup = (name: string) => string | undefined

/** A redirection of a heredoc on the first line of an instruction: `<<EOF`, `<<-"EOF"`. */
export interface HeredocMark {
  readonly name: string
  /** Whether leading tabs of the body and of its end do not count. */
  readonly stripTabs: boolean
}

/** The words of a line, with their quotes and escapes; unbalanced quotes reach to the end of the line. */
export function splitWords(text: string, escapeMark = '\\'): string[] {
  const words: string[] = []
  let start = -1
  let quote = ''
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string
    if (quote === '' && /\s/.test(character)) {
      if (start >= 0) words.push(text.slice(start, i))
      start = -1
      continue
    }
    if (start < 0) start = i
    if (character === escapeMark && quote !== "'") i++
    else if (quote !== '' && character === quote) quote = ''
    else if (quote === '' && (character === '"' || character === "'")) quote = character
  }
  if (start >= 0) words.push(text.slice(start))
  return words
}

/** A word without its quotes and escapes, and with its variables where there is a `lookup` (Dockerfile reference, "Environment replacement"). */
export function expandWord(word: string, lookup?: Lookup, escapeMark = '\\'): string {
  let expanded = ''
  let quote = ''
  for (let i = 0; i < word.length; i++) {
    const character = word[i] as string
    const next = word[i + 1]
    if (character === escapeMark && quote !== "'" && next !== undefined) {
      // Within double quotes the escape stays where there was nothing to escape.
      if (quote === '"' && next !== '"' && next !== '$' && next !== escapeMark) expanded += character
      expanded += next
      i++
    } else if (quote !== '' && character === quote) quote = ''
    else if (quote === '' && (character === '"' || character === "'")) quote = character
    else if (character === '$' && quote !== "'" && lookup !== undefined) {
      const variable = readVariable(word, i, lookup, escapeMark)
      expanded += variable.value
      i = variable.end - 1
    } else expanded += character
  }
  return expanded
}

const BARE = /\$([A-Za-z_]\w*|\d)/y
const BRACED = /\$\{(\w+)(?:(:?[-+?])|\})/y

function readVariable(word: string, at: number, lookup: Lookup, escapeMark: string): { value: string; end: number } {
  BARE.lastIndex = at
  const bare = BARE.exec(word)
  if (bare !== null) return { value: lookup(bare[1] ?? '') ?? '', end: BARE.lastIndex }
  BRACED.lastIndex = at
  const braced = BRACED.exec(word)
  if (braced === null) return { value: '$', end: at + 1 }
  const value = lookup(braced[1] ?? '')
  const operator = braced[2]
  if (operator === undefined) return { value: value ?? '', end: BRACED.lastIndex }
  const close = closingBrace(word, BRACED.lastIndex)
  const isSet = operator.startsWith(':') ? (value ?? '') !== '' : value !== undefined
  const other = word.slice(BRACED.lastIndex, close)
  const useOther = operator.endsWith('+') ? isSet : !isSet
  // A word within a word within a word: what is nested deeper than anyone writes stays as it is.
  const alternative = useOther && other.length < 1000 ? expandWord(other, lookup, escapeMark) : other
  return { value: useOther ? alternative : operator.endsWith('+') ? '' : (value ?? ''), end: close + 1 }
}

function closingBrace(word: string, from: number): number {
  let depth = 1
  for (let i = from; i < word.length; i++) {
    if (word[i] === '{') depth++
    else if (word[i] === '}' && --depth === 0) return i
  }
  return word.length
}

const HEREDOC = /^\d*<<(-?)([^<]+)$/

/** The heredocs that the first line of an instruction opens, in order (Dockerfile reference, "Here-Documents"). */
export function findHeredocs(line: string, escapeMark = '\\'): HeredocMark[] {
  if (!line.includes('<<')) return []
  return splitWords(line, escapeMark).flatMap((word) => {
    const [, dash, name] = HEREDOC.exec(word) ?? []
    return name === undefined ? [] : [{ name: expandWord(name, undefined, escapeMark), stripTabs: dash === '-' }]
  })
}

/** Whether a line ends the body of a heredoc. */
export function endsHeredoc(line: string, { name, stripTabs }: HeredocMark): boolean {
  return (stripTabs ? line.replace(/^\t+/, '') : line) === name
}
