import type { Image } from '../oci/image.ts'
import type { Claimed } from '../rules/find.ts'
import type { Stack } from '../stack.ts'
import { choicesOf, describeChange } from './choices.ts'
import { Draft } from './draft.ts'
import { Entries } from './entries.ts'
import type { Recipe } from './recipe.ts'

/** A proposal for a Dockerfile: what a diff can say, and what cannot be said in one. */
export interface Proposal {
  /** Lines of a unified diff; none where nothing is proposed. Not escaped. */
  readonly diff: readonly string[]
  /** Findings whose change is not part of the diff, and why. */
  readonly byHand: readonly { readonly id: string; readonly change: string; readonly why: string }[]
}

/**
 * Changes of a Dockerfile, and lines of a `.dockerignore`, for the findings of some ids. Whether the result builds is
 * not checked.
 */
export function propose(
  image: Image,
  stack: Stack,
  bloat: readonly Claimed[],
  ids: ReadonlySet<string>,
  recipe: Recipe,
): Proposal {
  const draft = new Draft(new Entries(image, stack), recipe)
  const choices = choicesOf(bloat).filter(({ claimed }) => ids.has(claimed.finding.id))
  const byHand = choices.flatMap((choice) => {
    const why = draft.take(choice)
    return why === undefined ? [] : [{ choice, why }]
  })
  const kept = draft.keepNeeded()
  for (const choice of choices) {
    const why = kept.get(choice.claimed.finding)
    if (why !== undefined) byHand.push({ choice, why })
  }
  return {
    byHand: byHand
      .filter(({ choice }) => !draft.isOneRun(choice.claimed.finding))
      .map(({ choice, why }) => ({ id: choice.claimed.finding.id, change: describeChange(choice), why })),
    diff: draft.diff(),
  }
}
