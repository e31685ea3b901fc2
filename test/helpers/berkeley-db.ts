/** A hash of Berkeley DB; a value longer than a quarter of a page lies on pages of its own, and every page has one pair. */
export function berkeleyHash(
  pairs: readonly (readonly [key: Buffer, value: Buffer])[],
  { pageBytes = 512, bigEndian = false } = {},
): Buffer {
  const pages: Buffer[] = [Buffer.alloc(pageBytes)]
  const short = (page: Buffer, value: number, at: number) =>
    bigEndian ? page.writeUInt16BE(value, at) : page.writeUInt16LE(value, at)
  const long = (page: Buffer, value: number, at: number) =>
    bigEndian ? page.writeUInt32BE(value, at) : page.writeUInt32LE(value, at)
  const add = (type: number) => {
    const page = Buffer.alloc(pageBytes)
    const number = pages.push(page) - 1
    long(page, number, 8)
    page.writeUInt8(type, 25)
    return { page, number }
  }

  const itemOf = (value: Buffer): Buffer => {
    if (value.length <= pageBytes / 4) return Buffer.concat([Buffer.from([1]), value])
    const room = pageBytes - 26
    const item = Buffer.alloc(12)
    item.writeUInt8(3)
    long(item, pages.length, 4)
    long(item, value.length, 8)
    for (let at = 0; at < value.length; at += room) {
      const { page, number } = add(7)
      long(page, at + room < value.length ? number + 1 : 0, 16)
      short(page, Math.min(room, value.length - at), 22)
      value.copy(page, 26, at, at + room)
    }
    return item
  }

  for (const [i, pair] of pairs.entries()) {
    const items = pair.map(itemOf)
    const { page } = add(i % 2 === 0 ? 13 : 2)
    let end = pageBytes
    short(page, 2, 20)
    for (const [k, item] of items.entries()) {
      end -= item.length
      item.copy(page, end)
      short(page, end, 26 + 2 * k)
    }
    short(page, end, 22)
  }
  const meta = pages[0] as Buffer
  long(meta, 0x061561, 12)
  long(meta, 9, 16)
  long(meta, pageBytes, 20)
  meta.writeUInt8(8, 25)
  long(meta, pages.length - 1, 32)
  return Buffer.concat(pages)
}
