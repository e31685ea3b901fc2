import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openFile } from '../../src/sources/file.ts'

const MiB = 1 << 20
const folder = mkdtempSync(join(tmpdir(), 'layerscope-file-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a file that is read at any place', () => {
  const path = join(folder, 'archive.tar')
  writeFileSync(path, Buffer.alloc(4 * MiB, 'abc'))

  test('is read little at first and after a seek, and more and more while reading goes on', async () => {
    const file = openFile(path)
    const range = file.range(0, file.size)
    const lengths: (number | undefined)[] = []
    for (let i = 0; i < 3; i++) lengths.push((await range.read())?.length)
    await range.skip?.(MiB)
    lengths.push((await range.read())?.length)
    expect(lengths).toEqual([2048, 4096, 8192, 2048])
    file.close()
  })

  test('gives in one piece what is wanted, up to a MiB and to the end', async () => {
    const file = openFile(path)
    const range = file.range(1, file.size)
    const chunk = await range.read(300_000)
    expect([chunk?.length, chunk?.toString('latin1', 0, 3)]).toEqual([300_000, 'bca'])
    expect((await range.read(9 * MiB))?.length).toBe(MiB)
    expect((await file.range(10, 20).read(MiB))?.length).toBe(10)
    file.close()
  })
})
