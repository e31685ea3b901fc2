import { ci } from './ci.ts'
import { json } from './json.ts'
import type { Reporter } from './reporter.ts'
import { text } from './text.ts'

/** Every reporter by name: a format of the command line, or `ci` for text with `--ci`. */
export const REPORTERS = { text, json, ci } as const satisfies Record<string, Reporter>
