/** What stands in a column. */
export type Value = Buffer | string | number | null

/** How a database is laid out: bytes of a page, bytes at its end that hold nothing, and how many cells a page gets at most. */
export interface Layout {
  readonly pageBytes?: number
  readonly reserved?: number
  readonly cells?: number
}

/** A SQLite database of tables with rows, whose rowids count from one. */
export function sqlite(
  tables: Readonly<Record<string, readonly (readonly Value[])[]>>,
  { pageBytes = 4096, reserved = 0, cells = Number.POSITIVE_INFINITY }: Layout = {},
): Buffer {
  const usable = pageBytes - reserved
  const pages: Buffer[] = [Buffer.alloc(pageBytes)]
  const add = (): { number: number; page: Buffer } => {
    const page = Buffer.alloc(pageBytes)
    return { number: pages.push(page), page }
  }

  const leafCell = (row: readonly Value[], rowid: number): Buffer => {
    const payload = record(row)
    const head = Buffer.concat([varint(payload.length), varint(rowid)])
    const local = localPart(payload.length, usable)
    if (local === payload.length) return Buffer.concat([head, payload])
    let next = 0
    const room = usable - 4
    const parts = Math.ceil((payload.length - local) / room)
    for (let part = parts - 1; part >= 0; part--) {
      const { number, page } = add()
      page.writeUInt32BE(next, 0)
      payload.copy(page, 4, local + part * room, Math.min(payload.length, local + (part + 1) * room))
      next = number
    }
    return Buffer.concat([head, payload.subarray(0, local), uint32(next)])
  }

  const tree = (rows: readonly (readonly Value[])[]): number => {
    const leaves = pack(
      rows.map((row, i) => leafCell(row, i + 1)),
      usable - 8,
      cells,
    )
    let last = 0
    let level = leaves.map((some) => {
      const { number, page } = add()
      fillPage(page, 0, usable, 13, some)
      last += some.length
      return { number, key: last }
    })
    while (level.length > 1) {
      const groups = pack(
        level.map((child) => ({ ...child, length: 14 })),
        usable - 12,
        Math.max(cells, 2),
      )
      level = groups.map((group) => {
        const { number, page } = add()
        const right = group[group.length - 1] as { number: number; key: number }
        const cellsBefore = group.slice(0, -1).map((child) => Buffer.concat([uint32(child.number), varint(child.key)]))
        fillPage(page, 0, usable, 5, cellsBefore)
        page.writeUInt32BE(right.number, 8)
        return { number, key: right.key }
      })
    }
    return level[0]?.number ?? 0
  }

  const schema = Object.entries(tables).map(([name, rows], i) =>
    leafCell(['table', name, name, tree(rows), `CREATE TABLE ${name}`], i + 1),
  )
  const first = pages[0] as Buffer
  fillPage(first, 100, usable, 13, schema)
  first.write('SQLite format 3\0', 'latin1')
  first.writeUInt16BE(pageBytes === 65_536 ? 1 : pageBytes, 16)
  first.writeUInt8(reserved, 20)
  first.writeUInt32BE(7, 24)
  first.writeUInt32BE(pages.length, 28)
  first.writeUInt32BE(7, 92)
  return Buffer.concat(pages)
}

/** Parts of a list, each of which fits into so many bytes with two for a pointer to each. */
function pack<T extends { readonly length: number }>(items: readonly T[], bytes: number, most: number): T[][] {
  const groups: T[][] = [[]]
  let left = bytes
  for (const item of items) {
    if (item.length + 2 > left || (groups.at(-1)?.length ?? 0) >= most) {
      groups.push([])
      left = bytes
    }
    groups.at(-1)?.push(item)
    left -= item.length + 2
  }
  return groups
}

/** Writes the header of a b-tree page, its pointers, and its cells from the end on. */
function fillPage(page: Buffer, start: number, usable: number, type: 5 | 13, cells: readonly Buffer[]): void {
  let content = usable
  page.writeUInt8(type, start)
  page.writeUInt16BE(cells.length, start + 3)
  cells.forEach((cell, i) => {
    content -= cell.length
    cell.copy(page, content)
    page.writeUInt16BE(content, start + (type === 5 ? 12 : 8) + 2 * i)
  })
  page.writeUInt16BE(content % 65_536, start + 5)
}

function localPart(size: number, usable: number): number {
  if (size <= usable - 35) return size
  const least = Math.trunc(((usable - 12) * 32) / 255) - 23
  const wanted = least + ((size - least) % (usable - 4))
  return wanted > usable - 35 ? least : wanted
}

function record(row: readonly Value[]): Buffer {
  const types = Buffer.concat(row.map((value) => varint(serialType(value))))
  let length = types.length + 1
  if (varint(length).length > 1) length = types.length + varint(types.length + 2).length
  return Buffer.concat([varint(length), types, ...row.map(bodyOf)])
}

function serialType(value: Value): number {
  if (value === null) return 0
  if (typeof value === 'string') return 13 + 2 * Buffer.byteLength(value)
  if (typeof value !== 'number') return 12 + 2 * value.length
  if (value === 0 || value === 1) return 8 + value
  if (!Number.isSafeInteger(value)) return 7
  const magnitude = value < 0 ? -value - 1 : value
  return [0x80, 0x80_00, 0x80_00_00, 0x80_00_00_00, 0x80_00_00_00_00_00].findIndex((end) => magnitude < end) + 1 || 6
}

function bodyOf(value: Value): Buffer {
  if (value === null || value === 0 || value === 1) return Buffer.alloc(0)
  if (typeof value === 'string') return Buffer.from(value)
  if (typeof value !== 'number') return value
  const bytes = Buffer.alloc(8)
  if (!Number.isSafeInteger(value)) {
    bytes.writeDoubleBE(value)
    return bytes
  }
  bytes.writeBigInt64BE(BigInt(value))
  return bytes.subarray(8 - ([0, 1, 2, 3, 4, 6, 8][serialType(value)] ?? 0))
}

/** Seven bits a byte, the highest first; only what is shorter than nine bytes. */
export function varint(value: number): Buffer {
  const bytes = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(128 + (rest % 128))
  return Buffer.from(bytes)
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
