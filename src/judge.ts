import { diveFigures } from './analysis/dive-compat.ts'
import { makeReport, reportBase } from './analysis/make-report.ts'
import { reportPackages } from './analysis/package-report.ts'
import type { Report, ReportDockerfile } from './analysis/report.ts'
import type { Base, KnownBase } from './dockerfile/base.ts'
import { type Located, locate } from './dockerfile/locate.ts'
import { parseDockerfile } from './dockerfile/parse-dockerfile.ts'
import { baseOf, type ImageRecord } from './dockerfile/reconstruct.ts'
import { readSteps } from './dockerfile/steps.ts'
import type { Image } from './oci/image.ts'
import { RULES } from './rules/catalogue.ts'
import { addChanges } from './rules/changes.ts'
import { excerptOf, gatherEvidence } from './rules/evidence.ts'
import { type Claimed, findBloat } from './rules/find.ts'
import { entriesInForce, ignoreWarnings } from './rules/ignore.ts'
import type { RoleName } from './rules/image-role.ts'
import { ownersOf } from './rules/package-owners.ts'
import { DEFAULT_POLICY, type Policy } from './rules/policy.ts'
import { redactConfig, redactEntry } from './rules/secret-text.ts'
import type { Stack } from './stack.ts'
import type { DirectoryNode, FileNode, Node } from './tree/node.ts'
import { find } from './tree/tree.ts'

/** What is asked of an image that was read. */
export interface Questions {
  /** Gives dive's own figures too. */
  readonly diveCompat?: boolean
  /** Gives the bytes of each installed package too. */
  readonly packages?: boolean
  /** Whether bloat is looked for, as it is where this is left out. */
  readonly findings?: boolean
  /** What the image is for; what it starts tells where this is left out. */
  readonly role?: RoleName
  /** How findings are weighed, and which are let pass. */
  readonly policy?: Policy
  /** The time by which entries of the policy expire; now where left out. */
  readonly now?: Date
}

/** A Dockerfile that an image was built from. */
export interface GivenDockerfile {
  /** As it was given. */
  readonly path: string
  readonly text: string
  /** Name or number of the stage that the image is; the last one where it is left out. */
  readonly target?: string
}

/** The user's Dockerfile, and where the image stands in it. */
export interface UserDockerfile extends GivenDockerfile {
  readonly located: Located
}

/** What the user knows of how the image was made. */
export interface Knowledge {
  readonly base: KnownBase | undefined
  readonly dockerfile: GivenDockerfile | undefined
}

/** Everything that was found out about an image. */
export interface Judgement {
  readonly report: Report
  readonly record: ImageRecord
  /** Where the base image ends. */
  readonly base: Base
  /** The findings of the report, in its order, each with all its files. */
  readonly bloat: readonly Claimed[]
  /** The Dockerfile that the image was built from, where one was named. */
  readonly dockerfile: UserDockerfile | undefined
}

/** Judges an image that was read, and whose bodies are hashed as `contentQuestions` asks; touches nothing. */
export function judge(image: Image, stack: Stack, questions: Questions, known: Knowledge): Judgement {
  const record = recordOf(image, stack)
  const base = baseOf(record, known.base)
  const evidence = gatherEvidence(image, stack, base.layers, questions.role)
  const dockerfile = known.dockerfile && locateIn(known.dockerfile, record, base)
  const { policy = DEFAULT_POLICY, now = new Date(), findings = true } = questions
  const today = now.toISOString().slice(0, 10)
  const inForce = { ...policy, ignore: entriesInForce(policy.ignore, today) }
  const found = findings ? addChanges(findBloat(evidence, RULES, inForce), evidence, dockerfile?.located) : []
  const figures = makeReport(image, stack, found, reportBase(base))
  const ignored = findings ? ignoreWarnings(policy.ignore, found, today) : []
  const report = {
    ...figures,
    warnings: [...figures.warnings, ...ignored],
    ...(dockerfile !== undefined && { dockerfile: reportDockerfile(dockerfile) }),
    ...(questions.diveCompat && { dive: diveFigures(image.layers) }),
    ...(questions.packages && { packages: reportPackages(ownersOf(evidence), figures.summary) }),
  }
  return { report, record, base, bloat: found.filter(({ ignored }) => ignored === undefined), dockerfile }
}

/** Finds an image in its Dockerfile; build arguments of the image stand for those that the Dockerfile leaves open. */
function locateIn(given: GivenDockerfile, record: ImageRecord, base: Base): UserDockerfile {
  const { steps } = readSteps(record.history, record.diffIds.length, record.config)
  const buildArgs = new Map(steps.slice(base.steps).flatMap(({ instruction }) => instruction.buildArgs))
  const parsed = parseDockerfile(given.text, { name: given.path, buildArgs })
  return { ...given, located: locate(steps, base, parsed, given.target) }
}

function reportDockerfile({ path, target }: GivenDockerfile): ReportDockerfile {
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
