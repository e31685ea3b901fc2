import { ByteSource, type Feed } from '../../src/oci/byte-source.ts'
import type { Limits } from '../../src/oci/limits.ts'
import { type TarEntry, TarReader } from '../../src/oci/tar-reader.ts'

/** A feed of `bytes` in chunks of `size`, which overwrites each chunk at the next read, as feeds may. */
export function chunked(bytes: Uint8Array, size: number = bytes.length || 1): Feed {
  let at = 0
  let chunk = Buffer.alloc(0)
  return {
    read() {
      chunk.fill(0xdb)
      if (at >= bytes.length) return undefined
      chunk = Buffer.from(bytes.subarray(at, at + size))
      at += chunk.length
      return chunk
    },
  }
}

/** A reader of a tar that arrives in chunks of `size` bytes. */
export function readerOf(bytes: Uint8Array, size?: number, limits?: Limits): TarReader {
  return new TarReader(new ByteSource(chunked(bytes, size)), 'layer 3', limits)
}

/** What a reader gives until it ends or fails. */
export interface Reading {
  readonly entries: readonly TarEntry[]
  /** Stored body of each entry; the last is incomplete where reading it failed. */
  readonly bodies: readonly Buffer[]
  readonly error: unknown
}

/** Reads a tar to its end or its first failure, with all bodies or none. */
export async function readTar(reader: TarReader, withBodies = true): Promise<Reading> {
  const entries: TarEntry[] = []
  const bodies: Buffer[] = []
  try {
    for (let entry = await reader.next(); entry !== undefined; entry = await reader.next()) {
      entries.push(entry)
      const parts: Buffer[] = []
      bodies.push(Buffer.alloc(0))
      if (!withBodies) continue
      for (let part = await reader.readBody(); part !== undefined; part = await reader.readBody()) {
        parts.push(Buffer.from(part))
        bodies[bodies.length - 1] = Buffer.concat(parts)
      }
    }
  } catch (error) {
    return { entries, bodies, error }
  }
  return { entries, bodies, error: undefined }
}
