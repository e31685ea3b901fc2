/** More places are thinned out, so that a layer of any size keeps about a quarter of a MiB of them. */
const MOST_PLACES = 1 << 14

/** Places closer together than this many compressed bytes tell nothing new. */
const FIRST_STEP = 1 << 10

/** How many bytes of the compressed blob a range of the uncompressed tar takes, to the byte its place is known by. */
export type CompressedBytesOf = (offset: number, bytes: number) => number

/**
 * Which compressed byte belongs to which byte of the tar, noted while a blob is inflated: between two places that are
 * known, both run on evenly.
 */
export class CompressedSpans {
  #compressed = [0]
  #plain = [0]
  #step = FIRST_STEP

  /** Notes that so many bytes of the blob have given so many bytes of the tar; neither ever falls. */
  note(compressed: number, plain: number): void {
    if (compressed - (this.#compressed.at(-1) ?? 0) < this.#step || plain <= (this.#plain.at(-1) ?? 0)) return
    this.#compressed.push(compressed)
    this.#plain.push(plain)
    if (this.#plain.length > MOST_PLACES) this.#thin()
  }

  /** Ends with the whole sizes; ranges that lie end to end then sum to the bytes of what they cover, the whole tar to the blob's. */
  finish(blobBytes: number, tarBytes: number): CompressedBytesOf {
    const plain = Float64Array.from([...this.#plain.filter((at) => at < tarBytes), tarBytes])
    const compressed = Float64Array.from([...this.#compressed.slice(0, plain.length - 1), blobBytes])
    const placeOf = (at: number) => Math.round(interpolate(plain, compressed, Math.min(Math.max(at, 0), tarBytes)))
    return (offset, bytes) => placeOf(offset + bytes) - placeOf(offset)
  }

  #thin(): void {
    const isKept = (_: number, i: number) => i % 2 === 0
    this.#compressed = this.#compressed.filter(isKept)
    this.#plain = this.#plain.filter(isKept)
    this.#step *= 2
  }
}

/** The height of a rising line of segments at `x`, which lies on it. */
function interpolate(xs: Float64Array, ys: Float64Array, x: number): number {
  let low = 0
  let high = xs.length - 1
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((xs[middle] ?? 0) <= x) low = middle
    else high = middle
  }
  const [x0 = 0, x1 = 0, y0 = 0, y1 = 0] = [xs[low], xs[high], ys[low], ys[high]]
  return x1 === x0 ? y1 : y0 + ((x - x0) / (x1 - x0)) * (y1 - y0)
}
