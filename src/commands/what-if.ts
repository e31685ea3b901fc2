import { openAnalysis } from '../analyse.ts'
import { readSections } from '../config/files.ts'
import { ExitCode } from '../errors.ts'
import type { Host } from '../host.ts'
import type { Options } from '../options.ts'
import { startProgress } from '../progress.ts'
import { json } from '../reporters/json.ts'
import { whatIfText } from '../reporters/what-if.ts'
import { RULES } from '../rules/catalogue.ts'
import { writeOutput } from '../sources/output.ts'
import { whatIf } from '../what-if/plan.ts'
import { selectFindings } from '../what-if/selection.ts'
import { inputOf, readingOf } from './reading.ts'

/** Prints what an image would come to if something was done about its findings. */
export async function runWhatIf(options: Options, host: Host): Promise<ExitCode> {
  const settings = await readingOf(options, host, await readSections(options, host))
  const progress = startProgress(host.stderr)
  const reading = { ...settings, progress: progress.state }
  const { image, stack, bloat, close } = await openAnalysis(inputOf(options, host), reading).finally(progress.stop)
  close()
  const findings = bloat.map(({ finding }) => finding)
  const ids = selectFindings(
    options.apply,
    findings,
    RULES.map(({ id }) => id),
  )
  const result = whatIf(image, stack, bloat, ids)
  const { color = options.output === undefined && host.stdout.isTTY === true } = options
  const text = options.format === 'json' ? json(result) : whatIfText(result, { color })
  await writeOutput(text, options.output ?? host.stdout)
  return ExitCode.ok
}
