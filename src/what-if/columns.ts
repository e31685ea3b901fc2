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

/** No item, and an item that does not go by itself. */
export const NONE = -1

/** Figures of all items, column by column: there may be millions, and a tick passes over all that it has. */
export class Columns {
  length = 0
  layer = new Int32Array(1024)
  tarBytes = new Float64Array(1024)
  contentBytes = new Float64Array(1024)
  blobBytes = new Float64Array(1024)
  /** How many edits drop an item. */
  edits = new Int32Array(1024)
  /** How many edits pick an item. */
  picks = new Int32Array(1024)
  /** How many entries an item is still needed for; less than 0 for one that does not go by itself. */
  needs = new Int32Array(1024)
  /** The items that are needed for an item; further ones stand in a map. */
  holder = new Int32Array(1024)
  otherHolder = new Int32Array(1024)
  /** 1 for an item with extras. */
  special = new Uint8Array(1024)

  /** Adds an item and gives its number. */
  add({ layer, tarBytes, contentBytes, blobBytes, needs = 0 }: Item): number {
    if (this.length === this.layer.length) this.#grow()
    const id = this.length++
    this.layer[id] = layer
    this.tarBytes[id] = tarBytes
    this.contentBytes[id] = contentBytes
    this.blobBytes[id] = blobBytes
    // What nothing needs from the start stays until an edit drops it.
    this.needs[id] = needs === 0 ? NONE : needs
    this.holder[id] = NONE
    this.otherHolder[id] = NONE
    return id
  }

  #grow(): void {
    const size = this.layer.length * 2
    const integers = (old: Int32Array) => {
      const column = new Int32Array(size)
      column.set(old)
      return column
    }
    const figures = (old: Float64Array) => {
      const column = new Float64Array(size)
      column.set(old)
      return column
    }
    this.layer = integers(this.layer)
    this.edits = integers(this.edits)
    this.picks = integers(this.picks)
    this.needs = integers(this.needs)
    this.holder = integers(this.holder)
    this.otherHolder = integers(this.otherHolder)
    this.tarBytes = figures(this.tarBytes)
    this.contentBytes = figures(this.contentBytes)
    this.blobBytes = figures(this.blobBytes)
    const special = new Uint8Array(size)
    special.set(this.special)
    this.special = special
  }
}
