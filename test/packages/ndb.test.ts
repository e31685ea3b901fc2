import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readNdb } from '../../src/packages/ndb.ts'
import { Unreadable } from '../../src/packages/unreadable.ts'
import { ndb } from '../helpers/ndb.ts'

function refusal(file: Buffer): string {
  try {
    return `read ${[...readNdb(file)].length}`
  } catch (error) {
    if (error instanceof Unreadable) return error.message
    throw error
  }
}

describe('an ndb file', () => {
  it('gives back whatever was written, past free slots and over pages of slots', () => {
    const values = fc.array(
      fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
      { maxLength: 60 },
    )
    fc.assert(
      fc.property(values, fc.nat(3), fc.integer({ min: 1, max: 2 }), (some, free, pages) => {
        expect([...readNdb(ndb(some, { free, pages }))]).toEqual(some)
      }),
    )
  })

  const file = ndb([Buffer.from('first'), Buffer.from('second')])
  const changed = (at: number, bytes: readonly number[]) => {
    const copy = Buffer.from(file)
    copy.set(bytes, at)
    return copy
  }
  const NOWHERE = 'its table of packages leads nowhere'

  it.each<readonly [string, Buffer, string]>([
    ['is empty', Buffer.alloc(0), 'it does not begin as an ndb file does'],
    ['is of another version', changed(4, [1]), 'it is an ndb file of version 1'],
    ['has lost its slots', file.subarray(0, 4000), 'it is cut short'],
    ['has absurdly many slots', changed(12, [0xff, 0xff, 0xff, 0xff]), 'it is cut short'],
    ['has a slot without its mark', changed(64, [0]), 'its table of packages is damaged'],
    ['has lost its last value', file.subarray(0, -16), NOWHERE],
    ['leads into its slots', changed(32 + 8, [0, 0]), NOWHERE],
    ['leads out of itself', changed(32 + 8, [0xff, 0xff, 0xff, 0xff]), NOWHERE],
    ['has a value without a head', changed(32 + 12, [0]), NOWHERE],
    ['tells one value twice, each as long as all', changed(32 + 12, [6]), NOWHERE],
    ['has the value of another', changed(32 + 4, [9]), 'a package is damaged'],
    ['has a value without its mark', changed(4096, [0]), 'a package is damaged'],
    ['has a value longer than its blocks', changed(4096 + 12, [255]), 'a package is damaged'],
  ])('that %s is not read', (_, damaged, reason) => {
    expect(refusal(damaged)).toBe(reason)
  })

  it('never ends otherwise than in a refusal or in values', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(127), fc.nat(255))), (changes) => {
        const copy = Buffer.from(file)
        for (const [at, byte] of changes) copy[at < 64 ? at : 4096 + at - 64] = byte
        expect(refusal(copy)).toMatch(/^\w/)
      }),
      { numRuns: 500 },
    )
  })
})
