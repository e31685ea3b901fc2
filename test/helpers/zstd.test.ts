import { decompress } from 'fzstd'
import { describe, expect, it } from 'vitest'
import { type StreamOptions, zstd } from './zstd.ts'

const mixed = Buffer.concat([Buffer.from('text before'), Buffer.alloc(300_000, 7), Buffer.from('and after')])
const skippable = { before: Buffer.from('front'), after: Buffer.from('back') }

const cases: readonly (readonly [name: string, content: Buffer, options: StreamOptions])[] = [
  ['nothing', Buffer.alloc(0), {}],
  ['one raw block', Buffer.from('abc'), {}],
  ['runs longer than a block', mixed, {}],
  ['a window smaller than the content', mixed, { windowLog: 12 }],
  ['no content size', mixed, { windowLog: 17, contentSize: false }],
  ['several frames among skippable ones', mixed, { frames: 3, skippable }],
]

describe('the zstd writer', () => {
  it.each(cases)('is understood by an independent decoder: %s', (_, content, options) => {
    expect(Buffer.from(decompress(zstd(content, options))).equals(content)).toBe(true)
  })

  it('stores a run in a few bytes', () => {
    expect(zstd(Buffer.alloc(100_000)).length).toBeLessThan(20)
  })
})
