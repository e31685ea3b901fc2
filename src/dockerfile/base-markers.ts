import type { RuntimeConfig } from '../oci/runtime-config.ts'
import { officialBase } from './official-images.ts'
import type { Producer } from './producer.ts'
import type { Step, Steps } from './steps.ts'

/** How much a marker of the base image is worth; `assumed` where there is none. */
export type Strength = 'exact' | 'strong' | 'medium' | 'weak' | 'assumed'

/** What the base image is looked for in. */
export interface BaseSigns {
  readonly steps: Steps
  readonly config: RuntimeConfig
  /** Diff IDs of the image's layers; undefined where the config names none. */
  readonly diffIds: readonly (string | undefined)[]
  /** Text of `/etc/os-release` in the final rootfs, where it was read. */
  readonly osRelease?: string | undefined
}

/** What a marker says of the base: where it ends, what it is called, or both. */
export interface Sign {
  /** Layers that came with the base image; undefined for a sign that only names it. */
  readonly layers: number | undefined
  /** History entries that came with it. */
  readonly steps: number | undefined
  readonly name: string | undefined
}

interface Marker {
  readonly id: string
  readonly strength: Strength
  readonly find: (signs: BaseSigns) => Sign | undefined
}

/** The signs by which an image tells where its base ends. */
export const MARKERS = [
  { id: 'buildah-from', strength: 'exact', find: buildahFrom },
  { id: 'buildpacks-label', strength: 'exact', find: buildpacksLabel },
  { id: 'own-builder', strength: 'exact', find: ownBuilder },
  { id: 'producer-change', strength: 'strong', find: producerChange },
  { id: 'command-in-the-middle', strength: 'strong', find: commandInTheMiddle },
  { id: 'base-label', strength: 'medium', find: baseLabel },
  { id: 'official-image', strength: 'medium', find: officialImage },
  { id: 'time-gap', strength: 'weak', find: timeGap },
  { id: 'os-release', strength: 'weak', find: osRelease },
] as const satisfies readonly Marker[]

/** The name of a sign. */
export type MarkerId = (typeof MARKERS)[number]['id']

/** The sign that the base ends before a place in the history. */
function endsBefore({ steps, layers }: Steps, index: number, name?: string): Sign | undefined {
  const first = steps.slice(index).find(({ layer }) => layer !== undefined)?.layer
  const below = steps.slice(0, index).filter(({ layer }) => layer !== undefined).length
  return first === undefined && below < layers ? undefined : { steps: index, layers: below, name }
}

/** A sign that only names the base. */
function named(name: string | undefined): Sign {
  return { layers: undefined, steps: undefined, name }
}

/** Where the history of a number of layers ends: with the last CMD or ENTRYPOINT behind them, before the next layer. */
export function stepsOfLayers({ steps, layers }: Steps, count: number): number {
  if (count === 0) return 0
  if (count >= layers) return steps.length
  const owner = steps.findIndex(({ layer }) => layer === count - 1)
  const next = steps.findIndex(({ layer }) => layer === count)
  if (owner < 0) return steps.length
  const between = steps.slice(owner + 1, next < 0 ? steps.length : next)
  return owner + 2 + between.findLastIndex(isCommand)
}

function isCommand({ instruction: { word } }: Step): boolean {
  return word === 'CMD' || word === 'ENTRYPOINT'
}

const STAGE_ID = /^[0-9a-f]{12}(?:[0-9a-f]{52})?$/

function buildahFrom({ steps }: BaseSigns): Sign | undefined {
  const nameOf = ({ entry }: Step): string | undefined => /^FROM (\S+)/.exec(entry.comment ?? '')?.[1]
  const at = steps.steps.findLastIndex((step) => {
    const name = nameOf(step)
    return name !== undefined && !STAGE_ID.test(name)
  })
  const step = steps.steps[at]
  if (step === undefined) return undefined
  const name = nameOf(step)
  const own = firstOfGroup(steps, step)
  const below = endsBefore(steps, own, name)
  // A squashed image still names its base, but holds none of its layers apart.
  return below?.layers === 0 && name !== 'scratch' ? named(name) : below
}

/** The first instruction whose files lie in a step's layer; the base's own last entries before it, which made none, stay below. */
function firstOfGroup({ steps }: Steps, owner: Step): number {
  if (owner.layer === undefined) return owner.index
  const first = steps.findIndex(({ group }) => group === owner.layer)
  return first < 0 ? owner.index : first
}

