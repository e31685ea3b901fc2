/** What an ELF file tells of itself in its headers. */
export interface Elf {
  /** `e_type`: 1 object, 2 executable, 3 shared object or position-independent executable, 4 core dump. */
  readonly type: number
  /** The program that loads it (`PT_INTERP`), where it names one near its beginning. */
  readonly interpreter: string | undefined
  /** Bytes of sections that are not loaded, such as `.debug_*`; 0 where there is no section table. */
  readonly debugBytes: number
  /** Bytes of the symbol table and its names, which are not loaded either. */
  readonly symbolBytes: number
  /** Whether the Go linker left its build ID near the beginning. */
  readonly isGo: boolean
}

/** Where the section table of an ELF file lies. */
export interface SectionTable {
  readonly offset: number
  readonly bytes: number
}

const MAGIC = 0x7f454c46
/** Bytes of the longest file header. */
const HEADER_BYTES = 64

/** How to read the fields of a file, which is of 32 or 64 bits and of either byte order (System V ABI, chapter 4). */
interface Layout {
  readonly is64: boolean
  readonly u16: (at: number) => number
  readonly u32: (at: number) => number
  /** An address or an offset, of 4 or 8 bytes. */
  readonly word: (at: number) => number
}

/** Whether a body begins like an ELF file. */
export function isElf(head: Buffer): boolean {
  return head.length >= HEADER_BYTES && head.readUInt32BE(0) === MAGIC
}

/** Where the section table lies, from the beginning of the file; undefined where there is none. */
export function sectionTable(head: Buffer): SectionTable | undefined {
  const { is64, u16, word } = layoutOf(head)
  const offset = word(is64 ? 40 : 32)
  const entryBytes = u16(is64 ? 58 : 46)
  const entries = u16(is64 ? 60 : 48)
  if (offset === 0 || entries === 0 || entryBytes < (is64 ? 64 : 40)) return undefined
  return { offset, bytes: entryBytes * entries }
}

/** What the headers of a file of `size` bytes tell; `table` are the bytes of its section table, where it was read. */
export function readElf(head: Buffer, table: Buffer | undefined, size: number): Elf {
  const layout = layoutOf(head)
  const sections = table === undefined ? { debugBytes: 0, symbolBytes: 0 } : measureSections(head, table, size)
  return {
    type: layout.u16(16),
    interpreter: interpreterOf(head, layout),
    ...sections,
    isGo: GO_NOTES.some((note) => head.includes(note)),
  }
}

function layoutOf(head: Buffer, bytes = head): Layout {
  const is64 = head[4] === 2
  const little = head[5] !== 2
  const u32 = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  return {
    is64,
    u16: (at) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)),
    u32,
    word: (at) => (is64 ? Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at)) : u32(at)),
  }
}

/** Type and name of the note that holds a Go build ID, in either byte order. */
const GO_NOTES = ['\x04\0\0\0Go\0\0', '\0\0\0\x04Go\0\0'].map((note) => Buffer.from(note, 'latin1'))

const PROGBITS = 1
const SYMTAB = 2
const ALLOCATED = 2

function measureSections(head: Buffer, table: Buffer, size: number): Pick<Elf, 'debugBytes' | 'symbolBytes'> {
  const { u16 } = layoutOf(head)
  const { is64, u32, word } = layoutOf(head, table)
  const entryBytes = u16(is64 ? 58 : 46)
  const entries = u16(is64 ? 60 : 48)
  const typeOf = (section: number): number => u32(section * entryBytes + 4)
  const sizeOf = (section: number): number => Math.min(word(section * entryBytes + (is64 ? 32 : 20)), size)
  let debugBytes = 0
  let symbolBytes = 0
  for (let section = 0; section < entries; section++) {
    const isLoaded = word(section * entryBytes + 8) % (2 * ALLOCATED) >= ALLOCATED
    if (typeOf(section) === PROGBITS && !isLoaded) debugBytes += sizeOf(section)
    if (typeOf(section) !== SYMTAB) continue
    const names = u32(section * entryBytes + (is64 ? 40 : 24))
    symbolBytes += sizeOf(section) + (names > 0 && names < entries ? sizeOf(names) : 0)
  }
  return { debugBytes: Math.min(debugBytes, size), symbolBytes: Math.min(symbolBytes, size) }
}

const INTERPRETER = 3

function interpreterOf(head: Buffer, { is64, u16, u32, word }: Layout): string | undefined {
  const start = word(is64 ? 32 : 28)
  const entryBytes = u16(is64 ? 54 : 42)
  const entries = u16(is64 ? 56 : 44)
  for (let i = 0; i < entries; i++) {
    const at = start + i * entryBytes
    if (at + (is64 ? 56 : 32) > head.length) return undefined
    if (u32(at) !== INTERPRETER) continue
    const offset = word(at + (is64 ? 8 : 4))
    const end = offset + word(at + (is64 ? 32 : 16))
    return end > head.length ? undefined : head.toString('latin1', offset, end).replace(/\0.*$/s, '')
  }
  return undefined
}
