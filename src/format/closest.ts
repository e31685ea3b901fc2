import { UserError } from '../errors.ts'
import { escapeText } from './escape.ts'

/** The candidate that a mistyped word most likely meant, for a did-you-mean; undefined where none is near. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  const typed = bare(word)
  if (typed.length === 0 || typed.length > 64) return undefined
  let best: string | undefined
  let least = Math.floor(typed.length / 3) + 1
  for (const candidate of candidates) {
    const meant = bare(candidate)
    // A word that merely goes on, or stops short, is as near as a single slip of the finger.
    const cut = Math.min(typed.length, meant.length) >= 3 && (typed.startsWith(meant) || meant.startsWith(typed))
    const distance = cut ? Math.min(1, editDistance(typed, meant)) : editDistance(typed, meant)
    if (distance < least) {
      least = distance
      best = candidate
    }
  }
  return best
}

/** The end of an error sentence: `; did you mean x?`, or nothing where no candidate is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const meant = closest(word, candidates)
  return meant === undefined ? '' : `; did you mean ${meant}?`
}

/** One of some words; `where` begins the sentence of the `UserError` where it is none of them. */
export function parseWord<Word extends string>(given: string, words: readonly Word[], where: string): Word {
  const word = words.find((known) => known === given)
  if (word !== undefined) return word
  const hint = didYouMean(given, words) || `: give ${words.join(', ').replace(/, (?=[^,]*$)/, ' or ')}`
  throw new UserError(`${where} cannot be "${escapeText(given)}"${hint}`)
}

/** Case and the dashes before a flag are not what tells two names apart. */
function bare(word: string): string {
  return word.toLowerCase().replace(/^-+/, '')
}

/** Levenshtein distance, one row of the matrix at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
