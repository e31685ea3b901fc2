import { ExitCode } from '../errors.ts'
import type { Host } from '../host.ts'
import type { Options } from '../options.ts'
import { json } from '../reporters/json.ts'
import { rulesTable } from '../reporters/rules.ts'
import { ruleCards } from '../rules/cards.ts'
import { writeOutput } from '../sources/output.ts'

/** Wide enough for every title. */
const FULL_WIDTH = 160

/** Lists every rule; a terminal gets as much of each as fits a line. */
export async function runRules({ format, output, color: asked }: Options, { stdout }: Host): Promise<ExitCode> {
  const cards = ruleCards()
  const isTerminal = output === undefined && stdout.isTTY === true
  const width = isTerminal ? (stdout.columns ?? FULL_WIDTH) : FULL_WIDTH
  const text = format === 'json' ? json(cards) : rulesTable(cards, { color: asked ?? isTerminal }, width)
  await writeOutput(text, output ?? stdout)
  return ExitCode.ok
}
