import type { HistoryEntry } from '../oci/history.ts'
import type { RuntimeConfig } from '../oci/runtime-config.ts'
import { type Instruction, parseInstruction } from './instruction.ts'
import type { Producer } from './producer.ts'
import { applyCommand, initialState } from './runtime-state.ts'

/** One entry of an image's history, the instruction that it records, and the layer that it made. */
export interface Step {
  /** Place in the history, oldest first. */
  readonly index: number
  readonly entry: HistoryEntry
  readonly instruction: Instruction
  /** Index of the layer it made; undefined where it made none. */
  readonly layer: number | undefined
  /** Index of the layer that holds what it wrote; its own, or one that a later step made for several. */
  readonly group: number | undefined
}

/** The history of an image, read as instructions. */
export interface Steps {
  readonly steps: readonly Step[]
  /** Layers of the image, those that no step made included. */
  readonly layers: number
  /** False where history and layers differ in number, so that which step made which layer is a guess. */
  readonly aligned: boolean
}

/**
 * The history of an image of `layers` layers, paired with them from the start: layers too many have no step,
 * and steps too many count as empty, as BuildKit does where it finds such an image.
 */
export function readSteps(history: readonly HistoryEntry[], layers: number, config: RuntimeConfig = {}): Steps {
  const names = configNames(config)
  const state = initialState()
  const surroundings = { ...(names === undefined ? {} : { names }), lookup: (name: string) => state.env.get(name) }
  let made = 0
  const steps = history.map((entry, index) => {
    const instruction = parseInstruction(entry, { ...surroundings, shell: state.shell })
    applyCommand(state, instruction)
    const layer = entry.emptyLayer || made >= layers ? undefined : made++
    return { index, entry, instruction, layer, group: layer }
  })
  const aligned = history.filter(({ emptyLayer }) => !emptyLayer).length === layers
  return { steps: grouped(steps), layers, aligned }
}

/** Instructions that write files, so that one without a layer has written into a later one. */
const WRITES: ReadonlySet<string | undefined> = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR'])
const CLASSIC: ReadonlySet<Producer> = new Set(['classic', 'buildah'])

/** buildah, told to keep no layers, leaves one layer for all its instructions, and gives it to the last of them. */
function grouped(steps: readonly Step[]): Step[] {
  const groups = steps.map(({ group }) => group)
  let owner: number | undefined
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i]
    if (step === undefined) continue
    const { layer, instruction } = step
    if (layer !== undefined) owner = instruction.producer === 'buildah' ? layer : undefined
    else if (!CLASSIC.has(instruction.producer)) owner = undefined
    else if (WRITES.has(instruction.word)) groups[i] = owner
  }
  return steps.map((step, i) => ({ ...step, group: groups[i] }))
}

function configNames({ env = [], labels = {} }: RuntimeConfig): ReadonlySet<string> | undefined {
  const names = [...env.map((pair) => pair.split('=', 1)[0] ?? ''), ...Object.keys(labels)]
  return names.length === 0 ? undefined : new Set(names)
}
