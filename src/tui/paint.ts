import type { Role, Row } from './row.ts'
import type { ColorName, Style, Theme } from './theme.ts'

// ECMA-48, SGR; the bright half is xterm's.
const COLORS: Readonly<Record<ColorName, number>> = {
  black: 30,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
  white: 37,
  gray: 90,
  redBright: 91,
  greenBright: 92,
  yellowBright: 93,
  blueBright: 94,
  magentaBright: 95,
  cyanBright: 96,
  whiteBright: 97,
}

const RESET = '\u001b[0m'

/** Gives a row the look of a theme, as text for a terminal that ends as it began: with no style. */
export type PaintRow = (row: Row, focused: boolean) => string

/** The painter of a theme; without `color`, what is left of a style still tells rows and titles apart. */
export function rowPainter(theme: Theme, color: boolean): PaintRow {
  const codes = new Map<Role | 'selected' | 'selectedAside', string>()
  for (const [role, style] of Object.entries(theme)) codes.set(role as Role, sequence(style, color))
  return ({ segments, selected }, focused) => {
    if (selected) {
      const text = segments.map((segment) => segment.text).join('')
      return `${codes.get(focused ? 'selected' : 'selectedAside') ?? ''}${text}${RESET}`
    }
    let painted = ''
    for (const { text, role } of segments) {
      const code = codes.get(role) ?? ''
      painted += code === '' ? text : `${code}${text}${RESET}`
    }
    return painted
  }
}

function sequence(style: Style, color: boolean): string {
  const numbers = [
    style.bold && 1,
    style.dim && 2,
    style.underline && 4,
    style.inverse && 7,
    color && style.color !== undefined && COLORS[style.color],
  ].filter((number) => typeof number === 'number')
  return numbers.length === 0 ? '' : `\u001b[${numbers.join(';')}m`
}
