import type { Report } from '../analysis/report.ts'

/** What a reporter may need to know besides the report. */
export interface ReporterOptions {
  readonly color: boolean
  /** Whether every finding is told, those that matter least too. */
  readonly all?: boolean
}

/** Writes a report as text, in pieces that may be too much for one string; the last one ends its line. */
export type Reporter = (report: Report, options: ReporterOptions) => Iterable<string>

/** Columns that no line for people exceeds. */
export const WIDTH = 80

const PIECE = 64 * 1024

/** The same text in fewer pieces: each write has its price, and a list of files has millions of lines. */
export function* inPieces(parts: Iterable<string>): Generator<string> {
  let piece = ''
  for (const part of parts) {
    piece += part
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
  }
  if (piece !== '') yield piece
}
