import { formatBytes } from '../format/bytes.ts'
import { type Paint, painter } from '../format/color.ts'
import { escapeText } from '../format/escape.ts'
import type { WhatIf } from '../what-if/plan.ts'
import type { ReporterOptions } from './reporter.ts'

/** The proposed edits of a Dockerfile as a patch, below notes on what it saves and what is left to do by hand. */
export function* proposalText(result: WhatIf, { color }: ReporterOptions): Generator<string> {
  const paint = painter(color)
  const { diff, byHand } = result.proposal ?? { diff: [], byHand: [] }
  const saved = formatBytes(result.before.tarBytes - result.after.tarBytes)
  yield* note(`The whole plan saves ${saved} of tar bytes; whether the edits build is not checked.`, paint)
  if (diff.length === 0) yield* note('No edit can be proposed.', paint)
  if (byHand.length > 0) yield* note('By hand, and not in the edits below:', paint)
  for (const { id, change, why } of byHand) yield* note(`  ${id}: ${change}; ${why}`, paint)
  for (const line of diff) {
    // Tabs belong to heredocs, and do a terminal no harm.
    const text = line.split('\t').map(escapeText).join('\t')
    yield `${style(line, text, paint)}\n`
  }
}

function* note(text: string, paint: Paint): Generator<string> {
  yield `${paint('dim', `# ${escapeText(text)}`)}\n`
}

function style(line: string, text: string, paint: Paint): string {
  if (/^(?:---|\+\+\+) /.test(line)) return paint('bold', text)
  if (line.startsWith('+')) return paint('green', text)
  return line.startsWith('-') ? paint('red', text) : text
}
