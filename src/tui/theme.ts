import type { ThemeName } from '../options.ts'
import type { Role } from './row.ts'

/** One of the 16 colours that every terminal lets its user choose. */
export type ColorName =
  | 'black'
  | 'red'
  | 'green'
  | 'yellow'
  | 'blue'
  | 'magenta'
  | 'cyan'
  | 'white'
  | 'gray'
  | 'redBright'
  | 'greenBright'
  | 'yellowBright'
  | 'blueBright'
  | 'magentaBright'
  | 'cyanBright'
  | 'whiteBright'

/** How text of a role looks; the background is never painted, only inverted. */
export interface Style {
  readonly color?: ColorName
  readonly bold?: true
  readonly dim?: true
  readonly inverse?: true
  readonly underline?: true
}

export { THEMES as THEME_NAMES, type ThemeName } from '../options.ts'

/** A look for each role, and for the row under the cursor of the focused and of the other panes. */
export type Theme = Readonly<Record<Role | 'selected' | 'selectedAside', Style>>

const mono: Theme = {
  plain: {},
  dim: { dim: true },
  title: { bold: true },
  border: { dim: true },
  focus: { bold: true },
  added: {},
  modified: {},
  removed: { dim: true },
  directory: { bold: true },
  link: {},
  size: {},
  bar: {},
  waste: { bold: true },
  key: { bold: true },
  error: { bold: true },
  match: { underline: true },
  selected: { inverse: true },
  selectedAside: { underline: true },
}

const dark: Theme = {
  ...mono,
  focus: { color: 'cyan', bold: true },
  added: { color: 'green' },
  modified: { color: 'yellow' },
  removed: { color: 'red' },
  directory: { color: 'blueBright' },
  link: { color: 'cyan' },
  bar: { color: 'blue' },
  waste: { color: 'magenta' },
  key: { color: 'cyan', bold: true },
  error: { color: 'red', bold: true },
  match: { color: 'magenta', underline: true },
}

/** The themes by name; each meaning that a colour carries has a letter or a word as well. */
export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  dark,
  light: {
    ...dark,
    focus: { color: 'blue', bold: true },
    modified: { color: 'magenta' },
    directory: { color: 'blue' },
    link: { color: 'blue' },
    waste: { color: 'red' },
    key: { color: 'blue', bold: true },
    match: { color: 'red', underline: true },
  },
  'high-contrast': {
    ...dark,
    dim: {},
    border: {},
    focus: { bold: true, inverse: true },
    added: { color: 'greenBright', bold: true },
    modified: { color: 'yellowBright', bold: true },
    removed: { color: 'redBright', bold: true },
    directory: { color: 'cyanBright', bold: true },
    waste: { color: 'magentaBright', bold: true },
    key: { bold: true, underline: true },
    error: { color: 'redBright', bold: true },
  },
  mono,
}

/** The characters that draw bars and trees; all but `arrow` take one column. */
export interface Glyphs {
  readonly bar: string
  /** A level of a tree. */
  readonly level: string
  readonly folded: string
  readonly unfolded: string
  readonly arrow: string
  readonly separator: string
  /** Behind the size of what is ticked. */
  readonly tick: string
  /** Before what is an estimate. */
  readonly about: string
}

const UNICODE: Glyphs = {
  bar: '█',
  level: '│',
  folded: '▸',
  unfolded: '▾',
  arrow: '→',
  separator: '·',
  tick: '✓',
  about: '≈',
}
const ASCII: Glyphs = {
  bar: '#',
  level: '|',
  folded: '+',
  unfolded: '-',
  arrow: '->',
  separator: '-',
  tick: '*',
  about: '~',
}

/** The glyphs for terminals without or with more than ASCII. */
export function glyphsFor(ascii: boolean): Glyphs {
  return ascii ? ASCII : UNICODE
}

/** A share of something, 0…1, as a bar of at most `width` columns, filled up with spaces. */
export function makeBar(share: number, width: number, { bar }: Glyphs): string {
  const filled = Math.round(Math.max(0, Math.min(1, share)) * width)
  return bar.repeat(filled).padEnd(width)
}
