import { createReadStream, statSync } from 'node:fs'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { escapeText } from '../format/escape.ts'
import type { Archive } from '../oci/archive.ts'
import { ByteSource, type Feed } from '../oci/byte-source.ts'
import { decompress, sniffCompression } from '../oci/compression.ts'
import type { Reading } from '../oci/layer.ts'
import { notAnArchive } from '../oci/recognise.ts'
import { indexArchive, openStoredArchive } from '../oci/stored-archive.ts'
import { readStreamedArchive } from '../oci/streamed-archive.ts'
import { isTarBlock } from '../oci/tar-header.ts'
import { openDirectory } from './directory.ts'
import { openFile } from './file.ts'
import { fileError } from './file-error.ts'
import { streamFeed } from './stream.ts'

/** Where an image archive is to be read from. */
export type Input =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'stream'; readonly stream: Readable }

/** An archive, and what has to be said and done when it has been read. */
export interface OpenArchive {
  readonly archive: Archive
  /** Bytes there are to read, where that is known. */
  readonly size: number | undefined
  /** UserError where the bytes have changed since reading began. */
  checkUnchanged(): void
  close(): void
}

/**
 * Opens an image archive or image layout: a directory and a plain file are read at the places that matter, everything
 * else once, from its start to its end.
 *
 * @throws UserError where it cannot be read, or is nothing that an image comes in.
 */
export async function openArchive(input: Input, reading: Reading): Promise<OpenArchive> {
  if (input.kind === 'stream') return openStream(input.stream, 'standard input', reading)
  const name = escapeText(input.path)
  const stat = attempt(name, () => statSync(input.path))
  if (stat.isDirectory()) {
    const store = openDirectory(input.path)
    const { checkUnchanged, close } = store
    return { archive: openStoredArchive(store, reading), size: undefined, checkUnchanged, close }
  }
  // A named pipe, or a process substitution of the shell.
  if (!stat.isFile()) return openStream(createReadStream(input.path), name, reading)
  return openPlainOrCompressed(input.path, reading)
}

async function openPlainOrCompressed(file: string, reading: Reading): Promise<OpenArchive> {
  const { size, range, checkUnchanged, close } = openFile(file)
  const opened = { size, checkUnchanged, close }
  try {
    const name = escapeText(path.basename(file))
    const head = new ByteSource(range(0, size))
    await head.fill(512)
    if (sniffCompression(head.peek(512)) !== 'none') {
      return { ...opened, archive: await readStream(range(0, size), name, reading, file, () => {}) }
    }
    if (!isTarBlock(head.peek(512))) throw notAnArchive(head.peek(512), name, file)
    const counted = (start: number, end: number) => countedFeed(range(start, end), reading)
    return { ...opened, archive: openStoredArchive(await indexArchive(counted, size, name, reading), reading) }
  } catch (error) {
    close()
    throw error
  }
}

async function openStream(stream: Readable, name: string, reading: Reading): Promise<OpenArchive> {
  // Whoever still writes is told that nobody reads any more.
  const stop = () => void stream.destroy()
  try {
    const archive = await readStream(streamFeed(stream, name), name, reading, undefined, stop)
    return { archive, size: undefined, checkUnchanged() {}, close() {} }
  } finally {
    stop()
  }
}

async function readStream(
  feed: Feed,
  name: string,
  reading: Reading,
  file: string | undefined,
  stop: () => void,
): Promise<Archive> {
  const source = new ByteSource(countedFeed(feed, reading))
  await source.fill(512)
  const compression = sniffCompression(source.peek(512))
  if (compression !== 'gzip' && compression !== 'zstd') {
    if (!isTarBlock(source.peek(512))) throw notAnArchive(source.peek(512), name, file)
    return readStreamedArchive(source, name, reading)
  }
  const inflated = decompress(source, compression, name, reading.limits)
  try {
    const plain = new ByteSource(inflated)
    await plain.fill(512)
    if (!isTarBlock(plain.peek(512)))
      throw notAnArchive(plain.peek(512), `the ${compression} data of ${name}`, undefined)
    return await readStreamedArchive(plain, name, reading)
  } finally {
    // The decompressor reads ahead, and would wait for as long as the writer of a pipe does.
    stop()
    await inflated.close()
  }
}

function countedFeed(feed: Feed, { progress }: Reading): Feed {
  const { skip } = feed
  const count = (chunk: Buffer | undefined) => {
    progress.bytes += chunk?.length ?? 0
    return chunk
  }
  return {
    read(wanted) {
      const chunk = feed.read(wanted)
      return chunk instanceof Promise ? chunk.then(count) : count(chunk)
    },
    ...(skip === undefined ? {} : { skip: (n: number) => skip(n) }),
  }
}

function attempt<T>(name: string, action: () => T): T {
  try {
    return action()
  } catch (cause) {
    throw fileError(name, cause)
  }
}
