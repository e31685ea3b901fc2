import { openAnalysis } from '../analyse.ts'
import { readSections } from '../config/files.ts'
import { reconstruct } from '../dockerfile/reconstruct.ts'
import { ExitCode } from '../errors.ts'
import type { Host } from '../host.ts'
import type { Options } from '../options.ts'
import { startProgress } from '../progress.ts'
import { json } from '../reporters/json.ts'
import { proposalText } from '../reporters/proposal.ts'
import { whatIfText } from '../reporters/what-if.ts'
import { RULES } from '../rules/catalogue.ts'
import { writeOutput } from '../sources/output.ts'
import { propose } from '../what-if/dockerfile-edits.ts'
import { whatIf } from '../what-if/plan.ts'
import { recipeOf, recipeOfFile } from '../what-if/recipe.ts'
import { selectFindings } from '../what-if/selection.ts'
import { inputOf, readingOf } from './reading.ts'

/** Prints what an image would come to if something was done about its findings. */
export async function runWhatIf(options: Options, host: Host): Promise<ExitCode> {
  const settings = await readingOf(options, host, await readSections(options, host))
  const progress = startProgress(host.stderr)
  const reading = { ...settings, progress: progress.state }
  const analysis = await openAnalysis(inputOf(options, host), reading).finally(progress.stop)
  const { image, stack, bloat, record, base, dockerfile, close } = analysis
  close()
  const findings = bloat.map(({ finding }) => finding)
  const ids = selectFindings(
    options.apply,
    findings,
    RULES.map(({ id }) => id),
  )
  const figures = whatIf(image, stack, bloat, ids)
  const own = dockerfile && recipeOfFile(dockerfile.path, dockerfile.text, dockerfile.located.lines)
  const recipe = options.plan ? (own ?? recipeOf(reconstruct(record, base))) : undefined
  const result = recipe === undefined ? figures : { ...figures, proposal: propose(image, stack, bloat, ids, recipe) }
  const { color = options.output === undefined && host.stdout.isTTY === true } = options
  const reporter = options.format === 'json' ? json : options.plan ? proposalText : whatIfText
  await writeOutput(reporter(result, { color }), options.output ?? host.stdout)
  return ExitCode.ok
}
