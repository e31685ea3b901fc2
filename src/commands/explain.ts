import { ExitCode } from '../errors.ts'
import type { Host } from '../host.ts'
import { type Options, usageError } from '../options.ts'
import { json } from '../reporters/json.ts'
import { ruleText } from '../reporters/rules.ts'
import { ruleCard } from '../rules/cards.ts'
import { writeOutput } from '../sources/output.ts'

/** Prints all about one rule. */
export async function runExplain(options: Options, { stdout }: Host): Promise<ExitCode> {
  const { format, output, rule, color = output === undefined && stdout.isTTY === true } = options
  if (rule === undefined) throw usageError('No rule given: name one of those that "layerscope rules" lists')
  const card = ruleCard(rule)
  await writeOutput(format === 'json' ? json(card) : ruleText(card, { color }), output ?? stdout)
  return ExitCode.ok
}
