import type { Evidence } from './evidence.ts'
import type { Instance } from './rule.ts'

/** Bytes at a place of a file that tell its format. */
interface Magic {
  readonly at?: number
  readonly bytes: string
}

const MAGIC = {
  gzip: [{ bytes: '\x1f\x8b' }],
  bzip2: [{ bytes: 'BZh' }],
  xz: [{ bytes: '\xfd7zXZ\0' }],
  zstd: [{ bytes: '\x28\xb5\x2f\xfd' }],
  tar: [{ at: 257, bytes: 'ustar' }],
  zip: [{ bytes: 'PK\x03\x04' }, { bytes: 'PK\x05\x06' }],
  '7z': [{ bytes: '7z\xbc\xaf\x27\x1c' }],
  rar: [{ bytes: 'Rar!\x1a\x07' }],
  deb: [{ bytes: '!<arch>\ndebian' }],
  rpm: [{ bytes: '\xed\xab\xee\xdb' }],
  ar: [{ bytes: '!<arch>\n' }, { bytes: '!<thin>\n' }],
  elf: [{ bytes: '\x7fELF' }],
  sqlite: [{ bytes: 'SQLite format 3\0' }],
  parquet: [{ bytes: 'PAR1' }],
  hdf5: [{ bytes: '\x89HDF\r\n\x1a\n' }],
  gguf: [{ bytes: 'GGUF' }],
  numpy: [{ bytes: '\x93NUMPY' }],
  mp4: [{ at: 4, bytes: 'ftyp' }],
  matroska: [{ bytes: '\x1a\x45\xdf\xa3' }],
  qcow2: [{ bytes: 'QFI\xfb' }],
  pgdump: [{ bytes: 'PGDMP' }],
  'git pack': [{ bytes: 'PACK\0\0\0' }],
} as const satisfies Record<string, readonly Magic[]>

/** A format that is told by its first bytes. */
export type Format = keyof typeof MAGIC

/** Whether the first bytes of a file are those of a format. */
export function hasFormat(format: Format, { node }: Pick<Instance, 'node'>, evidence: Evidence): boolean {
  const head = evidence.excerpt(node)?.head
  const marks: readonly Magic[] = MAGIC[format]
  return (
    head !== undefined && marks.some(({ at = 0, bytes }) => head.toString('latin1', at, at + bytes.length) === bytes)
  )
}
