import { listingOf } from './files.ts'
import type { Model } from './model.ts'
import type { State } from './state.ts'

/** Entries looked at between two looks at the clock. */
const CHUNK = 2000

/** Whether there is nothing left for `advance` to do. */
export function isComplete(state: State, model: Model): boolean {
  const search = model.search(state.search, state.sort, state.reversed)
  return listingOf(state, model).done && (search === undefined || search.count.done) && model.tally.isDone(state.ticks)
}

/**
 * Works for some milliseconds on sizes, lists and searches that are not complete; gives whether anything is left. Whoever
 * calls dispatches `advanced` afterwards, and comes back while there is something left and no key to be answered.
 */
export function advance(state: State, model: Model, milliseconds: number, now = () => performance.now()): boolean {
  const end = now() + milliseconds
  const listing = listingOf(state, model)
  const search = model.search(state.search, state.sort, state.reversed)
  do {
    if (!model.tally.advance(state.ticks)) continue
    if (listing.grow(Number.POSITIVE_INFINITY, CHUNK) && (search === undefined || search.advance(CHUNK))) return false
  } while (now() < end)
  return true
}
