const SIZE = /^(\d[\d,]*(?:\.[\d,]*)?|\.\d[\d,]*)\s*(?:([kmgtpe]?)(i?)b?)$/i
const RATIO = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*(%)?$/i
const PREFIXES = ['', 'k', 'm', 'g', 't', 'p', 'e']
const DISABLED: ReadonlySet<string> = new Set(['', 'disabled', 'off', 'false'])

/**
 * Whole bytes from `20MB`, `20m` (×1000²), `20MiB`, `20Mi` (×1024²) or a bare number, as dive reads them: any case,
 * spaces and thousands commas allowed; undefined where the text is no size, or one too large to count exactly.
 */
export function parseBytes(text: string): number | undefined {
  const match = SIZE.exec(text.trim())
  if (match === null) return undefined
  const [, number = '', prefix = '', binary = ''] = match
  if (prefix === '' && binary !== '') return undefined
  const bytes = Math.trunc(
    Number(number.replaceAll(',', '')) * (binary === '' ? 1000 : 1024) ** PREFIXES.indexOf(prefix.toLowerCase()),
  )
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** A number from 0 to 1 from `0.9` or `90%`; undefined where the text is no such ratio. */
export function parseRatio(text: string): number | undefined {
  const match = RATIO.exec(text.trim())
  if (match === null) return undefined
  const [, number = '', exponent = '', percent] = match
  const ratio = Number(number + exponent) / (percent === undefined ? 1 : 100)
  return ratio <= 1 ? ratio : undefined
}

/** Whether a value says that a threshold is not to be judged: `disabled`, `off`, `false` or nothing, in any case. */
export function isDisabled(text: string): boolean {
  return DISABLED.has(text.trim().toLowerCase())
}
