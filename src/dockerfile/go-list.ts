const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}
const ESCAPE = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/gs

/** The value of a quoted text of Go (`%q`), which is given without its quotes. */
export function unquoteGo(text: string): string {
  return text.replace(ESCAPE, (whole, byte, short, long, character: string | undefined) => {
    if (character !== undefined) return ESCAPES[character] ?? character
    const code = Number.parseInt(byte ?? short ?? long, 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

/** A list, and whether its elements were quoted, so that white space within them is theirs. */
export interface RecordedList {
  readonly items: readonly string[]
  readonly quoted: boolean
}

const QUOTED = /^\[\s*(?:"(?:[^"\\]|\\.)*"[\s,]*)*\]$/s
const ITEM = /"((?:[^"\\]|\\.)*)"/gs

/**
 * A list as builders print it: JSON, Go's `["a" "b"]`, `[a b]`, `map[a:{} b:{}]` or a struct around one;
 * undefined where the text is none.
 */
export function parseRecordedList(text: string): RecordedList | undefined {
  const json = parseJsonList(text)
  if (json !== undefined) return { items: json, quoted: true }
  const [, list = text] = /^&\{(\[.*\])\}$/s.exec(text) ?? []
  if (QUOTED.test(list)) {
    return { items: Array.from(list.matchAll(ITEM), ([, item = '']) => unquoteGo(item)), quoted: true }
  }
  const [, items] = /^(?:map)?\[(.*)\]$/s.exec(list) ?? []
  if (items === undefined) return undefined
  return {
    items: items
      .split(/\s+/)
      .filter((item) => item !== '')
      .map((item) => item.replace(/:\{\}$/, '')),
    quoted: false,
  }
}

/** The texts of a JSON array, as the exec form of an instruction has it; undefined where the text is none. */
export function parseJsonList(text: string): string[] | undefined {
  if (!/^\s*\[/.test(text)) return undefined
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) && list.every((item) => typeof item === 'string') ? list : undefined
  } catch {
    return undefined
  }
}
