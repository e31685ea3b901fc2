import { createWriteStream } from 'node:fs'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { escapeText } from '../format/escape.ts'
import { fileError } from './file-error.ts'

/**
 * Writes pieces of text to a file, or to a stream that stays open. A reader that has gone away (`| head`) ends it
 * quietly.
 *
 * @throws UserError where they cannot be written.
 */
export async function writeOutput(pieces: Iterable<string>, output: string | Writable): Promise<void> {
  if (typeof output !== 'string') return writeToStream(pieces, output)
  try {
    await pipeline(Readable.from(pieces), createWriteStream(output))
  } catch (cause) {
    throw fileError(escapeText(output), cause, { ENOENT: 'there is no such folder; make it first' })
  }
}

async function writeToStream(pieces: Iterable<string>, stream: Writable): Promise<void> {
  let failure: unknown
  let wake = () => {}
  const fail = (error: unknown) => {
    failure ??= error
    wake()
  }
  // The listener stays: a write may fail after the last one was asked for.
  stream.on('error', fail)
  for (const piece of pieces) {
    await new Promise<void>((resolve) => {
      wake = resolve
      stream.write(piece, () => resolve())
    }).catch(fail)
    if (failure !== undefined) break
  }
  if (failure === undefined || (failure instanceof Error && 'code' in failure && failure.code === 'EPIPE')) return
  throw fileError('standard output', failure)
}
