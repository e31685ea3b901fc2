import type { AnalyseOptions } from '../analyse.ts'
import { type Host, hostPlatforms } from '../host.ts'
import { type Options, resolveInput } from '../options.ts'
import type { Input } from '../sources/open.ts'

/** Where a command reads its image from; a `UserError` where the command line names none and a terminal would be read. */
export function inputOf(options: Options, { stdin }: Host): Input {
  const input = resolveInput(options.input, stdin.isTTY === true)
  return input.kind === 'path' ? input : { kind: 'stream', stream: stdin }
}

/** How a command reads its image. */
export function readingOf(options: Options, host: Host): AnalyseOptions {
  return { ...options, host: hostPlatforms(host) }
}
