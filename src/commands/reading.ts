import type { AnalyseOptions } from '../analyse.ts'
import type { Sections } from '../config/sections.ts'
import { type Host, hostPlatforms } from '../host.ts'
import { type Options, resolveInput } from '../options.ts'
import type { Input } from '../sources/open.ts'

/** Where a command reads its image from; a `UserError` where the command line names none and a terminal would be read. */
export function inputOf(options: Options, { stdin }: Host): Input {
  const input = resolveInput(options.input, stdin.isTTY === true)
  return input.kind === 'path' ? input : { kind: 'stream', stream: stdin }
}

/** How a command reads its image, and weighs what the rules find in it. */
export async function readingOf(options: Options, host: Host, sections: Sections): Promise<AnalyseOptions> {
  const findings = sections.get('findings')
  const policy = findings === undefined ? undefined : (await import('../config/policy.ts')).parsePolicy(findings)
  return { ...options, host: hostPlatforms(host), ...(policy && { policy }) }
}
