import { availableParallelism } from 'node:os'
import { diveFigures } from './analysis/dive-compat.ts'
import { makeReport } from './analysis/make-report.ts'
import { reportPackages } from './analysis/package-report.ts'
import type { Report } from './analysis/report.ts'
import { contentQuestions, type Stack, stackLayers } from './analysis/stack.ts'
import { type Base, findBase, type KnownBase } from './dockerfile/base.ts'
import type { ImageRecord } from './dockerfile/reconstruct.ts'
import { readSteps } from './dockerfile/steps.ts'
import { loadContentHash } from './oci/content-hash.ts'
import type { Image } from './oci/image.ts'
import type { Progress, Reading } from './oci/layer.ts'
import { defaultLimits, type Limits } from './oci/limits.ts'
import type { Platform } from './oci/platform.ts'
import { readChosenImage } from './oci/read.ts'
import { excerptOf, gatherEvidence } from './rules/evidence.ts'
import { type Claimed, findBloat } from './rules/find.ts'
import { chooseLook } from './rules/looks.ts'
import { ownersOf } from './rules/package-owners.ts'
import { type Input, openArchive } from './sources/open.ts'
import type { DirectoryNode, FileNode, Node } from './tree/node.ts'
import { find } from './tree/tree.ts'

/** What to read of an archive, and how carefully. */
export interface AnalyseOptions {
  /** A tag, an image ID or digest (or the beginning of one), or a number of the archive's list. */
  readonly image?: string | undefined
  readonly platform?: Platform | undefined
  /** Platforms of images that this machine runs, best first. */
  readonly host?: readonly Platform[]
  /** Lists every path of each layer and of the final rootfs. */
  readonly files?: boolean
  /** Checks every digest and diff ID; mismatches become warnings of the code `digest-mismatch`. */
  readonly verify?: boolean
  /** Gives dive's own figures too. */
  readonly diveCompat?: boolean
  /** Gives the bytes of each installed package too. */
  readonly packages?: boolean
  /** How many layers came with the base image; found out where it is left out. */
  readonly baseLayers?: number
  readonly limits?: Partial<Limits>
  /** Is written to while reading goes on. */
  readonly progress?: Progress
}

/** An image that was read, and everything that was found out about it. */
export interface Analysis {
  readonly image: Image
  readonly stack: Stack
  readonly report: Report
  readonly record: ImageRecord
  /** Where the base image ends. */
  readonly base: Base
  /** The findings of the report, each with all its files. */
  readonly bloat: readonly Claimed[]
  /** Gives back what reading the image again needs. */
  close(): void
}

/**
 * Reads one image of an archive and reports on it; checks are left to whoever has thresholds.
 *
 * @throws UserError where the input cannot be read as an image, whole and undamaged.
 */
export async function analyse(input: Input, options: AnalyseOptions = {}): Promise<Report> {
  const { report, close } = await openAnalysis(input, options)
  close()
  return report
}

/**
 * Reads one image of an archive and keeps it open, so that its files can be looked into.
 *
 * @throws UserError where the input cannot be read as an image, whole and undamaged.
 */
export async function openAnalysis(input: Input, options: AnalyseOptions): Promise<Analysis> {
  const reading: Reading = {
    limits: { ...defaultLimits, ...options.limits },
    verify: options.verify ?? false,
    progress: options.progress ?? { bytes: 0, layers: 0, entries: 0 },
    layersAtOnce: Math.min(availableParallelism(), ZLIB_THREADS),
    contentHash: once(loadContentHash),
    listing: options.diveCompat ?? false,
    look: chooseLook,
  }
  const choice = { image: options.image, platform: options.platform, host: options.host ?? [] }
  const opened = await openArchive(input, reading)
  try {
    const image = await readChosenImage(opened.archive, choice, reading)
    const stack = stackLayers(image.layers, options.files ?? false)
    await image.hashBodies(contentQuestions(stack))
    opened.checkUnchanged()
    const record = recordOf(image, stack)
    const base = baseOf(record, knownBaseOf(options))
    const evidence = gatherEvidence(image, stack, base.layers)
    const bloat = findBloat(evidence)
    const findings = bloat.map(({ finding }) => finding)
    const report = makeReport(image, stack, findings)
    const more = {
      ...(options.diveCompat && { dive: diveFigures(image.layers) }),
      ...(options.packages && { packages: reportPackages(ownersOf(evidence), report.summary) }),
    }
    return { image, stack, record, report: { ...report, ...more }, base, bloat, close: opened.close }
  } catch (error) {
    opened.close()
    throw error
  }
}

/** What the user says of the base image. */
export function knownBaseOf({ baseLayers }: AnalyseOptions): KnownBase | undefined {
  return baseLayers === undefined ? undefined : { layers: baseLayers }
}

/** What an image says of how it was made. */
function recordOf(image: Image, { rootfs }: Stack): ImageRecord {
  const { history, config, layers } = image
  return {
    history,
    config,
    diffIds: layers.map(({ diffId }) => diffId),
    changesets: layers.map(({ content }) => (typeof content === 'string' ? undefined : content.changeset)),
    osRelease: osReleaseOf(image, rootfs),
  }
}

/** Where the base image ends: as the user says, else as the image tells. */
function baseOf(record: ImageRecord, known: KnownBase | undefined): Base {
  return findBase({ ...record, steps: readSteps(record.history, record.diffIds.length, record.config) }, known)
}

function osReleaseOf(image: Image, rootfs: DirectoryNode): string | undefined {
  const node = ['etc/os-release', 'usr/lib/os-release'].map((path) => find(rootfs, path)).find(isFile)
  return node && excerptOf(image, node)?.head.toString('utf8')
}

function isFile(node: Node | undefined): node is FileNode {
  return node?.kind === 'file'
}

// More would only wait for each other: decompression runs in Node's pool of four threads.
const ZLIB_THREADS = 4

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
