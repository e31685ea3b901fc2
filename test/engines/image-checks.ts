import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Report } from '../../src/analysis/report.ts'
import { encodeName } from '../../src/format/escape.ts'
import { addedByDocker, type Expected } from './expected.ts'
import { listExport, type Row } from './exported.ts'
import { forms } from './forms.ts'
import { type Lab, run } from './lab.ts'
import { essence, listRootfs, pathOf, program, reportOf, reportOfPipe } from './layerscope.ts'
import { check, type Tally } from './tally.ts'

/** An image that an engine has built, and where `docker save` wrote it. */
interface SavedImage {
  readonly image: string
  readonly saved: string
}

/** Holds what is reported of a saved image against what is known of it. */
export async function checkKnown(
  tally: Tally,
  report: Report,
  image: string,
  { waste, content }: Expected,
): Promise<void> {
  await check(tally, `${image}: the wasted bodies are the known ones, with cause and layers`, () => {
    const found = report.wasted.map(({ bytes, cause, differs, layer, by, ...name }) => {
      return { path: pathOf(name), bytes, cause, ...(differs && { differs }), layer, by }
    })
    const known = waste.map((body) => ({ ...body, path: encodeName(body.path).toString('latin1') }))
    assert.deepEqual(found, known)
  })
  await check(tally, `${image}: the layers hold the known content`, () => {
    const wasted = report.layers.map(({ index }) => sum(waste.filter(({ layer }) => layer === index)))
    const [, ...above] = report.layers.map(({ contentBytes }) => contentBytes)
    assert.deepEqual({ above, wasted: report.layers.map(({ wastedBytes }) => wastedBytes) }, { above: content, wasted })
  })
  await check(tally, `${image}: content is what the rootfs shows and what is wasted`, () => {
    const { contentBytes, rootfsBytes, wastedBytes, efficiency } = report.summary
    assert.equal(wastedBytes, sum(waste))
    assert.equal(contentBytes, rootfsBytes + wastedBytes)
    assert.equal(efficiency, rootfsBytes / contentBytes)
  })
}

function sum(bodies: readonly { bytes: number }[]): number {
  return bodies.reduce((total, { bytes }) => total + bytes, 0)
}

/** Holds the reported rootfs against an export of a container made from the image, read by GNU tar. */
export async function checkExport(
  lab: Lab,
  tally: Tally,
  report: Report,
  { image, saved }: SavedImage,
  { linksKept }: Expected,
): Promise<void> {
  const file = `${saved}.export`
  const container = (await run(lab, ['docker', 'create', image, '/bin/sh'])).trim()
  await run(lab, ['docker', 'export', '-o', file, container])
  const { rows, bodyBytes } = await listExport(lab, file)
  for (const path of addedByDocker.keys()) rows.delete(path)
  await check(tally, `${image}: the rootfs is that of a container, path by path`, () => {
    const rootfs = listRootfs(report)
    assert.deepEqual(differences(rootfs, rows), [])
    assert.equal(rootfs.size, rows.size)
  })
  await check(tally, `${image}: the rootfs has as many files and bytes as that of a container`, () => {
    if (linksKept) assert.equal(report.summary.rootfsBytes, bodyBytes)
    assert.equal(report.summary.files, [...rows.values()].filter(({ kind }) => kind === 'file').length)
  })
}

function differences(found: ReadonlyMap<string, Row>, known: ReadonlyMap<string, Row>): string[] {
  const text = (row: Row | undefined) => (row === undefined ? 'nothing' : JSON.stringify(row))
  return [...new Set([...found.keys(), ...known.keys()])]
    .map((path) => ({ path, reported: text(found.get(path)), exported: text(known.get(path)) }))
    .filter(({ reported, exported }) => reported !== exported)
    .map(({ path, reported, exported }) => `${path}: reported ${reported}, exported ${exported}`)
}

/** Holds the reports of every form the image can take against that of the file `docker save` wrote. */
export async function checkForms(lab: Lab, tally: Tally, report: Report, { image, saved }: SavedImage): Promise<void> {
  for (const [i, { name, write, pipe, several }] of forms.entries())
    await check(tally, `${image}: ${name}`, async () => {
      const to = `${saved}.form${i}`
      if (write !== undefined) await run(lab, write({ lab, image, saved, to }))
      const select = several === undefined ? [] : ['--image', image]
      const other = pipe === undefined ? await reportOf(lab, to, ...select) : await reportOfPipe(lab, pipe, image)
      assert.deepEqual(essence(other), essence(report))
    })
}

/** `--verify` finds nothing wrong with what Docker saved, and one changed byte does not escape it. */
export async function checkVerification(lab: Lab, tally: Tally, { image, saved }: SavedImage): Promise<void> {
  await check(tally, `${image}: --verify accepts what docker saved`, async () => {
    const report = await reportOf(lab, saved, '--verify')
    assert.deepEqual(report.warnings, [])
  })
  await check(tally, `${image}: --verify notices one changed byte`, async () => {
    const bytes = await readFile(saved)
    const body = bytes.indexOf('data/removed.bin\ndata/removed.bin\n')
    assert.ok(body > 0)
    bytes[body] = 0x58
    const damaged = join(lab.folder, 'damaged.tar')
    await writeFile(damaged, bytes)
    await assert.rejects(run(lab, [process.execPath, program, damaged, '--verify']))
  })
}
