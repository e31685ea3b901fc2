import type { Changeset } from '../tree/node.ts'
import { parentOf } from '../tree/tree.ts'

/** A whiteout of a path, or an opaque one of a directory. */
export interface Marker {
  readonly path: string
  readonly opaque: boolean
}

/** The markers that hide something of a lower layer, all of one layer. */
export interface Cover {
  readonly layer: number
  readonly markers: readonly Marker[]
}

/** How many markers within each other are told. */
const MOST = 8

/** Finds the markers that hide what a layer has: those of the first layer above it that has any. */
export class Covers {
  readonly #changesetOf: (layer: number) => Changeset | undefined
  readonly #marking: readonly number[]
  readonly #within: Map<string, Cover | undefined>[] = []

  constructor(layers: number, changesetOf: (layer: number) => Changeset | undefined) {
    this.#changesetOf = changesetOf
    this.#marking = Array.from({ length: layers }, (_, i) => i).filter((layer) => {
      const changeset = changesetOf(layer)
      return changeset !== undefined && changeset.removed.size + changeset.opaque.size > 0
    })
  }

  /** What hides an entry of a layer; undefined where no marker does. */
  of(layer: number, path: string): Cover | undefined {
    if (path === '' || this.#marking.length === 0) return undefined
    return this.#nearer(layer, this.within(layer, parentOf(path)), { path, opaque: false })
  }

  /** What hides the content of a directory. */
  within(layer: number, directory: string): Cover | undefined {
    if (this.#marking.length === 0) return undefined
    let known = this.#within[layer]
    if (known === undefined) {
      known = new Map()
      this.#within[layer] = known
    }
    const asked: string[] = []
    for (let at = directory; !known.has(at); at = parentOf(at)) {
      asked.push(at)
      if (at === '') break
    }
    for (let path = asked.pop(); path !== undefined; path = asked.pop()) {
      const itself = path === '' ? undefined : this.#nearer(layer, known.get(parentOf(path)), { path, opaque: false })
      known.set(path, this.#nearer(layer, itself, { path, opaque: true }))
    }
    return known.get(directory)
  }

  /** The lower of a cover and of the first layer above that has this marker; both where that is one layer. */
  #nearer(layer: number, cover: Cover | undefined, marker: Marker): Cover | undefined {
    for (const above of this.#marking) {
      if (above <= layer) continue
      if (cover !== undefined && above > cover.layer) break
      const changeset = this.#changesetOf(above)
      const marked = marker.opaque ? changeset?.opaque : changeset?.removed
      if (marked?.has(marker.path) !== true) continue
      if (cover?.layer !== above) return { layer: above, markers: [marker] }
      // Within others a marker says nothing new; of a tower of them the upper ones are enough.
      return cover.markers.length < MOST ? { layer: above, markers: [...cover.markers, marker] } : cover
    }
    return cover
  }
}
