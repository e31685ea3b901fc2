import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import type { Awaitable, ByteSource, Feed } from './byte-source.ts'
import { defaultLimits, exceeded, type Limits } from './limits.ts'
import { type PaxRecords, parsePax, xattrsOf } from './pax.ts'
import { checkFragments, type Fragment, readSparseMap, type SparseFormat, sparseFormat } from './sparse.ts'
import {
  applyExtended,
  extend,
  globalHeader,
  isExtendedHeader,
  isHeaderOnly,
  type TarEntry,
  unextended,
} from './tar-entry.ts'
import { BLOCK_BYTES, decodeHeader, isZeroBlock, Malformed, type TarHeader } from './tar-header.ts'

export type { TarEntry } from './tar-entry.ts'

/**
 * Reads a tar entry by entry and refuses what Go's archive/tar refuses, because that is what unpacks layers:
 *
 *     (x | L | K)* header body padding … two blocks of zeros
 *
 * Type x (pax), L and K (GNU long name and link) describe the next entry; g is handed out and applies to nothing.
 * A tar may end without its zeros, and even without its last padding, but nowhere else.
 */
export class TarReader {
  readonly #source: ByteSource
  readonly #what: string
  readonly #limits: Limits
  readonly #start: number
  #entry: TarEntry | undefined
  #entries = 0
  #headerAt = 0
  /** Where the current entry begins, with its extended headers. */
  #entryAt = 0
  /** Bytes of the current body, and of its padding, that have not been read. */
  #left = 0
  #padding = 0
  /** Bytes that the current sparse body has more than its map. */
  #unmapped = 0
  #ended = false
  /** What the extended headers have said of the entry that is to come. */
  #extended = unextended
  #failure: unknown

  /** A reader of the tar that starts where `source` stands; `what` names it in errors. */
  constructor(source: ByteSource, what: string, limits: Limits = defaultLimits) {
    this.#source = source
    this.#what = what
    this.#limits = limits
    this.#start = source.position
  }

