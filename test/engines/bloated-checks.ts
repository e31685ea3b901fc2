import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Report } from '../../src/analysis/report.ts'
import type { WhatIf } from '../../src/what-if/plan.ts'
import { makeBloatedContext } from './bloated-image.ts'
import { build, save } from './buildah.ts'
import { type Lab, run } from './lab.ts'
import { program, reportOf } from './layerscope.ts'
import { check, type Tally } from './tally.ts'

/** Builds an image that does what the size guide warns of, and holds findings and figures against builds without it. */
export async function checkBloated(lab: Lab, tally: Tally): Promise<void> {
  const context = await check(tally, 'bloated image: its base is made', () => makeBloatedContext(lab))
  if (context === undefined) return
  const report = await check(tally, 'bloated image: built and read', async () => {
    await build(lab, { ...context, tag: 'bloated', layers: true })
    return reportOf(lab, await save(lab, 'bloated'))
  })
  if (report === undefined) return
  await check(tally, 'bloated image: the rules find what the guide warns of', () => {
    assert.deepEqual(missing(report, WARNED_OF), [])
  })
  await check(tally, 'bloated image: the rootfs is what a squashed build stores', async () => {
    await build(lab, { ...context, tag: 'squashed', layers: true, squash: true })
    const squashed = await reportOf(lab, await save(lab, 'squashed'))
    assert.equal(squashed.layers.length, 1)
    assert.equal(report.summary.rootfsBytes, squashed.summary.contentBytes)
  })
  await check(tally, 'bloated image: changed as the plan says, it saves what was predicted', async () => {
    const saved = join(lab.folder, 'bloated.tar')
    const predicted = await proposal(lab, saved, context.context)
    await run(lab, ['patch', '--strip=1', `--input=${predicted.diff}`], { cwd: context.context })
    await build(lab, { ...context, tag: 'slimmer', layers: true })
    const slimmer = await reportOf(lab, await save(lab, 'slimmer'))
    const real = report.summary.contentBytes - slimmer.summary.contentBytes
    assert.ok(predicted.bytes > MEGABYTE, `only ${predicted.bytes} bytes are predicted`)
    const off = Math.abs(real / predicted.bytes - 1)
    assert.ok(off <= 0.02, `predicted ${predicted.bytes}, saved ${real}: ${(100 * off).toFixed(2)} % off`)
  })
}

const MEGABYTE = 1_000_000

/** The edits that the plan proposes for the Dockerfile of an image, as a file, and the content bytes that they save. */
async function proposal(lab: Lab, image: string, context: string): Promise<{ diff: string; bytes: number }> {
  const ask = async (...args: string[]): Promise<WhatIf> => {
    const argv = [process.execPath, program, 'what-if', image, '--format=json', ...args]
    return JSON.parse(await run(lab, argv, { cwd: context }))
  }
  const { plan, proposal } = await ask('--plan', '--dockerfile=Dockerfile')
  const byHand = new Set(proposal?.byHand.map(({ id }) => id))
  const edited = plan.filter(({ id, applied }) => applied && !byHand.has(id)).map(({ id }) => id)
  const { before, after } = await ask(`--apply=${edited.join(',')}`)
  assert.match(proposal?.diff.join('\n') ?? '', /^\+.*npm install --omit=dev/m)
  const diff = join(lab.folder, 'plan.diff')
  await writeFile(diff, `${proposal?.diff.join('\n')}\n`)
  return { diff, bytes: before.contentBytes - after.contentBytes }
}

/** What the image has too much of: the rule, and the instruction that wrote or hid it. */
const WARNED_OF: readonly (readonly [rule: string, instruction: RegExp])[] = [
  ['apt-lists', /apt-get update/],
  ['apt-bin-cache', /apt-get update/],
  ['apt-split-update', /apt-get/],
  ['vcs-dir', /COPY/],
  ['deleted-later', /COPY|chown/],
  ['metadata-only-rewrite', /COPY|npm install/],
  ['npm-cache', /npm install/],
  ['node-dev-deps', /chown/],
]

function missing({ findings }: Report, known: typeof WARNED_OF): string[] {
  const has = (rule: string, made: RegExp) =>
    findings.some(
      ({ rule: found, origin, instruction }) => found === rule && origin === 'own' && made.test(instruction),
    )
  return known.filter(([rule, made]) => !has(rule, made)).map(([rule]) => rule)
}
