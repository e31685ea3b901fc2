import { afterAll, describe, expect, it } from 'vitest'
import { analyse } from '../../src/analyse.ts'
import type { Input } from '../../src/sources/open.ts'
import { type Entries, tarOf } from '../helpers/archive.ts'
import { gzip } from '../helpers/compression.ts'
import { file, pipe, temporaryFolder } from '../helpers/deliver.ts'
import { dockerSave } from '../helpers/docker-archive.ts'
import { sized } from '../helpers/findings.ts'
import { image } from '../helpers/image.ts'
import { type Tree, whiteout } from '../helpers/layer.ts'
import { ociLayout } from '../helpers/oci-layout.ts'

const KIB = 1024
/** Blocks that are all different. */
const blocks = (first: number): string =>
  Array.from({ length: 16 }, (_, i) => String.fromCharCode(first + i).repeat(64 * KIB)).join('')

/** Layers with something for each rule that compares bodies or looks into them. */
const layers: readonly Tree[] = [
  { 'etc/os-release': 'ID=debian\n' },
  { 'a/lib.so': sized(4500), 'var/db': blocks(65), 'srv/old': sized(5000, 'm') },
  { 'b/lib.so': sized(4500), 'var/db': `${blocks(65)}more`, 'srv/old': whiteout, 'srv/new': sized(5000, 'm') },
  { 'c/lib.so': sized(4500, 'y'), 'd/data-1': sized(90_000), 'd/data-2': sized(90_000) },
]
const folder = temporaryFolder()
afterAll(() => folder.remove())

async function linesOf(input: Input): Promise<string[]> {
  const { findings } = await analyse(input)
  return findings.map(({ id, bytes, attributedBytes, detail = '' }) => `${id} ${bytes} ${attributedBytes} ${detail}`)
}

describe('findings that need content', () => {
  const forms: readonly (readonly [string, Entries])[] = [
    ['a docker archive', dockerSave([image({ layers })])],
    ['an image layout with compressed layers', ociLayout([image({ layers, compression: gzip })])],
  ]

  it.each(forms)('are the same in %s, read as a file or through a pipe', async (name, entries) => {
    const bytes = tarOf(entries)
    const found = await linesOf(file(folder.path, bytes, name))
    for (const rule of ['duplicate-content@2', 'duplicate-content@3', 'small-change-rewrite@1-2', 'moved-later@1-2'])
      expect(found.map((line) => line.split(' ')[0])).toContain(rule)
    expect(await linesOf(pipe(bytes, 10_007))).toEqual(found)
  })
})
