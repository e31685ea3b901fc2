import { writeSync } from 'node:fs'
import { writeDockerSave } from './archives.ts'
import { makePool, type Sink } from './tar-writer.ts'

// Writes a docker save archive of 8 GB in few files to standard output, for a reader whose memory is watched.

const FILE_BYTES = 250_000_000

const sink: Sink = {
  write(bytes) {
    for (let at = 0; at < bytes.length; ) at += writeAll(bytes, at)
  },
  hole(bytes) {
    this.write(Buffer.alloc(bytes))
  },
}

function writeAll(bytes: Buffer, at: number): number {
  try {
    return writeSync(1, bytes, at)
  } catch (error) {
    // The pipe is full: the reader is slower than we are.
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0
    throw error
  }
}

const layer = (k: number) =>
  Array.from({ length: 8 }, (_, i) => ({ path: `data/large-${k}-${i}.bin`, type: '0' as const, size: FILE_BYTES }))

writeDockerSave(sink, [layer(0), layer(1), layer(2), layer(3)], makePool(4 << 20))
