import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { analyse } from '../../src/analyse.ts'
import { UserError } from '../../src/errors.ts'
import type { Input } from '../../src/sources/open.ts'
import { pipe } from '../helpers/deliver.ts'

// Archives of many producers, and what an independent reader measured on them; they are no part of the repository.

const corpus = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url))
const folder = join(corpus, 'images')

interface Figures {
  readonly layers: number
  readonly contentBytes: number
  readonly rootfsBytes: number
  readonly wastedBytes: number
  readonly layerContentBytes: readonly number[]
  readonly layerEntries: readonly number[]
}

const measured: Readonly<Record<string, Figures>> = existsSync(corpus)
  ? JSON.parse(readFileSync(join(corpus, 'images.expected.json'), 'utf8'))
  : {}

/** What becomes of the archives that the independent reader did not read: figures counted by hand, or why they are refused. */
const judged: Readonly<Record<string, Figures | RegExp>> = {
  'GeorgiiKrikun-FreightView__test-docker-tar.tar':
    /not whole .* does not hold (the layer blobs\/sha256\/\w+, ){2}the layer blobs\/sha256\/\w+ and 2 more; /,
  'GoogleContainerTools-jib__busybox-jib.tar': figures([1223894, 12], [420, 1]),
  'GoogleContainerTools-jib__jib-image.tar': figures([2427, 1644], [3, 11]),
  'aboutcode-org-container-inspector__images.tar.gz':
    /d388bee\w+\/layer\.tar is no tar archive, so it cannot be a layer; /,
  'bazelbuild-rules_docker__test_index2.tar': /it has blobs, but no index\.json or manifest\.json names an image /,
  'bazelbuild-rules_docker__test_index3.tar': /not whole .* the manifest sha256:4817a495/,
  'bazelbuild-rules_docker__test_index4.tar': /not whole .* the config blobs\/sha256\/93cd8b73/,
  'bazelbuild-rules_docker__test_index5.tar': /not whole .* the layer blobs\/sha256\/26c668c4/,
  'buildpacks-imgutil__busybox-multi-platform.tar': /not whole .* the manifest sha256:f5b92021/,
  'buildpacks-imgutil__busybox-sparse.tar': /not whole .* the layer blobs\/sha256\/405fecb6/,
  'buildpacks-imgutil__index-with-docker-media-type.tar': /not whole .* the manifest sha256:a564fd8f/,
  'containers-image__layout_delete_image_multiple_images.tar': /is no tar archive, so it cannot be a layer; /,
  'containers-image__layout_delete_image_two_identical_references.tar': /is no tar archive, so it cannot be a layer; /,
  'local__skopeo19-dir-gzip.tar': figures(
    [1358201, 307208, 8, 4, 4, 0, 1095968, 65542],
    [409, 8, 5, 4, 3, 2, 4, 7],
    307224,
  ),
  'local__umoci047-oci.tar': figures([3, 0, 3], [3, 1, 4], 3),
  'moby-moby__emptyLayer.tar': figures([0, 0, 4], [1, 0, 2]),
  // Its only layer is an SBOM.
  'regclient-regclient__external.tar': figures([0], [0]),
  'spring-projects-spring-boot__export-docker-desktop-containerd-manifest-list.tar':
    /not whole .* the config blobs\/sha256\/b2160a0f/,
  'spring-projects-spring-boot__export-no-manifest.tar': /is no image: .* \(it holds "test\.txt"\); /,
}

function figures(layerContentBytes: readonly number[], layerEntries: readonly number[], wastedBytes = 0): Figures {
  const contentBytes = layerContentBytes.reduce((total, bytes) => total + bytes, 0)
  const rootfsBytes = contentBytes - wastedBytes
  return { layers: layerEntries.length, contentBytes, rootfsBytes, wastedBytes, layerContentBytes, layerEntries }
}

/** The figures of the image that is meant, or of the first where the archive has several. */
async function figuresOf(open: () => Input, image?: string): Promise<Figures | string> {
  try {
    const { summary, layers } = await analyse(open(), { image })
    const { contentBytes, rootfsBytes, wastedBytes } = summary
    return {
      layers: layers.length,
      contentBytes,
      rootfsBytes,
      wastedBytes,
      layerContentBytes: layers.map((layer) => layer.contentBytes),
      layerEntries: layers.map((layer) => layer.entries),
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    if (image === undefined && /nothing says which is meant/.test(error.message)) return figuresOf(open, '0')
    return error.message
  }
}

function hasXz(): boolean {
  try {
    execFileSync('xz', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const withXz = hasXz()

describe.skipIf(!existsSync(folder))('the corpus of image archives (../shared/corpus)', () => {
  const names = existsSync(folder) ? readdirSync(folder).sort() : []

  it('has an expectation for each archive', () => {
    expect(names).toEqual([...Object.keys(measured), ...Object.keys(judged)].sort())
  })

  const matching = (name: string) => {
    const expected = measured[name] ?? judged[name]
    return expected instanceof RegExp ? expect.stringMatching(expected) : expected
  }

  it.each(names)('%s as a file', async (name) => {
    const found = await figuresOf(() => ({ kind: 'path', path: join(folder, name) }))
    expect(found).toEqual(name.endsWith('.xz') ? expect.stringContaining('is compressed with xz') : matching(name))
  })

  for (const name of names) {
    const xz = name.endsWith('.xz')
    it.skipIf(xz && !withXz)(`${name} through a pipe`, async () => {
      const path = join(folder, name)
      const bytes = xz ? execFileSync('xz', ['-dc', path], { maxBuffer: 1 << 30 }) : readFileSync(path)
      expect(await figuresOf(() => pipe(bytes, 1 << 16))).toEqual(matching(name))
    })
  }
})
