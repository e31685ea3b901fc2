const BLOCK = 16
const PAGE = 4096

/** A database of the kind ndb; `free` slots of its table come before each value. */
export function ndb(values: readonly Buffer[], { free = 0, pages = 1 } = {}): Buffer {
  const table = Buffer.alloc(pages * PAGE)
  for (let at = 32; at < table.length; at += 16) table.write('Slot', at, 'latin1')
  table.write('RpmP', 'latin1')
  table.writeUInt32LE(5, 8)
  table.writeUInt32LE(pages, 12)
  table.writeUInt32LE(values.length + 1, 16)
  const blobs: Buffer[] = []
  let block = table.length / BLOCK
  for (const [i, value] of values.entries()) {
    const blob = Buffer.alloc(Math.ceil((16 + value.length + 12) / BLOCK) * BLOCK)
    blob.write('BlbS', 'latin1')
    blob.writeUInt32LE(i + 1, 4)
    blob.writeUInt32LE(5, 8)
    blob.writeUInt32LE(value.length, 12)
    value.copy(blob, 16)
    blob.writeUInt32LE(value.length, blob.length - 8)
    blob.write('BlbE', blob.length - 4, 'latin1')
    const slot = 32 + 16 * (i * (free + 1) + free)
    table.writeUInt32LE(i + 1, slot + 4)
    table.writeUInt32LE(block, slot + 8)
    table.writeUInt32LE(blob.length / BLOCK, slot + 12)
    blobs.push(blob)
    block += blob.length / BLOCK
  }
  return Buffer.concat([table, ...blobs])
}
