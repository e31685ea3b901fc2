import { UserError } from '../errors.ts'
import { closest, didYouMean } from '../format/closest.ts'
import { escapeText } from '../format/escape.ts'
import { RULES } from './catalogue.ts'
import type { Card } from './rule.ts'
import { TECHNIQUES } from './techniques.ts'

/** What is known of a rule, as plain data. */
export interface RuleCard extends Omit<Card, 'techniques'> {
  readonly techniques: readonly { readonly number: number; readonly name: string }[]
}

/** The cards of all rules, in the order in which bytes are attributed to them. */
export function ruleCards(): RuleCard[] {
  return RULES.map(cardOf)
}

/**
 * The card of one rule; `id` may also be that of a finding, such as `apt-lists@7-17`.
 *
 * @throws UserError where there is no such rule.
 */
export function ruleCard(id: string): RuleCard {
  const [wanted = ''] = id.split('@', 1)
  const rule = RULES.find((one) => one.id === wanted)
  if (rule !== undefined) return cardOf(rule)
  const ids = RULES.map((one) => one.id)
  const near = closest(wanted, ids) === undefined ? ids.filter((one) => isPart(wanted, one)).slice(0, 5) : []
  const hint =
    didYouMean(wanted, ids) || (near.length > 0 ? `; there are ${near.join(', ')}` : '; "layerscope rules" lists all')
  throw new UserError(`there is no rule "${escapeText(wanted)}"${hint}`)
}

function isPart(part: string, id: string): boolean {
  return part.length >= 3 && id.includes(part.toLowerCase())
}

function cardOf({ id, title, techniques, severity, safety, count, why, traps, fix, reference }: Card): RuleCard {
  const named = techniques.map((number) => ({ number, name: TECHNIQUES.get(number) ?? '' }))
  return { id, title, techniques: named, severity, safety, count, why, traps, fix, reference }
}
