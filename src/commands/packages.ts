import { analyse } from '../analyse.ts'
import { readSections } from '../config/files.ts'
import { ExitCode } from '../errors.ts'
import type { Host } from '../host.ts'
import type { Options } from '../options.ts'
import { packages } from '../reporters/packages.ts'
import { REPORTERS } from '../reporters/reporters.ts'
import { writeOutput } from '../sources/output.ts'
import { inputOf, readingOf } from './reading.ts'

/** Prints the packages of an image with the bytes of each: a table, or the report as JSON with a section of them. */
export async function runPackages(options: Options, host: Host): Promise<ExitCode> {
  const reading = await readingOf(options, host, await readSections(options, host))
  const report = await analyse(inputOf(options, host), { ...reading, packages: true })
  const { color = options.output === undefined && host.stdout.isTTY === true } = options
  const reporter = options.format === 'json' ? REPORTERS.json : packages
  await writeOutput(reporter(report, { color }), options.output ?? host.stdout)
  for (const { code, message } of report.warnings) host.stderr.write(`layerscope: warning: ${message} [${code}]\n`)
  return ExitCode.ok
}
