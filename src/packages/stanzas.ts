/** The fields of one paragraph of a control file, by their names in lower case. */
export type Stanza = ReadonlyMap<string, string>

/** Paragraphs of control files (deb822), with the first line of each field that is wanted, and of one that comes again all first lines. */
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
      if (!wanted.has(name)) continue
      const before = fields.get(name)
      const value = line.slice(colon + 1).trim()
      fields.set(name, before === undefined ? value : `${before}\n${value}`)
    }
  }
  if (fields.size > 0) stanzas.push(fields)
  return stanzas
}

const SPACE = 0x20
const TAB = 0x09
