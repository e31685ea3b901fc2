import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteSource } from '../../src/oci/byte-source.ts'
import type { Look } from '../../src/oci/excerpt.ts'
import { ExcerptTaker, takeExcerpt } from '../../src/oci/excerpt.ts'
import { defaultLimits } from '../../src/oci/limits.ts'
import { TarReader } from '../../src/oci/tar-reader.ts'
import type { FileNode } from '../../src/tree/node.ts'
import { find } from '../../src/tree/tree.ts'
import { elf } from '../helpers/elf.ts'
import { chunked } from '../helpers/feed.ts'
import { contentOf } from '../helpers/stack.ts'
import { tar } from '../helpers/tar.ts'

const head: Look = { bytes: 5, program: false }
const program: Look = { bytes: 4, program: true }
const debug = { sections: [{ type: 1, flags: 0, size: 900 }] }

/** The excerpt that is taken when the body passes in chunks of a size. */
function taken(body: Buffer, look: Look, chunkBytes: number) {
  const taker = new ExcerptTaker(look, body.length)
  for (let at = 0; at < body.length; at += chunkBytes) taker.take(body.subarray(at, at + chunkBytes), at)
  return taker.finish()
}

describe('an excerpt', () => {
  it('is the beginning of a body', () => expect(taken(Buffer.from('abcdefgh'), head, 3).head.toString()).toBe('abcde'))

  it('is all of a shorter body', () => expect(taken(Buffer.from('abc'), head, 1).head.toString()).toBe('abc'))

  it('tells how an ELF file is made, wherever its section table lies', () => {
    for (const tableAt of [1000, 4000, 100_000]) {
      const { head, elf: found } = taken(elf({ ...debug, tableAt }), program, 700)
      expect(head.length).toBe(4)
      expect(found).toMatchObject({ type: 2, debugBytes: 900 })
    }
  })

  it('tells nothing of sections where the table would lie outside', () => {
    const cut = elf({ ...debug, tableAt: 9000 }).subarray(0, 9010)
    expect(taken(cut, program, 700).elf).toMatchObject({ debugBytes: 0 })
  })

  it('is the same for chunks of any size, and for a source that is sought through', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1000, max: 9000 }),
        fc.integer({ min: 1, max: 9000 }),
        async (tableAt, size) => {
          const body = elf({ ...debug, tableAt })
          const whole = taken(body, program, body.length)
          const source = new ByteSource(chunked(tar([{ name: 'a', type: '0', body }]), size))
          const reader = new TarReader(source, 'a tar', defaultLimits)
          await reader.next()
          expect(taken(body, program, size)).toEqual(whole)
          expect(await takeExcerpt(reader, program, body.length)).toEqual(whole)
        },
      ),
      { numRuns: 50 },
    )
  })
})

describe('the excerpts of a layer', () => {
  const fileAt = (content: Awaited<ReturnType<typeof contentOf>>, path: string) =>
    find(content.changeset.added, path) as FileNode

  it('are those of the files that are looked into', async () => {
    const content = await contentOf({ 'etc/os-release': 'ID=x\n', 'etc/other': 'y' })
    expect(content.excerpts.get(fileAt(content, 'etc/os-release'))?.head.toString()).toBe('ID=x\n')
    expect(content.excerpts.size).toBe(1)
  })

  it('keep to their limit, and tell how many are missing', async () => {
    const content = await contentOf(
      { 'etc/os-release': 'ID=x\n', 'usr/lib/os-release': 'ID=y\n' },
      { ...defaultLimits, excerpts: 5 },
    )
    expect([content.excerpts.size, content.unseen]).toEqual([1, 1])
  })
})
