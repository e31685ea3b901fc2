import { UserError } from '../errors.ts'
import type { FileNode } from '../tree/node.ts'
import { ByteSource } from './byte-source.ts'
import { decompress, sniffCompression } from './compression.ts'
import type { Limits } from './limits.ts'
import type { Fragment } from './sparse.ts'
import { TarReader } from './tar-reader.ts'

/** Zeros are handed out in pieces of this many bytes, so that no hole of a sparse file has to fit into memory. */
const HOLE_BYTES = 64 << 10

/**
 * Reads the content of one file of a layer again, in pieces that are valid until the next; the holes of a sparse file
 * are zeros. The layer is walked from its start, hopping over other bodies where the blob can be seeked.
 *
 * @throws UserError where the layer no longer holds the file.
 */
export async function* readBody(
  blob: ByteSource,
  file: FileNode,
  what: string,
  limits: Limits,
): AsyncGenerator<Buffer> {
  await blob.fill(6)
  const compression = sniffCompression(blob.peek(6))
  const inflated =
    compression === 'gzip' || compression === 'zstd' ? decompress(blob, compression, what, limits) : undefined
  try {
    const reader = new TarReader(inflated === undefined ? blob : new ByteSource(inflated), what, limits)
    for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) {
      if (entry.offset !== file.offset || entry.size !== file.size) continue
      if (entry.sparse === undefined) yield* wholeBody(reader)
      else yield* sparseBody(new ByteSource(reader.bodyFeed()), entry.sparse, entry.size)
      return
    }
  } finally {
    await inflated?.close()
  }
  throw new UserError(`${what} changed since it was read; let whatever writes it finish, and open it again`)
}

async function* wholeBody(reader: TarReader): AsyncGenerator<Buffer> {
  for (let chunk = await reader.readBody(); chunk !== undefined; chunk = await reader.readBody()) yield chunk
}

async function* sparseBody(stored: ByteSource, fragments: readonly Fragment[], size: number): AsyncGenerator<Buffer> {
  let at = 0
  for (const { offset, length } of fragments) {
    yield* hole(offset - at)
    for (let left = length; left > 0; ) {
      if (!(await stored.fill(1)))
        throw new Error('a sparse body is shorter than its map, which the reader has checked')
      const chunk = stored.take(left)
      left -= chunk.length
      yield chunk
    }
    at = offset + length
  }
  yield* hole(size - at)
}

function* hole(bytes: number): Generator<Buffer> {
  const zeros = Buffer.alloc(Math.min(bytes, HOLE_BYTES))
  for (let left = bytes; left > 0; left -= HOLE_BYTES) yield zeros.subarray(0, Math.min(left, HOLE_BYTES))
}
