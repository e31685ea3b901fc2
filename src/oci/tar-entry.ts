import { applyPax, nameOf, type PaxRecords, parsePax } from './pax.ts'
import type { Fragment } from './sparse.ts'
import { decodeText, type TarHeader } from './tar-header.ts'

/** One entry of a tar, with everything its extended headers say about it. */
export interface TarEntry {
  /** As written, with any leading `./` and trailing `/`; bytes that are not UTF-8 as `decodeName` gives them. */
  readonly name: string
  /** The type flag: `0` file, `1` hard link, `2` symlink, `3` `4` devices, `5` directory, `6` fifo, `g` global header … */
  readonly type: string
  /** Bytes of content, of a sparse file with its holes; links, devices and directories may claim some and have none. */
  readonly size: number
  /** Bytes of the body as it lies in the tar, without a sparse map. */
  readonly stored: number
  /** Bytes from the start of the tar to the body. */
  readonly offset: number
  /** Bytes of the tar from its first extended header to the end of its padding. */
  readonly tarBytes: number
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Target of a hard link or symlink. */
  readonly link: string
  /** Seconds since 1970, with a fraction down to the microsecond. */
  readonly mtime: number
  /** Extended attributes by name. */
  readonly xattrs: ReadonlyMap<string, Uint8Array> | undefined
  readonly devmajor: number
  readonly devminor: number
  /** Where in the content the stored bytes belong, in order; undefined where the body is the content. */
  readonly sparse: readonly Fragment[] | undefined
}

/** What the extended headers before an entry say about it. */
export interface Extended {
  readonly records: PaxRecords | undefined
  readonly name: string
  readonly link: string
}

/** What is known of an entry without extended headers. */
export const unextended: Extended = { records: undefined, name: '', link: '' }

/** Whether a type flag marks a header whose body describes something else: pax x and g, GNU long name L and link K. */
export function isExtendedHeader(type: string): boolean {
  return type === 'x' || type === 'L' || type === 'K' || type === 'g'
}

/** Whether a type has no body whatever size its header claims: links, devices, directories and fifos. */
export function isHeaderOnly(type: string): boolean {
  return type >= '1' && type <= '6'
}

/** What is known once the body of another extended header is read; the last of each type counts. */
export function extend(extended: Extended, type: string, body: Buffer): Extended {
  if (type === 'x') return { ...extended, records: parsePax(body) }
  const text = decodeText(body, 0, body.length)
  return type === 'L' ? { ...extended, name: text } : { ...extended, link: text }
}

/** Puts what the extended headers say into the header: pax records, then GNU names, then the old type of a file. */
export function applyExtended(header: TarHeader, { records, name, link }: Extended): void {
  if (records !== undefined) applyPax(header, records)
  if (name !== '') header.name = name
  if (link !== '') header.link = link
  // Archives older than type 5 tell a directory by its slash.
  if (header.type === '\0') header.type = header.name.endsWith('/') ? '5' : '0'
}

/** What an entry of a global header shows: a name and nothing else, since its records are applied to no entry. */
export function globalHeader(header: TarHeader, records: PaxRecords): TarHeader {
  const name = nameOf(records.get('path') ?? '') || header.name
  return { ...header, name, link: '', size: 0, mode: 0, uid: 0, gid: 0, mtime: 0, devmajor: 0, devminor: 0 }
}
