import { afterAll, describe, expect, it } from 'vitest'
import { analyse } from '../../src/analyse.ts'
import type { Input } from '../../src/sources/open.ts'
import { type Entries, tarOf } from '../helpers/archive.ts'
import { gzip } from '../helpers/compression.ts'
import { file, pipe, temporaryFolder } from '../helpers/deliver.ts'
import { dockerSave } from '../helpers/docker-archive.ts'
import { elf } from '../helpers/elf.ts'
import { sized } from '../helpers/findings.ts'
import { image } from '../helpers/image.ts'
import { file as script, type Tree, whiteout } from '../helpers/layer.ts'
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
  {
    'app/.env': 'DB_PASSWORD=hunter2\n',
    'app/core.1': elf({ type: 4 }),
    'app/run': script('#!/opt/venv/bin/python\n', { mode: 0o755 }),
    // The table of its sections stands at its end.
    'app/server': script(elf({ sections: [{ type: 1, size: 90_000 }], tableAt: 300_000 }), { mode: 0o755 }),
    'etc/passwd': 'me:x:7:7:Me:/srv/me:/bin/sh\n',
    'srv/me/.cache/pip/http/x': sized(9),
    'c/pip/http/x': sized(11),
  },
]
const history = layers.map((_, i) => ({ created_by: i === 4 ? 'RUN PIP_CACHE_DIR=/c/pip pip install x' : 'COPY x /' }))
const EXPECTED = [
  'duplicate-content@2 4500',
  'duplicate-content@3 90000',
  'small-change-rewrite@1-2 1048576',
  'moved-later@1-2 5000',
  'secret-file@4 20',
  'core-dump@4 120',
  'dead-interpreter@4 0',
  'unstripped-elf@4 90000',
  'pip-cache@4 20',
]
const folder = temporaryFolder()
afterAll(() => folder.remove())

async function linesOf(input: Input): Promise<string[]> {
  const { findings } = await analyse(input)
  return findings.map(({ id, bytes, attributedBytes, detail = '' }) => `${id} ${bytes} ${attributedBytes} ${detail}`)
}

describe('findings that need content', () => {
  const forms: readonly (readonly [string, Entries])[] = [
    ['a docker archive', dockerSave([image({ layers, history })])],
    ['an image layout with compressed layers', ociLayout([image({ layers, history, compression: gzip })])],
  ]

  it.each(forms)('are the same in %s, read as a file or through a pipe', async (name, entries) => {
    const bytes = tarOf(entries)
    const found = await linesOf(file(folder.path, bytes, name))
    const told = found.map((line) => line.split(' ', 2).join(' '))
    for (const finding of EXPECTED) expect(told).toContain(finding)
    expect(await linesOf(pipe(bytes, 10_007))).toEqual(found)
  })
})
