import { painter } from '../format/color.ts'
import { formatTable } from '../format/table.ts'
import { textWidth } from '../format/width.ts'
import type { RuleCard } from '../rules/cards.ts'
import { STYLES } from './findings.ts'
import { type ReporterOptions, WIDTH } from './reporter.ts'

/** Every rule in a line of its own, at most `width` columns of it. */
export function* rulesTable(cards: readonly RuleCard[], { color }: ReporterOptions, width: number): Generator<string> {
  const paint = painter(color)
  const columns = [
    { title: 'Rule', style: (cell: string) => paint('bold', cell) },
    { title: 'Severity', style: (cell: string) => paint(STYLES[cell.trim() as RuleCard['severity']] ?? 'dim', cell) },
    { title: 'Fix' },
    { title: 'Technique' },
    { title: 'What it finds' },
  ] as const
  const rows = cards.map(({ id, severity, safety, techniques, title }) => [
    id,
    severity,
    safety,
    techniques.map(({ number }) => number).join(', '),
    title,
  ])
  const layout = { width, indent: 0, cut: 'end', title: (cell: string) => paint('dim', cell) } as const
  yield `${formatTable(columns, rows, layout).join('\n')}\n`
}

/** What the fix of a rule can break, in words. */
const SAFETY: Readonly<Record<RuleCard['safety'], string>> = {
  safe: 'safe: nothing can need the bytes',
  likely: 'likely: nothing should need the bytes; build and test',
  review: 'review: something may need the bytes; look first',
  'never-auto': 'never to be made without a decision',
}

const COUNT: Readonly<Record<RuleCard['count'], string>> = {
  drop: 'by not writing them',
  stage: 'by leaving them in a build stage',
  meta: 'by setting metadata where the content is written',
  dedup: 'by keeping one copy',
  part: 'by leaving out a part of the file',
  none: 'advice that saves none by itself',
}

const LABEL = 11

/** All about one rule. */
export function* ruleText(card: RuleCard, { color }: ReporterOptions): Generator<string> {
  const paint = painter(color)
  const { id, title, severity, safety, count, techniques, why, traps, fix, reference } = card
  const facts: readonly (readonly [string, readonly string[]])[] = [
    ['Severity', [`${severity} at least; more with the bytes`]],
    ['Technique', techniques.map(({ number, name }) => `${number} ${name}`)],
    ['Why', [why]],
    ['Traps', traps === '' ? [] : [traps]],
    ['Bytes back', [COUNT[count]]],
    ['Safety', [SAFETY[safety]]],
    ['Reference', [reference]],
  ]
  yield `${paint('bold', id)}: ${title}\n\n`
  for (const [label, values] of facts) {
    const lines = values.flatMap((value) => wrapped(value, WIDTH - LABEL))
    for (const [i, line] of lines.entries()) {
      yield `${paint('dim', (i === 0 ? label : '').padEnd(LABEL))}${line}\n`
    }
  }
  // As it stands, so that it can be copied.
  yield `\n${paint('dim', 'Fix')}\n${fix.replace(/^/gm, '  ')}\n`
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && textWidth(`${line} ${word}`) > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
