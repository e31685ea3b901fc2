import process from 'node:process'
import { ExitCode } from './errors.ts'
import { escapeText } from './format/escape.ts'

/**
 * Ends the process for an error that nobody expected, in plain words and with its stack. It is no failed threshold, so
 * it ends like everything else that could not be done.
 */
export function endByFault(error: unknown): never {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const lines = ['this is a fault of layerscope itself; please report it, with what follows', ...stack.split('\n')]
  // A message may quote what the image holds.
  process.stderr.write(`layerscope: ${lines.map(escapeText).join('\n')}\n`)
  process.exit(ExitCode.couldNot)
}
