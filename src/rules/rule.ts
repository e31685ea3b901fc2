import type { Evidence, Instance } from './evidence.ts'

export type { Instance }

/** How much a finding matters; size can raise it above the floor that its rule sets. */
export const SEVERITIES = ['info', 'low', 'medium', 'high'] as const
export type Severity = (typeof SEVERITIES)[number]

/** Whether its fix can break something: `safe` nothing can need the bytes, `review` says what may. */
export type Safety = 'safe' | 'likely' | 'review' | 'never-auto'

/**
 * How the bytes come back: `drop` do not write them, `stage` they belong in a build stage, `meta` set metadata where
 * the content was written, `dedup` keep one copy, `part` of a file, `none` advice without bytes.
 */
export type Count = 'drop' | 'stage' | 'meta' | 'dedup' | 'part' | 'none'

/** What a rule looks for, and what to say of it; help, README and SARIF are made from these texts. */
export interface Card {
  readonly id: string
  /** A phrase that reads after "found:". */
  readonly title: string
  /** Techniques of the guide that it serves, 1 to 10. */
  readonly techniques: readonly number[]
  /** Lowest severity of a finding. */
  readonly severity: Severity
  readonly safety: Safety
  readonly count: Count
  /** Why the bytes are there, and what needs them. */
  readonly why: string
  /** What looks alike and is none; empty where nothing does. */
  readonly traps: string
  /** What to change, as lines of a Dockerfile or a command. */
  readonly fix: string
  readonly reference: string
}

/** A rule whose findings are the files at some paths. */
export interface PathRule extends Card {
  /** Patterns of `PathMatcher`; `{home}` in front is every home directory, `{NAME}` what a variable of the image names. */
  readonly paths: readonly string[]
  /** Patterns of files that match and are none. */
  readonly except?: readonly string[]
  /** What else has to hold of a file, or of the image. */
  readonly when?: (file: Instance, evidence: Evidence) => boolean
}

/** A rule that works its findings out. */
export interface Detector extends Card {
  readonly detect: (evidence: Evidence) => Iterable<Claim>
}

export type Rule = PathRule | Detector

/** What a detector found. */
export interface Claim {
  /** Index of the layer that wrote the bytes, or that the advice is about. */
  readonly layer: number
  /** Index of the layer that hid them, where one did. */
  readonly by?: number
  readonly files: readonly Instance[]
  /** Index of the last layer, where the claim is about several in a row. */
  readonly last?: number
  /** What is particular about this one, in words. */
  readonly detail?: string
  /** What to change here, where the card's fix can be made concrete. */
  readonly fix?: string
}
