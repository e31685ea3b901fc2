import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import { type Archive, lookup, missing, walkArchive } from './archive.ts'
import { ByteSource } from './byte-source.ts'
import { looksLikeJson } from './json.ts'
import { type LayerContent, type Reading, readLayer } from './layer.ts'
import type { TarReader } from './tar-reader.ts'

/** What was kept of a file that has passed by: a document, a layer, or why it is neither. */
interface Passed {
  readonly size: number
  readonly document: Buffer | undefined
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
  const passBy = async (path: string, size: number, reader: TarReader): Promise<Passed> => {
    const body = new ByteSource(reader.bodyFeed())
    await body.fill(64)
    if (
      looksLikeJson(body.peek(64)) &&
      size <= reading.limits.json &&
      documentBytes + size <= reading.limits.documents
    ) {
      documentBytes += size
      await body.fill(size)
      return {
        size,
        document: Buffer.from(body.take(size)),
        layer: new UserError(`${name}: ${escapeText(path)} is a document, not a layer`),
      }
    }
    return {
      size,
      document: undefined,
      layer: await attempt(() => readLayer(body, `${name}: ${escapeText(path)}`, path, size, reading, false)),
    }
  }
  const walked = await walkArchive(source, name, reading, (path, entry, reader, isRootfs) =>
    isRootfs ? { size: entry.size, document: undefined, layer: notRead(name, path) } : passBy(path, entry.size, reader),
  )
  await source.drain()
  const at = lookup(walked)
  const { entries, warnings } = walked
  return {
    name,
    bytes: source.position,
    entries,
    warnings,
    size: (path) => at(path)?.size,
    async document(path) {
      const file = at(path)
      if (file !== undefined && file.document === undefined) throw notADocument(name, path, file.size, reading)
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

function notRead(name: string, path: string): UserError {
  return new UserError(`${name}: ${escapeText(path)} lies in a root filesystem and was not read as a layer`)
}

/** The failure to read a file as a document: it is too large, or no JSON at all. */
export function notADocument(name: string, path: string, size: number, reading: Reading): UserError {
  const { json } = reading.limits
  return size > json
    ? new UserError(
        `${name}: ${escapeText(path)} has ${size} bytes, more than a document may have; if you trust this image, raise it with --limit json=${size}`,
      )
    : new UserError(
        `${name}: ${escapeText(path)} is not a JSON document; the archive is damaged or was not written as an image`,
      )
}
