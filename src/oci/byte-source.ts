/** A value that is at hand, or will be: reading stays synchronous for as long as no one has to wait. */
export type Awaitable<T> = T | Promise<T>

/** Where bytes come from, in order: a file, a pipe, a decompressor, the body of an archive entry. */
export interface Feed {
  /**
   * The next chunk, never empty, or undefined at the end; it may be overwritten by the next call. `wanted` tells a feed
   * that chooses how much it reads how many bytes will be asked for anyway.
   */
  read(wanted?: number): Awaitable<Buffer | undefined>
  /** Passes over up to `n` bytes without reading them and gives how many; only where the bytes can be seeked. */
  skip?(n: number): Awaitable<number>
}

/** A feed that reads ahead of its reader and can be told to stop. */
export interface ClosableFeed extends Feed {
  /** Stops reading what lies underneath; resolves when nothing touches it any more. */
  close(): Promise<void>
}

const EMPTY = Buffer.alloc(0)

/**
 * Pull-based bytes over a feed: look ahead, take, and skip, which seeks where the feed can.
 * Views are valid until the next call that moves or fills the source.
 */
export class ByteSource {
  /** Bytes consumed so far. */
  position = 0
  readonly #feed: Feed
  #chunk: Buffer = EMPTY
  #at = 0
  #ended = false

  constructor(feed: Feed) {
    this.#feed = feed
  }

  /** How many bytes lie ready without waiting. */
  get ready(): number {
    return this.#chunk.length - this.#at
  }

  /** Waits until `n` bytes lie ready, or all that are left; gives whether `n` do. */
  fill(n: number): Awaitable<boolean> {
    if (this.ready >= n || this.#ended) return this.ready >= n
    if (this.ready > 0) return this.#gather(n)
    const pending = this.#feed.read(n)
    return pending instanceof Promise ? pending.then((chunk) => this.#start(chunk, n)) : this.#start(pending, n)
  }

  /** Goes on with a chunk, nothing being left of the last one. */
  #start(chunk: Buffer | undefined, n: number): Awaitable<boolean> {
    this.#chunk = chunk ?? EMPTY
    this.#at = 0
    if (chunk === undefined) this.#ended = true
    return this.ready >= n || this.#ended ? this.ready >= n : this.#gather(n)
  }

  async #gather(n: number): Promise<boolean> {
    // The feed may reuse its memory, so whatever is kept is copied out before it is asked for more.
    const kept: Buffer[] = [Buffer.from(this.#chunk.subarray(this.#at))]
    let missing = n - this.ready
    while (missing > 0) {
      const pending = this.#feed.read(missing)
      const chunk = pending instanceof Promise ? await pending : pending
      if (chunk === undefined) {
        this.#ended = true
        break
      }
      missing -= chunk.length
      kept.push(missing > 0 ? Buffer.from(chunk) : chunk)
    }
    const [only = EMPTY] = kept
    this.#chunk = kept.length > 1 ? Buffer.concat(kept) : only
    this.#at = 0
    return this.ready >= n
  }

  /** A view of the next `n` bytes, or of fewer where fewer lie ready; consumes nothing. */
  peek(n: number): Buffer {
    return this.#chunk.subarray(this.#at, this.#at + n)
  }

  /** A view of up to `n` of the ready bytes, which it consumes; empty where none lie ready. */
  take(n: number): Buffer {
    const view = this.#chunk.subarray(this.#at, this.#at + n)
    this.#at += view.length
    this.position += view.length
    return view
  }

  /** Passes over `n` bytes, seeking where the feed can; gives how many there were. */
  skip(n: number): Awaitable<number> {
    const left = n - this.#passReady(n)
    if (left === 0 || this.#ended) return n - left
    const sought = this.#feed.skip?.(left) ?? 0
    if (sought === left) {
      this.position += left
      return n
    }
    return this.#skipOn(n, left, sought)
  }

  /** Goes on where a feed cannot, or can only by and by, seek over `left` of `n` bytes. */
  async #skipOn(n: number, left: number, sought: Awaitable<number>): Promise<number> {
    for (let skipped = await sought; ; skipped = (await this.#feed.skip?.(left)) ?? 0) {
      left -= skipped
      this.position += skipped
      if (left === 0) return n
      await this.fill(1)
      left -= this.#passReady(left)
      if (left === 0 || this.#ended) return n - left
    }
  }

  /** Passes over as many of `n` bytes as lie ready. */
  #passReady(n: number): number {
    const here = Math.min(n, this.ready)
    this.#at += here
    this.position += here
    return here
  }

  /** Reads on to the end; gives how many bytes were left. */
  async drain(): Promise<number> {
    return this.skip(Number.MAX_SAFE_INTEGER)
  }
}
