import type { Evidence } from './evidence.ts'

/** A question that several rules ask, answered once for each image. */
export function onceForImage<T>(answer: (evidence: Evidence) => T): (evidence: Evidence) => T {
  const known = new WeakMap<Evidence, { readonly answer: T }>()
  return (evidence) => {
    const found = known.get(evidence) ?? { answer: answer(evidence) }
    known.set(evidence, found)
    return found.answer
  }
}
