import { formatBytes } from './bytes.ts'

/** Own bytes by how safe it is to save them, in words; what is done by hand only where there is any. */
export function formatSavings(own: Readonly<Record<'safe' | 'likely' | 'review' | 'never-auto', number>>): string {
  const byHand = own['never-auto'] > 0 ? `, ${formatBytes(own['never-auto'])} by hand` : ''
  const [safe, likely, review] = [own.safe, own.likely, own.review].map(formatBytes)
  return `${safe} safe to save, ${likely} likely, ${review} after review${byHand}`
}
