import type { Readable } from 'node:stream'
import { escapeText } from '../format/escape.ts'
import type { Feed } from '../oci/byte-source.ts'
import { fileError } from './file-error.ts'
import { pipeFeed } from './pipe.ts'

/** The bytes of a pipe or another stream, as they come. */
export function streamFeed(stream: Readable, name: string): Feed {
  const pipe = pipeFeed(stream)
  if (pipe !== undefined) return pipe
  const chunks = stream[Symbol.asyncIterator]()
  return {
    async read() {
      try {
        const next = await chunks.next()
        if (next.done === true) return undefined
        const chunk: Buffer = typeof next.value === 'string' ? Buffer.from(next.value) : next.value
        return chunk.length === 0 ? this.read() : chunk
      } catch (cause) {
        throw fileError(escapeText(name), cause)
      }
    },
  }
}
