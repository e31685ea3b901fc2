import { availableParallelism } from 'node:os'
import type { Report } from './analysis/report.ts'
import type { KnownBase } from './dockerfile/base.ts'
import { stagesOf } from './dockerfile/match-dockerfile.ts'
import { parseDockerfile } from './dockerfile/parse-dockerfile.ts'
import { type GivenDockerfile, type Judgement, judge, type Questions } from './judge.ts'
import { loadContentHash } from './oci/content-hash.ts'
import type { Image } from './oci/image.ts'
import type { Progress, Reading } from './oci/layer.ts'
import { defaultLimits, type Limits } from './oci/limits.ts'
import type { Platform } from './oci/platform.ts'
import { readChosenImage, readMetadata } from './oci/read.ts'
import { chooseLook } from './rules/looks.ts'
import { readDockerfile } from './sources/dockerfile.ts'
import { type Input, openArchive } from './sources/open.ts'
import { contentQuestions, type Stack, stackLayers } from './stack.ts'

/** What to read of an archive, how carefully, and what is asked of it. */
export interface AnalyseOptions extends Questions {
  /** A tag, an image ID or digest (or the beginning of one), or a number of the archive's list. */
  readonly image?: string | undefined
  readonly platform?: Platform | undefined
  /** Platforms of images that this machine runs, best first. */
  readonly host?: readonly Platform[]
  /** Lists every path of each layer and of the final rootfs. */
  readonly files?: boolean
  /** Checks every digest and diff ID; mismatches become warnings of the code `digest-mismatch`. */
  readonly verify?: boolean
  /** How many layers came with the base image; found out where it is left out. */
  readonly baseLayers?: number
  /** Path of an archive that holds the base image, of which only the metadata are read. */
  readonly base?: string
  /** Path of the Dockerfile that the image was built from, for the lines of findings. */
  readonly dockerfile?: string
  /** Name or number of the stage that the image is; the last one where it is left out. */
  readonly target?: string
  readonly limits?: Partial<Limits>
  /** Is written to while reading goes on. */
  readonly progress?: Progress
}

/** An image that was read, and everything that was found out about it. */
export interface Analysis extends Judgement {
  readonly image: Image
  readonly stack: Stack
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
  // What is wrong with a Dockerfile is said before an image is read in vain.
  const dockerfile = givenDockerfile(options)
  const known = { dockerfile, base: await knownBase(options, reading) }
  const opened = await openArchive(input, reading)
  try {
    const image = await readChosenImage(opened.archive, choice, reading)
    const stack = stackLayers(image.layers, options.files ?? false)
    await image.hashBodies(contentQuestions(stack))
    opened.checkUnchanged()
    return { image, stack, ...judge(image, stack, options, known), close: opened.close }
  } catch (error) {
    opened.close()
    throw error
  }
}

/** What the user says of the base image. */
async function knownBase({ base, baseLayers }: AnalyseOptions, reading: Reading): Promise<KnownBase | undefined> {
  if (base === undefined) return baseLayers === undefined ? undefined : { layers: baseLayers }
  const progress = { bytes: 0, layers: 0, entries: 0 }
  const opened = await openArchive({ kind: 'path', path: base }, { ...reading, progress, documentsOnly: true })
  try {
    return { images: await readMetadata(opened.archive, reading.limits) }
  } finally {
    opened.close()
  }
}

/** The Dockerfile that was named, which has the stage that was named. */
function givenDockerfile({ dockerfile: path, target }: AnalyseOptions): GivenDockerfile | undefined {
  if (path === undefined) return undefined
  const text = readDockerfile(path)
  stagesOf(parseDockerfile(text, { name: path }), target)
  return { path, text, ...(target !== undefined && { target }) }
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
