import type { Evidence } from '../dockerfile/base.ts'
import type { Warning } from '../errors.ts'
import type { Unread } from '../oci/image.ts'
import type { RuntimeConfig } from '../oci/runtime-config.ts'
import type { EcosystemName } from '../packages/package.ts'
import type { Finding } from '../rules/finding.ts'
import type { Safety, Severity } from '../rules/rule.ts'
import type { Difference } from '../tree/compare.ts'
import type { Kind } from '../tree/node.ts'

export type { Difference, EcosystemName, Finding, RuntimeConfig, Safety, Severity, Unread, Warning }

/** Why a body is stored but no path of the final rootfs shows it. */
export type Cause = 'removed' | 'opaque' | 'replaced' | 'rewritten' | 'metadata-only' | 'shadowed' | 'duplicate-entry'

/** What a layer does to a path of the rootfs beneath it. */
export type Change = 'added' | 'modified' | 'removed' | 'unchanged'

/** A path as text: escaped where its bytes are not UTF-8, and then with the bytes beside it (base64). */
export interface ReportPath {
  /** Absolute, from the root of the image. */
  readonly path: string
  readonly pathBytes?: string
}

/** One body that is stored but no longer visible. */
export interface WastedBody extends ReportPath {
  /** Content bytes of the body. */
  readonly bytes: number
  readonly cause: Cause
  /** Which metadata differ, where the cause is `metadata-only`. */
  readonly differs?: readonly Difference[]
  /** Index of the layer that wrote the body. */
  readonly layer: number
  /** Index of the layer that hid its last name. */
  readonly by: number
}

/** One path of a layer's changes or of the final rootfs (`--files`). */
export interface ReportFile extends ReportPath {
  readonly kind: Kind
  /** Content bytes; 0 for everything but regular files. */
  readonly size: number
  /** Permission bits, as a number. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Target of a symbolic link. */
  readonly link?: string
}

export interface ReportLayer {
  /** 0 is the base layer. */
  readonly index: number
  /** Digest of the blob as stored, where the archive names one. */
  readonly digest?: string
  /** Digest of the uncompressed tar, where the config names one. */
  readonly diffId?: string
  readonly mediaType?: string
  readonly compression: 'none' | 'gzip' | 'zstd'
  /** Bytes as stored in the archive. */
  readonly blobBytes: number
  /** Bytes of the uncompressed tar. */
  readonly tarBytes: number
  /** Bytes of the bodies of regular files. */
  readonly contentBytes: number
  /** Content bytes of this layer that the final rootfs no longer shows. */
  readonly wastedBytes: number
  /** Entries of the tar, whiteouts included. */
  readonly entries: number
  /** The instruction that made the layer, as the history gives it; "(no history)" where it gives none. */
  readonly createdBy: string
  readonly created?: string
  readonly comment?: string
  /** Why the layer was not parsed, where it was not. */
  readonly unread?: Unread
  /** Paths the layer adds, changes and removes; implied directories do not count. */
  readonly added: number
  readonly modified: number
  readonly removed: number
  readonly files?: readonly (ReportFile & { readonly change: Change })[]
}

/** Where the base image ends and the image's own layers begin. */
export interface ReportBase {
  /** How many layers came with it. */
  readonly layers: number
  /** What it is called, as far as the image or the user tells. */
  readonly name?: string
  /** How much the sign is worth that decided. */
  readonly strength: Evidence['strength']
  /** Every sign that was found, the decisive one first. */
  readonly evidence: readonly {
    readonly marker: Evidence['marker']
    readonly strength: Evidence['strength']
    /** Left out where the sign only names the base. */
    readonly layers?: number
    readonly name?: string
  }[]
}

export interface ReportImage {
  /** The first tag, else the name of what was read. */
  readonly name: string
  /** Image ID: the digest of the config, where there is one. */
  readonly id?: string
  readonly tags: readonly string[]
  /** os/architecture[/variant], where known. */
  readonly platform?: string
  readonly created?: string
  readonly base: ReportBase
  /** The runtime part of the image config. */
  readonly config: RuntimeConfig
}

