import { describe, expect, test } from 'vitest'
import { applyPax, nameOf, parseInteger, parsePax, xattrsOf } from '../../src/oci/pax.ts'
import { decodeHeader, Malformed, type TarHeader } from '../../src/oci/tar-header.ts'
import { header, type Pax, paxRecords } from '../helpers/tar.ts'

const parse = (text: string) => Object.fromEntries(parsePax(Buffer.from(text, 'latin1')))

function applied(pax: Pax): TarHeader {
  const decoded = decodeHeader(header({ name: 'old', link: 'to', size: 7, uid: 1, gid: 2, mtime: 3 }))
  if (decoded === undefined) throw new Error('no header')
  applyPax(decoded, parsePax(paxRecords(pax)))
  return decoded
}

describe('pax records', () => {
  test.each([
    ['may be none', '', {}],
    ['are key and value', '8 a=bcd\n', { a: 'bcd' }],
    ['may be several', '6 a=b\n6 c=d\n', { a: 'b', c: 'd' }],
    ['count only the last of a key', '6 a=b\n6 a=c\n', { a: 'c' }],
    ['may have no value', '5 a=\n', { a: '' }],
    ['keep further equals signs', '8 a=b=c\n', { a: 'b=c' }],
    ['keep line ends in a value', '8 a=b\nc\n', { a: 'b\nc' }],
    ['may have zeros before the length', '008 a=b\n', { a: 'b' }],
    ['may have a plus before the length', '+7 a=b\n', { a: 'b' }],
    ['keep any bytes of a value', '8 a=\0\xff\x80\n', { a: '\0\xff\x80' }],
    ['may be called like what every object has', '15 __proto__=x\n', { ['__proto__']: 'x' }],
  ])('%s', (_, text, records) => {
    expect(parse(text)).toEqual(records)
  })

  test.each([
    ['has no length', 'a=b\n'],
    ['has no space', '6a=bcde\n'],
    ['is longer than the body', '9 a=b\n'],
    ['is shorter than it says', '5 a=b\n'],
    ['ends without a line end', '6 a=bc'],
    ['has a length below any record', '4 a=\n'],
    ['has a negative length', '-6 a=b\n'],
    ['has a length with underscores', '0_6 a=b\n'],
    ['has no equals sign', '6 abc\n'],
    ['has no key', '6 =ab\n'],
    ['has its equals sign in the next record', '5 ab\n6 c=d\n'],
    ['is followed by anything else', '6 a=b\n\0'],
    ['has a length past all numbers', `${'9'.repeat(400)} a=b\n`],
  ])('are refused where one %s', (_, text) => {
    expect(() => parse(text)).toThrow(new Malformed('a pax record in it does not have the form "length key=value"'))
  })

  test.each([
    ['key', { 'a\0b': '' }],
    ['path', { path: 'a\0' }],
    ['link path', { linkpath: '\0' }],
    ['owner', { uname: 'a\0b' }],
    ['group', { gname: 'a\0b' }],
  ])('are refused where there is a NUL in a %s', (_, pax) => {
    const message = 'a pax record in it has a NUL byte where text belongs'
    expect(() => parsePax(paxRecords(pax))).toThrow(new Malformed(message))
  })

  test('of sparse format 0.0 read like those of 0.1', () => {
    const pairs = [
      ['GNU.sparse.offset', '0'],
      ['GNU.sparse.numbytes', '4'],
      ['GNU.sparse.offset', '8'],
      ['GNU.sparse.numbytes', '2'],
    ] as const
    expect([...parsePax(paxRecords(pairs))]).toEqual([['GNU.sparse.map', '0,4,8,2']])
  })

  test.each([
    ['start with a length', [['GNU.sparse.numbytes', '4']]],
    [
      'repeat an offset',
      [
        ['GNU.sparse.offset', '4'],
        ['GNU.sparse.offset', '8'],
      ],
    ],
    ['smuggle in a comma', [['GNU.sparse.offset', '4,8']]],
  ] as const)('of sparse format 0.0 are refused where they %s', (_, pairs) => {
    expect(() => parsePax(paxRecords(pairs))).toThrow(new Malformed('its sparse map is out of order'))
  })
})

describe('applied to a header', () => {
  test.each([
    ['path', { path: 'größe' }, { name: 'größe' }],
    ['path that is not UTF-8', { path: 'caf\udce9' }, { name: 'caf\udce9' }],
    ['linkpath', { linkpath: '../x' }, { link: '../x' }],
    ['size', { size: '8589934592' }, { size: 8_589_934_592 }],
    ['uid', { uid: '+5' }, { uid: 5 }],
    ['gid', { gid: '-5' }, { gid: -5 }],
    ['mtime', { mtime: '12.25' }, { mtime: 12.25 }],
    ['mtime without a fraction', { mtime: '12.' }, { mtime: 12 }],
    ['mtime before 1970', { mtime: '-1.25' }, { mtime: -1.25 }],
    ['mtime just before 1970', { mtime: '-0.5' }, { mtime: -0.5 }],
    ['mtime just before a second', { mtime: '1700000000.999999999' }, { mtime: 1_700_000_000.999_999 }],
    ['record without a value', { path: '', size: '' }, { name: 'old', size: 7 }],
    ['record of another kind', { comment: 'x', uname: 'root' }, { name: 'old', link: 'to' }],
  ])('a %s counts', (_, pax, fields) => {
    expect(applied(pax)).toMatchObject(fields)
  })

  test.each([
    ['size', 'xxx'],
    ['size', '1 '],
    ['size', '9223372036854775808'],
    ['uid', '0x10'],
    ['gid', '1e3'],
    ['mtime', '.5'],
    ['mtime', '1.5.2'],
    ['mtime', 'noon'],
    ['atime', '1,5'],
    ['ctime', '-'],
  ])('a %s of %j is refused', (key, value) => {
    expect(() => applied({ [key]: value })).toThrow(new Malformed(`its ${key} is not a number`))
  })
})

describe('extended attributes', () => {
  test('are bytes by name', () => {
    const pax = {
      'SCHILY.xattr.security.capability': Buffer.from([1, 0, 0, 2, 0xff]),
      'SCHILY.xattr.user.empty': '',
      'LIBARCHIVE.xattr.user.other': 'AA',
    }
    const xattrs = xattrsOf(parsePax(paxRecords(pax)))
    expect([...(xattrs ?? [])]).toEqual([['security.capability', Buffer.from([1, 0, 0, 2, 0xff])]])
  })

  test('are undefined where there are none', () => {
    expect(xattrsOf(new Map([['path', 'x']]))).toBeUndefined()
  })
})

test.each([
  ['9223372036854775807', 2 ** 63],
  ['-9223372036854775808', -(2 ** 63)],
  ['000000000000000000000000000000042', 42],
  ['-0', 0],
])('the integer %s is read', (text, value) => {
  expect(parseInteger(text, 'size')).toBe(value)
})

test.each(['', '+', '-', '- 1', '1_000', '9223372036854775808', '-9223372036854775809', '1'.repeat(1000)])(
  'the integer %j is refused',
  (text) => {
    expect(() => parseInteger(text, 'size')).toThrow(Malformed)
  },
)

test('a byte string is a name, be it ASCII, UTF-8 or neither', () => {
  expect(nameOf('plain')).toBe('plain')
  expect(nameOf('\xc3\xb6')).toBe('ö')
  expect(nameOf('\xf6')).toBe('\udcf6')
})
