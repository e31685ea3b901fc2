import { type Entry, hasChildren, type Order, pathOf } from './entry.ts'
import { type Folding, isFolded } from './folding.ts'
import type { Match } from './matcher.ts'
import type { View } from './view.ts'
import { Walk } from './walk.ts'

/** What decides which entries are rows, and in which order. */
export interface ListingOptions {
  readonly order: Order
  readonly folding: Folding
  /** Paths to be listed, with the directories around them; undefined for all. */
  readonly match: Match | undefined
}

/**
 * The rows of the files pane, worked out from the top as far as somebody wants to see them, so that even the longest
 * list begins at once; every prefix of it is final.
 */
export class Listing {
  readonly rows: Entry[] = []
  /** Entries looked at so far. */
  visited = 0
  done = false
  readonly #walk: Walk
  readonly #folding: Folding
  readonly #match: Match | undefined
  /** The entries around the present one, and how many of them are rows already. */
  readonly #way: Entry[] = []
  #listed = 0

  constructor(view: View, { order, folding, match }: ListingOptions) {
    this.#walk = new Walk(view.root, (entry) => view.children(entry, order))
    this.#folding = folding
    this.#match = match
  }

  /** Works on until there are so many rows, or so many entries were looked at; gives whether the list is complete. */
  grow(rows: number, steps: number): boolean {
    for (
      const end = this.visited + steps;
      this.rows.length < rows && this.visited < end && !this.done;
      this.visited++
    ) {
      const entry = this.#walk.next()
      if (entry === undefined) this.done = true
      else if (this.#match === undefined) this.#list(entry)
      else this.#listMatching(entry, this.#match)
    }
    return this.done
  }

  /** The row of an entry, or -1; entries are those of the same view. */
  rowOf(entry: Entry): number {
    return this.rows.indexOf(entry)
  }

  #list(entry: Entry): void {
    this.rows.push(entry)
    if (hasChildren(entry) && !this.#isFolded(entry, this.#walk.path(entry))) this.#walk.enter(entry)
  }

  #listMatching(entry: Entry, match: Match): void {
    const { depth } = entry
    this.#way.length = depth
    this.#way.push(entry)
    this.#listed = Math.min(this.#listed, depth)
    const path = this.#walk.path(entry)
    if (!match(path)) {
      if (hasChildren(entry)) this.#walk.enter(entry)
      return
    }
    for (; this.#listed <= depth; this.#listed++) {
      const around = this.#way[this.#listed] as Entry
      this.rows.push(around)
      if (around !== entry && this.#isFolded(around, pathOf(around))) {
        // Its row is all that is to be seen of it.
        this.#walk.leave(this.#listed)
        return
      }
    }
    if (hasChildren(entry) && !this.#isFolded(entry, path)) this.#walk.enter(entry)
  }

  #isFolded(entry: Entry, path: string): boolean {
    return hasChildren(entry) && isFolded(this.#folding, path)
  }
}
