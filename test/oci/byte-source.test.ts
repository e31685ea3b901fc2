import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { ByteSource, type Feed } from '../../src/oci/byte-source.ts'
import { chunked } from '../helpers/feed.ts'

const alphabet = Buffer.from('abcdefghijklmnopqrstuvwxyz')

/** How a feed gives its chunks: at once or later, and whether it can seek, a little or all the way. */
interface Manner {
  readonly sizes: readonly number[]
  readonly later: boolean
  readonly seeks: 'never' | 'a little' | 'all the way'
}

/** A feed of `bytes` that overwrites each chunk when it is asked for the next, as feeds may. */
function feedOf(bytes: Buffer, { sizes, later, seeks }: Manner): Feed {
  let at = 0
  let calls = 0
  let chunk = Buffer.alloc(0)
  const read = () => {
    chunk.fill(0)
    if (at >= bytes.length) return undefined
    chunk = Buffer.from(bytes.subarray(at, at + (sizes[calls++ % sizes.length] ?? 1)))
    at += chunk.length
    return chunk
  }
  const skip = (n: number) => {
    chunk.fill(0)
    const skipped = Math.min(n, bytes.length - at, seeks === 'a little' ? 2 : n)
    at += skipped
    return skipped
  }
  const feed: Feed = { read: later ? async () => read() : read }
  if (seeks !== 'never') feed.skip = later ? async (n) => skip(n) : skip
  return feed
}

const manner = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
  later: fc.boolean(),
  seeks: fc.constantFrom('never' as const, 'a little' as const, 'all the way' as const),
})
const step = fc.record({
  call: fc.constantFrom('fill', 'peek', 'take', 'skip', 'drain'),
  n: fc.oneof({ arbitrary: fc.nat(12), weight: 20 }, { arbitrary: fc.constant(1000), weight: 1 }),
})

test('whatever is asked of a source, it gives what the whole buffer has there', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), manner, fc.array(step), async (content, how, steps) => {
      const whole = Buffer.from(content)
      const source = new ByteSource(feedOf(whole, how))
      let at = 0
      for (const { call, n } of steps) {
        const left = whole.length - at
        if (call === 'fill') {
          expect(await source.fill(n)).toBe(n <= left)
          expect(source.ready).toBeGreaterThanOrEqual(Math.min(n, left))
        } else if (call === 'peek' || call === 'take') {
          const length = Math.min(n, source.ready)
          const view = call === 'peek' ? source.peek(n) : source.take(n)
          expect([...view]).toEqual([...whole.subarray(at, at + length)])
          if (call === 'take') at += length
        } else {
          const passed = call === 'drain' ? left : Math.min(n, left)
          expect(call === 'drain' ? await source.drain() : await source.skip(n)).toBe(passed)
          at += passed
        }
        expect(source.position).toBe(at)
        expect(source.ready).toBeLessThanOrEqual(whole.length - at)
      }
    }),
    { numRuns: 1000 },
  )
})

describe('a source', () => {
  test('has nothing ready before it is filled, and asks for no more than it needs', async () => {
    let reads = 0
    const feed = chunked(alphabet, 5)
    const source = new ByteSource({
      read() {
        reads++
        return feed.read()
      },
    })
    expect(source.ready).toBe(0)
    expect(source.take(3)).toHaveLength(0)
    await source.fill(0)
    expect(reads).toBe(0)
    await source.fill(5)
    await source.fill(3)
    expect(reads).toBe(1)
    await source.fill(6)
    expect([reads, source.ready]).toEqual([2, 10])
  })

  test('gives a chunk on as it is where it does not have to join two', async () => {
    const chunk = Buffer.from('whole')
    const source = new ByteSource({ read: () => chunk })
    await source.fill(2)
    expect(source.take(5).buffer).toBe(chunk.buffer)
    expect(source.ready).toBe(0)
  })

  test('asks a feed that has ended no more', async () => {
    let reads = 0
    const source = new ByteSource({ read: () => void reads++ })
    expect(await source.fill(1)).toBe(false)
    expect(await source.skip(1)).toBe(0)
    expect(await source.drain()).toBe(0)
    expect(reads).toBe(1)
  })

  test('seeks where the feed can, and reads nothing that it passes over', async () => {
    const skips: number[] = []
    let at = 0
    const source = new ByteSource({
      read() {
        at += 4
        return alphabet.subarray(at - 4, at)
      },
      skip: (n) => {
        skips.push(n)
        at += n
        return n
      },
    })
    await source.fill(1)
    expect(await source.skip(14)).toBe(14)
    expect(skips).toEqual([10])
    await source.fill(1)
    expect(source.take(2).toString()).toBe('op')
  })

  test('tells its feed how much it will ask for anyway', async () => {
    const wanted: (number | undefined)[] = []
    const feed = chunked(alphabet, 5)
    const source = new ByteSource({
      read(n) {
        wanted.push(n)
        return feed.read()
      },
    })
    await source.fill(12)
    expect(wanted).toEqual([12, 7, 2])
  })

  test('joins the pieces of a large document once', async () => {
    let read = 0
    const source = new ByteSource({ read: () => (read++ < 4000 ? Buffer.alloc(1, read) : undefined) })
    const concat = vi.spyOn(Buffer, 'concat')
    await source.fill(4000)
    expect(concat).toHaveBeenCalledOnce()
    concat.mockRestore()
    expect(source.ready).toBe(4000)
  })

  test('fails as its feed fails', async () => {
    const source = new ByteSource({ read: () => Promise.reject(new Error('gone')) })
    await expect(source.fill(1)).rejects.toThrow('gone')
    await expect(source.skip(1)).rejects.toThrow('gone')
  })
})
