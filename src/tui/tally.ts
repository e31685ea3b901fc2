import type { Sizes } from '../what-if/ledger.ts'
import type { Scenario } from '../what-if/scenario.ts'
import type { Work } from '../what-if/work.ts'
import { parsePathKey, type Ticks } from './ticks.ts'

/** What an image would come to with all that is ticked. */
export interface Outcome {
  readonly before: Sizes
  readonly after: Sizes
  /** Whether more than the blob bytes of `after` is an estimate. */
  readonly isEstimate: boolean
  /** Whether the blob bytes of `after` are exact where nothing else is an estimate. */
  readonly isBlobExact: boolean
  /** Whether containers would see the same files. */
  readonly keepsRootfs: boolean
}

/** A tick that is set, or taken away. */
interface Change {
  readonly key: string
  readonly on: boolean
}

/**
 * The sizes of an image for any set of ticks, in whatever order it came about. A new set costs as much as it differs
 * from the last one, and the first of all some more; `advance` pays for it bit by bit.
 */
export class Tally {
  readonly #open: () => Work<Scenario>
  #scenario: Scenario | undefined
  readonly #set = new Set<string>()
  #goal: Ticks | undefined
  #changes: Change[] = []
  /** What was begun and has to be done before anything else, whatever is ticked meanwhile. */
  #begun: Work<void> | undefined
  #outcome: Outcome | undefined

  constructor(open: () => Work<Scenario>) {
    this.#open = open
  }

  /** What comes of some ticks; undefined where there are none, and until `advance` has worked it out. */
  outcomeOf(ticks: Ticks): Outcome | undefined {
    return ticks === this.#goal && ticks.size > 0 ? this.#outcome : undefined
  }

  /** Whether nothing is left to be worked out. */
  isDone(ticks: Ticks): boolean {
    return ticks.size === 0 || this.outcomeOf(ticks) !== undefined
  }

  /** Works for about a millisecond on what is left; gives whether that was all. */
  advance(ticks: Ticks): boolean {
    if (this.isDone(ticks)) return true
    if (this.#begun !== undefined) {
      if (this.#begun.next().done) this.#begun = undefined
      return false
    }
    if (this.#scenario === undefined) {
      this.#begun = this.#opening()
      return false
    }
    if (ticks !== this.#goal) {
      this.#goal = ticks
      this.#changes = changesBetween(this.#set, ticks)
      this.#outcome = undefined
    }
    const change = this.#changes.pop()
    if (change === undefined) this.#outcome = outcomeOf(this.#scenario, ticks)
    else this.#begun = this.#ticking(this.#scenario, change)
    return change === undefined
  }

  *#opening(): Work<void> {
    this.#scenario = yield* this.#open()
  }

  *#ticking(scenario: Scenario, { key, on }: Change): Work<void> {
    const place = parsePathKey(key)
    yield* place === undefined ? scenario.ticking(key, on) : scenario.tickingPath(place.layer, place.path, on)
    if (on) this.#set.add(key)
    else this.#set.delete(key)
  }
}

function changesBetween(before: Ticks, after: Ticks): Change[] {
  return [
    ...[...after].filter((key) => !before.has(key)).map((key) => ({ key, on: true })),
    ...[...before].filter((key) => !after.has(key)).map((key) => ({ key, on: false })),
  ]
}

function outcomeOf(scenario: Scenario, ticks: Ticks): Outcome {
  return {
    before: scenario.before,
    after: scenario.after(),
    isEstimate: [...ticks].some((key) => scenario.operation(key)?.estimate === true),
    isBlobExact: scenario.isExact(),
    keepsRootfs: scenario.keepsRootfs(),
  }
}
