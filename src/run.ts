import { analyse } from './analyse.ts'
import type { Report } from './analysis/report.ts'
import { evaluate, exitCodeOf, judgedFigures, resolveThresholds, type Thresholds } from './analysis/thresholds.ts'
import { browse } from './browse.ts'
import { parseArguments } from './cli.ts'
import { ExitCode, UserError } from './errors.ts'
import { escapeText } from './format/escape.ts'
import { type Host, hostPlatforms } from './host.ts'
import { MISMATCH } from './oci/image.ts'
import { type Options, resolveInput } from './options.ts'
import { startProgress } from './progress.ts'
import { REPORTERS } from './reporters/reporters.ts'
import type { Input as Source } from './sources/open.ts'
import { writeOutput } from './sources/output.ts'
import { readTextFile } from './sources/text-file.ts'
import { VERSION } from './version.ts'

/** The program: arguments → options → image → report → output. Gives how the process should end, and never ends it. */
export async function run(host: Host): Promise<ExitCode> {
  try {
    const argv = host.argv.slice(2)
    const parsed = parseArguments(argv, host.env)
    if (parsed.kind === 'help') return await print(host, parsed.text)
    if (parsed.kind === 'version') return await print(host, `${VERSION}\n`)
    return await COMMANDS[parsed.options.command](parsed.options, host)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    host.stderr.write(`layerscope: ${error.message}\n`)
    return ExitCode.couldNot
  }
}

async function runReport(options: Options, host: Host): Promise<ExitCode> {
  const input = resolveInput(options.input, host.stdin.isTTY === true)
  const reading = { ...options, host: hostPlatforms(host) }
  if (options.ui !== false && !options.ci) {
    const obstacle = await browse(input, options, reading, host)
    if (obstacle === undefined) return ExitCode.ok
    if (options.ui === true) throw new UserError(`the terminal UI cannot be opened: ${obstacle}`)
    host.stderr.write(`layerscope: a text report, since ${obstacle}\n`)
  }
  const thresholds = options.ci ? resolveThresholds(options.thresholds, await fileThresholds(options)) : undefined
  const progress = startProgress(host.stderr)
  let figures: Report
  try {
    figures = await analyse(toSource(input, host), {
      ...reading,
      progress: progress.state,
    })
  } finally {
    progress.stop()
  }
  const report = thresholds === undefined ? figures : { ...figures, checks: check(figures, thresholds) }
  const { color = options.output === undefined && host.stdout.isTTY === true } = options
  const reporter = REPORTERS[options.ci && options.format === 'text' ? 'ci' : options.format]
  await writeOutput(reporter(report, { color }), options.output ?? host.stdout)
  for (const { code, message } of report.warnings) host.stderr.write(`layerscope: warning: ${message} [${code}]\n`)
  return outcome(report, options.ci)
}

/** Prints the Dockerfile of an image, as far as the image tells. */
async function runDockerfile(options: Options, host: Host): Promise<ExitCode> {
  const input = resolveInput(options.input, host.stdin.isTTY === true)
  const { reconstructDockerfile } = await import('./reconstruct-dockerfile.ts')
  const { color = options.output === undefined && host.stdout.isTTY === true, baseLayers } = options
  const reading = { ...options, host: hostPlatforms(host) }
  const known = baseLayers === undefined ? undefined : { layers: baseLayers }
  const pieces = await reconstructDockerfile(toSource(input, host), reading, known, { color })
  await writeOutput(pieces, options.output ?? host.stdout)
  return ExitCode.ok
}

const COMMANDS = { report: runReport, dockerfile: runDockerfile } as const

function toSource(input: Exclude<Options['input'], { kind: 'none' }>, host: Host): Source {
  return input.kind === 'path' ? input : { kind: 'stream', stream: host.stdin }
}

async function print(host: Host, text: string): Promise<ExitCode> {
  await writeOutput([text], host.stdout)
  return ExitCode.ok
}

const DEFAULT_CI_CONFIG = '.dive-ci'

async function fileThresholds({ ciConfig }: Options): Promise<Partial<Thresholds>> {
  const path = ciConfig ?? DEFAULT_CI_CONFIG
  const text = readTextFile(path)
  if (text === undefined) {
    if (ciConfig === undefined) return {}
    throw new UserError(`${escapeText(path)}: there is no such CI config file; check --ci-config`)
  }
  const { parseCiConfig } = await import('./analysis/ci-config.ts')
  return parseCiConfig(text, path)
}

function check(report: Report, thresholds: Thresholds): Report['checks'] {
  return evaluate(thresholds, judgedFigures(report), report.layers.length)
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
