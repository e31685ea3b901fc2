import { encodeName } from '../../src/format/escape.ts'

/** Where each header field lies: offset and length in bytes (POSIX pax, ustar interchange format). */
const FIELDS = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  link: [157, 100],
  magic: [257, 8],
  uname: [265, 32],
  gname: [297, 32],
  major: [329, 8],
  minor: [337, 8],
  prefix: [345, 155],
} as const

/** A field of a tar header, as `TarEntry.fields` names it. */
export type Field = keyof typeof FIELDS

/** Bytes, or text in which U+DC80 to U+DCFF stand for bytes that are not UTF-8 (`decodeName`). */
export type Text = string | Uint8Array

/** Pax records: an object, or pairs where a keyword has to come twice. */
export type Pax = Readonly<Record<string, Text>> | readonly (readonly [string, Text])[]

/** One tar entry; what is left out takes the value an honest writer would choose. */
export interface TarEntry {
  readonly name: string
  /** Type flag, one character; '0' (regular file) where left out. */
  readonly type?: string
  readonly body?: Text
  readonly link?: string
  readonly mode?: number
  readonly uid?: number
  readonly gid?: number
  /** Whole seconds since 1970; a fraction goes into `pax`. */
  readonly mtime?: number
  readonly uname?: string
  readonly gname?: string
  readonly major?: number
  readonly minor?: number
  /** The size the header claims, in bytes; the body's length where left out. */
  readonly size?: number | bigint
  /** Records of a pax header before this entry. */
  readonly pax?: Pax
  /** The dialect: how the header signs itself, and how it gives a name longer than 100 bytes. */
  readonly format?: 'ustar' | 'gnu' | 'v7'
  /** Exact bytes for single header fields, in place of what the rest of the entry would give. */
  readonly fields?: Partial<Readonly<Record<Field, Text>>>
  /** False leaves the body without padding to a full block. */
  readonly padded?: false
}

const BLOCK = 512
const MAGIC = { ustar: 'ustar\x0000', gnu: 'ustar  \0', v7: '' } as const

/** Two zero blocks: how a tar ends. */
export const TRAILER: Buffer = Buffer.alloc(2 * BLOCK)

/** A tar of entries and of raw bytes between them, byte for byte as told, ended by `trailer`. */
export function tar(parts: readonly (TarEntry | Uint8Array)[], trailer: Uint8Array = TRAILER): Buffer {
  return Buffer.concat([...parts.map((part) => (part instanceof Uint8Array ? part : entryBytes(part))), trailer])
}

/** One entry as bytes: the long-name or pax headers it needs, its header, its body and its padding. */
export function entryBytes(entry: TarEntry): Buffer {
  const body = bytesOf(entry.body ?? '')
  const padding = entry.padded === false ? 0 : -body.length & (BLOCK - 1)
  return Buffer.concat([...prelude(entry), header(entry), body, Buffer.alloc(padding)])
}

/** The records of a pax header as bytes, each with its own length in front (POSIX pax, extended header). */
export function paxRecords(records: Pax): Buffer {
  return Buffer.concat(pairsOf(records).map(([key, value]) => paxRecord(key, bytesOf(value))))
}

/** The 512 bytes of a header; the body's length and the checksum are filled in where not told. */
export function header(entry: TarEntry): Buffer {
  const { format = 'ustar', fields = {} } = entry
  const block = Buffer.alloc(BLOCK)
  const values: Record<Field, Text> = {
    name: entry.name,
    mode: number(entry.mode ?? 0o644, 'mode'),
    uid: number(entry.uid ?? 0, 'uid'),
    gid: number(entry.gid ?? 0, 'gid'),
    size: number(entry.size ?? bytesOf(entry.body ?? '').length, 'size'),
    mtime: number(entry.mtime ?? 0, 'mtime'),
    checksum: ' '.repeat(8),
    type: entry.type ?? '0',
    link: entry.link ?? '',
    magic: MAGIC[format],
    uname: entry.uname ?? '',
    gname: entry.gname ?? '',
    major: entry.major === undefined ? '' : number(entry.major, 'major'),
    minor: entry.minor === undefined ? '' : number(entry.minor, 'minor'),
    prefix: '',
    ...fields,
  }
  for (const field of Object.keys(FIELDS) as Field[]) put(block, field, values[field])
  if (fields.checksum === undefined) {
    const sum = block.reduce((total, byte) => total + byte, 0)
    put(block, 'checksum', `${sum.toString(8).padStart(6, '0')}\0 `)
  }
  return block
}

/** What has to stand before the header: pax records told or needed, or GNU long names. */
function prelude(entry: TarEntry): Buffer[] {
  const { format = 'ustar', pax = [] } = entry
  const told = pairsOf(pax)
  const long = [
    { text: entry.name, keyword: 'path', flag: 'L' },
    { text: entry.link ?? '', keyword: 'linkpath', flag: 'K' },
  ].filter(({ text }) => bytesOf(text).length > FIELDS.name[1])
  const parts: Buffer[] = []
  if (format === 'gnu') {
    for (const { text, flag } of long) {
      const body = Buffer.concat([bytesOf(text), Buffer.alloc(1)])
      parts.push(entryBytes({ name: '././@LongLink', type: flag, format, body }))
    }
  }
  const needed = long.filter(({ keyword }) => format === 'ustar' && !told.some(([key]) => key === keyword))
  const records = [...needed.map(({ keyword, text }) => [keyword, text] as const), ...told]
  if (records.length > 0) parts.push(entryBytes({ name: 'PaxHeaders.0/entry', type: 'x', body: paxRecords(records) }))
  return parts
}

function paxRecord(key: string, value: Uint8Array): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from('\n')])
  // The length counts its own digits, so one more digit may call for another.
  let length = rest.length + 1
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length
  return Buffer.concat([Buffer.from(String(length)), rest])
}

/** Octal digits and a NUL where the number fits, else base-256 (GNU tar). */
function number(value: number | bigint, field: Field): Buffer {
  const length = FIELDS[field][1]
  const big = BigInt(value)
  const octal = big.toString(8)
  if (big >= 0n && octal.length < length) return Buffer.from(`${octal.padStart(length - 1, '0')}\0`)
  const bits = BigInt(length * 8)
  const marked = BigInt.asUintN(Number(bits), big) | (1n << (bits - 1n))
  return Buffer.from(marked.toString(16).padStart(length * 2, '0'), 'hex')
}

function put(block: Buffer, field: Field, value: Text): void {
  const [offset, length] = FIELDS[field]
  block.set(bytesOf(value).subarray(0, length), offset)
}

function pairsOf<T>(
  list: Readonly<Record<string, T>> | readonly (readonly [string, T])[],
): readonly (readonly [string, T])[] {
  return Array.isArray(list) ? list : Object.entries(list)
}

function bytesOf(text: Text): Uint8Array {
  return typeof text === 'string' ? encodeName(text) : text
}
