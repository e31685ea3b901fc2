import { availableParallelism } from 'node:os'
import { diveFigures } from './analysis/dive-compat.ts'
import { makeReport } from './analysis/make-report.ts'
import type { Report } from './analysis/report.ts'
import { contentQuestions, type Stack, stackLayers } from './analysis/stack.ts'
import { findBase } from './dockerfile/base.ts'
import { readSteps } from './dockerfile/steps.ts'
import { loadContentHash } from './oci/content-hash.ts'
import type { Image } from './oci/image.ts'
import type { Progress, Reading } from './oci/layer.ts'
import { defaultLimits, type Limits } from './oci/limits.ts'
import type { Platform } from './oci/platform.ts'
import { readChosenImage } from './oci/read.ts'
import { gatherEvidence } from './rules/evidence.ts'
import { findBloat } from './rules/find.ts'
import { type Input, openArchive } from './sources/open.ts'

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
  /** Whether bloat is looked for, as it is where this is left out. */
  readonly findings?: boolean
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
  }
  const choice = { image: options.image, platform: options.platform, host: options.host ?? [] }
  const opened = await openArchive(input, reading)
  try {
    const image = await readChosenImage(opened.archive, choice, reading)
    const stack = stackLayers(image.layers, options.files ?? false)
    await image.hashBodies(contentQuestions(stack, image.layers))
    opened.checkUnchanged()
    const isAsked = options.findings ?? true
    const findings = isAsked ? findBloat(gatherEvidence(image, stack, baseLayersOf(image, options))) : []
    const report = makeReport(image, stack, findings)
    const dive = options.diveCompat ? { dive: diveFigures(image.layers) } : {}
    return { image, stack, report: { ...report, ...dive }, close: opened.close }
  } catch (error) {
    opened.close()
    throw error
  }
}

/** How many layers came with the base image: as the user says, else as the image tells. */
function baseLayersOf({ history, config, layers }: Image, { baseLayers }: AnalyseOptions): number {
  const signs = {
    steps: readSteps(history, layers.length, config),
    config,
    diffIds: layers.map(({ diffId }) => diffId),
  }
  return findBase(signs, baseLayers === undefined ? undefined : { layers: baseLayers }).layers
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