  /** The next entry, past whatever is left of the last body; undefined at the end of the archive. */
  next(): Awaitable<TarEntry | undefined> {
    if (this.#failure !== undefined) throw this.#failure
    try {
      if (this.#unmapped !== 0) throw this.#damaged(`the sparse map of ${this.#entryName} does not fit its body`)
      const entry = this.#advance()
      if (!(entry instanceof Promise)) return entry
      return entry.catch((error) => {
        throw this.#fail(error)
      })
    } catch (error) {
      throw this.#fail(error)
    }
  }

  /** Goes on to the next entry; a promise only where something must be waited for, after which it takes up again where it was. */
  #advance(): Awaitable<TarEntry | undefined> {
    const source = this.#source
    while (!this.#ended) {
      const rest = this.#left + this.#padding
      if (rest > 0) {
        const skipped = source.skip(rest)
        if (skipped instanceof Promise) {
          return skipped.then((n) => {
            this.#pass(rest, n)
            return this.#advance()
          })
        }
        this.#pass(rest, skipped)
      }
      const filled = source.fill(BLOCK_BYTES)
      if (filled instanceof Promise) return filled.then(() => this.#advance())
      if (!filled) {
        this.#endHere()
        break
      }
      this.#headerAt = this.#position
      if (this.#extended === unextended) this.#entryAt = this.#headerAt
      const block = source.take(BLOCK_BYTES)
      const header = decodeHeader(block)
      if (header === undefined) return this.#checkEnd()
      this.#expectBody(header)
      if (!isExtendedHeader(header.type)) return this.#describe(header, block)
      const body = this.#extendedBody(header.size)
      if (body instanceof Promise) return body.then((bytes) => this.#extend(header, bytes) ?? this.#advance())
      const global = this.#extend(header, body)
      if (global !== undefined) return global
    }
    return this.#end()
  }

  /** The next bytes of the current body as they lie ready, valid until the source is asked again; undefined at its end. */
  readBody(): Awaitable<Buffer | undefined> {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#left === 0) return undefined
    return this.#source.ready > 0 ? this.#takeBody() : this.#waitForBody()
  }

  /** Passes over up to `n` bytes of the current body, seeking where the source can; gives how many. */
  async skipBody(n: number): Promise<number> {
    if (this.#failure !== undefined) throw this.#failure
    const wanted = Math.min(n, this.#left)
    const skipped = await this.#source.skip(wanted)
    this.#left -= skipped
    if (skipped < wanted) throw this.#truncated(`the body of ${this.#entryName}`)
    return skipped
  }

  /** The rest of the current body as a feed, which may not be read once the reader has gone on. */
  bodyFeed(): Feed {
    const entry = this.#entry
    const stay = () => {
      if (this.#entry !== entry) throw new Error('The body of a tar entry was read after the reader had gone on')
    }
    return {
      read: () => {
        stay()
        return this.readBody()
      },
      skip: (n) => {
        stay()
        return this.skipBody(n)
      },
    }
  }

  get #position(): number {
    return this.#source.position - this.#start
  }

  #takeBody(): Buffer {
    const view = this.#source.take(this.#left)
    this.#left -= view.length
    return view
  }

  async #waitForBody(): Promise<Buffer> {
    if (!(await this.#source.fill(1))) throw this.#truncated(`the body of ${this.#entryName}`)
    return this.#takeBody()
  }

  /** Ends a body with its padding, after so many bytes of both; padding alone may be missing, at the end of the archive. */
  #pass(rest: number, skipped: number): void {
    if (skipped < this.#left) throw this.#truncated(`the body of ${this.#entryName}`)
    this.#left = 0
    this.#padding = 0
    if (skipped < rest) this.#ended = true
  }

  /** Ends where no block follows: an archive may end without any mark, but not within a block. */
  #endHere(): void {
    if (this.#source.ready > 0) throw this.#truncated(`a header ${this.#after}`)
    this.#ended = true
  }

  #end(): undefined {
    this.#ended = true
    this.#entry = undefined
  }

  /** After one block of zeros comes another, or nothing. */
  async #checkEnd(): Promise<undefined> {
    const source = this.#source
    if (!(await source.fill(BLOCK_BYTES))) this.#endHere()
    else if (!isZeroBlock(source.take(BLOCK_BYTES))) throw new Malformed('it is all zeros, but more follows')
    return this.#end()
  }

  #expectBody(header: TarHeader): void {
    const bytes = isHeaderOnly(header.type) ? 0 : header.size
    if (bytes < 0) throw new Malformed('its size is negative')
    this.#left = bytes
    this.#padding = (BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES
  }

  /** The entry of a header, with what its extended headers say of it. */
  #describe(header: TarHeader, block: Buffer): Awaitable<TarEntry> {
    const extended = this.#extended
    const { records } = extended
    this.#extended = unextended
    applyExtended(header, extended)
    this.#expectBody(header)
    const format = sparseFormat(header.type, records)
    if (format === undefined) return this.#giveEntry(header, records, undefined)
    return this.#readMap(format, header, block, records).then((map) => this.#giveEntry(header, records, map))
  }

  /** Keeps what an extended header says; gives the entry that a global one is. */
  #extend(header: TarHeader, body: Buffer): TarEntry | undefined {
    if (header.type === 'g') {
      this.#extended = unextended
      const records = parsePax(body)
      return this.#giveEntry(globalHeader(header, records), records, undefined)
    }
    this.#extended = extend(this.#extended, header.type, body)
    return undefined
  }

  #extendedBody(size: number): Awaitable<Buffer> {
    if (size > this.#limits.header) throw exceeded('header', this.#what, size)
    return size <= this.#source.ready ? this.#takeBody() : this.#waitForExtendedBody(size)
  }

  async #waitForExtendedBody(size: number): Promise<Buffer> {
    if (!(await this.#source.fill(size))) throw this.#truncated(`an extended header ${this.#after}`)
    return this.#takeBody()
  }

  #readMap(
    format: SparseFormat,
    header: TarHeader,
    block: Buffer,
    records: PaxRecords | undefined,
  ): Promise<readonly Fragment[]> {
    const inBody = format === 'pax 1'
    let bytes = inBody ? 0 : BLOCK_BYTES
    return readSparseMap(format, header, block, records, async () => {
      bytes += BLOCK_BYTES
      if (bytes > this.#limits.header) throw exceeded('header', this.#what, bytes)
      if (inBody && this.#left < BLOCK_BYTES) throw new Malformed('its sparse map is cut short')
      if (!(await this.#source.fill(BLOCK_BYTES))) throw this.#truncated(`a sparse map ${this.#after}`)
      if (inBody) this.#left -= BLOCK_BYTES
      return this.#source.take(BLOCK_BYTES)
    })
  }

  #giveEntry(header: TarHeader, records: PaxRecords | undefined, sparse: readonly Fragment[] | undefined): TarEntry {
    const { name, type, size, link } = header
    const stored = this.#left
    if (stored > Number.MAX_SAFE_INTEGER) throw new Malformed('its size is beyond 8 PiB')
    if (sparse) {
      if (isHeaderOnly(type)) throw new Malformed(`it is of type ${type}, which cannot be sparse`)
      this.#unmapped = stored - checkFragments(sparse, size)
    }
    const longest = Math.max(name.length, link.length)
    if (longest > this.#limits.name) throw exceeded('name', this.#what, longest)
    if (++this.#entries > this.#limits.entries) throw exceeded('entries', this.#what)
    const { mode, uid, gid, mtime, devmajor, devminor } = header
    const xattrs = records && xattrsOf(records)
    const offset = this.#position
    const tarBytes = offset - this.#entryAt + this.#left + this.#padding
    // One literal: whatever is spread into an object here costs more than the rest of the reading.
    // biome-ignore format: one line as long as it takes
    this.#entry = { name, type, size, stored, offset, tarBytes, mode, uid, gid, link, mtime, xattrs, devmajor, devminor, sparse }
    return this.#entry
  }

  #truncated(inside: string): UserError {
    return this.#damaged(`the archive ends inside ${inside}, at byte ${this.#position}`)
  }

  /** Remembers the failure, so that a broken archive stays broken however often it is asked. */
  #damaged(problem: string, options?: ErrorOptions): UserError {
    const failure = new UserError(`${this.#what}: ${problem}; save or download the image again`, options)
    this.#failure = failure
    return failure
  }

  #fail(error: unknown): unknown {
    if (error instanceof Malformed) {
      return this.#damaged(
        `the block at byte ${this.#headerAt}, ${this.#after}, is not a sound tar header: ${error.message}`,
        {
          cause: error,
        },
      )
    }
    this.#failure = error
    return error
  }

  get #entryName(): string {
    return `"${escapeText(this.#entry?.name ?? '')}"`
  }

  get #after(): string {
    return this.#entry === undefined ? 'at the start' : `after ${this.#entryName}`
  }
}
