import { compareEntries, type Entry, hasChildren, type Order, pathOf } from './entry.ts'
import type { Match } from './matcher.ts'
import type { Place } from './state.ts'
import type { View } from './view.ts'
import { Walk } from './walk.ts'

/** Entries looked at between two looks at what was found. */
const CHUNK = 1024

/** What a search goes on from. */
export interface SearchStep {
  readonly from: Place
  readonly direction: 1 | -1
  /** Whether the place itself may be the answer. */
  readonly inclusive: boolean
}

/** The matches of one layer, found from the top of its unfolded list on. */
interface LayerMatches {
  readonly view: View
  readonly walk: Walk
  readonly found: Entry[]
  done: boolean
}

/** Finds the paths that match among the changes of all layers, in the order of their lists, as far as somebody asks. */
export class Search {
  visited = 0
  readonly #view: (layer: number) => View
  readonly #match: Match
  readonly #order: Order
  readonly #layers: (LayerMatches | undefined)[]

  constructor(layers: number, view: (layer: number) => View, match: Match, order: Order) {
    this.#view = view
    this.#match = match
    this.#order = order
    this.#layers = Array.from({ length: layers })
  }

  /** How many matches are known, and whether those are all. */
  get count(): { readonly matches: number; readonly done: boolean } {
    const matches = this.#layers.reduce((sum, layer) => sum + (layer?.found.length ?? 0), 0)
    return { matches, done: this.#layers.every((layer) => layer?.done === true) }
  }

  /** Looks on through all layers for at most so many entries; gives whether nothing is left. */
  advance(steps: number): boolean {
    for (let layer = 0, end = this.visited + steps; layer < this.#layers.length; layer++) {
      if (!this.#scan(this.#matches(layer), end)) return false
    }
    return true
  }

  /** Which of its matches a place is, counted from 1; undefined where it is none that is known. */
  position({ layer, path }: Place): number | undefined {
    const matches = this.#layers[layer]
    const here = matches?.view.wayTo(path).at(-1)
    if (matches === undefined || here === undefined || pathOf(here) !== path) return undefined
    const index = this.#countBefore(matches.found, here)
    const entry = matches.found[index]
    if (entry === undefined || compareEntries(entry, here, this.#order) !== 0) return undefined
    const before = this.#layers.slice(0, layer).reduce((sum, other) => sum + (other?.found.length ?? 0), 0)
    return before + index + 1
  }

  /**
   * The nearest match from a place on, around the end where need be; `none` where there is none at all, and undefined
   * where so many steps were not enough to tell.
   */
  step({ from, direction, inclusive }: SearchStep, steps: number): Place | 'none' | undefined {
    const end = this.visited + steps
    const count = this.#layers.length
    // The last turn is the layer of the place again, for what lies on its other side.
    for (let turn = 0; turn <= count; turn++) {
      const layer = (((from.layer + direction * turn) % count) + count) % count
      const matches = this.#matches(layer)
      // Matches are found from the top on, so only a whole layer tells which is the last one.
      if (direction === -1 && !this.#scan(matches, end)) return undefined
      for (;;) {
        const entry =
          turn === 0 ? this.#beside(matches, from.path, direction, inclusive) : outermost(matches, direction)
        if (entry !== undefined) return { layer, path: pathOf(entry) }
        if (matches.done) break
        if (this.visited >= end) return undefined
        this.#scan(matches, Math.min(end, this.visited + CHUNK))
      }
    }
    return 'none'
  }

  #matches(layer: number): LayerMatches {
    const known = this.#layers[layer]
    if (known !== undefined) return known
    const view = this.#view(layer)
    const walk = new Walk(view.root, (entry) => view.passingChildren(entry, this.#order))
    const matches: LayerMatches = { view, walk, found: [], done: false }
    this.#layers[layer] = matches
    return matches
  }

  #scan(matches: LayerMatches, end: number): boolean {
    for (; !matches.done && this.visited < end; this.visited++) {
      const entry = matches.walk.next()
      if (entry === undefined) {
        matches.done = true
        break
      }
      if (this.#match(matches.walk.path(entry))) matches.found.push(entry)
      if (hasChildren(entry)) matches.walk.enter(entry)
    }
    return matches.done
  }

  /** The match next to a path of the layer. */
  #beside({ view, found }: LayerMatches, path: string, direction: 1 | -1, inclusive: boolean): Entry | undefined {
    // Where the layer does not have the path, the nearest directory around it stands for it.
    const here = view.wayTo(path).at(-1) as Entry
    const before = this.#countBefore(found, here)
    const at = found[before]
    const isHere = at !== undefined && compareEntries(at, here, this.#order) === 0
    if (isHere && inclusive) return at
    return direction === 1 ? found[isHere ? before + 1 : before] : found[before - 1]
  }

  /** How many matches stand before an entry in the list. */
  #countBefore(found: readonly Entry[], entry: Entry): number {
    let low = 0
    for (let high = found.length; low < high; ) {
      const middle = (low + high) >> 1
      if (compareEntries(found[middle] as Entry, entry, this.#order) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

function outermost({ found }: LayerMatches, direction: 1 | -1): Entry | undefined {
  return direction === 1 ? found[0] : found.at(-1)
}
