import type { Warning } from '../errors.ts'
import type { Instance } from './evidence.ts'
import { PathMatcher } from './path-matcher.ts'
import type { Ignore } from './policy.ts'
import type { Claim, Rule } from './rule.ts'

/** A claim of a rule, and the entry that lets it pass, where one does. */
export interface Judged {
  readonly id: string
  readonly rule: Rule
  readonly claim: Claim
  readonly ignored?: Ignore
}

/** The entries that hold on a day (YYYY-MM-DD, in UTC). */
export function entriesInForce(entries: readonly Ignore[], today: string): Ignore[] {
  return entries.filter(({ expires }) => expires === undefined || expires >= today)
}

/**
 * The claims that stand, then those that entries let pass, both in the order given. An entry with paths takes only its
 * files out of a claim; what several entries name goes to the first of them.
 */
export function applyIgnores(claims: readonly Judged[], entries: readonly Ignore[]): Judged[] {
  const readers = entries.map(reader)
  const standing: Judged[] = []
  const ignored: Judged[] = []
  for (const judged of claims) {
    let rest: Judged | undefined = judged
    for (const { entry, names } of readers) {
      if (rest === undefined) break
      if (entry.rule !== rest.rule.id || (entry.layer ?? rest.claim.layer) !== rest.claim.layer) continue
      const [taken, left]: Parts = names === undefined ? [rest, undefined] : split(rest, names)
      if (taken !== undefined) ignored.push({ ...taken, ignored: entry })
      rest = left
    }
    if (rest !== undefined) standing.push(rest)
  }
  return [...standing, ...ignored]
}

/** A remark on every entry that no longer holds on a day, or that lets nothing pass. */
export function ignoreWarnings(
  entries: readonly Ignore[],
  claims: readonly Pick<Judged, 'ignored'>[],
  today: string,
): Warning[] {
  const used = new Set(claims.map(({ ignored }) => ignored))
  const inForce = new Set(entriesInForce(entries, today))
  return entries.flatMap((entry): Warning[] => {
    const { where, rule, expires } = entry
    if (!inForce.has(entry)) {
      const message = `${where}: ${rule} is ignored until ${expires}, and so no longer; solve it, or set a later day`
      return [{ code: 'ignore-expired', message }]
    }
    if (used.has(entry)) return []
    return [
      { code: 'ignore-unused', message: `${where}: this ignores no finding of ${rule}; remove it, or correct it` },
    ]
  })
}

/** An entry, and whether it names the file at a path; one without paths names whatever there is. */
function reader(entry: Ignore): { entry: Ignore; names?: (path: string) => boolean } {
  if (entry.paths === undefined) return { entry }
  const matcher = new PathMatcher([entry.paths.map((path) => `${path}/**`)])
  const names = (path: string): boolean => {
    let state = matcher.start
    for (const name of path.split('/')) state = matcher.step(state, name)
    return state.owners.length > 0
  }
  return { entry, names }
}

type Parts = [named: Judged | undefined, others: Judged | undefined]

/** The part of a claim with the files that are named, and the part with the others; what has no files has no such part. */
function split(judged: Judged, names: (path: string) => boolean): Parts {
  const { files } = judged.claim
  const named = new Set(files.filter(({ path }) => names(path)))
  if (named.size === 0) return [undefined, judged]
  if (named.size === files.length) return [judged, undefined]
  const part = (keep: (file: Instance) => boolean): Judged => {
    return { ...judged, claim: { ...judged.claim, files: files.filter(keep) } }
  }
  return [part((file) => named.has(file)), part((file) => !named.has(file))]
}
