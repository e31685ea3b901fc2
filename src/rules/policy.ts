import type { Severity } from './rule.ts'

/** From where on a finding is of a severity: so many bytes, or so large a share (0 to 1) of all own content. */
export interface Size {
  readonly bytes: number
  readonly share: number
}

/** Findings that need no attention, and why. */
export interface Ignore {
  /** Id of the rule. */
  readonly rule: string
  /** Patterns of `PathMatcher` for files, and directories with all that is in them; every file where left out. */
  readonly paths?: readonly string[]
  /** Index of the layer that wrote the bytes; every layer where left out. */
  readonly layer?: number
  readonly reason: string
  /** The last day, in UTC, on which it holds, as YYYY-MM-DD; for ever where left out. */
  readonly expires?: string
  /** Where it is written, for messages. */
  readonly where: string
}

/** How findings are weighed, and which of them are let pass. */
export interface Policy {
  /** The severity of all findings of a rule, whatever their size; a rule that is off finds nothing. */
  readonly severities: ReadonlyMap<string, Severity | 'off'>
  /** How size raises severity; fewer bytes than `low` asks for raise none. */
  readonly sizes: Readonly<Record<'low' | 'medium' | 'high', Size>>
  readonly ignore: readonly Ignore[]
}

/** What holds where nobody says otherwise. */
export const DEFAULT_POLICY: Policy = {
  severities: new Map(),
  sizes: {
    low: { bytes: 100e3, share: Infinity },
    medium: { bytes: 10e6, share: 0.02 },
    high: { bytes: 100e6, share: 0.1 },
  },
  ignore: [],
}
