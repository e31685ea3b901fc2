/**
 * Many path patterns walked at once, beside a tree: one step a name, whatever the number of patterns.
 *
 * A pattern is absolute; in a segment `*` stands for any characters, a segment `**` for any number of segments, and
 * `{a,b}` for one of several texts. The patterns make one trie of segments; a state is the set of its places that a path
 * leads to, and every set that turns up is made once (subset construction, on demand).
 */
export class PathMatcher {
  readonly start: PathState
  readonly #known = new Map<string, PathState>()
  /** By text: many patterns share one. */
  readonly #wildcards = new Map<string, Wildcard>()
  #places = 0

  /** Takes the patterns of each owner; what is reached tells owners by their index. */
  constructor(patternsOf: readonly (readonly string[])[]) {
    const root = this.#place(false)
    for (const [owner, texts] of patternsOf.entries()) {
      for (const text of texts) for (const path of expandBraces(text)) this.#add(root, path, owner)
    }
    this.start = this.#state([root])
  }

  /** What is reached from a state by one more name. */
  step(state: PathState, name: string): PathState {
    const known = state.byName.get(name)
    if (known !== undefined && known !== unmade) return known
    // Names that only wildcards match are without number, so they are known by the wildcards that match them.
    const wild = wildcardsOf(state, name)
    if (known === undefined) {
      const reached = state.byWildcards.get(wild)
      if (reached !== undefined) return reached
    }
    const next = this.#state(placesAfter(state, name))
    if (known === undefined) state.byWildcards.set(wild, next)
    else state.byName.set(name, next)
    return next
  }

  #place(isAnyDepth: boolean): Place {
    return { id: this.#places++, isAnyDepth, owners: [], literals: undefined, wild: undefined, deep: undefined }
  }

  #add(root: Place, path: string, owner: number): void {
    let place = root
    for (const segment of path.split('/')) {
      if (segment === '') continue
      if (segment === ANY_DEPTH) {
        place.deep ??= this.#place(true)
        place = place.deep
        continue
      }
      if (segment.includes('*')) {
        place.wild ??= new Map()
        place = this.#next(place.wild, this.#wildcard(segment))
      } else {
        place.literals ??= new Map()
        place = this.#next(place.literals, segment)
      }
    }
    place.owners.push(owner)
  }

  #next<Key>(places: Map<Key, Place>, key: Key): Place {
    const next = places.get(key) ?? this.#place(false)
    places.set(key, next)
    return next
  }

  #wildcard(text: string): Wildcard {
    const wildcard = this.#wildcards.get(text) ?? { text, key: `${text}/`, test: testOf(text) }
    this.#wildcards.set(text, wildcard)
    return wildcard
  }

  #state(reached: readonly Place[]): PathState {
    const places = new Set<Place>()
    for (const start of reached) {
      for (let place: Place | undefined = start; place !== undefined; place = place.deep) places.add(place)
    }
    const positions = [...places].sort((a, b) => a.id - b.id)
    const key = positions.map(({ id }) => id).join(' ')
    const known = this.#known.get(key) ?? makeState(positions)
    this.#known.set(key, known)
    return known
  }
}

/** A node of the trie: what some patterns have in common up to here. */
interface Place {
  readonly id: number
  /** Reached by `**`, and so left by no name. */
  readonly isAnyDepth: boolean
  /** Whose patterns end here. */
  readonly owners: number[]
  /** What names lead to, and what those lead to that a wildcard matches. */
  literals: Map<string, Place> | undefined
  wild: Map<Wildcard, Place> | undefined
  /** Where `**` leads. */
  deep: Place | undefined
}

