import { availableParallelism } from 'node:os'
import { diveFigures } from './analysis/dive-compat.ts'
import { makeReport, reportBase } from './analysis/make-report.ts'
import { reportPackages } from './analysis/package-report.ts'
import type { Report, ReportDockerfile } from './analysis/report.ts'
import { contentQuestions, type Stack, stackLayers } from './analysis/stack.ts'
import type { Base, KnownBase } from './dockerfile/base.ts'
import { type Located, locate } from './dockerfile/locate.ts'
import { stagesOf } from './dockerfile/match-dockerfile.ts'
import { parseDockerfile } from './dockerfile/parse-dockerfile.ts'
import { baseOf, type ImageRecord } from './dockerfile/reconstruct.ts'
import { readSteps } from './dockerfile/steps.ts'
import { loadContentHash } from './oci/content-hash.ts'
import type { Image } from './oci/image.ts'
import type { Progress, Reading } from './oci/layer.ts'
import { defaultLimits, type Limits } from './oci/limits.ts'
import type { Platform } from './oci/platform.ts'
import { readChosenImage, readMetadata } from './oci/read.ts'
import { RULES } from './rules/catalogue.ts'
import { addChanges } from './rules/changes.ts'
import { excerptOf, gatherEvidence } from './rules/evidence.ts'
import { type Claimed, findBloat } from './rules/find.ts'
import { entriesInForce, ignoreWarnings } from './rules/ignore.ts'
import { chooseLook } from './rules/looks.ts'
import { ownersOf } from './rules/package-owners.ts'
import { DEFAULT_POLICY, type Policy } from './rules/policy.ts'
import { redactConfig, redactEntry } from './rules/secret-text.ts'
import { readDockerfile } from './sources/dockerfile.ts'
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
  /** Whether bloat is looked for, as it is where this is left out. */
  readonly findings?: boolean
  /** How many layers came with the base image; found out where it is left out. */
  readonly baseLayers?: number
  /** Path of an archive that holds the base image, of which only the metadata are read. */
  readonly base?: string
  /** Path of the Dockerfile that the image was built from, for the lines of findings. */
  readonly dockerfile?: string
  /** Name or number of the stage that the image is; the last one where it is left out. */
  readonly target?: string
  /** How findings are weighed, and which are let pass. */
  readonly policy?: Policy
  /** The time by which entries of the policy expire; that of reading where left out. */
  readonly now?: Date
  readonly limits?: Partial<Limits>
  /** Is written to while reading goes on. */
  readonly progress?: Progress
}

/** The user's Dockerfile, and where the image stands in it. */
export interface UserDockerfile {
  /** As it was given. */
  readonly path: string
  readonly text: string
  readonly located: Located
}

/** An image that was read, and everything that was found out about it. */
export interface Analysis {
  readonly image: Image
  readonly stack: Stack
  readonly report: Report
  readonly record: ImageRecord
  /** Where the base image ends. */
  readonly base: Base
  /** The findings of the report, in its order, each with all its files. */
  readonly bloat: readonly Claimed[]
  /** The Dockerfile that the image was built from, where one was named. */
  readonly dockerfile: UserDockerfile | undefined
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
  const locating = locator(options)
  const known = await knownBase(options, reading)
  const opened = await openArchive(input, reading)
  try {
    const image = await readChosenImage(opened.archive, choice, reading)
    const stack = stackLayers(image.layers, options.files ?? false)
    await image.hashBodies(contentQuestions(stack))
    opened.checkUnchanged()
    const record = recordOf(image, stack)
    const base = baseOf(record, known)
    const evidence = gatherEvidence(image, stack, base.layers)
    const { policy = DEFAULT_POLICY, now = new Date() } = options
    const today = now.toISOString().slice(0, 10)
    const inForce = { ...policy, ignore: entriesInForce(policy.ignore, today) }
    const isAsked = options.findings ?? true
    const dockerfile = locating?.(record, base)
    const found = isAsked ? addChanges(findBloat(evidence, RULES, inForce), evidence, dockerfile?.located) : []
    const figures = makeReport(image, stack, found, reportBase(base))
    const report = {
      ...figures,
      warnings: [...figures.warnings, ...ignoreWarnings(policy.ignore, found, today)],
      ...(dockerfile !== undefined && { dockerfile: reportDockerfile(options) }),
      ...(options.diveCompat && { dive: diveFigures(image.layers) }),
      ...(options.packages && { packages: reportPackages(ownersOf(evidence), figures.summary) }),
    }
    const bloat = found.filter(({ ignored }) => ignored === undefined)
    return { image, stack, record, report, base, bloat, dockerfile, close: opened.close }
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

/** Reads the Dockerfile that was named, before an image is read in vain; undefined where none was. */
function locator({ dockerfile: path, target }: AnalyseOptions) {
  if (path === undefined) return undefined
  const text = readDockerfile(path)
  stagesOf(parseDockerfile(text, { name: path }), target)
  return ({ history, diffIds, config }: ImageRecord, base: Base): UserDockerfile => {
    const { steps } = readSteps(history, diffIds.length, config)
    const buildArgs = new Map(steps.slice(base.steps).flatMap(({ instruction }) => instruction.buildArgs))
    return { path, text, located: locate(steps, base, parseDockerfile(text, { name: path, buildArgs }), target) }
  }
}

function reportDockerfile({ dockerfile: path = '', target }: AnalyseOptions): ReportDockerfile {
  return { path, ...(target !== undefined && { target }) }
}

/** What an image says of how it was made, without the credentials in it. */
function recordOf(image: Image, { rootfs }: Stack): ImageRecord {
  const { history, config, layers } = image
  return {
    history: history.map(redactEntry),
    config: redactConfig(config),
    diffIds: layers.map(({ diffId }) => diffId),
    changesets: layers.map(({ content }) => (typeof content === 'string' ? undefined : content.changeset)),
    osRelease: osReleaseOf(image, rootfs),
  }
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
