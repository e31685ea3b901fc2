import type { HistoryEntry } from '../oci/history.ts'
import type { RuntimeConfig } from '../oci/runtime-config.ts'
import type { Changeset } from '../tree/node.ts'
import { type Base, findBase, type KnownBase } from './base.ts'
import { type Lost, type Word, whenOf } from './command.ts'
import type { Confidence } from './instruction.ts'
import { printInstruction } from './print-instruction.ts'
import type { Producer } from './producer.ts'
import { applyCommand, initialState, missingInstructions, type RuntimeState } from './runtime-state.ts'
import { readSteps, type Step } from './steps.ts'
import { type Wrote, wroteBeneath } from './wrote.ts'

/** What an image says of how it was made. */
export interface ImageRecord {
  readonly history: readonly HistoryEntry[]
  readonly config: RuntimeConfig
  /** Diff ID of each layer, undefined where the config names none; one element for each layer of the image. */
  readonly diffIds: readonly (string | undefined)[]
  /** What each layer changes, where it was read. */
  readonly changesets?: readonly (Changeset | undefined)[]
  /** Text of `/etc/os-release` in the final rootfs, where it was read. */
  readonly osRelease?: string | undefined
}

/** One instruction of a reconstructed Dockerfile. */
export interface Line {
  /** `from` opens the Dockerfile; `base` came with the base image; `own` is the image's; `config` is only in the image config. */
  readonly part: 'from' | 'base' | 'own' | 'config'
  /** The instruction as a Dockerfile has it, over several lines where it is long; not escaped. Empty where nothing is recorded. */
  readonly text: string
  readonly word: Word | undefined
  /** `build` where it makes a layer, or works during the build alone; `runtime` where it sets how containers start. */
  readonly phase: 'build' | 'runtime'
  /** Index of the layer that it made. */
  readonly layer: number | undefined
  /** Index of the layer that holds what it wrote, where a later instruction made that layer for several. */
  readonly within: number | undefined
  /** Place of its entry in the history. */
  readonly step: number | undefined
  /** `inferred` where it is not of the history. */
  readonly confidence: Confidence | 'inferred'
  readonly lost: readonly Lost[]
  readonly producer: Producer
  /** What its layer holds at the destination of a COPY or ADD of which the sources are lost. */
  readonly wrote: Wrote | undefined
}

/** The Dockerfile of an image, as far as the image tells. */
export interface Reconstruction {
  readonly base: Base
  /** False where history and layers differ in number, so that the layer of each line is a guess. */
  readonly aligned: boolean
  /** FROM, then every step in order, then what only the config says; each layer is the layer of exactly one line. */
  readonly lines: readonly Line[]
}

/**
 * The Dockerfile of an image: its history as instructions, completed by its config.
 * `base` is found out where it is left out.
 */
export function reconstruct(image: ImageRecord, base: Base = baseOf(image)): Reconstruction {
  const { history, config, diffIds, changesets = [] } = image
  const steps = readSteps(history, diffIds.length, config)
  const state = initialState()
  const lines: Line[] = [
    { ...NOTHING, part: 'from', word: 'FROM', text: fromText(base), confidence: 'inferred', producer: 'unknown' },
  ]
  for (const step of steps.steps) {
    const part = partOf(step, base)
    // An entry that says nothing and made nothing is no line.
    const isLine = step.layer !== undefined || step.instruction.text !== '' || step.instruction.word !== undefined
    if (isLine) lines.push(lineOf(step, part, state, step.group === undefined ? undefined : changesets[step.group]))
    applyCommand(state, step.instruction)
  }
  const made = steps.steps.filter(({ layer }) => layer !== undefined).length
  for (let layer = made; layer < diffIds.length; layer++) {
    lines.push({ ...NOTHING, part: layer < base.layers ? 'base' : 'own', layer })
  }
  for (const text of missingInstructions(config, state)) {
    const word = text.split(' ', 1)[0] as Word
    lines.push({ ...NOTHING, part: 'config', text, word, phase: 'runtime', confidence: 'inferred' })
  }
  return { base, aligned: steps.aligned, lines }
}

/**
 * Where the base of an image ends: as the user says, else as the image tells.
 *
 * @throws UserError where what the user says of the base does not fit the image.
 */
export function baseOf({ history, config, diffIds, osRelease }: ImageRecord, known?: KnownBase): Base {
  return findBase({ steps: readSteps(history, diffIds.length, config), config, diffIds, osRelease }, known)
}

const NOTHING = {
  text: '',
  word: undefined,
  phase: 'build',
  layer: undefined,
  within: undefined,
  step: undefined,
  confidence: 'unknown',
  lost: [],
  producer: 'unknown',
  wrote: undefined,
} as const satisfies Omit<Line, 'part'>

/** A layer decides for its step; the signs may know less of the history than of the layers. */
function partOf({ index, layer }: Step, base: Base): 'base' | 'own' {
  return (layer === undefined ? index < base.steps : layer < base.layers) ? 'base' : 'own'
}

function fromText({ name }: Base): string {
  return `FROM ${(name ?? '<base image unknown>').replace(/[\r\n]/g, ' ')}`
}

function lineOf(step: Step, part: 'base' | 'own', state: RuntimeState, changeset: Changeset | undefined): Line {
  const { index, layer, group, instruction } = step
  const { word, lost, confidence, producer, destination } = instruction
  const looked = lost.includes('sources') && destination !== undefined && changeset !== undefined
  return {
    part,
    text: printInstruction(instruction, state.shell),
    word,
    phase: group === undefined && (word === undefined || whenOf(word) !== 'build') ? 'runtime' : 'build',
    layer,
    within: layer === undefined ? group : undefined,
    step: index,
    confidence,
    lost,
    producer,
    wrote: looked ? wroteBeneath(changeset, destination, state.workingDir) : undefined,
  }
}
