import { UserError } from '../errors.ts'
import type { HistoryEntry } from '../oci/history.ts'
import { type BaseSigns, MARKERS, type MarkerId, type Sign, type Strength, stepsOfLayers } from './base-markers.ts'

/** One sign of where the base image ends, or of what it is, and who gave it. */
export interface Evidence extends Sign {
  readonly marker: MarkerId | 'user' | 'fallback'
  readonly strength: Strength
}

/** Where the base image ends and the image's own layers begin. */
export interface Base {
  readonly layers: number
  readonly steps: number
  readonly name: string | undefined
  readonly strength: Strength
  /** Every sign that was found, the decisive one first. */
  readonly evidence: readonly Evidence[]
}

/** What the user knows better: how many layers the base image has, or an image that may be it. */
export type KnownBase = { readonly layers: number } | { readonly images: readonly BaseImage[] }

/** The metadata of an image that may be the base of another. */
export interface BaseImage {
  readonly tags: readonly string[]
  readonly diffIds: readonly string[]
  readonly history: readonly HistoryEntry[]
}

const ORDER: readonly Strength[] = ['exact', 'strong', 'medium', 'weak', 'assumed']

/**
 * Where the base image ends: the strongest sign decides, and of several as strong the one that gives it most layers.
 *
 * @throws UserError where what the user says of the base does not fit the image.
 */
export function findBase(signs: BaseSigns, known?: KnownBase): Base {
  const { steps } = signs
  const found: Evidence[] = MARKERS.flatMap(({ id, strength, find }) => {
    const sign = find(signs)
    return sign === undefined ? [] : [{ marker: id, strength, ...sign }]
  })
  const fallback: Evidence = {
    marker: 'fallback',
    strength: 'assumed',
    layers: Math.min(1, steps.layers),
    steps: stepsOfLayers(steps, Math.min(1, steps.layers)),
    name: undefined,
  }
  const byWorth = (a: Evidence, b: Evidence): number =>
    ORDER.indexOf(a.strength) - ORDER.indexOf(b.strength) || (b.layers ?? -1) - (a.layers ?? -1)
  const evidence = [...(known === undefined ? [] : [userEvidence(signs, known)]), ...found.sort(byWorth), fallback]
  const decisive = evidence.find(({ layers }) => layers !== undefined) ?? fallback
  const layers = decisive.layers ?? 0
  return {
    layers,
    steps: decisive.steps ?? 0,
    name: layers === 0 ? 'scratch' : (decisive.name ?? evidence.find(({ name }) => name !== undefined)?.name),
    strength: decisive.strength,
    evidence: [decisive, ...evidence.filter((one) => one !== decisive)],
  }
}

function userEvidence(signs: BaseSigns, known: KnownBase): Evidence {
  const { steps } = signs
  if ('images' in known) return { marker: 'user', strength: 'exact', ...builtOn(signs, known.images) }
  const { layers } = known
  if (layers > steps.layers || layers < 0 || !Number.isInteger(layers)) {
    throw new UserError(
      `the image has ${steps.layers} layers, so its base cannot have ${layers}; give a number from 0 to ${steps.layers}`,
    )
  }
  return { marker: 'user', strength: 'exact', layers, steps: stepsOfLayers(steps, layers), name: undefined }
}

/** The one of several images whose layers are the first ones of an image; of several, the one with most layers. */
function builtOn({ diffIds, steps }: BaseSigns, images: readonly BaseImage[]): Sign {
  const comparable = images.filter((base) => base.diffIds.length > 0)
  const common = (base: BaseImage) => {
    const different = base.diffIds.findIndex((diffId, i) => diffIds[i] !== diffId)
    return different < 0 ? base.diffIds.length : different
  }
  const [best] = [...comparable].sort((a, b) => {
    return missingOf(a) - missingOf(b) || b.diffIds.length - a.diffIds.length
  })
  if (best === undefined || !diffIds.some((diffId) => diffId !== undefined)) {
    throw new UserError(
      `${best === undefined ? 'the base that was given' : 'the image'} names no diff IDs, so the two cannot be compared; ` +
        'say with --base-layers how many layers came with the base',
    )
  }
  const layers = best.diffIds.length
  if (missingOf(best) > 0) {
    throw new UserError(
      `the image is not built on the base that was given: they share ${common(best)} of the ${layers} layers of that base; ` +
        'give the archive of the very image that FROM named',
    )
  }
  const isKept = best.history.every(({ createdBy }, i) => steps.steps[i]?.entry.createdBy === createdBy)
  return {
    layers,
    // Some builders write a history of their own.
    steps: best.history.length > 0 && isKept ? best.history.length : stepsOfLayers(steps, layers),
    name: best.tags[0],
  }

  function missingOf(base: BaseImage): number {
    return base.diffIds.length - common(base)
  }
}
