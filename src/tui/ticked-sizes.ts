import { formatBytes, formatCount } from '../format/bytes.ts'
import type { Sizes } from '../what-if/ledger.ts'
import type { Model } from './model.ts'
import type { Piece } from './row.ts'
import type { State } from './state.ts'
import type { Outcome } from './tally.ts'
import { type Glyphs, glyphsFor } from './theme.ts'

/** Columns of the line from which on there is room to name the bytes. */
const ROOMY = 100

/** How many are ticked and what that makes of the content bytes, in parts of one line; nothing while nothing is. */
export function tickedFacts(state: Pick<State, 'ticks' | 'ascii'>, model: Model, width: number): Piece[] {
  const { ticks, ascii } = state
  if (ticks.size === 0) return []
  const outcome = model.tally.outcomeOf(ticks)
  const count: Piece = [`${formatCount(ticks.size)} ticked`, 'key']
  if (outcome === undefined) return [count, ['working out', 'dim']]
  return [
    count,
    [`${width < ROOMY ? '' : 'content '}${sizesText(outcome, 'contentBytes', glyphsFor(ascii))}`, 'added'],
    ...(outcome.keepsRootfs ? [] : ([['rootfs changes', 'waste']] as const)),
  ]
}

/** What is ticked does to each of the image's sizes, as facts with their names; none while nothing is ticked. */
export function tickedSizes(
  state: Pick<State, 'ticks' | 'ascii'>,
  model: Model,
): (readonly [label: string, piece: Piece])[] {
  const { ticks, ascii } = state
  if (ticks.size === 0) return []
  const outcome = model.tally.outcomeOf(ticks)
  if (outcome === undefined) return [['ticked', [`${formatCount(ticks.size)}; working out`, 'key']]]
  const size = (label: string, key: keyof Sizes) =>
    [label, [sizesText(outcome, key, glyphsFor(ascii)), 'added']] as const
  return [
    ['ticked', [`${formatCount(ticks.size)}; with that done:`, 'key']],
    size('blob bytes', 'blobBytes'),
    size('tar bytes', 'tarBytes'),
    size('content bytes', 'contentBytes'),
    outcome.keepsRootfs
      ? ['final rootfs', ['stays as it is', 'plain']]
      : ['final rootfs', ['would be without some files, or have them otherwise', 'waste']],
  ]
}

/** One of the sizes before and after, and the difference. */
function sizesText({ before, after, ...sure }: Outcome, key: keyof Sizes, { arrow, about }: Glyphs): string {
  const [from, to] = [before[key], after[key]]
  if (from === undefined || to === undefined) return 'not measured'
  const sign = sure.isEstimate || (key === 'blobBytes' && !sure.isBlobExact) ? about : ''
  const saved = to > from ? `${formatBytes(to - from)} more` : `${formatBytes(from - to)} saved`
  return `${formatBytes(from)} ${arrow} ${sign}${formatBytes(to)}, ${sign}${saved}`
}
