/** The fields of one paragraph of a control file, by their names in lower case. */
export type Stanza = ReadonlyMap<string, string>

/** Paragraphs of control files (deb822), with the fields that are wanted; only the first line of a field counts. */
export function parseStanzas(text: string, wanted: ReadonlySet<string>): Stanza[] {
  const stanzas: Stanza[] = []
  let fields = new Map<string, string>()
  for (const line of text.split('\n')) {
    const first = line.charCodeAt(0)
    if (line === '' || line === '\r') {
      if (fields.size > 0) stanzas.push(fields)
      fields = new Map()
    } else if (first !== SPACE && first !== TAB) {
      const colon = line.indexOf(':')
      const name = line.slice(0, Math.max(colon, 0)).toLowerCase()
      if (wanted.has(name) && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim())
    }
  }
  if (fields.size > 0) stanzas.push(fields)
  return stanzas
}

const SPACE = 0x20
const TAB = 0x09
