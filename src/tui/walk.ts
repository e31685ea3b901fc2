import type { Entry } from './entry.ts'

/** Gives the entries beneath a root one after the other, each directory before what lies in it, where it is entered. */
export class Walk {
  readonly #children: (entry: Entry) => readonly Entry[]
  readonly #levels: { readonly entries: readonly Entry[]; next: number; readonly prefix: string }[]
  #prefix = ''

  constructor(root: Entry, children: (entry: Entry) => readonly Entry[]) {
    this.#children = children
    this.#levels = [{ entries: children(root), next: 0, prefix: '' }]
  }

  /** The next entry, or undefined where there is none left; what lies in the last one is passed over unless it was entered. */
  next(): Entry | undefined {
    for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) {
      const entry = level.entries[level.next++]
      if (entry !== undefined) {
        this.#prefix = level.prefix
        return entry
      }
      this.#levels.pop()
    }
    return undefined
  }

  /** The path of the entry that came last, or of another one beside it. */
  path(entry: Entry): string {
    return this.#prefix + entry.name
  }

  /** Goes on with what lies in the entry that came last. */
  enter(entry: Entry): void {
    this.#levels.push({ entries: this.#children(entry), next: 0, prefix: `${this.#prefix}${entry.name}/` })
  }

  /** Passes over whatever is left beneath the entry at a depth on the present way. */
  leave(depth: number): void {
    this.#levels.length = Math.min(this.#levels.length, depth + 1)
  }
}
