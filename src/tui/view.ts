import { pairChildren } from '../tree/diff.ts'
import type { DirectoryNode, Node } from '../tree/node.ts'
import { compareSiblings, type Entry, type Order } from './entry.ts'
import { MARKS, type Mark, markOf } from './mark.ts'
import type { Shown } from './state.ts'
import { type DirectoryTotals, Sum, type Totals } from './totals.ts'

type Sums = Readonly<Record<Mark, Totals>>
type Pair = readonly [lower: Node, upper: Node]

interface Measure {
  readonly bytes: number
  readonly below: number
  readonly beneath: Mark | undefined
}

/** Whether a kind of change is listed. */
function isShown(mark: Mark, shown: Shown): boolean {
  return shown[mark === 'rewritten' ? 'modified' : mark]
}

/** Two trees side by side as one tree of entries, of which only those are made that somebody looks at. */
export class View {
  readonly root: Entry
  readonly #shown: Shown
  readonly #totals: DirectoryTotals
  readonly #mixed: ReadonlyMap<Node, Sums>

  constructor(lower: DirectoryNode, upper: DirectoryNode, shown: Shown, totals: DirectoryTotals) {
    this.#shown = shown
    this.#totals = totals
    this.#mixed = sumMixed(lower, upper, totals)
    this.root = this.#entry('', undefined, lower, upper)
  }

  /** The entries directly beneath one, in order; kept with the entry. */
  children(entry: Entry, order: Order): readonly Entry[] {
    const { sorted } = entry
    if (sorted?.order.sort === order.sort && sorted.order.reversed === order.reversed) return sorted.entries
    entry.children ??= this.#expand(entry)
    const entries = [...entry.children].sort((a, b) => compareSiblings(a, b, order))
    entry.sorted = { order, entries }
    return entries
  }

  /** The same, but worked out anew and forgotten: for passing over everything once. */
  passingChildren(entry: Entry, order: Order): readonly Entry[] {
    return this.#expand(entry).sort((a, b) => compareSiblings(a, b, order))
  }

  /** The entries from the root towards a path, as far as there are any; the root's own first. */
  wayTo(path: string): Entry[] {
    const way = [this.root]
    if (path === '') return way
    for (const name of path.split('/')) {
      const last = way.at(-1) as Entry
      last.children ??= this.#expand(last)
      const next = last.children.find((child) => child.name === name)
      if (next === undefined) break
      way.push(next)
    }
    return way
  }

  #expand(entry: Entry): Entry[] {
    const { lower, upper } = entry
    const children: Entry[] = []
    if (entry.below === 0) return children
    pairChildren(lower, upper, (name, beneath, above) => {
      const child = this.#entry(name, entry, beneath, above)
      if (child.below > 0 || isShown(child.mark, this.#shown)) children.push(child)
    })
    return children
  }

  #entry(name: string, parent: Entry | undefined, lower: Node | undefined, upper: Node | undefined): Entry {
    const mark = markOf(lower, upper)
    const depth = parent === undefined ? -1 : parent.depth + 1
    const { bytes, below, beneath } = this.#measure(lower, upper, mark)
    const rank = Math.min(MARKS.indexOf(mark), beneath === undefined ? MARKS.length : MARKS.indexOf(beneath))
    return { name, parent, depth, lower, upper, mark, rank, bytes, below, children: undefined, sorted: undefined }
  }

  /** What is shown beneath a pair of nodes: bytes, those of a file itself included, count, and the first of its marks. */
  #measure(lower: Node | undefined, upper: Node | undefined, mark: Mark): Measure {
    const own = upper ?? lower
    const size = own?.kind === 'file' ? own.size : 0
    const sums = this.#sums(lower, upper, mark)
    if (sums.length === 0) return { bytes: size, below: 0, beneath: undefined }
    const shown = sums.filter(([kind, { count }]) => count > 0 && isShown(kind, this.#shown))
    const below = shown.reduce((sum, [, { count }]) => sum + count, 0)
    // What is gone takes no room in what is there.
    const present = own === lower ? shown : shown.filter(([kind]) => kind !== 'removed')
    const [only] = present
    if (present.length === 1 && only !== undefined)
      return { bytes: size + only[1].bytes, below, beneath: shown[0]?.[0] }
    const sum = new Sum()
    for (const [, totals] of present) sum.addTotals(totals)
    return { bytes: size + sum.totals().bytes, below, beneath: shown[0]?.[0] }
  }

  /** What lies beneath a pair of nodes, by mark and in the order of marks; nothing where neither is a directory. */
  #sums(lower: Node | undefined, upper: Node | undefined, mark: Mark): readonly (readonly [Mark, Totals])[] {
    const pair = mixedPair(lower, upper)
    const mixed = pair && this.#mixed.get(keyOf(pair))
    if (mixed !== undefined) return MARKS.map((kind) => [kind, mixed[kind]])
    const whole = upper ?? lower
    if (whole?.kind !== 'directory') return []
    // An implied directory is nobody's change, but what lies in it was added with it.
    return [[lower === undefined ? 'added' : mark, this.#totals.of(whole)]]
  }
}

/** Sums by mark for every pair of directories that are neither the same object nor without a counterpart. */
function sumMixed(lower: DirectoryNode, upper: DirectoryNode, totals: DirectoryTotals): Map<Node, Sums> {
  const found = new Map<Node, Sums>()
  const pairs: Pair[] = lower === upper ? [] : [[lower, upper]]
  // Pairs come before those beneath them, so that the way back meets the innermost first.
  for (let i = 0; i < pairs.length; i++) {
    pairChildren(...(pairs[i] as Pair), (_, beneath, above) => {
      const pair = mixedPair(beneath, above)
      if (pair !== undefined) pairs.push(pair)
    })
  }
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    found.set(keyOf(pair), sumPair(pair, totals, found))
  }
  return found
}

function sumPair(pair: Pair, totals: DirectoryTotals, found: ReadonlyMap<Node, Sums>): Sums {
  const sums: Record<Mark, Sum> = {
    added: new Sum(),
    modified: new Sum(),
    rewritten: new Sum(),
    removed: new Sum(),
    unchanged: new Sum(),
  }
  pairChildren(...pair, (_, beneath, above) => {
    const mark = markOf(beneath, above)
    const node = above ?? beneath
    if (node === undefined) return
    sums[mark].addNode(node, totals.isLinked)
    const inner = mixedPair(beneath, above)
    const mixed = inner === undefined ? undefined : found.get(keyOf(inner))
    if (mixed !== undefined) {
      for (const kind of MARKS) sums[kind].addTotals(mixed[kind])
    } else if (node.kind === 'directory') {
      sums[beneath === undefined ? 'added' : mark].addTotals(totals.of(node))
    }
  })
  return {
    added: sums.added.totals(),
    modified: sums.modified.totals(),
    rewritten: sums.rewritten.totals(),
    removed: sums.removed.totals(),
    unchanged: sums.unchanged.totals(),
  }
}

/** Two nodes of which at least one is a directory, so that their children have to be told apart; undefined for others. */
function mixedPair(lower: Node | undefined, upper: Node | undefined): Pair | undefined {
  if (lower === undefined || upper === undefined || lower === upper) return undefined
  return lower.kind === 'directory' || upper.kind === 'directory' ? [lower, upper] : undefined
}

function keyOf([lower, upper]: Pair): Node {
  return upper.kind === 'directory' ? upper : lower
}