export interface Summary {
  /** Bodies of regular files over all layers. */
  readonly contentBytes: number
  /** Bodies that some path of the final rootfs still shows. */
  readonly rootfsBytes: number
  /** Always `contentBytes - rootfsBytes`. */
  readonly wastedBytes: number
  /** `rootfsBytes / contentBytes`, 0…1; 1 for an image without content. */
  readonly efficiency: number
  /** Bodies of regular files in the layers above the base image. */
  readonly ownContentBytes: number
  /** Wasted bytes of bodies that a layer above the base image hid, whoever wrote them. */
  readonly ownWastedBytes: number
  /** `ownWastedBytes / ownContentBytes`; null where there is no own content. */
  readonly userWastedPercent: number | null
  readonly blobBytes: number
  readonly tarBytes: number
  /** Regular files in the final rootfs. */
  readonly files: number
}

/** dive's own figures, by dive's own formulas (`--dive-compat`); null where dive divides by zero. */
export interface DiveFigures {
  readonly efficiencyScore: number
  readonly wastedBytes: number
  readonly userWastedPercent: number | null
}

/** A finding, or some files of one, that the policy lets pass. */
export interface SuppressedFinding
  extends Pick<
    Finding,
    'id' | 'rule' | 'title' | 'severity' | 'safety' | 'origin' | 'layer' | 'by' | 'bytes' | 'attributedBytes' | 'files'
  > {
  readonly reason: string
  /** The last day, in UTC, on which it is let pass, as YYYY-MM-DD; for ever where left out. */
  readonly expires?: string
}

/** The user's Dockerfile. */
export interface ReportDockerfile {
  /** As it was given. */
  readonly path: string
  /** The stage that the image is, where one was named. */
  readonly target?: string
}

/** Bytes of all findings, each body once; own and base bytes are never summed. */
export interface Savings {
  /** In own layers, by how safe the fix is. */
  readonly own: Readonly<Record<Safety, number>>
  /** In layers of the base image: only another base image saves them. */
  readonly base: number
  /** What the policy lets pass, which the others leave out. */
  readonly suppressed: { readonly own: number; readonly base: number }
}

/** A check of a figure against a threshold. */
export type ThresholdName = 'lowestEfficiency' | 'highestWastedBytes' | 'highestUserWastedPercent'
/** `findings` counts those that `--fail-on` asks for. */
export type CheckName = ThresholdName | 'findings'

/** One figure, its CI threshold, and the outcome. */
export interface ThresholdCheck {
  readonly name: ThresholdName
  /** null where the check is disabled. */
  readonly threshold: number | null
  /** null where the figure does not exist. */
  readonly value: number | null
  readonly status: 'pass' | 'fail' | 'skip'
}

/** A package of the final rootfs. */
export interface ReportPackage {
  readonly ecosystem: EcosystemName
  readonly name: string
  readonly version?: string
  /** Content bytes of its bodies; a body that several packages claim counts for one of them. */
  readonly bytes: number
  /** Number of its bodies. */
  readonly bodies: number
  /** Index of the layer that wrote most of them. */
  readonly layer: number
}

/** The bytes of the final rootfs by the packages that own them (`layerscope packages`); with the unowned ones they are `rootfsBytes`. */
export interface ReportPackages {
  /** Largest first. */
  readonly installed: readonly ReportPackage[]
  readonly unowned: { readonly bytes: number; readonly bodies: number }
  /** Databases and lists of packages that were not read, or not to their end. */
  readonly unread: readonly (ReportPath & { readonly ecosystem: EcosystemName; readonly reason: string })[]
}
/** How many findings count, and the outcome. */
export interface FindingsCheck {
  readonly name: 'findings'
  /** The lowest severity that counts. */
  readonly severity: Severity
  readonly threshold: 0
  readonly value: number
  /** Further ones of that severity: their fix wants a review, or another base image. */
  readonly uncounted: number
  readonly status: 'pass' | 'fail'
}

export type Check = ThresholdCheck | FindingsCheck

/** Everything that can be said of one image, as plain data: reporters, exit code and UI read only this. */
export interface Report {
  readonly schemaVersion: 1
  readonly image: ReportImage
  /** The Dockerfile that findings name lines of, where one was given. */
  readonly dockerfile?: ReportDockerfile
  readonly summary: Summary
  readonly layers: readonly ReportLayer[]
  /** Every wasted body with content, largest first. */
  readonly wasted: readonly WastedBody[]
  /** Bloat, the most severe first, then the largest, each with its cause and what to change. */
  readonly findings: readonly Finding[]
  /** What the policy lets pass, in the same order. */
  readonly suppressed: readonly SuppressedFinding[]
  readonly savings: Savings
  readonly checks: readonly Check[]
  readonly warnings: readonly Warning[]
  readonly rootfs?: { readonly files: readonly ReportFile[] }
  readonly dive?: DiveFigures
  readonly packages?: ReportPackages
}
