import type { Claimed } from '../rules/find.ts'
import { find } from '../tree/tree.ts'
import { type Choice, describeChange } from './choices.ts'
import type { Entries } from './entries.ts'
import { instructionEdit } from './instruction-edit.ts'
import type { Instance } from './operations.ts'
import type { Recipe, RecipeInstruction } from './recipe.ts'
import { rootsOf } from './roots.ts'
import { newFileDiff, unifiedDiff } from './unified-diff.ts'

/** A proposal for a Dockerfile: what a diff can say, and what cannot be said in one. */
export interface Proposal {
  /** Lines of a unified diff; none where nothing is proposed. Not escaped. */
  readonly diff: readonly string[]
  /** Findings whose change is not part of the diff, and why. */
  readonly byHand: readonly { readonly id: string; readonly change: string; readonly why: string }[]
}

/** What is to change about one instruction. */
export interface Change {
  /** Flags behind its word, such as a cache mount or an owner. */
  readonly flags: Set<string>
  /** Paths that it deletes at its end, without a leading slash. */
  readonly removals: Set<string>
  /** The instructions that it takes in, in order. */
  readonly joined: RecipeInstruction[]
  /** Whether nothing is left of it. */
  dropped: boolean
  readonly reasons: Set<string>
}

/** More paths than these are not worth a command of their own. */
const MOST_PATHS = 12

/** Changes of a Dockerfile, and lines of a `.dockerignore`, for the findings that are applied. Whether it builds is not checked. */
export function proposeEdits(entries: Entries, recipe: Recipe, choices: readonly Choice[]): Proposal {
  const draft = new Draft(entries, recipe)
  const byHand = choices.flatMap((choice) => {
    const why = draft.take(choice)
    return why === undefined ? [] : [{ id: choice.claimed.finding.id, change: describeChange(choice), why }]
  })
  return { diff: draft.diff(), byHand }
}

/** A Dockerfile while changes come in; each finding changes it, or says why it cannot. */
class Draft {
  readonly #entries: Entries
  readonly #recipe: Recipe
  readonly #changes = new Map<RecipeInstruction, Change>()
  readonly #ignored = new Map<string, string>()

  constructor(entries: Entries, recipe: Recipe) {
    this.#entries = entries
    this.#recipe = recipe
  }

  /** Takes the change of a finding in; gives why it cannot be, where that is so. */
  take({ claimed, kind }: Choice): string | undefined {
    if (claimed.finding.origin === 'base') return 'the bytes are of the base image'
    if (claimed.finding.count === 'stage') return 'it takes a build stage'
    switch (kind) {
      case 'never-write':
      case 'same-layer-cleanup':
        return this.#leaveOut(claimed)
      case 'meta-inline':
        return this.#setMetadata(claimed)
      case 'merge-groups':
        return this.#join(claimed)
      default:
        return 'it changes what files are'
    }
  }

