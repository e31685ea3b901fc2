import type { HiddenBody } from '../stack.ts'
import type { Difference } from '../tree/compare.ts'
import { metadataDifferences, sameContent } from '../tree/compare.ts'
import type { Cause } from './report.ts'

/** Why a hidden body is stored in vain; all bodies that `contentQuestions` named must be hashed. */
export function causeOf({ node, cause, after }: HiddenBody): { cause: Cause; differs?: readonly Difference[] } {
  if (cause !== 'replaced') return { cause }
  if (after?.kind !== 'file' || !sameContent(node, after)) return { cause: 'replaced' }
  const differs = metadataDifferences(node, after)
  return differs.length === 0 ? { cause: 'rewritten' } : { cause: 'metadata-only', differs }
}
