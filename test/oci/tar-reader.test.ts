import { describe, expect, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { ByteSource } from '../../src/oci/byte-source.ts'
import { defaultLimits, LIMITS } from '../../src/oci/limits.ts'
import { TarReader } from '../../src/oci/tar-reader.ts'
import { chunked, readerOf, readTar } from '../helpers/feed.ts'
import { entryBytes, paxRecords, type TarEntry, tar } from '../helpers/tar.ts'

const ZEROS = Buffer.alloc(512)
/** Waits whether the reader does or not, so that both ways to fail are one. */
const next = async (reader: TarReader) => reader.next()
const read = (bytes: Uint8Array) => readTar(readerOf(bytes))

async function only(entry: TarEntry) {
  const { entries, bodies, error } = await read(tar([entry]))
  expect(error).toBeUndefined()
  expect(entries).toHaveLength(1)
  return { ...entries[0], body: bodies[0]?.toString() }
}

async function failure(bytes: Uint8Array, limits = defaultLimits): Promise<string> {
  const { error } = await readTar(readerOf(bytes, undefined, limits))
  expect(error).toBeInstanceOf(UserError)
  return (error as UserError).message
}

describe('an entry', () => {
  test('has a body, and says where it lies', async () => {
    const { entries, bodies } = await read(
      tar([{ name: 'a', body: 'one' }, { name: './b/', type: '5' }, { name: 'c' }]),
    )
    expect(entries.map(({ name, type, size, stored, offset }) => ({ name, type, size, stored, offset }))).toEqual([
      { name: 'a', type: '0', size: 3, stored: 3, offset: 512 },
      { name: './b/', type: '5', size: 0, stored: 0, offset: 1536 },
      { name: 'c', type: '0', size: 0, stored: 0, offset: 2048 },
    ])
    expect(bodies.map(String)).toEqual(['one', '', ''])
  })

  test.each(['1', '2', '3', '4', '5', '6'])('of type %s has no body, whatever size it claims', async (type) => {
    const { entries, error } = await read(
      tar([
        { name: 'a', type, size: 700 },
        { name: 'b', body: 'x' },
      ]),
    )
    expect(error).toBeUndefined()
    expect(entries.map(({ name, size, stored }) => [name, size, stored])).toEqual([
      ['a', 700, 0],
      ['b', 1, 1],
    ])
  })

  test.each(['7', 'A', 'D', 'V', 'X', '\u00ff'])('of unknown type %j has a body', async (type) => {
    const flag = Buffer.from(type, 'latin1')
    expect(await only({ name: 'a', body: 'x', fields: { type: flag } })).toMatchObject({ type, body: 'x' })
  })

  test.each([
    ['a file', 'a', '0'],
    ['a directory where its name ends in a slash', 'a/', '5'],
  ])('of the oldest type is %s', async (_, name, type) => {
    expect(await only({ name, type: '\0', format: 'v7' })).toMatchObject({ name, type })
  })

  test('of the oldest type is a directory by its long name', async () => {
    const { entries } = await read(tar([entryBytes({ name: 'short', type: '\0', pax: { path: 'dir/' }, size: 0 })]))
    expect(entries[0]).toMatchObject({ name: 'dir/', type: '5' })
  })
})

describe('extended headers', () => {
  const path = `${'p'.repeat(120)}/${'q'.repeat(120)}`

  test.each(['ustar', 'gnu'] as const)('give a long name and link in %s format', async (format) => {
    const entry = await only({ name: path, type: '2', link: `../${path}`, format })
    expect(entry).toMatchObject({ name: path, link: `../${path}` })
  })

  test('of pax replace what the header says', async () => {
    const pax = { uid: '3000000', gid: '4', mtime: '5.5', size: '2', 'SCHILY.xattr.user.a': 'b' }
    expect(await only({ name: 'a', body: 'xy', size: 0, mtime: 1, uid: 1, pax })).toMatchObject({
      uid: 3_000_000,
      gid: 4,
      mtime: 5.5,
      size: 2,
      body: 'xy',
      xattrs: new Map([['user.a', Buffer.from('b')]]),
    })
  })

  test('give way to GNU names where there are both', async () => {
    const gnu = entryBytes({ name: 'L', type: 'L', body: 'gnu\0junk', format: 'gnu' })
    const { entries } = await read(tar([gnu, { name: 'short', pax: { path: 'pax' } }]))
    expect(entries.map(({ name }) => name)).toEqual(['gnu'])
  })

  test('count only the last of their type, and only for one entry', async () => {
    const x = (name: string) => entryBytes({ name: 'x', type: 'x', body: paxRecords({ path: name }) })
    const { entries } = await read(tar([x('one'), x('two'), { name: 'a' }, { name: 'b' }]))
    expect(entries.map(({ name }) => name)).toEqual(['two', 'b'])
  })

  test('may be empty, and may stand before nothing', async () => {
    const empty = entryBytes({ name: 'x', type: 'x' })
    const { entries, error } = await read(tar([empty, { name: 'a' }, empty]))
    expect(entries.map(({ name }) => name)).toEqual(['a'])
    expect(error).toBeUndefined()
  })

  test('of the global kind are entries, apply to none and end what was known of the next', async () => {
    const x = entryBytes({ name: 'x', type: 'x', body: '10 path=x\n' })
    const g = entryBytes({ name: 'pax_global_header', type: 'g', mtime: 7, body: '14 comment=ab\n' })
    const { entries, bodies } = await read(tar([x, g, { name: 'a' }]))
    expect(entries.map(({ name, type, size, mtime }) => [name, type, size, mtime])).toEqual([
      ['pax_global_header', 'g', 0, 0],
      ['a', '0', 0, 0],
    ])
    expect(bodies.map(String)).toEqual(['', ''])
  })
})

describe('a sparse file', () => {
  const octal = (n: number) => `${n.toString(8).padStart(11, '0')}\0`
  /** A GNU header of type S: real size and fragments at their places, which the checksum covers. */
  function gnuSparse(size: number, fragments: readonly (readonly [number, number])[], more = 0): Buffer {
    const block = entryBytes({ name: 'a', type: 'S', format: 'gnu', size: 8 })
    fragments.forEach(([offset, length], i) => {
      block.write(octal(offset) + octal(length), 386 + 24 * i, 'latin1')
    })
    block[482] = more
    block.write(octal(size), 483, 'latin1')
    block.write('        ', 148)
    const sum = block.reduce((total, byte) => total + byte, 0)
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return block
  }
  const body = Buffer.concat([Buffer.from('abcdefgh')], 512)
  const map = [
    { offset: 0, length: 4 },
    { offset: 600, length: 4 },
  ]
  const extension = Buffer.alloc(512)
  extension.write(octal(600) + octal(4), 0, 'latin1')

  const pax0 = { 'GNU.sparse.numblocks': '2', 'GNU.sparse.size': '1000', 'GNU.sparse.name': 'a' }
  const pax1 = {
    'GNU.sparse.major': '1',
    'GNU.sparse.minor': '0',
    'GNU.sparse.realsize': '1000',
    'GNU.sparse.name': 'a',
  }
  const pairs = [...Object.entries(pax0), ...map.flatMap(({ offset, length }) => fragment(offset, length))]
  function fragment(offset: number, length: number) {
    return [
      ['GNU.sparse.offset', String(offset)],
      ['GNU.sparse.numbytes', String(length)],
    ] as [string, string][]
  }
  const mapText = '2\n0\n4\n600\n4\n'

  test.each([
    [
      'GNU format',
      [
        gnuSparse(1000, [
          [0, 4],
          [600, 4],
        ]),
        body,
      ],
      512,
    ],
    ['GNU format, with an extension', [gnuSparse(1000, [[0, 4]], 1), extension, body], 1024],
    ['pax format 0.0', [{ name: 'GNUSparseFile/a', pax: pairs, body: 'abcdefgh' }], 1536],
    ['pax format 0.1', [{ name: 'b', pax: { ...pax0, 'GNU.sparse.map': '0,4,600,4' }, body: 'abcdefgh' }], 1536],
    ['pax format 1.0', [{ name: 'b', pax: pax1, body: `${mapText.padEnd(512, '\0')}abcdefgh` }], 2048],
  ])('in %s has its real name and size, and its map', async (_, parts, offset) => {
    for (const size of [undefined, 7]) {
      const { entries, bodies, error } = await readTar(readerOf(tar([...parts, { name: 'next' }]), size))
      expect(error).toBeUndefined()
      expect(entries[0]).toMatchObject({ name: 'a', size: 1000, stored: 8, offset, sparse: map })
      expect(bodies[0]?.toString()).toBe('abcdefgh')
      expect(entries[1]?.name).toBe('next')
    }
  })

  test('of an unknown pax version is a plain file', async () => {
    const pax = { ...pax1, 'GNU.sparse.major': '2' }
    expect(await only({ name: 'b', body: 'x', pax })).toMatchObject({ name: 'b', size: 1, sparse: undefined })
  })

  const in01 = (records: object, type = '0') => [
    { name: 'b', type, pax: { ...pax0, 'GNU.sparse.map': '0,4,600,4', ...records }, body: 'abcdefgh' },
  ]
  test.each([
    [
      'overlap',
      [
        gnuSparse(1000, [
          [0, 4],
          [3, 4],
        ]),
        body,
      ],
      'out of order',
    ],
    ['reach past the end', [gnuSparse(7, [[0, 8]]), body], 'out of order'],
    ['go backwards', in01({ 'GNU.sparse.map': '600,4,0,4' }), 'out of order'],
    ['have a negative length', in01({ 'GNU.sparse.map': '0,-4,600,4' }), 'out of order'],
    ['are fewer than promised', in01({ 'GNU.sparse.numblocks': '3' }), 'length it names'],
    ['are no number', in01({ 'GNU.sparse.map': '0,4,600,x' }), 'not a number'],
    ['have no size to lie in', in01({ 'GNU.sparse.size': '-1' }), 'sparse size'],
    ['belong to a directory', in01({}, '5'), 'cannot be sparse'],
    ['end with the body', [{ name: 'b', pax: pax1, body: mapText }], 'cut short'],
  ])('is refused where its fragments %s', async (_, parts, message) => {
    expect(await failure(tar(parts))).toContain(message)
  })

  test('in GNU format needs a GNU header', async () => {
    expect(await failure(tar([{ name: 'a', type: 'S' }]))).toContain('not in the GNU format')
  })

  test('in GNU format cannot go on for ever', async () => {
    const endless = Buffer.alloc(512)
    endless[504] = 1
    const bytes = tar([gnuSparse(1000, [], 1), ...Array<Buffer>(3000).fill(endless)])
    expect(await failure(bytes)).toMatch(/--limit header=\d+$/)
  })

  test.each([
    ['more', [[0, 4]]],
    [
      'fewer',
      [
        [0, 4],
        [600, 5],
      ],
    ],
  ] as const)('whose body has %s bytes than its map is given, and refused after that', async (_, fragments) => {
    const reader = readerOf(tar([gnuSparse(1000, fragments), body]))
    expect(await reader.next()).toMatchObject({ name: 'a' })
    await expect(next(reader)).rejects.toThrow('layer 3: the sparse map of "a" does not fit its body')
  })
})

describe('an archive', () => {
  test.each([
    ['two blocks of zeros', [ZEROS, ZEROS]],
    ['one block of zeros', [ZEROS]],
    ['nothing', []],
    ['an end mark that more follows', [ZEROS, ZEROS, Buffer.from('garbage')]],
  ])('may end in %s', async (_, end) => {
    const { entries, error } = await read(tar([{ name: 'a', body: 'x' }, ...end], Buffer.alloc(0)))
    expect(entries).toHaveLength(1)
    expect(error).toBeUndefined()
  })

  test('may end without the padding of its last body', async () => {
    const { bodies, error } = await read(tar([{ name: 'a', body: 'x', padded: false }], Buffer.alloc(0)))
    expect(bodies.map(String)).toEqual(['x'])
    expect(error).toBeUndefined()
  })

  test('may be empty', async () => {
    expect(await read(Buffer.alloc(0))).toEqual({ entries: [], bodies: [], error: undefined })
  })

  test('stays at its end, and leaves what follows to others', async () => {
    const source = new ByteSource(chunked(Buffer.concat([tar([{ name: 'a' }]), Buffer.from('rest')])))
    const reader = new TarReader(source, 'layer 3')
    await reader.next()
    expect(await reader.next()).toBeUndefined()
    expect(await reader.next()).toBeUndefined()
    expect(await reader.readBody()).toBeUndefined()
    expect(await source.drain()).toBe(4)
  })

  const file = entryBytes({ name: 'etc/\u001bpasswd', body: 'root' })
  test.each([
    ['in a header', file.subarray(0, 100), 'the archive ends inside a header at the start, at byte 0'],
    ['in a body', file.subarray(0, 514), 'the archive ends inside the body of "etc/\\epasswd", at byte 514'],
    ['after a body', Buffer.concat([file, Buffer.from('x')]), 'inside a header after "etc/\\epasswd", at byte 1024'],
    [
      'in an extended header',
      entryBytes({ name: 'x', type: 'x', body: '6 a=b\n' }).subarray(0, 514),
      'an extended header',
    ],
    ['in the end mark', Buffer.concat([file, ZEROS, Buffer.alloc(9)]), 'inside a header after'],
  ])('that is cut short %s is refused', async (_, bytes, message) => {
    for (const withBodies of [true, false]) {
      const { error } = await readTar(readerOf(bytes), withBodies)
      expect(error).toBeInstanceOf(UserError)
      expect(String(error)).toContain(message)
      expect(String(error)).toMatch(/^UserError: layer 3: .*; save or download the image again$/)
    }
  })

  test.each([
    [
      'that is no tar',
      [Buffer.alloc(512, 'text')],
      'the block at byte 0, at the start, is not a sound tar header: its checksum is wrong',
    ],
    ['with junk after an entry', [{ name: 'a' }, Buffer.alloc(512, 'x')], 'the block at byte 512, after "a", is not'],
    ['with one block of zeros inside', [{ name: 'a' }, ZEROS, { name: 'b' }], 'it is all zeros, but more follows'],
    ['with a negative size', [{ name: 'a', size: -1 }], 'its size is negative'],
    ['with a negative size in pax', [{ name: 'a', pax: { size: '-1' } }], 'its size is negative'],
    ['with a size past all numbers', [{ name: 'a', size: 2n ** 53n }], 'its size is beyond 8 PiB'],
    ['with a bad pax record', [{ name: 'x', type: 'x', body: 'junk' }], 'a pax record'],
    ['with a bad pax number', [{ name: 'a', pax: { uid: 'root' } }], 'its uid is not a number'],
  ])('%s is refused', async (_, parts, message) => {
    expect(await failure(tar(parts))).toContain(message)
  })

  test('that is broken stays broken', async () => {
    const reader = readerOf(tar([{ name: 'a', body: 'x' }, Buffer.alloc(512, 'x')]))
    await reader.next()
    const first = await next(reader).catch((error) => error)
    expect(first).toBeInstanceOf(UserError)
    await expect(next(reader)).rejects.toBe(first)
    expect(() => reader.readBody()).toThrow(first)
  })

  test('whose source fails, fails the same way', async () => {
    const broken = new Error('disk on fire')
    const reader = new TarReader(new ByteSource({ read: () => Promise.reject(broken) }), 'layer 3')
    await expect(next(reader)).rejects.toBe(broken)
    await expect(next(reader)).rejects.toBe(broken)
  })
})

describe('limits', () => {
  const long = 'n'.repeat(300)
  test.each([
    ['header', 299, [{ name: long, format: 'gnu' }], '--limit header=301'],
    ['header', 100, [{ name: 'a', pax: { comment: long } }], '--limit header=313'],
    ['name', 299, [{ name: long }], '--limit name=300'],
    ['name', 299, [{ name: 'a', type: '2', link: long }], '--limit name=300'],
    ['entries', 1, [{ name: 'a' }, { name: 'b' }], '--limit entries=N'],
  ] as const)('stop an archive over its %s limit of %i', async (name, value, parts, flag) => {
    const message = await failure(tar(parts), { ...defaultLimits, [name]: value })
    expect(message).toContain(`layer 3: the ${LIMITS[name].bounds} is over the limit`)
    expect(message.endsWith(flag)).toBe(true)
  })

  test('of the defaults let a header of one mebibyte pass, and not a byte more', async () => {
    const withComment = (bytes: number) =>
      tar([{ name: 'x', type: 'x', body: `${`${bytes} a=`.padEnd(bytes - 1, 'c')}\n` }])
    expect((await read(withComment(2 ** 20))).error).toBeUndefined()
    expect(await failure(withComment(2 ** 20 + 1))).toContain('--limit header=1048577')
  })
})

describe('a body', () => {
  const inner = tar([
    { name: 'big', body: 'b'.repeat(2000) },
    { name: 'last', body: 'z' },
  ])
  const outer = tar([
    { name: 'layer.tar', body: inner },
    { name: 'manifest.json', body: '[]' },
  ])

  test.each([1, 7, 512, 100_000])('can be read as a tar of its own, in chunks of %i', async (size) => {
    const reader = readerOf(outer, size)
    await reader.next()
    const nested = await readTar(new TarReader(new ByteSource(reader.bodyFeed()), 'layer 4'), false)
    expect(nested.error).toBeUndefined()
    expect(nested.entries.map(({ name }) => name)).toEqual(['big', 'last'])
    expect((await reader.next())?.name).toBe('manifest.json')
  })

  test('of a source that seeks is skipped without being read', async () => {
    let at = 0
    let asked = 0
    const file = {
      read() {
        const chunk = outer.subarray(at, at + 512)
        at += chunk.length
        asked += chunk.length
        return chunk.length === 0 ? undefined : Buffer.from(chunk)
      },
      skip(n: number) {
        const passed = Math.min(n, outer.length - at)
        at += passed
        return passed
      },
    }
    const reader = new TarReader(new ByteSource(file), 'archive')
    await reader.next()
    const nested = await readTar(new TarReader(new ByteSource(reader.bodyFeed()), 'layer 4'), false)
    expect(nested.entries.map(({ name }) => name)).toEqual(['big', 'last'])
    expect((await reader.next())?.name).toBe('manifest.json')
    expect(outer.length - asked).toBeGreaterThanOrEqual(1500)
  })

  test('that is cut short is noticed by whoever skips it', async () => {
    const reader = readerOf(outer.subarray(0, 1000), 100)
    await reader.next()
    const skipped = new ByteSource(reader.bodyFeed()).skip(5000)
    await expect(skipped).rejects.toThrow('layer 3: the archive ends inside the body of "layer.tar", at byte 1000')
  })

  test('is not read once the reader has gone on', async () => {
    const reader = readerOf(outer)
    await reader.next()
    const feed = reader.bodyFeed()
    await reader.next()
    expect(() => feed.read()).toThrow('after the reader had gone on')
    expect(() => feed.skip?.(1)).toThrow('after the reader had gone on')
  })
})
