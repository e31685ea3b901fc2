import prettyBytes from 'pretty-bytes'

/** A size for people: three significant digits and a decimal unit, as in `32 kB`. */
export function formatBytes(bytes: number): string {
  return prettyBytes(bytes)
}

/** A whole number with its thousands set apart, as in `32,025`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')
}

/** A ratio as a percentage with two decimals, as in `98.44 %`. */
export function formatPercent(ratio: number): string {
  return `${(ratio * 100).toFixed(2)} %`
}
