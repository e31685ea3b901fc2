import type { Installer } from '../dockerfile/lean-install.ts'
import type { EcosystemName, Package } from '../packages/package.ts'
import type { LinkNode } from '../tree/node.ts'
import type { Evidence, Instance } from './evidence.ts'

export type { Instance }

/** How much a finding matters; size can raise it above the floor that its rule sets. */
export const SEVERITIES = ['info', 'low', 'medium', 'high'] as const
export type Severity = (typeof SEVERITIES)[number]

/** Whether its fix can break something: `safe` nothing can need the bytes, `review` says what may. */
export const SAFETIES = ['safe', 'likely', 'review', 'never-auto'] as const
export type Safety = (typeof SAFETIES)[number]

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

/** Some packages of the operating system. */
export interface PackageChoice {
  /** Whether one is meant; `installed` are the names of all. */
  readonly isMeant: (name: string, installed: ReadonlySet<string>) => boolean
  /** Whether the packages that only they need are meant too; what `stays` is none of them. */
  readonly dependencies?: { readonly stays: (name: string) => boolean }
  /** What to change, from the packages that were found. */
  readonly fix?: (found: readonly Package[], installed: readonly Package[]) => string | undefined
}

/** A rule whose findings are the files at some paths. */
export interface PathRule extends Card {
  /** Patterns of `PathMatcher`; a place of `placesNamed` may stand in front, such as `{home}` or `{GOCACHE}`. */
  readonly paths: readonly string[]
  /** Patterns of files that match and are none. */
  readonly except?: readonly string[]
  /** Packages whose files are found too, in an image that runs an application; a file of another package is not, whatever its path. */
  readonly packages?: PackageChoice
  /** What to change instead where packages of these kinds own the files. */
  readonly fixes?: Readonly<Partial<Record<EcosystemName, string>>>
  /** What else has to hold of a file, or of the image. */
  readonly when?: (file: Instance, evidence: Evidence) => boolean
  /** What is particular about some of them, in words. */
  readonly describe?: (files: readonly Instance[], evidence: Evidence) => string
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
  /** Place in the history of the one instruction that it is about, where it is not what made the layer. */
  readonly step?: number
  readonly files: readonly Instance[]
  /** Index of the last layer, where the claim is about several in a row. */
  readonly last?: number
  /** What is particular about this one, in words. */
  readonly detail?: string
  /** What to change here, where the card's fix can be made concrete. */
  readonly fix?: string
  /** What installed the files, where that can be told to leave them out. */
  readonly installed?: Installed
}

/** An installer, and what else becomes of a layer where it leaves some files out. */
export interface Installed {
  readonly installer: Installer
  /** Links that are not made either. */
  readonly links: readonly { readonly path: string; readonly node: LinkNode }[]
  /** Files that it writes with so many bytes less. */
  readonly shorter: readonly { readonly file: Instance; readonly bytes: number }[]
  /** Whether nothing else becomes of it, such as of what the installer keeps of its own. */
  readonly exact: boolean
}
