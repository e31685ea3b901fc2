import type { Item } from './columns.ts'
import { Columns, NONE } from './columns.ts'
import { finish, inSteps, STEP, type Work } from './work.ts'

/** Bytes of an image, or of a part of it. */
export interface Sizes {
  /** Of the uncompressed tars. */
  readonly tarBytes: number
  /** Of the bodies of regular files. */
  readonly contentBytes: number
  /** Of the blobs as stored; undefined where a layer's compression cannot be told by parts. */
  readonly blobBytes: number | undefined
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

/** An item that keeps its entry and loses these bytes of it. */
export interface Shrink {
  readonly item: number
  readonly tarBytes: number
  readonly contentBytes: number
}

/** An item that another layer writes instead. */
export interface Move {
  readonly item: number
  readonly to: number
}

/** A change of an image as the entries that it touches; the same entry may be touched by several edits. */
export interface Edit {
  /** Items that are not written. */
  readonly drops: ArrayLike<number>
  /** Items that are not written, while the directories and whiteouts around them stay. */
  readonly picks?: ArrayLike<number>
  /** Items that keep their entry and lose a part of their body. */
  readonly shrinks?: readonly Shrink[]
  /** Items that another layer writes instead. */
  readonly moves?: readonly Move[]
  /** Bytes of markers that become necessary, by layer. */
  readonly added?: ReadonlyMap<number, number>
}

/** Items dropped in one step: they cost next to nothing, being figures in columns. */
const MORE = 16 * STEP

/** What only few items have. */
interface Extras {
  readonly body: Body | undefined
  readonly shrinks: { readonly tarBytes: number; readonly contentBytes: number; edits: number }[]
  readonly moves: { readonly to: number; edits: number }[]
}

/**
 * Counts what edits spare while they are made and taken back, in any order: an entry is spared once, however many edits
 * drop it; a directory or a whiteout goes with the last entry that needs it; a body goes with its last name.
 */
export class Ledger {
  readonly #items = new Columns()
  readonly #moreHolders = new Map<number, number[]>()
  readonly #extras = new Map<number, Extras>()
  readonly #bodies = new Map<Body, { readonly bytes: number; readonly whole: boolean }>()
  readonly #dirty = new Set<Body>()
  readonly #freed: number[] = []
  readonly #tar: Float64Array
  readonly #content: Float64Array
  readonly #blob: Float64Array

  constructor(layers: number) {
    this.#tar = new Float64Array(layers)
    this.#content = new Float64Array(layers)
    this.#blob = new Float64Array(layers)
  }

  /** Enters an item; `holders` are the items that are needed for it, and `body` is set for one of several names. */
  enter(item: Item, holders: readonly number[] = [], body?: Body): number {
    const items = this.#items
    const id = items.add(item)
    const [first, second, ...more] = holders
    if (first !== undefined) items.holder[id] = first
    if (second !== undefined) items.otherHolder[id] = second
    if (more.length > 0) this.#moreHolders.set(id, more)
    if (body !== undefined) this.#extend(id, body)
    return id
  }

  /** Makes an edit. */
  add(edit: Edit): void {
    finish(this.change(edit, 1))
  }

  /** Takes an edit back that was made. */
  remove(edit: Edit): void {
    finish(this.change(edit, -1))
  }

