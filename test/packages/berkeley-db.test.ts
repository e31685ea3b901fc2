import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readBerkeleyHash } from '../../src/packages/berkeley-db.ts'
import { Unreadable } from '../../src/packages/unreadable.ts'
import { berkeleyHash } from '../helpers/berkeley-db.ts'

function refusal(file: Buffer): string {
  try {
    return `read ${[...readBerkeleyHash(file)].length}`
  } catch (error) {
    if (error instanceof Unreadable) return error.message
    throw error
  }
}

describe('a hash of Berkeley DB', () => {
  it('gives back whatever was written, in both byte orders', () => {
    const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((some) => Buffer.from(some))
    const layout = fc.record({ pageBytes: fc.constantFrom(512, 4096, 65_536), bigEndian: fc.boolean() })
    fc.assert(
      fc.property(fc.array(fc.tuple(bytes(4), bytes(3000)), { maxLength: 10 }), layout, (pairs, shape) => {
        expect([...readBerkeleyHash(berkeleyHash(pairs, shape))]).toEqual(pairs)
      }),
    )
  })

  /** Page 1 and 2 hold the long value, page 3 the first pair, page 4 the second. */
  const file = berkeleyHash([
    [Buffer.from('k1'), Buffer.alloc(600, 7)],
    [Buffer.from('k2'), Buffer.from('short')],
  ])
  const changed = (page: number, at: number, bytes: readonly number[]) => {
    const copy = Buffer.from(file)
    copy.set(bytes, page * 512 + at)
    return copy
  }

  it.each<readonly [string, Buffer, string]>([
    ['is whole', file, 'read 2'],
    ['is empty', Buffer.alloc(0), 'it does not begin as a hash of Berkeley DB does'],
    ['is another file', Buffer.alloc(512, 'x'), 'it does not begin as a hash of Berkeley DB does'],
    ['is a tree', changed(0, 25, [9]), 'it is no hash of Berkeley DB, or it is encrypted'],
    ['is encrypted', changed(0, 24, [1]), 'it is no hash of Berkeley DB, or it is encrypted'],
    ['has pages of an odd size', changed(0, 20, [1]), 'its pages cannot have 513 bytes'],
    ['has pages without a size', changed(0, 20, [0, 0]), 'its pages cannot have 0 bytes'],
    ['has lost its last page', file.subarray(0, -512), 'it is cut short'],
    ['has absurdly many pages', changed(0, 32, [0xff, 0xff, 0xff, 0xff]), 'it is cut short'],
    ['has a key without a value', changed(4, 20, [1]), 'page 4 is damaged'],
    ['has more items than room', changed(4, 20, [0xff, 0xff]), 'page 4 is damaged'],
    ['has items that overlap', changed(4, 28, [0xff, 0x01]), 'page 4 is damaged'],
    ['has an item in the header', changed(4, 26, [3, 0]), 'page 4 is damaged'],
    ['has an item of an unknown kind', changed(4, 509, [4]), 'it has values of an unknown kind'],
    ['has a long value that leads in a circle', changed(2, 16, [1]), 'it names page 1 twice or has none such'],
    ['has a long value that leads out of it', changed(1, 16, [99]), 'it names page 99 twice or has none such'],
    ['has a long value that leads to pairs', changed(1, 16, [4]), 'page 4 is damaged'],
    ['has a part longer than its page', changed(1, 22, [0xff, 0xff]), 'page 1 is damaged'],
    ['has a long value that ends early', changed(1, 16, [0]), 'a value has another length'],
  ])('that %s is told so', (_, damaged, reason) => {
    expect(refusal(damaged)).toBe(reason)
  })

  it('never ends otherwise than in a refusal or in values', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255))), (changes) => {
        const copy = Buffer.from(file)
        for (const [at, byte] of changes) copy[at] = byte
        expect(refusal(copy)).toMatch(/^\w/)
      }),
      { numRuns: 500 },
    )
  })
})
