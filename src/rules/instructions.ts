import { applyCommand, initialState } from '../dockerfile/runtime-state.ts'
import { readSteps, type Step } from '../dockerfile/steps.ts'
import { onceForImage } from './once.ts'

/** One entry of the history, and the working directory in which its instruction stood. */
export interface PlacedStep extends Step {
  readonly workingDir: string
  /** The shell in force there, word by word. */
  readonly shell: readonly string[]
}

/** The history of the image as instructions, oldest first. */
export const stepsOf = onceForImage(({ image }): readonly PlacedStep[] => {
  const { steps } = readSteps(image.history, image.layers.length, image.config)
  const state = initialState()
  // Some builders keep only what made a layer.
  const isTold = steps.some(({ instruction }) => instruction.word === 'WORKDIR')
  if (!isTold) state.workingDir = image.config.workingDir ?? '/'
  return steps.map((step) => {
    const { workingDir, shell } = state
    applyCommand(state, step.instruction)
    return { ...step, workingDir, shell }
  })
})

/** The instructions that wrote each layer, by its index; several where one layer holds what several wrote. */
export const writersOf = onceForImage((evidence): readonly (readonly PlacedStep[])[] => {
  const writers: PlacedStep[][] = evidence.image.layers.map(() => [])
  for (const step of stepsOf(evidence)) if (step.group !== undefined) writers[step.group]?.push(step)
  return writers
})

/** The layer at which a finding about an instruction is shown: its own, or the last one that stood when it came. */
export function layerNear(steps: readonly Step[], { index, group }: Step): number {
  if (group !== undefined) return group
  return steps.slice(0, index).findLast(({ layer }) => layer !== undefined)?.layer ?? 0
}