  /** Bytes that the edits spare in a layer, less than 0 where it gets more. */
  savedIn(layer: number): { tarBytes: number; contentBytes: number; blobBytes: number } {
    const [tarBytes = 0, contentBytes = 0, blobBytes = 0] = [this.#tar[layer], this.#content[layer], this.#blob[layer]]
    return { tarBytes, contentBytes, blobBytes }
  }

  /** Makes an edit, with 1, or takes it back; until that is done, what is told of savings is not sure. */
  *change({ drops, picks = [], shrinks = [], moves = [], added }: Edit, by: 1 | -1): Work<void> {
    yield* inSteps(drops, MORE, (item) => this.#drop(item, by))
    yield* inSteps(picks, STEP, (item) => this.#pick(item, by))
    yield* inSteps(shrinks, STEP, (one) => this.#shrink(one, by))
    yield* inSteps(moves, STEP, (one) => this.#move(one, by))
    for (const [layer, bytes] of added ?? []) this.#book(layer, -bytes * by, 0, 0)
    let settled = 0
    for (const body of this.#dirty) {
      if (++settled % STEP === 0) yield
      this.#settleBody(body)
    }
    this.#dirty.clear()
  }

  #shrink({ item, tarBytes, contentBytes }: Shrink, by: 1 | -1): void {
    this.#settle(item, -1)
    const { shrinks } = this.#extend(item)
    const known = shrinks.find((one) => one.tarBytes === tarBytes && one.contentBytes === contentBytes)
    if (known !== undefined) known.edits += by
    else shrinks.push({ tarBytes, contentBytes, edits: by })
    this.#settle(item, 1)
  }

  #move({ item, to }: Move, by: 1 | -1): void {
    this.#settle(item, -1)
    const { moves } = this.#extend(item)
    const known = moves.find((one) => one.to === to)
    if (known !== undefined) known.edits += by
    else moves.push({ to, edits: by })
    this.#settle(item, 1)
  }

  #drop(id: number, by: 1 | -1): void {
    const { edits, needs } = this.#items
    const before = edits[id] as number
    const flips = by === 1 ? before === 0 : before === 1
    if (!flips || needs[id] === 0) {
      edits[id] = before + by
      return
    }
    const isBooked = this.#isPlain(id)
    if (!isBooked) this.#settle(id, -1)
    edits[id] = before + by
    if (isBooked) this.#bookItem(id, by)
    else this.#settle(id, 1)
    this.#release(id, by)
    for (let next = this.#freed.pop(); next !== undefined; next = this.#freed.pop()) this.#release(next, by)
  }

  #pick(id: number, by: 1 | -1): void {
    this.#settle(id, -1)
    this.#items.picks[id] = (this.#items.picks[id] as number) + by
    this.#settle(id, 1)
    const body = this.#extras.get(id)?.body
    if (body !== undefined) this.#dirty.add(body)
  }

  /** Whether an item has nothing but its own figures, so that it is booked when it flips. */
  #isPlain(id: number): boolean {
    return this.#items.special[id] === 0 && this.#items.picks[id] === 0
  }

  /** Tells what an item needs that it is gone, or that it is there again. */
  #release(id: number, by: 1 | -1): void {
    const { holder, otherHolder, special } = this.#items
    const [first, second] = [holder[id] as number, otherHolder[id] as number]
    if (first !== NONE) this.#releaseHolder(first, by)
    if (second !== NONE) {
      this.#releaseHolder(second, by)
      if (this.#moreHolders.size > 0) for (const one of this.#moreHolders.get(id) ?? []) this.#releaseHolder(one, by)
    }
    const body = special[id] === 1 ? this.#extras.get(id)?.body : undefined
    if (body !== undefined) this.#dirty.add(body)
  }

  #releaseHolder(holder: number, by: 1 | -1): void {
    const { needs, edits } = this.#items
    const before = needs[holder] as number
    const flips = (by === 1 ? before === 1 : before === 0) && edits[holder] === 0
    const isBooked = flips && this.#isPlain(holder)
    if (flips && !isBooked) this.#settle(holder, -1)
    needs[holder] = before - by
    if (!flips) return
    if (isBooked) this.#bookItem(holder, by)
    else this.#settle(holder, 1)
    this.#freed.push(holder)
  }

  #isFree(id: number): boolean {
    const { edits, picks, needs } = this.#items
    return (edits[id] as number) + (picks[id] as number) > 0 || needs[id] === 0
  }

  #bookItem(id: number, sign: 1 | -1): void {
    const { layer, tarBytes, contentBytes, blobBytes } = this.#items
    const at = layer[id] as number
    this.#tar[at] = (this.#tar[at] as number) + sign * (tarBytes[id] as number)
    this.#content[at] = (this.#content[at] as number) + sign * (contentBytes[id] as number)
    this.#blob[at] = (this.#blob[at] as number) + sign * (blobBytes[id] as number)
  }

  /** Books what an item spares as it stands, or takes that off the books. */
  #settle(id: number, sign: 1 | -1): void {
    if (this.#isFree(id)) {
      this.#bookItem(id, sign)
      return
    }
    const extras = this.#extras.get(id)
    if (extras === undefined) return
    const items = this.#items
    const layer = items.layer[id] as number
    const tarBytes = items.tarBytes[id] as number
    const blobBytes = items.blobBytes[id] as number
    const share = { tarBytes: 0, contentBytes: 0 }
    for (const one of extras.shrinks) {
      if (one.edits === 0) continue
      share.tarBytes = Math.max(share.tarBytes, one.tarBytes)
      share.contentBytes = Math.max(share.contentBytes, one.contentBytes)
    }
    const shareOfBlob = tarBytes === 0 ? 0 : (blobBytes * share.tarBytes) / tarBytes
    const to = Math.min(...extras.moves.filter(({ edits }) => edits > 0).map((move) => move.to), layer)
    if (share.tarBytes > 0) this.#book(to, sign * share.tarBytes, sign * share.contentBytes, sign * shareOfBlob)
    if (to === layer) return
    this.#bookItem(id, sign)
    this.#book(to, -sign * tarBytes, -sign * (items.contentBytes[id] as number), -sign * blobBytes)
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

  #extend(id: number, body?: Body): Extras {
    let extras = this.#extras.get(id)
    if (extras === undefined) {
      extras = { body, shrinks: [], moves: [] }
      this.#extras.set(id, extras)
      this.#items.special[id] = 1
    }
    return extras
  }
}
