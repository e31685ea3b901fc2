/** A goal as a line of the results: whether a figure keeps to its limit, and its share of it; undefined where it was not measured. */
export function judged(text: string, found: { readonly value: number; readonly limit: number } | undefined): string {
  if (found === undefined) return `- at most ${text}: not measured here`
  const ratio = found.value / found.limit
  return `- at most ${text}: ${ratio <= 1 ? 'met' : '**missed**'}, ${ratio.toFixed(2)} of the limit`
}
