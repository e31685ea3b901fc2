// Only styles of the 16 named colours, so that the user's terminal theme decides what they look like (ECMA-48, SGR).
const STYLES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
} as const

/** A way that text can stand out. */
export type Style = keyof typeof STYLES

/** Gives text a style, or leaves it as it is where colour is off. */
export type Paint = (style: Style, text: string) => string

/** The paint for an output with or without colour. */
export function painter(color: boolean): Paint {
  if (!color) return (_style, text) => text
  return (style, text) => `\u001b[${STYLES[style][0]}m${text}\u001b[${STYLES[style][1]}m`
}
