import type { Base } from './base.ts'
import { type Certainty, matchDockerfile, type StepLine, stagesOf } from './match-dockerfile.ts'
import type { Dockerfile, DockerfileInstruction } from './parse-dockerfile.ts'
import type { Step } from './steps.ts'

/** Where something of an image stands in the user's Dockerfile. */
export interface DockerfileLine {
  /** First and last line, counted from 1. */
  readonly line: number
  readonly endLine: number
  readonly certainty: Certainty
}

/** A place of an image: what one of its layers holds, or one instruction of its history. */
export interface Place {
  /** Index of the layer. */
  readonly layer: number
  /** Index of the layer that hid what the first one holds, where one did. */
  readonly by?: number
  /** Place in the history of the one instruction that is meant, where one is. */
  readonly step?: number
}

/** The user's Dockerfile beside the image that was built from it. */
export interface Located {
  /** The lines of a place; what came with the base is at FROM, unless an own layer hid it. */
  lineOf(place: Place): DockerfileLine | undefined
  /** The instructions that wrote a layer, in order. */
  writersOf(layer: number): readonly DockerfileInstruction[]
  /** The lines that made the image, in order, and the layer of each. */
  readonly lines: readonly StepLine[]
  /** All instructions of the image, in order. */
  readonly instructions: readonly DockerfileInstruction[]
}

/**
 * Finds the places of an image in its Dockerfile.
 *
 * @throws UserError where it has no stage of the name `target`.
 */
export function locate(steps: readonly Step[], base: Base, dockerfile: Dockerfile, target?: string): Located {
  const stages = stagesOf(dockerfile, target)
  // A sign may mistake own layers for the base's, a proof does not.
  const own = base.strength === 'exact' ? steps.filter((step) => !isOfBase(step, base)) : steps
  const lines = matchDockerfile(own, dockerfile, target)
  const from = stages[0]?.line ?? 1
  const isSure = base.strength === 'exact' || base.strength === 'strong'
  const ofLayer = (layer: number): StepLine[] => lines.filter((line) => line.layer === layer)
  return {
    lineOf({ layer, by, step }) {
      const one = step === undefined ? [] : lines.filter((line) => line.step === step)
      if (one.length > 0) return spanOf(one)
      const written = ofLayer(layer)
      if (written.length > 0) return spanOf(written)
      if (by !== undefined && by >= base.layers) return spanOf(ofLayer(by))
      if (layer >= base.layers) return undefined
      return { line: from, endLine: from, certainty: isSure ? 'same' : 'similar' }
    },
    writersOf: (layer) => ofLayer(layer).map(({ instruction }) => instruction),
    lines,
    instructions: stages.flatMap(({ instructions }) => instructions),
  }
}

function isOfBase({ index, group }: Step, base: Base): boolean {
  return group === undefined ? index < base.steps : group < base.layers
}

/** From the first to the last of some lines; of several it is one, and nothing says which. */
function spanOf(lines: readonly StepLine[]): DockerfileLine | undefined {
  const [first, ...others] = lines
  if (first === undefined) return undefined
  const certainty = others.length > 0 ? 'similar' : first.certainty
  return {
    line: Math.min(...lines.map(({ line }) => line)),
    endLine: Math.max(...lines.map(({ endLine }) => endLine)),
    certainty,
  }
}
