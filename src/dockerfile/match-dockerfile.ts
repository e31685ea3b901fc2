import { UserError } from '../errors.ts'
import { didYouMean } from '../format/closest.ts'
import { escapeText } from '../format/escape.ts'
import type { Command } from './command.ts'
import { resolvePath } from './image-path.ts'
import type { Instruction } from './instruction.ts'
import type { Dockerfile, DockerfileInstruction, Stage } from './parse-dockerfile.ts'
import { withProtocol } from './runtime-state.ts'
import type { Step } from './steps.ts'

/** How sure it is that a step comes from a line: its text is the line's, or it resembles it. */
export type Certainty = 'same' | 'similar'

/** The line of the user's Dockerfile that a step of the history comes from. */
export interface StepLine {
  /** Place of the step in the history. */
  readonly step: number
  /** Index of the layer that holds what it wrote; undefined where it wrote nothing. */
  readonly layer: number | undefined
  /** First and last line in the file, counted from 1. */
  readonly line: number
  readonly endLine: number
  /** Index of the stage whose text it is. */
  readonly stage: number
  readonly certainty: Certainty
  readonly instruction: DockerfileInstruction
}

interface Candidate {
  readonly stage: number
  readonly instruction: DockerfileInstruction
}

/**
 * The lines of a Dockerfile that the steps of a history come from, in order: those of its final stage (or of the one
 * that `target` names) and of the stages it is built on. Steps of the base image, and lines that the image does not
 * have, are left out.
 */
export function matchDockerfile(steps: readonly Step[], dockerfile: Dockerfile, target?: string): StepLine[] {
  const candidates = instructionsOf(dockerfile, target)
  // Each line makes one step at most, so no more than so many steps can be the image's own.
  const own = steps.slice(-Math.min(candidates.length + MARGIN, LONGEST))
  const lines = candidates.slice(-LONGEST)
  return align(own, lines).map(([step, { stage, instruction }, likeness]) => ({
    step: step.index,
    layer: step.group,
    line: instruction.line,
    endLine: instruction.endLine,
    stage,
    certainty: likeness === 1 ? 'same' : 'similar',
    instruction,
  }))
}

const MARGIN = 16
// Aligning takes steps times lines; most systems allow an image 127 layers.
const LONGEST = 500

/**
 * The stages that an image is made of, the one on the base image first: the final stage, or the one that `target` names
 * or counts, and those that it is built on.
 *
 * @throws UserError where there is no such stage.
 */
export function stagesOf({ name, stages }: Dockerfile, target?: string): Stage[] {
  const wanted = target?.toLowerCase()
  const chain: Stage[] = []
  let stage =
    wanted === undefined ? stages.at(-1) : (stages.find((one) => one.name === wanted) ?? stages[Number(wanted)])
  if (stage === undefined) {
    const names = stages.flatMap((one) => one.name ?? [])
    const hint = didYouMean(target ?? '', names) || (names.length === 0 ? '' : `; it has ${names.join(', ')}`)
    throw new UserError(
      `${escapeText(name)} has no stage "${escapeText(target ?? '')}"${escapeText(hint)}; check --target`,
    )
  }
  while (stage !== undefined) {
    chain.unshift(stage)
    stage = stage.parent === undefined ? undefined : stages[stage.parent]
  }
  return chain
}

function instructionsOf(dockerfile: Dockerfile, target: string | undefined): Candidate[] {
  return stagesOf(dockerfile, target).flatMap(({ index, instructions }) =>
    instructions.map((instruction) => ({ stage: index, instruction })),
  )
}

/** The pairing that keeps both orders and has the most likeness in all; of equal ones the latest. */
function align(steps: readonly Step[], lines: readonly Candidate[]): [Step, Candidate, number][] {
  const width = lines.length + 1
  const wordsOf = wordReader()
  const best = new Float64Array((steps.length + 1) * width)
  const likenesses = new Float64Array(steps.length * lines.length)
  for (const [i, { instruction }] of steps.entries()) {
    for (const [j, line] of lines.entries()) {
      const likeness = likenessOf(instruction, line.instruction, wordsOf)
      likenesses[i * lines.length + j] = likeness
      const paired = likeness > 0 ? (best[i * width + j] ?? 0) + likeness : 0
      const skipped = Math.max(best[i * width + j + 1] ?? 0, best[(i + 1) * width + j] ?? 0)
      best[(i + 1) * width + j + 1] = Math.max(paired, skipped)
    }
  }
  const pairs: [Step, Candidate, number][] = []
  let i = steps.length
  let j = lines.length
  while (i > 0 && j > 0) {
    const here = best[i * width + j] ?? 0
    const likeness = likenesses[(i - 1) * lines.length + j - 1] ?? 0
    const step = steps[i - 1]
    const line = lines[j - 1]
    if (
      likeness > 0 &&
      step !== undefined &&
      line !== undefined &&
      here === (best[(i - 1) * width + j - 1] ?? 0) + likeness
    ) {
      pairs.unshift([step, line, likeness])
      i--
      j--
    } else if (here === best[(i - 1) * width + j]) i--
    else j--
  }
  return pairs
}

