/**
 * Text for names that are bytes: valid UTF-8 decodes to itself, every other byte b to the lone surrogate U+DC00 + b,
 * so two names that differ only in invalid bytes stay two names and the bytes can be had back.
 */
export function decodeName(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let ascii = true
  for (let i = 0; i < buffer.length; i++) {
    if ((buffer[i] as number) >= 0x80) {
      ascii = false
      break
    }
  }
  if (ascii) return buffer.toString('latin1')
  const text = buffer.toString('utf8')
  if (!text.includes('\ufffd')) return text
  return decodeLossless(buffer)
}

function decodeLossless(buffer: Buffer): string {
  let text = ''
  for (let i = 0; i < buffer.length; ) {
    const length = sequenceLength(buffer, i)
    if (length === 0) text += String.fromCharCode(0xdc00 + (buffer[i++] as number))
    else {
      text += buffer.toString('utf8', i, i + length)
      i += length
    }
  }
  return text
}

/** Length of the well-formed UTF-8 sequence at `i` (Unicode, table 3-7), or 0. */
function sequenceLength(buffer: Buffer, i: number): number {
  const first = buffer[i] as number
  if (first < 0x80) return 1
  const length =
    first >= 0xc2 && first <= 0xdf ? 2 : (first & 0xf0) === 0xe0 ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0
  if (length === 0 || i + length > buffer.length) return 0
  for (let k = 1; k < length; k++) if (((buffer[i + k] as number) & 0xc0) !== 0x80) return 0
  const second = buffer[i + 1] as number
  if (first === 0xe0 && second < 0xa0) return 0
  if (first === 0xed && second > 0x9f) return 0
  if (first === 0xf0 && second < 0x90) return 0
  if (first === 0xf4 && second > 0x8f) return 0
  return length
}

/** The bytes of a name that `decodeName` gave. */
export function encodeName(name: string): Buffer {
  if (isCleanText(name)) return Buffer.from(name, 'utf8')
  const parts: Buffer[] = []
  let run = 0
  for (let i = 0; i <= name.length; i++) {
    if (i < name.length && !isEscapedByte(name, i)) continue
    if (i > run) parts.push(Buffer.from(name.slice(run, i), 'utf8'))
    if (i < name.length) parts.push(Buffer.from([name.charCodeAt(i) - 0xdc00]))
    run = i + 1
  }
  return Buffer.concat(parts)
}

/** Whether a name was valid UTF-8. */
export function isCleanText(name: string): boolean {
  return name.isWellFormed()
}

function isEscapedByte(name: string, i: number): boolean {
  const code = name.charCodeAt(i)
  if (code < 0xdc80 || code > 0xdcff) return false
  const before = i === 0 ? 0 : name.charCodeAt(i - 1)
  return before < 0xd800 || before > 0xdbff
}

// `\p{Cc}` are the controls; `\p{Cf}` the format characters, bidi and zero-width ones among them; `\p{Cs}` lone surrogates.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u001b': '\\e' }

/** Text from an image made safe for a terminal or a log: every control, bidi mark and invalid byte becomes a visible escape. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (character) => NAMED[character] ?? escapeCode(character.codePointAt(0) ?? 0))
}

function escapeCode(code: number): string {
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`
  // From 0x80 on two digits are a byte that is no UTF-8.
  return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
}

/** A name or path made safe as `escapeText` makes it, its own backslashes doubled: different names never print alike. */
export function escapeName(name: string): string {
  return escapeText(doubleBackslashes(name))
}

/** What keeps the backslashes of a name from being taken for the beginning of an escape. */
export function doubleBackslashes(name: string): string {
  return name.includes('\\') ? name.replaceAll('\\', '\\\\') : name
}

/** A path that is UTF-8 as it is, any other as text that can be printed, with its bytes as base64 beside it. */
export function printablePath(path: string): { readonly path: string; readonly pathBytes?: string } {
  if (isCleanText(path)) return { path }
  return { path: escapeText(path), pathBytes: encodeName(path).toString('base64') }
}

/** The path of which `printablePath` made a text. */
export function pathOf({ path, pathBytes }: ReturnType<typeof printablePath>): string {
  return pathBytes === undefined ? path : decodeName(Buffer.from(pathBytes, 'base64'))
}
