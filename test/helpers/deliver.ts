import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Input } from '../../src/sources/open.ts'

/** What a pipe is called in messages; files take the name too, so that their reports compare with those of pipes. */
const SOURCE = 'standard input'

/** A folder of its own below the system's temporary one, and how it is taken away again. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'layerscope-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A pipe that brings `bytes` in chunks of the given sizes, over and over; whole where none is given. */
export function pipe(bytes: Uint8Array, ...sizes: readonly number[]): Input {
  return { kind: 'stream', stream: Readable.from(cut(bytes, sizes), { objectMode: false }) }
}

/** A file in `folder` that holds `bytes`. */
export function file(folder: string, bytes: Uint8Array, name: string = SOURCE): Input {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return { kind: 'path', path }
}

function* cut(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? bytes.length
    yield bytes.subarray(at, at + size)
    at += size
  }
}
