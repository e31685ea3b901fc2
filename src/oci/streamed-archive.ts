import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import { type Archive, isMarker, lookup, missing, walkArchive } from './archive.ts'
import { ByteSource } from './byte-source.ts'
import { looksLikeJson } from './json.ts'
import { type LayerContent, noLayer, type Reading, readLayer } from './layer.ts'
import { exceeded } from './limits.ts'
import { isTarBlock } from './tar-header.ts'
import type { TarReader } from './tar-reader.ts'

/** What was kept of a file that has passed by: the document and the layer that it is, or why it is none. */
interface Passed {
  readonly size: number
  readonly document: Buffer | UserError
  readonly layer: LayerContent | UserError
}

/**
 * Reads an archive that passes by once. Its metadata come last, so every file that looks like a layer is parsed as
 * one, and what became of it is told when, and if, the image turns out to need it.
 *
 * @throws UserError where the archive itself is damaged or cut short.
 */
export async function readStreamedArchive(source: ByteSource, name: string, reading: Reading): Promise<Archive> {
  let documentBytes = 0
  const tooLarge = (path: string, size: number): UserError | undefined =>
    size > reading.limits.json
      ? exceeded('json', `${name}: ${escapeText(path)}`, size)
      : documentBytes + size > reading.limits.documents
        ? exceeded('documents', name, documentBytes + size)
        : undefined
  const passBy = async (path: string, size: number, reader: TarReader): Promise<Passed> => {
    const body = new ByteSource(reader.bodyFeed())
    await body.fill(512)
    const isDocument = isMarker(path) || (looksLikeJson(body.peek(512)) && !isTarBlock(body.peek(512)))
    const refusal = isDocument ? tooLarge(path, size) : notADocument(name, path)
    if (refusal === undefined) {
      documentBytes += size
      await body.fill(size)
      return { size, document: Buffer.from(body.take(size)), layer: noLayer(`${name}: ${escapeText(path)}`) }
    }
    if (reading.documentsOnly) return { size, document: refusal, layer: noLayer(`${name}: ${escapeText(path)}`) }
    const layer = await attempt(() => readLayer(body, `${name}: ${escapeText(path)}`, path, size, reading, false))
    return { size, document: refusal, layer }
  }
  const walked = await walkArchive(source, name, reading, (path, entry, reader) => passBy(path, entry.size, reader))
  await source.drain()
  const at = lookup(walked)
  const { entries, isRootfs, warnings } = walked
  return {
    name,
    bytes: source.position,
    entries,
    isRootfs,
    warnings,
    size: (path) => at(path)?.size,
    async document(path) {
      const file = at(path)
      if (file?.document instanceof UserError) throw file.document
      return file?.document
    },
    async layer(path, what) {
      const file = at(path)
      if (file === undefined) throw missing(what, path, name)
      if (file.layer instanceof UserError) throw file.layer
      return file.layer
    },
    // Bodies are hashed as they pass: there is no second time.
    async hashBodies() {},
    readBody: undefined,
  }
}

async function attempt(read: () => Promise<LayerContent>): Promise<LayerContent | UserError> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
}

function notADocument(name: string, path: string): UserError {
  return new UserError(
    `${name}: ${escapeText(path)} is not a JSON document; the archive is damaged or was not written as an image`,
  )
}
