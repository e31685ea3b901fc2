import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import { sniffCompression } from './compression.ts'
import { looksLikeJson } from './json.ts'

const TOOLS: Readonly<Record<string, string>> = { xz: 'xz -dc', bzip2: 'bzip2 -dc' }

const SEEN: readonly (readonly [string, (head: Buffer) => boolean])[] = [
  ['empty', (head) => head.length === 0],
  ['a JSON document', looksLikeJson],
  ['a web page', (head) => /^\s*<(?:!doctype|html|\?xml|head|body)/i.test(head.toString('latin1'))],
  ['a zip archive', (head) => head.toString('latin1', 0, 2) === 'PK'],
  ['a program', (head) => head.toString('latin1', 1, 4) === 'ELF' || head.toString('latin1', 0, 2) === 'MZ'],
  ['shorter than the smallest tar', (head) => head.length < 512],
  ['text', (head) => head.every((byte) => byte >= 0x20 || (byte >= 9 && byte <= 13))],
]

/** The failure to see a tar archive in the first bytes of something: says what they are instead, and what to do. */
export function notAnArchive(head: Buffer, name: string, file: string | undefined): UserError {
  const compression = sniffCompression(head)
  const tool = TOOLS[compression]
  if (tool !== undefined) {
    const pipe = file === undefined ? `… | ${tool} | layerscope` : `${tool} ${shellQuote(file)} | layerscope`
    return new UserError(`${name} is compressed with ${compression}, which cannot be read here; use: ${pipe}`)
  }
  const seen = SEEN.find(([, matches]) => matches(head))?.[0] ?? 'of no known kind'
  return new UserError(
    `${name} is no image archive: it is ${seen}; give what "docker save", "podman save" or "skopeo copy" wrote, or an image layout directory`,
  )
}

function shellQuote(file: string): string {
  const text = escapeText(file)
  return /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
