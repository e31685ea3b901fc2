import { extract, type Header } from 'tar-stream'
import { describe, expect, it } from 'vitest'
import { dir, file, hardlink, layer, opaque, symlink, whiteout } from './layer.ts'
import { header, paxRecords, tar } from './tar.ts'

/** What an independent reader finds. */
async function read(bytes: Uint8Array): Promise<(Header & { body: string })[]> {
  const found: (Header & { body: string })[] = []
  const reader = extract()
  reader.end(bytes)
  for await (const entry of reader) {
    const chunks: Uint8Array[] = []
    for await (const chunk of entry) chunks.push(chunk as Uint8Array)
    found.push({ ...entry.header, body: Buffer.concat(chunks).toString() })
  }
  return found
}

describe('the tar writer', () => {
  it.each([99, 100, 101, 300])('keeps a name of %i bytes in either dialect', async (length) => {
    const name = 'n'.repeat(length)
    const entries = await read(
      tar([
        { name, body: 'pax' },
        { name, body: 'gnu', format: 'gnu' },
      ]),
    )
    expect(entries.map((entry) => [entry.name, entry.body])).toEqual([
      [name, 'pax'],
      [name, 'gnu'],
    ])
  })

  it('counts a pax record with the digits of its own length', () => {
    const rows = [1, 5, 6, 91, 92, 93].map((length) => paxRecords({ k: 'v'.repeat(length) }).toString())
    for (const row of rows) expect(Number.parseInt(row, 10)).toBe(row.length)
  })

  it('writes numbers that do not fit as base-256', async () => {
    const [entry] = await read(tar([{ name: 'a', uid: 0o7777777 + 1, gid: 0o7777777 }]))
    expect([entry?.uid, entry?.gid]).toEqual([0o10000000, 0o7777777])
  })

  it('takes single fields as told, and sums them up', () => {
    const block = header({ name: 'a', size: 700, fields: { mode: 'garbage\0' } })
    expect(block.subarray(100, 108).toString()).toBe('garbage\0')
    const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0)
    expect(Number.parseInt(block.toString('latin1', 148, 154), 8)).toBe(sum)
  })
})

describe('a layer literal', () => {
  it('becomes entries in the order written', async () => {
    const tree = {
      'etc/': dir({ mode: 0o700 }),
      'etc/passwd': 'root',
      'bin/busybox': file('elf', { mode: 0o755, uid: 7 }),
      'bin/sh': symlink('busybox'),
      'bin/ash': hardlink('bin/busybox'),
      'etc/motd': whiteout,
      'var/': opaque,
    }
    const entries = await read(layer(tree))
    expect(entries.map(({ name, type, mode, uid, linkname, body }) => [name, type, mode, uid, linkname, body])).toEqual(
      [
        ['etc/', 'directory', 0o700, 0, null, ''],
        ['etc/passwd', 'file', 0o644, 0, null, 'root'],
        ['bin/busybox', 'file', 0o755, 7, null, 'elf'],
        ['bin/sh', 'symlink', 0o777, 0, 'busybox', ''],
        ['bin/ash', 'link', 0o644, 0, 'bin/busybox', ''],
        ['etc/.wh.motd', 'file', 0, 0, null, ''],
        ['var/', 'directory', 0o755, 0, null, ''],
        ['var/.wh..wh..opq', 'file', 0o755, 0, null, ''],
      ],
    )
  })
})
