import { analyse } from '../analyse.ts'
import { checkFindings } from '../analysis/findings-check.ts'
import type { Report } from '../analysis/report.ts'
import { evaluate, exitCodeOf, judgedFigures } from '../analysis/thresholds.ts'
import { browse } from '../browse.ts'
import { readSections } from '../config/files.ts'
import { type Judgement, readJudgement } from '../config/judgement.ts'
import { ExitCode, UserError } from '../errors.ts'
import type { Host } from '../host.ts'
import { MISMATCH } from '../oci/image.ts'
import { type Options, resolveInput } from '../options.ts'
import { startProgress } from '../progress.ts'
import { REPORTERS } from '../reporters/reporters.ts'
import { writeOutput } from '../sources/output.ts'
import { inputOf, readingOf } from './reading.ts'

/** Opens the terminal UI on an image where there is a terminal for it, else reports on the image and checks its thresholds. */
export async function runReport(options: Options, host: Host): Promise<ExitCode> {
  const sections = await readSections(options, host)
  const reading = await readingOf(options, host, sections)
  if (options.ui !== false && !options.ci) {
    const from = resolveInput(options.input, host.stdin.isTTY === true)
    const obstacle = await browse(from, options, reading, sections, host)
    if (obstacle === undefined) return ExitCode.ok
    if (options.ui === true) throw new UserError(`the terminal UI cannot be opened: ${obstacle}`)
    host.stderr.write(`layerscope: a text report, since ${obstacle}\n`)
  }
  const input = inputOf(options, host)
  const judgement = options.ci ? await readJudgement(options, sections) : undefined
  const progress = startProgress(host.stderr)
  let figures: Report
  try {
    figures = await analyse(input, { ...reading, progress: progress.state })
  } finally {
    progress.stop()
  }
  const report = judgement === undefined ? figures : { ...figures, checks: check(figures, judgement) }
  const { all, color = options.output === undefined && host.stdout.isTTY === true } = options
  const reporter = REPORTERS[options.ci && options.format === 'text' ? 'ci' : options.format]
  await writeOutput(reporter(report, { all, color }), options.output ?? host.stdout)
  for (const { code, message } of report.warnings) host.stderr.write(`layerscope: warning: ${message} [${code}]\n`)
  return outcome(report, options.ci)
}

function check(report: Report, { thresholds, gate }: Judgement): Report['checks'] {
  const checks = evaluate(thresholds, judgedFigures(report), report.layers.length)
  return gate === undefined ? checks : [...checks, checkFindings(report.findings, gate)]
}

/** How the process ends: what could not be read or is not what it claims to be is neither a pass nor a failed threshold. */
function outcome(report: Report, ci: boolean): ExitCode {
  const unread = report.layers.filter(({ unread }) => unread !== undefined)
  if (ci && unread.length > 0) {
    const which = unread.map(({ index }) => index).join(', ')
    throw new UserError(`the content of layer ${which} is not known, so the image cannot be judged; see the warnings`)
  }
  if (report.warnings.some(({ code }) => code === MISMATCH)) return ExitCode.couldNot
  return exitCodeOf(report)
}
