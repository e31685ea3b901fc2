import { BLOCK_BYTES, LARGE_BODY } from '../tree/compare.ts'
import type { FileNode } from '../tree/node.ts'
import type { ContentHash } from './content-hash.ts'

/** What is kept of a body to compare it by: the hash of all of it, and where it is large those of its blocks. */
export type BodyHash = Required<Pick<FileNode, 'hash'>> & Pick<FileNode, 'blocks'>

/** Hashes one body: as it is where it is no longer than a block, else each of its blocks, and then those hashes. */
export class BodyHasher {
  readonly #hash: ContentHash
  readonly #blocks: bigint[] = []
  #block: ReturnType<ContentHash['start']> | undefined
  #filled = 0
  #bytes = 0

  constructor(hash: ContentHash) {
    this.#hash = hash
  }

  /** Takes the next bytes. */
  update(bytes: Uint8Array): void {
    this.#bytes += bytes.length
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + BLOCK_BYTES - this.#filled)
      at += piece.length
      if (piece.length === BLOCK_BYTES) this.#blocks.push(this.#hash.whole(piece))
      else {
        this.#block ??= this.#hash.start()
        this.#block.update(piece)
        this.#filled += piece.length
        if (this.#filled === BLOCK_BYTES) this.#endBlock()
      }
    }
  }

  /** The hash, once all bytes were taken. */
  finish(): BodyHash {
    this.#endBlock()
    const [first] = this.#blocks
    if (this.#blocks.length <= 1) return { hash: first }
    const blocks = BigUint64Array.from(this.#blocks)
    const hash = this.#hash.whole(new Uint8Array(blocks.buffer))
    return this.#bytes < LARGE_BODY ? { hash } : { hash, blocks }
  }

  #endBlock(): void {
    if (this.#block !== undefined) this.#blocks.push(this.#block.digest())
    this.#block = undefined
    this.#filled = 0
  }
}
