import { Unreadable } from './unreadable.ts'

const HEADER_BYTES = 32
const HEADER_MAGIC = 'RpmP'
const SLOT_BYTES = 16
const SLOT_MAGIC = 'Slot'
const SLOT_PAGE_BYTES = 4096
const BLOB_MAGIC = 'BlbS'
const BLOB_HEAD_BYTES = 16
/** Places and lengths are told in blocks of so many bytes. */
const BLOCK_BYTES = 16

/**
 * The values of a database that rpm calls ndb, in the order of their slots: a table of slots, and blobs behind it, all
 * numbers with the low byte first; throws `Unreadable` where it is damaged.
 */
export function* readNdb(file: Buffer): Generator<Buffer> {
  if (file.length < HEADER_BYTES || file.toString('latin1', 0, 4) !== HEADER_MAGIC)
    throw new Unreadable('it does not begin as an ndb file does')
  const version = file.readUInt32LE(4)
  if (version !== 0) throw new Unreadable(`it is an ndb file of version ${version}`)
  const slotBytes = file.readUInt32LE(12) * SLOT_PAGE_BYTES
  if (slotBytes > file.length) throw new Unreadable('it is cut short')
  let room = file.length - slotBytes
  for (let at = HEADER_BYTES; at < slotBytes; at += SLOT_BYTES) {
    if (file.toString('latin1', at, at + 4) !== SLOT_MAGIC) throw new Unreadable('its table of packages is damaged')
    const index = file.readUInt32LE(at + 4)
    if (index === 0) continue
    const begin = file.readUInt32LE(at + 8) * BLOCK_BYTES
    const bytes = file.readUInt32LE(at + 12) * BLOCK_BYTES
    room -= bytes
    if (room < 0 || bytes < BLOB_HEAD_BYTES || begin < slotBytes || begin + bytes > file.length)
      throw new Unreadable('its table of packages leads nowhere')
    yield readBlob(file.subarray(begin, begin + bytes), index)
  }
}

function readBlob(blob: Buffer, index: number): Buffer {
  const end = BLOB_HEAD_BYTES + blob.readUInt32LE(12)
  if (blob.toString('latin1', 0, 4) !== BLOB_MAGIC || blob.readUInt32LE(4) !== index || end > blob.length)
    throw new Unreadable('a package is damaged')
  return blob.subarray(BLOB_HEAD_BYTES, end)
}