  diff(): string[] {
    const edits = [...this.#changes].flatMap(([instruction, change]) =>
      instructionEdit(this.#recipe.lines, instruction, change),
    )
    const ignored = [...this.#ignored.keys()].sort()
    const reasons = [...new Set(this.#ignored.values())].join(', ')
    return [
      ...unifiedDiff(this.#recipe.name, this.#recipe.lines, edits),
      ...newFileDiff('.dockerignore', ignored, reasons),
    ]
  }

  #leaveOut({ finding, files }: Claimed): string | undefined {
    const paths = this.#pathsOf(finding.layer, files)
    if (paths.length > MOST_PATHS) return `it is about ${paths.length} paths`
    if (!paths.every(isPlain)) return 'a path has characters that a command should not have'
    const instruction = this.#instructionOf(finding.layer)
    if (instruction === undefined) return NO_LINE
    if (instruction.command.word !== 'RUN') {
      if (finding.rule === 'overwritten-later' || finding.rule === 'rewritten-later') return 'the file is wanted, once'
      for (const path of paths) this.#ignored.set(`**/${path.slice(path.lastIndexOf('/') + 1)}`, finding.id)
      return undefined
    }
    if (!canAppend(instruction)) return 'the instruction is not a shell command that can go on'
    const change = this.#changeOf(instruction, finding.id)
    const mounts = mountsOf(finding.fix).filter(({ target }) => paths.some((path) => isWithin(`/${path}`, target)))
    for (const { flag } of mounts) change.flags.add(flag)
    for (const path of paths) {
      if (!mounts.some(({ target }) => isWithin(`/${path}`, target))) change.removals.add(path)
    }
    return undefined
  }

  /** The whiteouts that hide files say best what is to be deleted; else their directories do. */
  #pathsOf(layer: number, files: readonly Instance[]): string[] {
    const paths = new Set<string>()
    const rest: Instance[] = []
    for (const file of files) {
      const cover = this.#entries.covers.of(layer, file.path)
      const marker = cover?.markers.find(({ opaque }) => !opaque)
      if (marker === undefined) rest.push(file)
      else paths.add(marker.path)
    }
    for (const path of rootsOf(this.#entries, layer, rest)) paths.add(path)
    return [...paths].sort()
  }

  #setMetadata({ finding, files }: Claimed): string | undefined {
    const { layer, by = layer } = finding
    const [writer, changer] = [this.#instructionOf(layer), this.#instructionOf(by)]
    if (writer === undefined || changer === undefined) return NO_LINE
    if (changer.command.word !== 'RUN' || !onlyChangesMetadata(changer)) return `layer ${by} does more than that`
    if (writer.command.word === 'RUN') return 'the command has to move by hand'
    const flags = this.#metadataFlags(files, by)
    if (flags === undefined) return 'the files get different owners or modes'
    const change = this.#changeOf(writer, finding.id)
    for (const flag of flags) change.flags.add(flag)
    this.#changeOf(changer, finding.id).dropped = true
    return undefined
  }

  /** The flags of a COPY that give some files what a later layer gave them; undefined where it is not the same for all. */
  #metadataFlags(files: readonly Instance[], by: number): string[] | undefined {
    const added = this.#entries.changesetOf(by)?.added
    const owners = new Set<string>()
    const modes = new Set<string>()
    for (const { path, node } of files) {
      const after = added && find(added, path)
      if (after === undefined) return undefined
      const { uid, gid, mode } = after.attributes
      if (uid !== node.attributes.uid || gid !== node.attributes.gid) owners.add(`--chown=${uid}:${gid}`)
      if (mode !== node.attributes.mode) modes.add(`--chmod=${mode.toString(8)}`)
    }
    return owners.size > 1 || modes.size > 1 || owners.size + modes.size === 0 ? undefined : [...owners, ...modes]
  }

  #join({ finding, last = finding.layer }: Claimed): string | undefined {
    const instructions: RecipeInstruction[] = []
    for (let layer = finding.layer; layer <= last; layer++) {
      const instruction = this.#instructionOf(layer)
      if (instruction === undefined) return NO_LINE
      if (!canAppend(instruction) || instruction.command.heredocs.length > 0) return 'an instruction cannot go on'
      instructions.push(instruction)
    }
    const [first, ...others] = instructions.filter((one) => this.#changes.get(one)?.dropped !== true)
    if (first === undefined || others.length === 0) return undefined
    const change = this.#changeOf(first, finding.id)
    for (const other of others) {
      change.joined.push(other)
      const own = this.#changeOf(other, finding.id)
      own.dropped = true
      for (const flag of own.flags) change.flags.add(flag)
      // What is deleted is deleted at the end, when everything that may need it has run.
      for (const path of own.removals) change.removals.add(path)
    }
    return undefined
  }

  #instructionOf(layer: number): RecipeInstruction | undefined {
    const found = this.#recipe.instructions.filter((one) => one.layer === layer)
    return found.length === 1 ? found[0] : undefined
  }

  #changeOf(instruction: RecipeInstruction, reason: string): Change {
    let change = this.#changes.get(instruction)
    if (change === undefined) {
      change = { flags: new Set(), removals: new Set(), joined: [], dropped: false, reasons: new Set() }
      this.#changes.set(instruction, change)
    }
    change.reasons.add(reason)
    return change
  }
}

const NO_LINE = 'no one line is known to have written them'

/** Whether a command can be put behind an instruction's own. */
function canAppend({ command }: RecipeInstruction): boolean {
  const { word, form, text, heredocs } = command
  if (word !== 'RUN' || form !== 'shell') return false
  if (heredocs.length > 0)
    return heredocs.length === 1 && /^<<-?\s*["']?\w+["']?\s*$/.test(text.split('\n', 1)[0] ?? '')
  // Behind a comment or a `&` nothing can follow.
  return !/(?:^|\s)#|&\s*$|[;|]\s*$|\\$/.test(text.trimEnd())
}

/** Whether a command is nothing but chmod and chown. */
function onlyChangesMetadata({ command }: RecipeInstruction): boolean {
  if (command.form !== 'shell' || command.heredocs.length > 0) return false
  return command.text.split('&&').every((part) => /^\s*(?:chmod|chown|chgrp)\s[^;|&`$()]*$/.test(part))
}

/** The cache and tmpfs mounts that a fix names. */
function mountsOf(fix: string): { flag: string; target: string }[] {
  return [...fix.matchAll(/--mount=type=(?:cache|tmpfs)\S*/g)].map(([flag]) => {
    const [, target = ''] = /target=([^,\s]+)/.exec(flag) ?? []
    return { flag, target }
  })
}

function isWithin(path: string, directory: string): boolean {
  return directory !== '' && (path === directory || path.startsWith(`${directory}/`))
}

/** A path that neither a shell, nor a Dockerfile, nor a `.dockerignore` takes for more than its name. */
function isPlain(path: string): boolean {
  return /^[\w@%+=:,./-][\w@%+=:,. /-]*$/.test(path) && !/(?:^|\/)-/.test(path)
}