/** Where a walk stands in all patterns at once. */
export interface PathState {
  readonly positions: readonly Place[]
  /** Whose patterns match the path that led here, in order. */
  readonly owners: readonly number[]
  /** What each literal that may come next leads to. */
  readonly byName: Map<string, PathState | typeof unmade>
  /** What any other name leads to, by the wildcards that match it. */
  readonly byWildcards: Map<string, PathState>
  /** The wildcards that may come next, where they can be found by a name's first or last character, and the others. */
  readonly byFirst: ReadonlyMap<number, readonly Wildcard[]>
  readonly byLast: ReadonlyMap<number, readonly Wildcard[]>
  readonly unsorted: readonly Wildcard[]
}

const unmade = Symbol('a state that nothing has led to yet')

function makeState(positions: readonly Place[]): PathState {
  const owners = new Set(positions.flatMap((place) => place.owners))
  const byName = new Map<string, typeof unmade>()
  const byFirst = new Map<number, Wildcard[]>()
  const byLast = new Map<number, Wildcard[]>()
  const unsorted: Wildcard[] = []
  const wildcards = new Set<Wildcard>()
  for (const { literals, wild } of positions) {
    for (const name of literals?.keys() ?? []) byName.set(name, unmade)
    for (const wildcard of wild?.keys() ?? []) wildcards.add(wildcard)
  }
  for (const wildcard of wildcards) {
    const { text } = wildcard
    if (!text.startsWith('*')) listAt(byFirst, text.charCodeAt(0)).push(wildcard)
    else if (!text.endsWith('*')) listAt(byLast, text.charCodeAt(text.length - 1)).push(wildcard)
    // What matches every name tells none from another.
    else if (text !== '*') unsorted.push(wildcard)
  }
  return {
    positions,
    owners: [...owners].sort((a, b) => a - b),
    byName,
    byWildcards: new Map(),
    byFirst,
    byLast,
    unsorted,
  }
}

function listAt(lists: Map<number, Wildcard[]>, code: number): Wildcard[] {
  const list = lists.get(code) ?? []
  lists.set(code, list)
  return list
}

/** Which wildcards of a state a name matches, as a key. */
function wildcardsOf({ byFirst, byLast, unsorted }: PathState, name: string): string {
  let key = ''
  const first = byFirst.get(name.charCodeAt(0))
  if (first !== undefined) for (const one of first) if (one.test(name)) key = key === '' ? one.key : key + one.key
  const last = byLast.get(name.charCodeAt(name.length - 1))
  if (last !== undefined) for (const one of last) if (one.test(name)) key = key === '' ? one.key : key + one.key
  for (const one of unsorted) if (one.test(name)) key = key === '' ? one.key : key + one.key
  return key
}

function placesAfter({ positions }: PathState, name: string): Place[] {
  const next: Place[] = []
  for (const place of positions) {
    if (place.isAnyDepth) next.push(place)
    const literal = place.literals?.get(name)
    if (literal !== undefined) next.push(literal)
    if (place.wild === undefined) continue
    for (const [wildcard, to] of place.wild) if (wildcard.test(name)) next.push(to)
  }
  return next
}

interface Wildcard {
  readonly text: string
  /** Its part of a key of several; made once, since most names match one or none. */
  readonly key: string
  test(name: string): boolean
}

const ANY_DEPTH = '**'

function testOf(text: string): Wildcard['test'] {
  const [head = '', ...middle] = text.split('*')
  const tail = middle.pop() ?? ''
  const least = head.length + tail.length
  // Each part at the first place where it fits: where any places fit, these do, and no name takes long.
  return (name) => {
    if (name.length < least || !name.startsWith(head) || !name.endsWith(tail)) return false
    let at = head.length
    for (const part of middle) {
      const found = name.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return name.length - at >= tail.length
  }
}

/** The texts that a pattern with `{a,b}` stands for; braces do not nest. */
export function expandBraces(text: string): string[] {
  const open = text.indexOf('{')
  const close = text.indexOf('}', open)
  if (open < 0 || close < 0) return [text]
  const rests = expandBraces(text.slice(close + 1))
  const head = text.slice(0, open)
  return text
    .slice(open + 1, close)
    .split(',')
    .flatMap((choice) => rests.map((rest) => head + choice + rest))
}
