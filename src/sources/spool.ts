import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ByteSource, type Feed } from '../oci/byte-source.ts'
import { decompress, sniffCompression } from '../oci/compression.ts'
import type { Progress } from '../oci/layer.ts'
import type { Limits } from '../oci/limits.ts'
import { fileError } from './file-error.ts'
import { streamFeed } from './stream.ts'

/** A temporary copy of what came through a pipe, which can be read at any place, and again. */
export interface Spool {
  readonly path: string
  /** Writes the copy, uncompressed. UserError where there is no room for it, or the pipe breaks. */
  fill(stream: Readable, progress: Progress, limits: Limits): Promise<void>
  remove(): void
}

/** Makes room for a copy, which only its owner can read. */
export function createSpool(): Spool {
  const folder = mkdtempSync(path.join(tmpdir(), 'layerscope-'))
  const file = path.join(folder, 'standard-input.tar')
  return {
    path: file,
    async fill(stream, progress, limits) {
      const feed = streamFeed(stream, 'standard input')
      const source = new ByteSource({
        async read() {
          const chunk = await feed.read()
          progress.bytes += chunk?.length ?? 0
          return chunk
        },
      })
      await source.fill(512)
      const compression = sniffCompression(source.peek(512))
      const inflated =
        compression === 'gzip' || compression === 'zstd'
          ? decompress(source, compression, 'standard input', limits)
          : undefined
      try {
        await pipeline(Readable.from(pieces(inflated ?? rest(source))), createWriteStream(file, { mode: 0o600 }))
      } catch (cause) {
        throw fileError('the temporary copy of standard input', cause)
      } finally {
        stream.destroy()
        await inflated?.close()
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function rest(source: ByteSource): Feed {
  return {
    async read() {
      return (await source.fill(1)) ? source.take(source.ready) : undefined
    },
  }
}

async function* pieces(feed: Feed): AsyncGenerator<Buffer> {
  // Copied, since a piece is only valid until the next, and the file may take it later.
  for (let chunk = await feed.read(); chunk !== undefined; chunk = await feed.read()) yield Buffer.from(chunk)
}
