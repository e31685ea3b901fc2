import { openAnalysis } from '../analyse.ts'
import { dockerfileReport } from '../analysis/dockerfile-report.ts'
import { readSections } from '../config/files.ts'
import { reconstruct } from '../dockerfile/reconstruct.ts'
import { ExitCode } from '../errors.ts'
import type { Host } from '../host.ts'
import type { Options } from '../options.ts'
import { dockerfile } from '../reporters/dockerfile.ts'
import { json } from '../reporters/json.ts'
import { writeOutput } from '../sources/output.ts'
import { inputOf, readingOf } from './reading.ts'

/** Prints the Dockerfile of an image: its history as instructions, each layer with its sizes and findings. */
export async function runDockerfile(options: Options, host: Host): Promise<ExitCode> {
  const reading = await readingOf(options, host, await readSections(options, host))
  const { report, record, base, close } = await openAnalysis(inputOf(options, host), reading)
  close()
  const { color = options.output === undefined && host.stdout.isTTY === true } = options
  const told = dockerfileReport(report, reconstruct(record, base))
  const text = options.format === 'json' ? json(told) : dockerfile(told, { color })
  await writeOutput(text, options.output ?? host.stdout)
  return ExitCode.ok
}
