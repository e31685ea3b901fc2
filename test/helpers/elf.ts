/** One section as the table of an ELF file has it; the numbers are those of the System V ABI. */
export interface ElfSection {
  readonly type: number
  readonly flags?: number
  readonly size: number
  /** Index of the section that it refers to. */
  readonly link?: number
}

/** An ELF file in short: nothing of it could run. */
export interface ElfLiteral {
  readonly bits?: 32 | 64
  readonly big?: boolean
  /** `e_type`; an executable where it is left out. */
  readonly type?: number
  readonly interpreter?: string
  readonly sections?: readonly ElfSection[]
  /** Where the section table begins, in bytes from the start of the file. */
  readonly tableAt?: number
}

/** The bytes of an ELF file: its header, one program header with an interpreter, and its section table. */
export function elf(literal: ElfLiteral = {}): Buffer {
  const { bits = 64, big = false, type = 2, interpreter, sections = [], tableAt = 1024 } = literal
  const is64 = bits === 64
  const [headerBytes, programBytes, sectionBytes] = is64 ? [64, 56, 64] : [52, 32, 40]
  const name = Buffer.from(interpreter === undefined ? '' : `${interpreter}\0`)
  const nameAt = headerBytes + programBytes
  const table = sections.length === 0 ? 0 : sectionBytes * sections.length
  const file = Buffer.alloc(Math.max(nameAt + name.length, table === 0 ? 0 : tableAt + table))
  const u16 = (at: number, n: number) => (big ? file.writeUInt16BE(n, at) : file.writeUInt16LE(n, at))
  const u32 = (at: number, n: number) => (big ? file.writeUInt32BE(n, at) : file.writeUInt32LE(n, at))
  const word = (at: number, n: number) => {
    if (!is64) u32(at, n)
    else if (big) file.writeBigUInt64BE(BigInt(n), at)
    else file.writeBigUInt64LE(BigInt(n), at)
  }
  file.write('\u007fELF', 'latin1')
  file[4] = is64 ? 2 : 1
  file[5] = big ? 2 : 1
  u16(16, type)
  if (interpreter !== undefined) {
    word(is64 ? 32 : 28, headerBytes)
    u16(is64 ? 54 : 42, programBytes)
    u16(is64 ? 56 : 44, 1)
    u32(headerBytes, 3)
    word(headerBytes + (is64 ? 8 : 4), nameAt)
    word(headerBytes + (is64 ? 32 : 16), name.length)
    name.copy(file, nameAt)
  }
  if (table === 0) return file
  word(is64 ? 40 : 32, tableAt)
  u16(is64 ? 58 : 46, sectionBytes)
  u16(is64 ? 60 : 48, sections.length)
  for (const [i, section] of sections.entries()) {
    const at = tableAt + i * sectionBytes
    u32(at + 4, section.type)
    word(at + 8, section.flags ?? 0)
    word(at + (is64 ? 32 : 20), section.size)
    u32(at + (is64 ? 40 : 24), section.link ?? 0)
  }
  return file
}
