import { resolvePath } from './image-path.ts'
import { splitWords } from './words.ts'

/** Absolute paths of the words of a text, seen from `here`; undefined where a word is no path, or a variable decides. */
export function literalPaths(text: string, here?: string): string[] | undefined {
  const words = splitWords(text)
  const isPath = (word: string) => /^(?:\/(?=.)|[\w.@+*?])[\w.@+*?/-]*$/.test(word) && !word.includes('..')
  if (!words.every((word) => isPath(word) && (word.startsWith('/') || here !== undefined))) return undefined
  return words.map((word) => (word.startsWith('/') ? word : resolvePath(here ?? '/', word)))
}

/** Whether a path is, or lies beneath, what a word of a shell names. */
export function isWithin(path: string, pattern: string): boolean {
  const names = pattern.split('/').filter(Boolean)
  const parts = path.split('/').filter(Boolean)
  return names.length <= parts.length && names.every((name, i) => matchesName(parts[i] ?? '', name))
}

/** File systems have no longer names, and stars try every place in one. */
const LONGEST_NAME = 255

function matchesName(part: string, name: string): boolean {
  if (!/[*?]/.test(name)) return part === name
  if (part.length > LONGEST_NAME || name.split('*').length > 3) return false
  // A star does not match a leading dot.
  if (part.startsWith('.') && !name.startsWith('.')) return false
  const pattern = name.replace(/[.+]/g, '\\$&').replace(/\*+/g, '.*').replace(/\?/g, '.')
  return new RegExp(`^${pattern}$`, 's').test(part)
}
