import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analyse } from '../../src/analyse.ts'
import { UserError } from '../../src/errors.ts'
import type { Input } from '../../src/sources/open.ts'
import { type ArchiveOptions, type Entries, tarOf } from '../helpers/archive.ts'
import { gzip, zstd } from '../helpers/compression.ts'
import { file, pipe, temporaryFolder } from '../helpers/deliver.ts'
import { dockerSave, dockerV1, kaniko, podmanSave } from '../helpers/docker-archive.ts'
import { image } from '../helpers/image.ts'
import { opaque, whiteout } from '../helpers/layer.ts'
import { dockerSave25, ociLayout } from '../helpers/oci-layout.ts'
import { zstd as zstdBytes } from '../helpers/zstd.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeAll(() => {
  folder = temporaryFolder()
})
afterAll(() => folder.remove())

const layers = [
  { a: 'one', 'd/b': 'two' },
  { 'd/': opaque, a: whiteout, c: 'three' },
]
const app = image({ layers, tags: ['app:1'] })
const gzipped = image({ layers, compression: gzip, tags: ['app:1'] })
const zstandard = image({ layers, compression: zstd({ frames: 2 }), tags: ['app:1'] })

const archive = (entries: Entries, options?: ArchiveOptions) => tarOf(entries, options)
const metadataFirst = { order: 'metadata first' } as const

/** What became of a reading: the report, or that it was refused; every other error is thrown on. */
async function outcome(input: Input): Promise<unknown> {
  try {
    return await analyse(input, { files: true })
  } catch (error) {
    if (error instanceof UserError) return 'refused'
    throw error
  }
}

describe('an archive that is cut short is refused, or nothing of the image is lost', () => {
  const cases: readonly (readonly [string, Buffer, number])[] = [
    ['plain', archive(kaniko([app])), 31],
    ['plain, metadata first', archive(podmanSave([app]), metadataFirst), 31],
    ['with gzip layers', archive(ociLayout([gzipped])), 31],
    ['with gzip layers, metadata first', archive(kaniko([gzipped]), metadataFirst), 13],
    ['with zstd layers, metadata first', archive(ociLayout([zstandard]), metadataFirst), 13],
    ['as Docker 25 writes it', archive(dockerSave25([app])), 67],
    ['before Docker 1.10', archive(dockerV1([app])), 67],
    ['gzip', gzipSync(archive(kaniko([app]))), 1],
    ['zstd', zstdBytes(archive(kaniko([app])), { frames: 3 }), 1],
  ]
  it.each(cases)('%s', { timeout: 60_000 }, async (_, bytes, step) => {
    const { image: named, ...whole } = await analyse(pipe(bytes), { files: true })
    expect(named.tags).toContain('app:1')
    let refused = 0
    for (let length = 0; length < bytes.length; length += step) {
      const part = bytes.subarray(0, length)
      for (const input of [pipe(part), file(folder.path, part)]) {
        const found = await outcome(input)
        if (found === 'refused') refused++
        // The last file may be one that only names the image.
        else expect({ length, ...(found as object) }).toEqual({ length, ...whole, image: expect.anything() })
      }
    }
    expect(refused).toBeGreaterThan(bytes.length / step)
  })
})

describe('an archive with wrong bytes', () => {
  const archives: Readonly<Record<string, Buffer>> = {
    'docker save': archive(dockerSave([app])),
    'docker save before 1.10': archive(dockerV1([app])),
    kaniko: archive(kaniko([gzipped])),
    'docker save 25': archive(dockerSave25([app])),
    'image layout, gzip': archive(ociLayout([gzipped])),
    'image layout, zstd': archive(ociLayout([zstandard])),
    'gzip archive': gzipSync(archive(podmanSave([app]))),
    'zstd archive': zstdBytes(archive(podmanSave([app])), { frames: 4 }),
  }
  const change = fc.record({ at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), byte: fc.nat(255) })

  it.each(Object.entries(archives))(
    '%s is read or refused, by file and pipe alike',
    { timeout: 60_000 },
    async (_, bytes) => {
      // Most of a tar is padding: only bytes that say something are worth changing.
      const told = [...bytes.keys()].filter((at) => bytes[at] !== 0)
      await fc.assert(
        fc.asyncProperty(
          fc.array(change, { minLength: 1, maxLength: 6 }),
          fc.integer({ min: 1, max: 5000 }),
          async (changes, size) => {
            const damaged = Buffer.from(bytes)
            for (const { at, byte } of changes) damaged[told[Math.floor(at * told.length)] ?? 0] = byte
            expect(await outcome(pipe(damaged, size))).toEqual(await outcome(file(folder.path, damaged)))
          },
        ),
        { numRuns: 200 },
      )
    },
  )

  it('keeps its figures, or is refused, with noise for its end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 3000 }), async (noise) => {
        const whole = archive(kaniko([gzipped]))
        expect(await outcome(pipe(Buffer.concat([whole.subarray(0, whole.length - 1024), noise])))).toSatisfy(
          (found) =>
            found === 'refused' || (found as { summary: { contentBytes: number } }).summary.contentBytes === 11,
        )
      }),
      { numRuns: 100 },
    )
  })
})
