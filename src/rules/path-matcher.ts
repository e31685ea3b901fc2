/**
 * Many path patterns walked at once, beside a tree: one step a name, whatever the number of patterns.
 *
 * A pattern is absolute; in a segment `*` stands for any characters, a segment `**` for any number of segments, and
 * `{a,b}` for one of several texts. The states are those of a non-deterministic automaton, and every set of states that
 * turns up is made once (subset construction, on demand).
 */
export class PathMatcher {
  readonly start: PathState
  readonly #patterns: readonly (readonly Segment[])[]
  readonly #owners: readonly number[]
  readonly #known = new Map<string, PathState>()

  /** Takes the patterns of each owner; what is reached tells owners by their index. */
  constructor(patternsOf: readonly (readonly string[])[]) {
    const patterns: (readonly Segment[])[] = []
    const owners: number[] = []
    for (const [owner, texts] of patternsOf.entries()) {
      for (const text of texts.flatMap(expandBraces)) {
        patterns.push(text.split('/').filter(Boolean).map(parseSegment))
        owners.push(owner)
      }
    }
    this.#patterns = patterns
    this.#owners = owners
    this.start = this.#state(patterns.map((_, pattern) => ({ pattern, at: 0 })))
  }

  /** What is reached from a state by one more name. */
  step(state: PathState, name: string): PathState {
    const known = state.byName.get(name)
    if (known !== undefined) return known
    const hasLiteral = state.literals.has(name)
    // Names that only wildcards match are without number, so they are known by the wildcards that match them.
    const key = hasLiteral ? name : wildcardsOf(state, name)
    const states = hasLiteral ? state.byName : state.byWildcards
    const next = states.get(key) ?? this.#state(this.#next(state, name))
    states.set(key, next)
    return next
  }

  #next({ positions }: PathState, name: string): Position[] {
    const next: Position[] = []
    for (const { pattern, at } of positions) {
      const segment = this.#patterns[pattern]?.[at]
      if (segment === undefined) continue
      if (segment === ANY_DEPTH) next.push({ pattern, at })
      else if (matches(segment, name)) next.push({ pattern, at: at + 1 })
    }
    return next
  }

  #state(positions: readonly Position[]): PathState {
    const closed = new Map<string, Position>()
    for (const start of positions) {
      for (let { pattern, at } = start; ; at++) {
        closed.set(`${pattern} ${at}`, { pattern, at })
        if (this.#patterns[pattern]?.[at] !== ANY_DEPTH) break
      }
    }
    const key = [...closed.keys()].sort().join(',')
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const state = this.#make([...closed.values()])
    this.#known.set(key, state)
    return state
  }

  #make(positions: readonly Position[]): PathState {
    const owners = new Set<number>()
    const literals = new Set<string>()
    const wild = new Map<string, Wildcard>()
    for (const { pattern, at } of positions) {
      const segments = this.#patterns[pattern] ?? []
      const segment = segments[at]
      if (segment === undefined || (segment === ANY_DEPTH && at === segments.length - 1))
        owners.add(this.#owners[pattern] ?? 0)
      if (typeof segment === 'string' && segment !== ANY_DEPTH) literals.add(segment)
      else if (typeof segment === 'object') wild.set(segment.text, segment)
    }
    return {
      positions,
      owners: [...owners].sort((a, b) => a - b),
      literals,
      wild: [...wild.values()],
      byName: new Map(),
      byWildcards: new Map(),
    }
  }
}

interface Position {
  readonly pattern: number
  readonly at: number
}

/** Where a walk stands in all patterns at once. */
export interface PathState {
  readonly positions: readonly Position[]
  /** Whose patterns match the path that led here. */
  readonly owners: readonly number[]
  readonly literals: ReadonlySet<string>
  readonly wild: readonly Wildcard[]
  readonly byName: Map<string, PathState>
  readonly byWildcards: Map<string, PathState>
}

/** Which wildcards of a state a name matches, as a key. */
function wildcardsOf({ wild }: PathState, name: string): string {
  let key = ''
  for (let i = 0; i < wild.length; i++) if (wild[i]?.test(name)) key += `${i} `
  return key
}

interface Wildcard {
  readonly text: string
  test(name: string): boolean
}

type Segment = string | Wildcard

const ANY_DEPTH = '**'

function parseSegment(text: string): Segment {
  if (text === ANY_DEPTH || !text.includes('*')) return text
  const [head = '', ...middle] = text.split('*')
  const tail = middle.pop() ?? ''
  // Each part at the first place where it fits: where any places fit, these do, and no name takes long.
  const test = (name: string): boolean => {
    if (!name.startsWith(head)) return false
    let at = head.length
    for (const part of middle) {
      const found = name.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return name.length - at >= tail.length && name.endsWith(tail)
  }
  return { text, test }
}

function matches(segment: Segment, name: string): boolean {
  return typeof segment === 'string' ? segment === name : segment.test(name)
}

/** The texts that a pattern with `{a,b}` stands for; braces do not nest. */
export function expandBraces(text: string): string[] {
  const match = /\{([^{}]*)\}/.exec(text)
  if (match === null) return [text]
  const [whole, inside = ''] = match
  return inside
    .split(',')
    .flatMap((choice) => expandBraces(text.slice(0, match.index) + choice + text.slice(match.index + whole.length)))
}
