/** Bytes that terminals take for the clipboard at least (xterm's limit is the lowest). */
const MAX_BYTES = 74_994

/** What asks a terminal to copy text (xterm, OSC 52); undefined where it is longer than terminals take. */
export function copySequence(text: string): string | undefined {
  const encoded = Buffer.from(text, 'utf8').toString('base64')
  return encoded.length > MAX_BYTES ? undefined : `\u001b]52;c;${encoded}\u0007`
}
