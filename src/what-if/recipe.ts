import { type Command, parseCommand, type Word } from '../dockerfile/command.ts'
import { shellTextsOf } from '../dockerfile/harmless.ts'
import { joinLines } from '../dockerfile/logical-lines.ts'
import type { StepLine } from '../dockerfile/match-dockerfile.ts'
import type { Reconstruction } from '../dockerfile/reconstruct.ts'

/** An instruction of a Dockerfile by its place, and what it is. */
export interface RecipeInstruction {
  /** First and last line, counted from 1. */
  readonly first: number
  readonly last: number
  /** Index of the layer that holds what it wrote. */
  readonly layer: number
  readonly command: Command
}

/** A Dockerfile as lines, and those of its instructions of which the layer is known. */
export interface Recipe {
  /** The file that a diff names. */
  readonly name: string
  readonly lines: readonly string[]
  readonly instructions: readonly RecipeInstruction[]
}

/** The reconstructed Dockerfile of an image as lines; what came with the base image is in its FROM. */
export function recipeOf({ lines: all }: Reconstruction): Recipe {
  const lines: string[] = []
  const places: Place[] = []
  for (const { part, text, layer, within } of all) {
    if (part === 'base' || text === '') continue
    const first = lines.length + 1
    for (const line of text.split('\n')) lines.push(line)
    const holder = layer ?? within
    if (part === 'own' && holder !== undefined) places.push({ first, last: lines.length, layer: holder })
  }
  return recipe('Dockerfile', lines, places)
}

/** The user's own Dockerfile as lines, with the layers that its lines were matched to. */
export function recipeOfFile(name: string, text: string, matched: readonly StepLine[]): Recipe {
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/)
  const places = matched.flatMap(({ line, endLine, layer }) =>
    layer === undefined ? [] : [{ first: line, last: endLine, layer }],
  )
  return recipe(name, lines, places)
}

/** An instruction that runs commands, whatever stage it is in. */
export interface LaterRun {
  /** First line, counted from 1. */
  readonly line: number
  /** What shells run of it. */
  readonly texts: readonly string[]
}

/** The RUN instructions of a Dockerfile, in order; undefined where they cannot be told. */
export function runsOf({ lines }: Recipe): LaterRun[] | undefined {
  try {
    return joinLines(lines.join('\n'), 'Dockerfile').lines.flatMap(({ line, text }) => {
      const run = /^\s*(?:ONBUILD\s+)?RUN\s+([\s\S]*)$/i.exec(text)?.[1]
      return run === undefined ? [] : [{ line, texts: shellTextsOf(parseCommand('RUN', run, { written: true })) }]
    })
  } catch {
    return undefined
  }
}

type Place = Omit<RecipeInstruction, 'command'>

function recipe(name: string, lines: readonly string[], places: readonly Place[]): Recipe {
  const instructions = places.flatMap((place) => {
    const command = commandAt(lines, place)
    return command === undefined ? [] : [{ ...place, command }]
  })
  return { name, lines, instructions }
}

/** The instruction on some lines; undefined where they hold none that can be read. */
function commandAt(lines: readonly string[], { first, last }: Place): Command | undefined {
  const text = lines.slice(first - 1, last).join('\n')
  const [, word = '', rest = ''] = /^\s*([A-Za-z]+)\s+([\s\S]*)$/.exec(joined(text)) ?? []
  return isEditable(word.toUpperCase()) ? parseCommand(word.toUpperCase() as Word, rest, { written: true }) : undefined
}

/** Instructions that can be changed so that they write less. */
function isEditable(word: string): boolean {
  return word === 'RUN' || word === 'COPY' || word === 'ADD'
}

function joined(text: string): string {
  try {
    return joinLines(text, 'Dockerfile').lines[0]?.text ?? ''
  } catch {
    return ''
  }
}
