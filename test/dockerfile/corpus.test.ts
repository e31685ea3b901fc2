import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { openAnalysis } from '../../src/analyse.ts'
import { type Reconstruction, reconstruct } from '../../src/dockerfile/reconstruct.ts'

// Archives of many producers; they are no part of the repository.
const folder = fileURLToPath(new URL('../../../shared/corpus/images/', import.meta.url))

async function reconstructed(archive: string, image?: string): Promise<Reconstruction> {
  const { image: read, close } = await openAnalysis({ kind: 'path', path: join(folder, archive) }, { image, host: [] })
  close()
  const { history, config, layers } = read
  return reconstruct({ history, config, diffIds: layers.map(({ diffId }) => diffId) })
}

describe.skipIf(!existsSync(folder))('the corpus of image archives (../shared/corpus)', () => {
  // What made the layers, where the base ends and why, how many layers are the image's own, and one of its lines.
  const rows: [archive: string, image: string | undefined, expected: unknown[], line: string][] = [
    [
      'aboutcode-org-scancode.io__docker-images.tar.gz',
      '1',
      ['command-in-the-middle', 'node:14.13.1-alpine', 4, 2],
      'COPY <source lost> /juice-shop-ctf',
    ],
    ['GoogleContainerTools-kaniko__tar.tar', undefined, ['own-builder', undefined, 1, 48], 'COPY context/foo /foo'],
    ['GoogleContainerTools-jib__busybox-jib.tar', undefined, ['own-builder', undefined, 1, 1], '# jib-core:null'],
    [
      'local__ctr16-export-gzip.tar',
      undefined,
      ['producer-change', undefined, 1, 7],
      'RUN rm -rf /d \\\n    && ln -s /tmp /d',
    ],
    [
      'goodwithtech-dockle__symbolic.tar',
      undefined,
      ['command-in-the-middle', undefined, 1, 8],
      'RUN chmod u+s /app/suid.txt',
    ],
    ['chainguard-dev-apko__apko_golden.tar', '0', ['own-builder', 'scratch', 0, 1], 'ENTRYPOINT ["/bin/sh","-l"]'],
    ['local__umoci047-oci.tar', undefined, ['fallback', undefined, 1, 2], '# umoci insert'],
  ]
  test.each(rows)('%s %s', async (archive, image, expected, line) => {
    const { base, lines } = await reconstructed(archive, image)
    const own = lines.filter(({ part, layer }) => part === 'own' && layer !== undefined).length
    expect([base.evidence[0]?.marker, base.name, base.layers, own]).toEqual(expected)
    expect(lines.map(({ text }) => text)).toContain(line)
    const layers = lines.flatMap(({ layer }) => layer ?? [])
    expect(layers).toEqual(layers.map((_, i) => i))
  })
})
