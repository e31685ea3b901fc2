import type { DockerfileLine } from '../dockerfile/locate.ts'
import type { Count, Safety, Severity } from './rule.ts'

/** Bytes in a layer, with their cause, the instruction that wrote them, and what to change. */
export interface Finding {
  /** `RULE@LAYER`, with `-BY` where a layer hid the bytes, and `.N` for what else the rule found there; the same for the same image. */
  readonly id: string
  /** Id of the rule. */
  readonly rule: string
  readonly title: string
  readonly severity: Severity
  readonly safety: Safety
  /** How the bytes come back; `shadow` by editing the layer that wrote them, `rebase` by another base image. */
  readonly count: Count | 'shadow' | 'rebase'
  readonly origin: 'base' | 'own'
  /** Index of the layer that wrote the bytes, or that the advice is about. */
  readonly layer: number
  /** Index of the layer that hid them, where one did. */
  readonly by?: number
  /** Place in the history of the one instruction that it is about, where it is not what made the layer. */
  readonly step?: number
  /** That instruction, else the one that made the layer, as the history gives it. */
  readonly instruction: string
  /** Where the instruction to change stands in the user's Dockerfile, where one was given and has it. */
  readonly dockerfileLine?: DockerfileLine
  readonly detail?: string
  /** Content bytes of the finding by itself. */
  readonly bytes: number
  /** Bytes that those take in the layer as it is stored, measured while it was inflated; left out where it is not compressed. */
  readonly compressedBytes?: number
  /** Content bytes that no finding of an earlier rule claims; these add up. */
  readonly attributedBytes: number
  /** Number of files. */
  readonly files: number
  /** The largest files. */
  readonly paths: readonly { readonly path: string; readonly pathBytes?: string; readonly bytes: number }[]
  /** What to change, in general. */
  readonly fix: string
  /** The instruction as it should be, where that is sure to leave its other results as they are. */
  readonly change?: string
}
