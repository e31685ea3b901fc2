import { describe, expect, test } from 'vitest'
import { decodeHeader, decodeNumber, decodeText, isZeroBlock, Malformed } from '../../src/oci/tar-header.ts'
import { header } from '../helpers/tar.ts'

const bytes = (hex: string) => Buffer.from(hex, 'hex')

/** A header with some bytes overwritten and its checksum right again. */
function patched(block: Buffer, patches: Record<number, string>): Buffer {
  for (const [at, text] of Object.entries(patches)) block.write(text, Number(at), 'latin1')
  block.write('        ', 148)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

describe('a number field', () => {
  test.each([
    ['0000644\0', 0o644],
    ['   644 \0', 0o644],
    ['\0\0 644\0\0', 0o644],
    ['00000644', 0o644],
    ['644\x008', 0o644],
    ['\0\0\0\0\0\0\0\0', 0],
    ['        ', 0],
  ])('of octal text %j is %i', (text, value) => {
    expect(decodeNumber(Buffer.from(text, 'latin1'), 0, 8, 'mode')).toBe(value)
  })

  test.each([
    ['8000000000000000', 0],
    ['80000000000000ff', 255],
    ['8000000200000000', 2 ** 33],
    ['ffffffffffffffff', -1],
    ['fffffffffffffffe', -2],
    ['800000000000000200000000', 2 ** 33],
    ['80000000001fffffffffffff', Number.MAX_SAFE_INTEGER],
    ['ffffffffffffffffffffff00', -256],
  ])('of base-256 bytes %s is %i', (hex, value) => {
    expect(decodeNumber(bytes(hex), 0, hex.length / 2, 'size')).toBe(value)
  })

  test.each([
    ['a digit that is not octal', Buffer.from('00000128')],
    ['a sign', Buffer.from('-0000001')],
    ['a space among the digits', Buffer.from('12 34\0\0\0')],
    ['text', Buffer.from('size    ')],
    ['more than 63 bits', bytes('800000018000000000000000')],
    ['63 bits and a sign in the way', bytes('800000008000000000000000')],
    ['fewer than -63 bits', bytes('ffffffff7fffffffffffffff')],
  ])('with %s is refused', (_, field) => {
    expect(() => decodeNumber(field, 0, field.length, 'size')).toThrow(new Malformed('its size is not a number'))
  })
})

describe('a block', () => {
  test('reads alike wherever it lies in its memory, whatever lies around it', () => {
    const block = header({ name: 'größe', size: 5, mode: 0o755 })
    const memory = Buffer.alloc(3 * block.length, 0xff)
    for (let at = 0; at < 9; at++) {
      const moved = memory.subarray(at, at + block.length)
      block.copy(moved)
      expect(decodeHeader(moved)).toEqual(decodeHeader(block))
      expect(isZeroBlock(moved.fill(0))).toBe(true)
      expect(isZeroBlock(moved.fill(0xff, 511))).toBe(false)
    }
  })

  test('of the largest bytes is refused for its checksum, not for a sum that ran over', () => {
    expect(() => decodeHeader(Buffer.alloc(512, 0xff))).toThrow(new Malformed('its checksum is wrong'))
    expect(isZeroBlock(Buffer.alloc(512, 0xff))).toBe(false)
  })
})

describe('a text field', () => {
  test.each([
    ['ends at its first NUL', 'etc/passwd\0junk', 'etc/passwd'],
    ['may fill its room', 'etc/passwd', 'etc/passwd'],
    ['may be empty', '\0junk', ''],
    ['is UTF-8', Buffer.from('größe\0').toString('latin1'), 'größe'],
    ['keeps bytes that are not UTF-8', 'caf\xe9\0', 'caf\udce9'],
  ])('%s', (_, field, text) => {
    const block = Buffer.from(field, 'latin1')
    expect(decodeText(block, 0, block.length)).toBe(text)
  })
})

describe('a header', () => {
  test('gives every field', () => {
    const block = header({
      name: 'dev/sda',
      type: '4',
      link: 'target',
      mode: 0o4660,
      uid: 1000,
      gid: 6,
      size: 0o777,
      mtime: 1_700_000_000,
      major: 8,
      minor: 1,
    })
    expect(decodeHeader(block)).toEqual({
      format: 'ustar',
      type: '4',
      name: 'dev/sda',
      link: 'target',
      mode: 0o4660,
      uid: 1000,
      gid: 6,
      size: 0o777,
      mtime: 1_700_000_000,
      devmajor: 8,
      devminor: 1,
    })
  })

  test('of zeros is no header', () => {
    expect(decodeHeader(Buffer.alloc(512))).toBeUndefined()
    expect(isZeroBlock(Buffer.alloc(512))).toBe(true)
    expect(isZeroBlock(Buffer.alloc(512).fill(1, 511))).toBe(false)
  })

  const long = 'p'.repeat(155)
  test.each([
    ['ustar', {}, { prefix: 'usr/share' }, 'usr/share/name'],
    ['ustar', {}, { prefix: long }, `${long}/name`],
    ['ustar', {}, { name: '', prefix: 'only' }, 'only/'],
    ['star', { 508: 'tar\0' }, { prefix: long.slice(0, 131) }, `${long.slice(0, 131)}/name`],
    ['gnu', {}, { prefix: '' }, 'name'],
    ['gnu', {}, { prefix: '00000000001\x0000000000002\0' }, 'name'],
    ['gnu', {}, { prefix: 'written/by/an/old/go' }, 'written/by/an/old/go/name'],
    ['gnu', {}, { prefix: 'x\udce9' }, 'name'],
    ['v7', {}, { prefix: 'not a field' }, 'name'],
  ] as const)('in %s format joins prefix and name (%o %o)', (format, patches, fields, name) => {
    const told = format === 'star' ? 'ustar' : format
    const block = patched(header({ name: 'name', format: told, fields }), patches)
    expect(decodeHeader(block)).toMatchObject({ format, name })
  })

  test.each([
    ['ustar\x0000', 'ustar'],
    ['ustar\0  ', 'ustar'],
    ['ustar  \0', 'gnu'],
    ['ustar   ', 'v7'],
    ['ustar 00', 'v7'],
    ['USTAR\x0000', 'v7'],
  ])('signed %j is in format %s', (magic, format) => {
    expect(decodeHeader(header({ name: 'name', fields: { magic } }))?.format).toBe(format)
  })

  test.each([
    ['gives its sum after spaces', (sum: number) => `  ${sum.toString(8)}`, 'name'],
    ['gives the sum of signed bytes', (sum: number) => (sum - 256).toString(8), 'nam\udce9'],
  ])('is sound where it %s', (_, field, name) => {
    const unsigned = header({ name })
    const sum = Number.parseInt(unsigned.toString('latin1', 148, 154), 8)
    expect(decodeHeader(header({ name, fields: { checksum: field(sum) } }))?.name).toBe(name)
  })

  test.each([
    ['a wrong checksum', { checksum: '0000001\0' }, 'its checksum is wrong'],
    ['no checksum', { checksum: '' }, 'its checksum is wrong'],
    ['a checksum that is text', { checksum: 'checksum' }, 'its checksum is wrong'],
    ['a bad size', { size: '9' }, 'its size is not a number'],
    ['a bad mode', { mode: 'rwxr-xr-x' }, 'its mode is not a number'],
    ['a bad uid', { uid: 'root' }, 'its uid is not a number'],
    ['a bad gid', { gid: 'root' }, 'its gid is not a number'],
    ['a bad mtime', { mtime: 'now' }, 'its mtime is not a number'],
    ['a bad device', { major: 'x' }, 'its devmajor is not a number'],
    ['a bad device', { minor: 'x' }, 'its devminor is not a number'],
  ])('with %s is refused', (_, fields, message) => {
    expect(() => decodeHeader(header({ name: 'name', fields }))).toThrow(new Malformed(message))
  })

  test('in v7 format may have anything where others have devices', () => {
    expect(decodeHeader(header({ name: 'name', format: 'v7', fields: { major: 'x' } }))?.devmajor).toBe(0)
  })

  test('in star format with a bad time is refused', () => {
    const block = patched(header({ name: 'name' }), { 508: 'tar\0', 476: 'noon' })
    expect(() => decodeHeader(block)).toThrow(new Malformed('its atime is not a number'))
  })
})
