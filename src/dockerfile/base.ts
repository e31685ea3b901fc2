import { UserError } from '../errors.ts'
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

/** What the user knows better: how many layers the base image has, or its diff IDs (and history entries). */
export type KnownBase =
  | { readonly layers: number }
  | { readonly diffIds: readonly string[]; readonly steps?: number; readonly name?: string }

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

function userEvidence({ steps, diffIds }: BaseSigns, known: KnownBase): Evidence {
  const layers = 'layers' in known ? known.layers : commonLayers(diffIds, known.diffIds)
  if (layers > steps.layers || layers < 0 || !Number.isInteger(layers)) {
    throw new UserError(
      `the image has ${steps.layers} layers, so its base cannot have ${layers}; give a number from 0 to ${steps.layers}`,
    )
  }
  const count = 'layers' in known ? undefined : known.steps
  const name = 'layers' in known ? undefined : known.name
  return { marker: 'user', strength: 'exact', layers, steps: count ?? stepsOfLayers(steps, layers), name }
}

function commonLayers(image: readonly (string | undefined)[], base: readonly string[]): number {
  const different = base.findIndex((diffId, i) => image[i] !== diffId)
  const common = different < 0 ? base.length : different
  if (common < base.length) {
    throw new UserError(
      `the image is not built on the base that was given: they share ${common} of the ${base.length} layers of that base; ` +
        'give the archive of the very image that FROM named',
    )
  }
  return common
}