/** Where two texts are less alike than this, they are two instructions rather than one that was changed. */
const ALIKE = 0.5

/** How like a step and a line are: 1 for the same instruction, 0 for different ones. */
function likenessOf(step: Instruction, line: DockerfileInstruction, wordsOf: WordsOf): number {
  if (step.word !== line.word) return 0
  const known = HOW[line.word]
  const likeness =
    known === undefined ? likenessOfTexts(listed(step), listed(line), wordsOf) : known(step, line, wordsOf)
  return likeness >= ALIKE ? likeness : 0
}

type Likeness = (step: Instruction, line: DockerfileInstruction, wordsOf: WordsOf) => number

const HOW: Readonly<Record<string, Likeness>> = {
  RUN: (step, line, wordsOf) => likenessOfTexts(commandOf(step), commandOf(line), wordsOf),
  CMD: likenessOfCommands,
  ENTRYPOINT: likenessOfCommands,
  COPY: likenessOfCopies,
  ADD: likenessOfCopies,
  WORKDIR: (step, line) => (pathIn(line, step.args[0]) === pathIn(line, line.args[0]) ? 1 : 0),
  ENV: likenessOfPairs,
  LABEL: likenessOfPairs,
  ARG: likenessOfPairs,
}

function commandOf({ form, args, text, heredocs }: Command | Instruction): string {
  if (form === 'exec') return args.join(' ')
  // A heredoc that is the whole command is recorded as the script it holds.
  const [only] = heredocs
  return only?.body !== undefined && /^<<-?\S+$/.test(text.split('\n', 1)[0]?.trim() ?? '') ? only.body : text
}

function likenessOfCommands(step: Instruction, line: DockerfileInstruction, wordsOf: WordsOf): number {
  const run = (command: Command | Instruction, shell: readonly string[]): string =>
    (command.form === 'exec' ? command.args : [...shell, command.text]).join(' ')
  return likenessOfTexts(run(step, line.shell), run(line, line.shell), wordsOf)
}

function likenessOfCopies(step: Instruction, line: DockerfileInstruction): number {
  const there = pathIn(line, step.destination) === pathIn(line, line.destination)
  if (step.sources.length === 0) return there ? 0.9 : 0
  const heredocs = line.heredocs.map(({ name }) => name)
  const plain = (path: string): string => path.replace(/^<<-?(["']?)(.*)\1$/, '$2').replace(/^\.?\/+|\/+$/g, '')
  const sources = new Set(line.sources.map(plain))
  const shared = step.sources.filter((path) => sources.has(plain(path)) || heredocs.includes(plain(path))).length
  return (shared / Math.max(step.sources.length, line.sources.length) + (there ? 1 : 0)) / 2
}

function pathIn({ workingDir }: DockerfileInstruction, path = ''): string {
  return resolvePath(workingDir, path)
}

/** Two lists of values are as like as the names and values that both have. */
function likenessOfPairs(step: Instruction, line: DockerfileInstruction): number {
  const values = new Map(line.pairs)
  const names = step.pairs.filter(([name]) => values.has(name)).length
  const same = step.pairs.filter(([name, value]) => values.has(name) && values.get(name) === value).length
  const all = Math.max(step.pairs.length, line.pairs.length)
  return all === 0 ? 0 : (names + same) / (2 * all)
}

function listed({ word, args, text }: Command | Instruction): string {
  if (args.length === 0) return text
  return (word === 'EXPOSE' ? args.map(withProtocol) : [...args]).sort().join(' ')
}

/** The share of words that two texts have in common; 1 only where they differ in white space at most. */
function likenessOfTexts(a: string, b: string, wordsOf: WordsOf): number {
  const [left, right] = [wordsOf(a), wordsOf(b)]
  if (left.text === right.text) return 1
  // Not even half of the words can be shared.
  if (Math.max(left.length, right.length) > 3 * Math.min(left.length, right.length)) return 0
  const [fewer, more] = left.counts.size < right.counts.size ? [left, right] : [right, left]
  let shared = 0
  for (const [word, count] of fewer.counts) shared += Math.min(count, more.counts.get(word) ?? 0)
  return Math.min(0.99, (2 * shared) / (left.length + right.length))
}

/** The words of a text: how many there are, how often each comes, and all of them with single spaces. */
interface Words {
  readonly length: number
  readonly counts: ReadonlyMap<string, number>
  readonly text: string
}

type WordsOf = (text: string) => Words

/** Gives the words of a text, and keeps them: each is compared with many. */
function wordReader(): WordsOf {
  const known = new Map<string, Words>()
  return (text) => {
    const words = known.get(text) ?? readWords(text)
    known.set(text, words)
    return words
  }
}

function readWords(text: string): Words {
  const words = text.split(/\s+/).filter((word) => word !== '')
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return { length: words.length, counts, text: words.join(' ') }
}
