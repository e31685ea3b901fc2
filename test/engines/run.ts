// Builds one image with real engines, saves it in every way they know, and holds the reports against each other,
// against what is known of the image, and against the file system of a container made from it.
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { checkBloated } from './bloated-checks.ts'
import { installEngines, reasonToSkip } from './debian.ts'
import { startDockerd, stopDockerd } from './dockerd.ts'
import { expectedImage } from './expected.ts'
import { loadIntoPodman, otherImage } from './forms.ts'
import { checkExport, checkForms, checkKnown, checkVerification } from './image-checks.ts'
import { closeLab, type Lab, openLab, run } from './lab.ts'
import { program, reportOf } from './layerscope.ts'
import { checkRpm } from './rpm-checks.ts'
import { check, fail, type Tally } from './tally.ts'
import { builders, buildImage, makeContext } from './test-image.ts'

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => interruption.abort(new Error(`interrupted by ${signal}`)))

const reason = await reasonToSkip()
if (reason === undefined) process.exitCode = await main(interruption.signal)
else console.log(`skipped the engine tests: ${reason}`)

async function main(signal: AbortSignal): Promise<number> {
  const tally: Tally = { passed: 0, failed: 0, signal }
  const lab = await openLab(signal)
  let daemon: ChildProcess | undefined
  try {
    await access(program)
    await installEngines(signal)
    daemon = await startDockerd(lab)
    await checkEngines(lab, tally)
    await checkBloated(lab, tally)
    await checkRpm(lab, tally)
  } catch (error) {
    fail(tally, 'the engine tests ran to their end', signal.aborted ? signal.reason : error)
  } finally {
    if (daemon !== undefined) await stopDockerd(lab, daemon)
    const left = await closeLab(lab)
    await check(tally, 'nothing that was started or mounted is left', () => assert.deepEqual(left, []))
  }
  console.log(`${tally.passed} passed, ${tally.failed} failed`)
  return tally.failed === 0 ? 0 : 1
}

async function checkEngines(lab: Lab, tally: Tally): Promise<void> {
  const context = await makeContext(lab)
  await run(lab, ['docker', 'import', join(context, 'base.tar'), otherImage])
  const driver = await run(lab, ['docker', 'info', '--format', '{{json .DriverStatus}}'])
  const expected = expectedImage(driver.includes('["Native Overlay Diff","true"]'))
  for (const builder of builders) {
    const image = await check(tally, `docker build, ${builder.name}`, () => buildImage(lab, context, builder))
    if (image === undefined) continue
    const subject = { image, saved: join(lab.folder, `${builder.name}.tar`) }
    await run(lab, ['docker', 'save', '-o', subject.saved, image])
    await loadIntoPodman(lab, subject.saved)
    const report = await check(tally, `${image}: docker save, as a file`, () => reportOf(lab, subject.saved))
    if (report === undefined) continue
    await checkKnown(tally, report, image, expected)
    await checkExport(lab, tally, report, subject, expected)
    await checkForms(lab, tally, report, subject)
    await checkVerification(lab, tally, subject)
  }
}
