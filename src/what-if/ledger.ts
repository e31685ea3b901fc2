/** Bytes of an image, or of a part of it. */
export interface Sizes {
  /** Of the uncompressed tars. */
  readonly tarBytes: number
  /** Of the bodies of regular files. */
  readonly contentBytes: number
  /** Of the blobs as stored; undefined where a layer's compression cannot be told by parts. */
  readonly blobBytes: number | undefined
}

/** What one entry takes, and what depends on it. */
export interface Item {
  readonly layer: number
  readonly tarBytes: number
  readonly contentBytes: number
  /** Of its layer's blob; an estimate where that is compressed. */
  readonly blobBytes: number
  /** How many entries it is needed for, where it goes with the last of them: a directory, a whiteout. */
  readonly needs?: number
}

/** The names of one body, as they are freed one by one. */
export interface Body {
  readonly layer: number
  /** Number of names. */
  readonly names: number
  /** The item of the name whose entry holds the body; undefined where that cannot be dropped by itself. */
  data: number | undefined
  /** The entries of its other names, in the order of the tar. */
  readonly links: readonly { readonly path: string; item: number | undefined; readonly bytes: number }[]
  /** Of the entry that holds the body. */
  readonly tarBytes: number
  readonly contentBytes: number
  readonly blobBytes: number
}

/** A change of an image as the entries that it touches; the same entry may be touched by several edits. */
export interface Edit {
  /** Items that are not written. */
  readonly drops: ArrayLike<number>
  /** Items that are not written, while the directories and whiteouts around them stay. */
  readonly picks?: ArrayLike<number>
  /** Items that keep their entry and lose a part of their body. */
  readonly shrinks?: readonly { readonly item: number; readonly tarBytes: number; readonly contentBytes: number }[]
  /** Items that another layer writes instead. */
  readonly moves?: readonly { readonly item: number; readonly to: number }[]
  /** Bytes of markers that become necessary, by layer. */
  readonly added?: ReadonlyMap<number, number>
}

interface State {
  readonly holders: number[]
  readonly body: Body | undefined
  shrinks: { tarBytes: number; contentBytes: number; edits: number }[]
  moves: { readonly to: number; edits: number }[]
}

/**
 * Counts what edits spare while they are made and taken back, in any order: an entry is spared once, however many edits
 * drop it; a directory or a whiteout goes with the last entry that needs it; a body goes with its last name.
 */
export class Ledger {
  readonly #items: Item[] = []
  readonly #edits: number[] = []
  readonly #picks: number[] = []
  readonly #needs: number[] = []
  readonly #state = new Map<number, State>()
  readonly #bodies = new Map<Body, { readonly bytes: number; readonly whole: boolean }>()
  readonly #dirty = new Set<Body>()
  readonly #tar: number[]
  readonly #content: number[]
  readonly #blob: number[]

  constructor(layers: number) {
    this.#tar = new Array(layers).fill(0)
    this.#content = new Array(layers).fill(0)
    this.#blob = new Array(layers).fill(0)
  }

  /** Enters an item; `holders` are the items that are needed for it, and `body` is set for one of several names. */
  enter(item: Item, holders: readonly number[] = [], body?: Body): number {
    const id = this.#items.push(item) - 1
    this.#edits.push(0)
    this.#picks.push(0)
    // What nothing needs from the start stays until an edit drops it.
    this.#needs.push(item.needs || -1)
    if (holders.length > 0 || body !== undefined) {
      this.#state.set(id, { holders: [...holders], body, shrinks: [], moves: [] })
    }
    return id
  }

  /** Enters that an item is needed for another one that was entered before. */
  hold(id: number, holder: number): void {
    this.#stateOf(id).holders.push(holder)
  }

