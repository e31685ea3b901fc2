import { describe, expect, it } from 'vitest'
import { isElf, readElf, sectionTable } from '../../src/oci/elf.ts'
import { type ElfLiteral, elf } from '../helpers/elf.ts'

const PROGBITS = 1
const SYMTAB = 2
const STRTAB = 3
const NOBITS = 8
const ALLOCATED = 2

/** What is told of a file of which everything was read, and whose sections are as long as they say. */
function told(literal: ElfLiteral, size = 1e9) {
  const file = elf(literal)
  const place = sectionTable(file)
  return readElf(file, place && file.subarray(place.offset, place.offset + place.bytes), size)
}

const forms: readonly ElfLiteral[] = [{ bits: 64 }, { bits: 64, big: true }, { bits: 32 }, { bits: 32, big: true }]

describe.each(forms)('an ELF file %o', (form) => {
  it('tells its type and its interpreter', () => {
    const interpreter = '/lib64/ld-linux-x86-64.so.2'
    expect(told({ ...form, type: 3, interpreter })).toMatchObject({ type: 3, interpreter })
    expect(told({ ...form, type: 4 })).toMatchObject({ type: 4, interpreter: undefined })
  })

  it('tells the bytes of sections that are not loaded, and of its symbols with their names', () => {
    const sections = [
      { type: 0, size: 0 },
      { type: PROGBITS, flags: ALLOCATED | 4, size: 5000 },
      { type: PROGBITS, size: 700 },
      { type: PROGBITS, flags: 0x800, size: 30 },
      { type: NOBITS, size: 90_000 },
      { type: SYMTAB, size: 240, link: 6 },
      { type: STRTAB, size: 60 },
      { type: STRTAB, size: 9 },
    ]
    expect(told({ ...form, sections })).toMatchObject({ debugBytes: 730, symbolBytes: 300 })
  })

  it('has no sections where it is stripped to the bone', () => {
    expect(sectionTable(elf(form))).toBeUndefined()
    expect(told(form)).toMatchObject({ debugBytes: 0, symbolBytes: 0 })
  })

  it('cannot have sections that are longer than it is', () => {
    expect(told({ ...form, sections: [{ type: PROGBITS, size: 7000 }] }, 100)).toMatchObject({ debugBytes: 100 })
  })
})

describe('a file', () => {
  it('is ELF by its first bytes', () => expect(isElf(elf())).toBe(true))
  it('that is too short for a header is none', () => expect(isElf(elf().subarray(0, 60))).toBe(false))
  it('that begins otherwise is none', () => expect(isElf(Buffer.alloc(100))).toBe(false))
  it('whose headers lead outside has no interpreter', () => {
    expect(told({ interpreter: '/lib/ld.so' }).interpreter).toBe('/lib/ld.so')
    const file = elf({ interpreter: '/lib/ld.so' })
    expect(readElf(file.subarray(0, 120), undefined, 120).interpreter).toBeUndefined()
    file.writeBigUInt64LE(0xffff_ffff_ffffn, 32)
    expect(readElf(file, undefined, 120).interpreter).toBeUndefined()
  })
})