function buildpacksLabel({ config, diffIds, steps }: BaseSigns): Sign | undefined {
  const label = parseObject(config.labels?.['io.buildpacks.lifecycle.metadata'])
  const runImage = objectField(label, 'runImage')
  const top = textField(runImage, 'topLayer')
  const at = top === undefined ? -1 : diffIds.indexOf(top)
  if (at < 0) return undefined
  const name = textField(objectField(objectField(label, 'stack'), 'runImage'), 'image') ?? textField(runImage, 'image')
  return { layers: at + 1, steps: stepsOfLayers(steps, at + 1), name: name ?? textField(runImage, 'reference') }
}

/** Builders that keep the base's history apart from their own entries, all of which bear their name. */
const APART: ReadonlySet<Producer> = new Set(['kaniko', 'jib', 'ko', 'apko', 'nix', 'bazel'])

function ownBuilder({ steps }: BaseSigns): Sign | undefined {
  const own = steps.steps.findLast(({ layer }) => layer !== undefined)?.instruction.producer
  if (own === undefined || !APART.has(own)) return undefined
  return endsBefore(steps, steps.steps.findLastIndex(({ instruction }) => instruction.producer !== own) + 1)
}

function producerChange({ steps }: BaseSigns): Sign | undefined {
  const known = steps.steps.filter(({ instruction: { producer } }) => producer !== 'unknown')
  const at = known.findLastIndex(
    ({ instruction }, i) => i > 0 && known[i - 1]?.instruction.producer !== instruction.producer,
  )
  const first = known[at]
  return first === undefined ? undefined : withOwnLayers(steps, endsBefore(steps, first.index))
}

function commandInTheMiddle({ steps }: BaseSigns): Sign | undefined {
  const top = steps.steps.findLastIndex(({ layer }) => layer !== undefined)
  const at = steps.steps.slice(0, Math.max(0, top)).findLastIndex(isCommand)
  return at < 0 ? undefined : withOwnLayers(steps, endsBefore(steps, at + 1))
}

/** A sign that leaves the image nothing of its own, or its base nothing, is none. */
function withOwnLayers({ layers }: Steps, sign: Sign | undefined): Sign | undefined {
  return sign?.layers === undefined || sign.layers === 0 || sign.layers >= layers ? undefined : sign
}

function baseLabel({ config }: BaseSigns): Sign | undefined {
  const name = config.labels?.['org.opencontainers.image.base.name']
  const digest = config.labels?.['org.opencontainers.image.base.digest']
  if (!name) return undefined
  return named(digest && !name.includes('@') ? `${name}@${digest}` : name)
}

function officialImage({ steps, config }: BaseSigns): Sign | undefined {
  const official = officialBase(steps.steps, config)
  return official === undefined ? undefined : endsBefore(steps, official.steps, official.name)
}

const GAP_MS = 6 * 60 * 60 * 1000

function timeGap({ steps }: BaseSigns): Sign | undefined {
  const gap = ({ entry, instruction }: Step, i: number): boolean => {
    const before = steps.steps[i - 1]
    if (before === undefined || before.instruction.producer !== instruction.producer) return false
    return Date.parse(entry.created ?? '') - Date.parse(before.entry.created ?? '') > GAP_MS
  }
  const at = steps.steps.findLastIndex(gap)
  return at < 0 ? undefined : withOwnLayers(steps, endsBefore(steps, at))
}

function osRelease({ osRelease = '' }: BaseSigns): Sign | undefined {
  const value = (key: string): string | undefined => new RegExp(`^${key}=["']?([\\w.-]+)`, 'm').exec(osRelease)?.[1]
  const id = value('ID')
  if (id === undefined) return undefined
  // It has the files of a distribution, but is not its image.
  if (value('PRETTY_NAME') === 'Distroless') return named(`distroless-${id}${value('VERSION_ID') ?? ''}`)
  return named([id, value('VERSION_ID')].filter((part) => part !== undefined).join(':'))
}

function parseObject(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

function objectField(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined
}

function textField(value: unknown, key: string): string | undefined {
  const text = objectField(value, key)
  return typeof text === 'string' && text !== '' ? text : undefined
}
