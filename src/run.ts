import { parseArguments } from './cli.ts'
import { runReport } from './commands/report.ts'
import { ExitCode, UserError } from './errors.ts'
import type { Host } from './host.ts'
import type { Command, Options } from './options.ts'
import { writeOutput } from './sources/output.ts'
import { VERSION } from './version.ts'

/** The program: arguments → options → command. Gives how the process should end, and never ends it. */
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

type Run = (options: Options, host: Host) => Promise<ExitCode>

/** What runs each command; all but the first are loaded when they are asked for. */
const COMMANDS: Readonly<Record<Command, Run>> = {
  report: runReport,
  'what-if': async (options, host) => (await import('./commands/what-if.ts')).runWhatIf(options, host),
  dockerfile: async (options, host) => (await import('./commands/dockerfile.ts')).runDockerfile(options, host),
  packages: async (options, host) => (await import('./commands/packages.ts')).runPackages(options, host),
  rules: async (options, host) => (await import('./commands/rules.ts')).runRules(options, host),
  explain: async (options, host) => (await import('./commands/explain.ts')).runExplain(options, host),
}

async function print(host: Host, text: string): Promise<ExitCode> {
  await writeOutput([text], host.stdout)
  return ExitCode.ok
}
