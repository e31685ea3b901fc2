import { randomBytes } from 'node:crypto'
import { PassThrough, Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { analyse } from '../../src/analyse.ts'
import { tarOf } from '../helpers/archive.ts'
import { gzip } from '../helpers/compression.ts'
import { kaniko, podmanSave } from '../helpers/docker-archive.ts'
import { image, json } from '../helpers/image.ts'
import { refusal } from '../helpers/refusal.ts'
import { header, TRAILER } from '../helpers/tar.ts'
import { zstd } from '../helpers/zstd.ts'

const app = image({ layers: [{ a: 'x'.repeat(5000) }], compression: gzip, tags: ['app:1'] })
const bytes = tarOf(kaniko([app]))

/** An archive that does not compress. */
const noisy = tarOf(kaniko([image({ layers: [{ a: randomBytes(400_000) }] })]))

/** A pipe whose writer has written something and neither goes on nor goes away. */
function stalled(written: Uint8Array): Readable {
  const stream = new PassThrough()
  stream.write(written)
  return stream
}

describe('a pipe', () => {
  it('is read to its end, then let go', async () => {
    const stream = Readable.from([bytes], { objectMode: false })
    await analyse({ kind: 'stream', stream })
    expect(stream.destroyed).toBe(true)
  })

  const badLayer = Buffer.from(bytes)
  badLayer.fill(0xff, 1536 + 20, 1536 + 40)

  it.each([
    ['no archive', Buffer.alloc(600, 'text')],
    ['no archive within gzip', gzipSync(Buffer.alloc(600, 'text'), { level: 0 })],
    ['gzip with a wrong byte', Buffer.concat([gzipSync(bytes).subarray(0, 30), Buffer.alloc(2000, 0xff)])],
    ['zstd with a wrong byte', Buffer.concat([zstd(bytes).subarray(0, 30), Buffer.alloc(2000, 0xff)])],
    ['a tar with a wrong header', Buffer.concat([bytes.subarray(0, 512 * 2), Buffer.alloc(2000, 0xff)])],
  ])('that brings %s is refused at once, though its writer stalls', async (_, written) => {
    const stream = stalled(written)
    await refusal(analyse({ kind: 'stream', stream }))
    expect(stream.destroyed).toBe(true)
  })

  it.each([
    ['gzip', gzipSync(noisy), /^standard input is damaged gzip data \(unexpected end of file\); /],
    ['zstd', zstd(noisy), /^standard input ends in the middle of its zstd data; /],
  ])('of %s that breaks off within a layer says so of itself, not of the layer', async (_, whole, pattern) => {
    const stream = Readable.from([whole.subarray(0, whole.length / 2)], { objectMode: false })
    expect(await refusal(analyse({ kind: 'stream', stream }))).toMatch(pattern)
  })

  it('with a damaged layer in its midst is read on to its end, then let go', async () => {
    const stream = Readable.from([badLayer.subarray(0, 1600), badLayer.subarray(1600)], { objectMode: false })
    expect(await refusal(analyse({ kind: 'stream', stream }))).toMatch(/damaged gzip data/)
    expect(stream.destroyed).toBe(true)
  })

  it('that breaks off within a gzip layer is refused and let go', async () => {
    const stream = Readable.from([bytes.subarray(0, 1600)], { objectMode: false })
    expect(await refusal(analyse({ kind: 'stream', stream }))).toMatch(/the archive ends inside the body of/)
    expect(stream.destroyed).toBe(true)
  })

  it('that is closed before its end is refused', async () => {
    const stream = stalled(bytes.subarray(0, 1600))
    setTimeout(() => stream.destroy(), 10)
    expect(await refusal(analyse({ kind: 'stream', stream }))).toBe(
      'standard input cannot be used: it was closed before its end; let whatever writes it finish, and try again',
    )
  })

  it('that fails is refused', async () => {
    const stream = stalled(bytes.subarray(0, 1600))
    setTimeout(() => stream.destroy(Object.assign(new Error('read EIO'), { code: 'EIO' })), 10)
    expect(await refusal(analyse({ kind: 'stream', stream }))).toMatch(/: the device reported an input\/output error$/)
  })

  it('that fails through a mistake of its own shows it', async () => {
    const stream = new Readable({
      read() {
        this.destroy(new TypeError('a bug'))
      },
    })
    await expect(analyse({ kind: 'stream', stream })).rejects.toThrow(TypeError)
  })

  it('takes text for the bytes it stands for', async () => {
    const plain = tarOf(podmanSave([image({ layers: [{ a: 'b' }] })]))
    const stream = Readable.from([plain.toString('latin1')])
    expect((await analyse({ kind: 'stream', stream })).summary.contentBytes).toBe(1)
  })
})

describe('a wide pipe', () => {
  const files = 3
  const mebibytes = 100

  function* layerBytes(): Generator<Buffer> {
    for (let i = 0; i < files; i++) {
      yield header({ name: `f${i}`, size: mebibytes << 20 })
      for (let k = 0; k < mebibytes; k++) yield Buffer.alloc(1 << 20, 7)
    }
    yield TRAILER
  }

  function* archiveBytes(): Generator<Buffer> {
    yield header({ name: 'layer.tar', size: files * (512 + (mebibytes << 20)) + TRAILER.length })
    yield* layerBytes()
    const rest = new Map([
      ['config.json', json({ rootfs: { diff_ids: [] } })],
      ['manifest.json', json([{ Config: 'config.json', Layers: ['layer.tar'] }])],
    ])
    yield tarOf(rest)
  }

  it('of 300 MB passes through little memory', async () => {
    const before = process.memoryUsage().rss
    let peak = 0
    const stream = Readable.from(
      (function* () {
        for (const chunk of archiveBytes()) {
          peak = Math.max(peak, process.memoryUsage.rss())
          yield chunk
        }
      })(),
      { objectMode: false },
    )
    const { summary } = await analyse({ kind: 'stream', stream })
    expect(summary.contentBytes).toBe((files * mebibytes) << 20)
    expect((peak - before) / 2 ** 20).toBeLessThan(200)
  })
})