  /** The layer that writes an item. */
  layerOf(id: number): number {
    return (this.#items[id] as Item).layer
  }

  /** Makes an edit. */
  add(edit: Edit): void {
    this.#change(edit, 1)
  }

  /** Takes an edit back that was made. */
  remove(edit: Edit): void {
    this.#change(edit, -1)
  }

  /** Bytes that the edits spare in a layer, less than 0 where it gets more. */
  savedIn(layer: number): { tarBytes: number; contentBytes: number; blobBytes: number } {
    const [tarBytes = 0, contentBytes = 0, blobBytes = 0] = [this.#tar[layer], this.#content[layer], this.#blob[layer]]
    return { tarBytes, contentBytes, blobBytes }
  }

  #change({ drops, picks = [], shrinks = [], moves = [], added }: Edit, by: 1 | -1): void {
    for (let i = 0; i < drops.length; i++) this.#drop(drops[i] as number, by)
    for (let i = 0; i < picks.length; i++) this.#pick(picks[i] as number, by)
    for (const { item, tarBytes, contentBytes } of shrinks) {
      const state = this.#stateOf(item)
      this.#settle(item, -1)
      const known = state.shrinks.find((one) => one.tarBytes === tarBytes && one.contentBytes === contentBytes)
      if (known !== undefined) known.edits += by
      else state.shrinks.push({ tarBytes, contentBytes, edits: by })
      this.#settle(item, 1)
    }
    for (const { item, to } of moves) {
      const state = this.#stateOf(item)
      this.#settle(item, -1)
      const known = state.moves.find((one) => one.to === to)
      if (known !== undefined) known.edits += by
      else state.moves.push({ to, edits: by })
      this.#settle(item, 1)
    }
    for (const [layer, bytes] of added ?? []) this.#book(layer, -bytes * by, 0, 0)
    for (const body of this.#dirty) this.#settleBody(body)
    this.#dirty.clear()
  }

  #drop(first: number, by: 1 | -1): void {
    const edits = (this.#edits[first] as number) + by
    const flips = by === 1 ? edits === 1 : edits === 0
    if (flips && this.#needs[first] !== 0) this.#flip(first, by, edits)
    else this.#edits[first] = edits
  }

  #pick(id: number, by: 1 | -1): void {
    this.#settle(id, -1)
    this.#picks[id] = (this.#picks[id] as number) + by
    this.#settle(id, 1)
    const body = this.#state.get(id)?.body
    if (body !== undefined) this.#dirty.add(body)
  }

  /** Frees an item, or takes that back, and whatever goes with it. */
  #flip(first: number, by: 1 | -1, edits: number): void {
    this.#settle(first, -1)
    this.#edits[first] = edits
    this.#settle(first, 1)
    const pending = [first]
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      const state = this.#state.get(id)
      if (state === undefined) continue
      if (state.body !== undefined) this.#dirty.add(state.body)
      for (const holder of state.holders) {
        const before = this.#needs[holder] as number
        const crosses = (by === 1 ? before === 1 : before === 0) && this.#edits[holder] === 0
        if (crosses) this.#settle(holder, -1)
        this.#needs[holder] = before - by
        if (crosses) {
          this.#settle(holder, 1)
          pending.push(holder)
        }
      }
    }
  }

  #isFree(id: number): boolean {
    return (this.#edits[id] as number) + (this.#picks[id] as number) > 0 || this.#needs[id] === 0
  }

  /** Books what an item spares as it stands, or takes that off the books. */
  #settle(id: number, sign: 1 | -1): void {
    const { layer, tarBytes, contentBytes, blobBytes } = this.#items[id] as Item
    if (this.#isFree(id)) {
      this.#tar[layer] = (this.#tar[layer] as number) + sign * tarBytes
      this.#content[layer] = (this.#content[layer] as number) + sign * contentBytes
      this.#blob[layer] = (this.#blob[layer] as number) + sign * blobBytes
      return
    }
    const state = this.#state.get(id)
    if (state === undefined) return
    const share = { tarBytes: 0, contentBytes: 0 }
    for (const one of state.shrinks) {
      if (one.edits === 0) continue
      share.tarBytes = Math.max(share.tarBytes, one.tarBytes)
      share.contentBytes = Math.max(share.contentBytes, one.contentBytes)
    }
    const shareOfBlob = tarBytes === 0 ? 0 : (blobBytes * share.tarBytes) / tarBytes
    const to = Math.min(...state.moves.filter(({ edits }) => edits > 0).map((move) => move.to), layer)
    if (share.tarBytes > 0) this.#book(to, sign * share.tarBytes, sign * share.contentBytes, sign * shareOfBlob)
    if (to === layer) return
    this.#book(layer, sign * tarBytes, sign * contentBytes, sign * blobBytes)
    this.#book(to, -sign * tarBytes, -sign * contentBytes, -sign * blobBytes)
  }

  #book(layer: number, tarBytes: number, contentBytes: number, blobBytes: number): void {
    this.#tar[layer] = (this.#tar[layer] as number) + tarBytes
    this.#content[layer] = (this.#content[layer] as number) + contentBytes
    this.#blob[layer] = (this.#blob[layer] as number) + blobBytes
  }

  /**
   * Books what the dropped names of a body spare: all of it with the last name; before that each link its own entry.
   * An entry that holds the body outlives its name: it takes that of the first link that is left, whose entry goes.
   */
  #settleBody(body: Body): void {
    const { layer, names, data, links, tarBytes, contentBytes, blobBytes } = body
    let dropped = data !== undefined && this.#isFree(data) ? 1 : 0
    let bytes = 0
    let heir: number | undefined
    for (const link of links) {
      const gone = link.item !== undefined && this.#isFree(link.item)
      if (gone) dropped++
      if (gone) bytes += link.bytes
      else heir ??= link.bytes
    }
    const whole = dropped >= names
    if (whole) bytes += tarBytes
    else if (data !== undefined && this.#isFree(data)) bytes += heir ?? 0
    const before = this.#bodies.get(body) ?? { bytes: 0, whole: false }
    this.#bodies.set(body, { bytes, whole })
    const change = Number(whole) - Number(before.whole)
    this.#book(layer, bytes - before.bytes, change * contentBytes, change * blobBytes)
  }

  #stateOf(id: number): State {
    let state = this.#state.get(id)
    if (state === undefined) {
      state = { holders: [], body: undefined, shrinks: [], moves: [] }
      this.#state.set(id, state)
    }
    return state
  }
}
