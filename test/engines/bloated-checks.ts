import assert from 'node:assert/strict'
import type { Report } from '../../src/analysis/report.ts'
import { makeBloatedContext } from './bloated-image.ts'
import { build, save } from './buildah.ts'
import type { Lab } from './lab.ts'
import { reportOf } from './layerscope.ts'
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
]

function missing({ findings }: Report, known: typeof WARNED_OF): string[] {
  const has = (rule: string, made: RegExp) =>
    findings.some(
      ({ rule: found, origin, instruction }) => found === rule && origin === 'own' && made.test(instruction),
    )
  return known.filter(([rule, made]) => !has(rule, made)).map(([rule]) => rule)
}
