import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import { type Command, parseCommand, parseWord, type Word } from './command.ts'
import { joinLines, type LogicalLine } from './logical-lines.ts'
import { applyCommand, initialState, type RuntimeState } from './runtime-state.ts'
import type { Lookup } from './words.ts'

/** An instruction of the user's Dockerfile, its variables replaced where they are known. */
export interface DockerfileInstruction extends Command {
  /** First and last line in the file, counted from 1. */
  readonly line: number
  readonly endLine: number
  /** The working directory that it runs in. */
  readonly workingDir: string
  /** The shell in force, word by word. */
  readonly shell: readonly string[]
}

/** One stage of a Dockerfile. */
export interface Stage {
  readonly index: number
  /** Its name behind AS, in lower case, since names ignore case. */
  readonly name: string | undefined
  /** The image that FROM names, or the name of an earlier stage. */
  readonly from: string
  /** Index of the earlier stage that it is built on. */
  readonly parent: number | undefined
  /** Line of its FROM. */
  readonly line: number
  /** All below FROM, those included that the parent's ONBUILD adds. */
  readonly instructions: readonly DockerfileInstruction[]
}

/** A Dockerfile as its stages, in order. */
export interface Dockerfile {
  readonly name: string
  readonly stages: readonly Stage[]
}

/** What a Dockerfile is read with. */
export interface DockerfileOptions {
  /** What messages call it. */
  readonly name?: string
  /** Build arguments that the image was built with. */
  readonly buildArgs?: ReadonlyMap<string, string>
}

interface OpenStage extends Omit<Stage, 'instructions'> {
  readonly state: RuntimeState
  readonly args: Map<string, string>
  readonly instructions: DockerfileInstruction[]
  /** What its ONBUILD instructions leave to stages that are built on it. */
  readonly triggers: LogicalLine[]
}

/**
 * The stages of a Dockerfile and their instructions, with the lines that they stand on.
 *
 * @throws UserError where it is no Dockerfile: a word that is no instruction, a heredoc without end, no FROM.
 */
export function parseDockerfile(text: string, { name = 'Dockerfile', buildArgs }: DockerfileOptions = {}): Dockerfile {
  const { escapeMark, lines } = joinLines(text, escapeText(name))
  const given = buildArgs ?? new Map<string, string>()
  const globals = new Map<string, string>()
  const stages: OpenStage[] = []
  for (const logical of lines) {
    const { word, rest } = splitLine(logical, name)
    const stage = stages.at(-1)
    if (word === 'FROM') stages.push(openStage(rest, logical, stages, globals))
    else if (stage !== undefined) addInstruction(stage, word, rest, logical)
    else if (word === 'ARG') declare(parseCommand('ARG', rest, reading(globals)), globals, given, new Map())
    else throw wrong(name, logical, `${word} comes before the first FROM; only ARG may`)
  }
  if (stages.length === 0) {
    throw new UserError(
      `${escapeText(name)} has no FROM, so it is no Dockerfile; give the one that the image was built from`,
    )
  }
  return {
    name,
    stages: stages.map(({ state: _state, args: _args, triggers: _triggers, ...stage }) => stage),
  }

  function reading(variables: ReadonlyMap<string, string>) {
    // What is not known stays as it is written: the base image may set it.
    const lookup: Lookup = (variable) => variables.get(variable) ?? `\${${variable}}`
    return { written: true, escapeMark, lookup }
  }

  function openStage(
    rest: string,
    { line }: LogicalLine,
    earlier: readonly OpenStage[],
    variables: ReadonlyMap<string, string>,
  ): OpenStage {
    const [from = '', as, stageName] = parseCommand('FROM', rest, reading(variables)).args
    const parent = earlier.findLast((stage) => stage.name === from.toLowerCase())
    const state = parent === undefined ? initialState() : copyState(parent.state)
    const stage: OpenStage = {
      index: earlier.length,
      name: as?.toUpperCase() === 'AS' ? stageName?.toLowerCase() : undefined,
      from,
      parent: parent?.index,
      line,
      state,
      args: new Map(),
      instructions: [],
      triggers: [],
    }
    for (const trigger of parent?.triggers ?? []) {
      const { word, rest: text } = splitLine(trigger, name)
      addInstruction(stage, word, text, trigger)
    }
    return stage
  }

  function addInstruction(stage: OpenStage, word: Word, rest: string, { line, endLine }: LogicalLine): void {
    const { state, args, instructions, triggers } = stage
    // ENV wins over ARG (Dockerfile reference, "Using ARG variables").
    const command = parseCommand(word, rest, reading(new Map([...args, ...state.env])))
    instructions.push({ ...command, line, endLine, workingDir: state.workingDir, shell: state.shell })
    applyCommand(state, command)
    if (word === 'ARG') declare(command, args, given, globals)
    if (word === 'ONBUILD') triggers.push({ line, endLine, text: rest })
  }
}

function splitLine(logical: LogicalLine, name: string): { word: Word; rest: string } {
  const [, first = '', rest = ''] = /^\s*(\S+)\s*(.*)$/s.exec(logical.text) ?? []
  const word = parseWord(first)
  if (word === undefined) throw wrong(name, logical, `"${escapeText(first.slice(0, 40))}" is no instruction`)
  return { word, rest }
}

function wrong(name: string, { line }: LogicalLine, what: string): UserError {
  return new UserError(`${escapeText(name)}, line ${line}: ${what}; correct it, or name the Dockerfile of the image`)
}

function declare(
  { pairs }: Command,
  variables: Map<string, string>,
  given: ReadonlyMap<string, string>,
  globals: ReadonlyMap<string, string>,
): void {
  for (const [name, value] of pairs) {
    const known = given.get(name) ?? value ?? globals.get(name)
    if (known !== undefined) variables.set(name, known)
  }
}

function copyState(state: RuntimeState): RuntimeState {
  return {
    ...state,
    env: new Map(state.env),
    labels: new Map(state.labels),
    ports: new Set(state.ports),
    volumes: new Set(state.volumes),
  }
}
