import fc from 'fast-check'
import { pack } from 'tar-stream'
import { expect, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { readerOf, readTar } from '../helpers/feed.ts'
import { tar } from '../helpers/tar.ts'

const TYPES = { file: '0', symlink: '2', directory: '5' } as const

const segment = fc.stringMatching(/^[a-zA-Z0-9._\-ßé漢🐳]{1,60}$/u)
const path = fc.array(segment, { minLength: 1, maxLength: 6 }).map((segments) => segments.join('/'))
const entry = fc.record({
  kind: fc.constantFrom('file', 'symlink', 'directory'),
  name: path,
  linkname: path,
  body: fc.uint8Array({ maxLength: 2000 }),
  // As far as tar-stream can write them: it takes 0 for no mode at all, six digits for owners, 31 bits for times.
  mode: fc.integer({ min: 1, max: 0o7777 }),
  uid: fc.integer({ min: 0, max: 0o777777 }),
  gid: fc.integer({ min: 0, max: 0o777777 }),
  mtime: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
})
type Sample = typeof entry extends fc.Arbitrary<infer T> ? T : never

/** A tar as an independent writer makes it, with ustar prefixes and pax records where names need them. */
async function packed(samples: readonly Sample[]): Promise<Buffer> {
  const stream = pack()
  for (const { kind: type, name, linkname, body, mode, uid, gid, mtime } of samples) {
    const shared = { type, name, mode, uid, gid, mtime: new Date(mtime * 1000) }
    if (type === 'symlink') stream.entry({ ...shared, linkname })
    else if (type === 'directory') stream.entry(shared)
    else stream.entry(shared, Buffer.from(body))
  }
  stream.finalize()
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

test('a tar by another writer reads back the same, however it is cut into chunks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 5 }), fc.integer({ min: 2, max: 3000 }), async (samples, odd) => {
      const bytes = await packed(samples)
      const wanted = samples.map(({ kind, name, linkname, body, mode, uid, gid, mtime }) => ({
        type: TYPES[kind],
        name,
        link: kind === 'symlink' ? linkname : '',
        ...{ mode, uid, gid, mtime },
        body: kind === 'file' ? Buffer.from(body) : Buffer.alloc(0),
      }))
      for (const size of [1, odd, bytes.length]) {
        const { entries, bodies, error } = await readTar(readerOf(bytes, size))
        expect(error).toBeUndefined()
        const found = entries.map(({ type, name, link, mode, uid, gid, mtime }, i) => {
          // tar-stream ends a directory's name in a slash, but not in a pax record.
          return { type, name: name.replace(/\/$/, ''), link, mode, uid, gid, mtime, body: bodies[i] }
        })
        expect(found).toEqual(wanted)
      }
    }),
    { numRuns: 40 },
  )
})

const small = tar([
  { name: 'etc/passwd', body: 'root' },
  { name: 'g', type: 'g', body: '6 a=b\n' },
  { name: 'l'.repeat(101), format: 'gnu' },
  {
    name: 'sparse',
    body: 'abcd',
    pax: { 'GNU.sparse.map': '4,4', 'GNU.sparse.numblocks': '1', 'GNU.sparse.size': '9' },
  },
  { name: 'usr', type: '5', pax: { mtime: '1.5', 'SCHILY.xattr.user.a': 'b' } },
])

test('every beginning of an archive ends well or in a UserError, and gives nothing that the whole does not', async () => {
  const whole = await readTar(readerOf(small))
  expect(whole.error).toBeUndefined()
  for (let length = 0; length < small.length; length += length % 512 < 20 ? 1 : 13) {
    const { entries, error } = await readTar(readerOf(small.subarray(0, length), 600))
    expect(entries).toEqual(whole.entries.slice(0, entries.length))
    if (error !== undefined) expect(error, `${length} bytes`).toBeInstanceOf(UserError)
  }
})

test('an archive with any bytes changed gives entries, and at worst a UserError', async () => {
  const flips = fc.array(fc.tuple(fc.nat(small.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(flips, fc.integer({ min: 200, max: 5000 }), async (changes, size) => {
      const bytes = Buffer.from(small)
      for (const [at, byte] of changes) bytes[at] = byte
      mendChecksums(bytes)
      const { entries, bodies, error } = await readTar(readerOf(bytes, size))
      if (error === undefined) expect(bodies.map((body) => body.length)).toEqual(entries.map((each) => each.stored))
      else expect(error).toBeInstanceOf(UserError)
    }),
    { numRuns: 400 },
  )
})

/** Makes every header's checksum right, so that a changed field is read and not just refused. */
function mendChecksums(bytes: Buffer): void {
  for (let at = 0; at < bytes.length; at += 512) {
    const block = bytes.subarray(at, at + 512)
    if (!block.toString('latin1', 257, 262).startsWith('ust')) continue
    block.write('        ', 148)
    const sum = block.reduce((total, byte) => total + byte, 0)
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  }
}
