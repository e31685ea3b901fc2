import { UserError } from '../errors.ts'
import { didYouMean } from '../format/closest.ts'
import { escapeText } from '../format/escape.ts'
import type { Finding } from '../rules/finding.ts'

/** Findings that are chosen together; what is of the base image has to be named. */
const SETS: Readonly<Record<string, (finding: Finding) => boolean>> = {
  safe: ({ safety }) => safety === 'safe',
  likely: ({ safety }) => safety === 'safe' || safety === 'likely',
  all: () => true,
}

/**
 * The ids of the findings that some words choose: `safe`, `likely` (with the safe ones) or `all` of the image's own, a
 * rule, or an id.
 *
 * @throws UserError where a word is none of these.
 */
export function selectFindings(
  words: readonly string[],
  findings: readonly Finding[],
  rules: readonly string[],
): ReadonlySet<string> {
  const chosen = new Set<string>()
  for (const word of words) {
    const set = Object.hasOwn(SETS, word) ? SETS[word] : undefined
    const meant = findings.filter((finding) =>
      set === undefined ? finding.rule === word || finding.id === word : finding.origin === 'own' && set(finding),
    )
    if (meant.length === 0 && set === undefined && !rules.includes(word)) throw unknown(word, findings, rules)
    for (const { id } of meant) chosen.add(id)
  }
  return chosen
}

function unknown(word: string, findings: readonly Finding[], rules: readonly string[]): UserError {
  const ids = findings.map(({ id }) => id)
  const hint = didYouMean(word, [...ids, ...rules, ...Object.keys(SETS)])
  return new UserError(
    `--apply cannot be "${escapeText(word)}"${hint || ': give safe, likely, all, a rule, or the id of a finding'} (see "layerscope --help")`,
  )
}
