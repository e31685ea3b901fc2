import type { Stack } from '../analysis/stack.ts'
import type { Image } from '../oci/image.ts'
import type { Claimed } from '../rules/find.ts'
import type { Finding } from '../rules/finding.ts'
import type { Node } from '../tree/node.ts'
import { find, walk } from '../tree/tree.ts'
import { type Choice, choicesOf, describeChange } from './choices.ts'
import { Entries } from './entries.ts'
import { type Change, instructionEdit, isWithin, targetOf } from './instruction-edit.ts'
import type { Instance } from './operations.ts'
import type { Recipe, RecipeInstruction } from './recipe.ts'
import { isNew, rootsOf } from './roots.ts'
import { newFileDiff, unifiedDiff } from './unified-diff.ts'

/** A proposal for a Dockerfile: what a diff can say, and what cannot be said in one. */
export interface Proposal {
  /** Lines of a unified diff; none where nothing is proposed. Not escaped. */
  readonly diff: readonly string[]
  /** Findings whose change is not part of the diff, and why. */
  readonly byHand: readonly { readonly id: string; readonly change: string; readonly why: string }[]
}

/** More paths than these are not worth a command of their own. */
const MOST_PATHS = 12

/**
 * Changes of a Dockerfile, and lines of a `.dockerignore`, for the findings of some ids. Whether the result builds is
 * not checked.
 */
export function propose(
  image: Image,
  stack: Stack,
  bloat: readonly Claimed[],
  ids: ReadonlySet<string>,
  recipe: Recipe,
): Proposal {
  const draft = new Draft(new Entries(image, stack), recipe)
  const choices = choicesOf(bloat).filter(({ claimed }) => ids.has(claimed.finding.id))
  const byHand = choices.flatMap((choice) => {
    const why = draft.take(choice)
    return why === undefined ? [] : [{ choice, why }]
  })
  return {
    byHand: byHand
      .filter(({ choice }) => !draft.isOneRun(choice.claimed.finding))
      .map(({ choice, why }) => ({ id: choice.claimed.finding.id, change: describeChange(choice), why })),
    diff: draft.diff(),
  }
}

/** A Dockerfile while changes come in; each finding changes it, or says why it cannot. */
class Draft {
  readonly #entries: Entries
  readonly #recipe: Recipe
  readonly #changes = new Map<RecipeInstruction, Change>()
  readonly #ignored = new Map<string, string>()
  /** What each chmod and chown sets that is set before it now. */
  readonly #settled = new Map<RecipeInstruction, Set<string>>()

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

  /** Whether what wrote the bytes of a finding and what hid them became one instruction, so that nothing of it is left. */
  isOneRun({ layer, by = layer }: Finding): boolean {
    const [writer, hider] = [this.#instructionOf(layer), this.#instructionOf(by)]
    if (writer === undefined || hider === undefined || writer === hider) return false
    return [...this.#changes].some(([into, { joined }]) => {
      const all = [into, ...joined]
      return all.includes(writer) && all.includes(hider)
    })
  }

  diff(): string[] {
    this.#dropSettled()
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
    const { id, layer, by, fix } = finding
    const instruction = this.#instructionOf(layer)
    if (instruction === undefined) return NO_LINE
    if (instruction.command.word !== 'RUN') return this.#ignore(instruction, finding, files)
    if (!canAppend(instruction)) return 'the instruction is not a shell command that can go on'
    const mounts = mountsOf(fix).filter(({ target }) => files.some(({ path }) => isWithin(`/${path}`, target)))
    const rest = files.filter(({ path }) => !mounts.some(({ target }) => isWithin(`/${path}`, target)))
    const paths = this.#pathsOf(layer, rest)
    const problem = problemOf(paths)
    if (problem !== undefined) return problem
    const change = this.#changeOf(instruction, id)
    for (const { flag } of mounts) change.flags.add(flag)
    for (const path of paths) change.removals.set(path, by)
    return undefined
  }

  /** Files of the build context are left out of it, where the rule says that nothing needs them there. */
  #ignore({ command }: RecipeInstruction, { id, layer, fix }: Finding, files: readonly Instance[]): string | undefined {
    if (command.flags.some(({ name }) => name === 'from')) return 'the files come from another stage'
    if (!/(?:>|to) \.dockerignore/.test(fix)) return 'a later step may need what was copied'
    const paths = this.#pathsOf(layer, files)
    const problem = problemOf(paths)
    if (problem !== undefined) return problem
    for (const path of paths) this.#ignored.set(`**/${path.replace(/^.*\/(?=[^*])/, '')}`, id)
    return undefined
  }

  /** The directories that whiteouts hide are what is to be deleted; else those of which nothing is left. */
  #pathsOf(layer: number, files: readonly Instance[]): string[] {
    const paths = new Set<string>()
    const rest: Instance[] = []
    for (const file of files) {
      const cover = this.#entries.covers.of(layer, file.path)
      const marker = cover?.markers.find(({ opaque, path }) => !opaque && path !== file.path)
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
    const isRun = writer.command.word === 'RUN'
    const settled = isRun ? this.#setInRun(writer, finding, files) : this.#setInCopy(writer, finding, files)
    if (typeof settled === 'string') return settled
    const all = this.#settled.get(changer) ?? new Set()
    this.#settled.set(changer, all)
    for (const path of settled) all.add(path)
    this.#changeOf(changer, finding.id)
    return undefined
  }

  /** Lets a COPY give its files what a later layer gives some; gives the paths that come out right, or why it cannot be. */
  #setInCopy(writer: RecipeInstruction, { id, layer, by = layer }: Finding, files: readonly Instance[]) {
    const flags = this.#metadataFlags(files, by)
    if (flags === undefined) return UNLIKE
    const change = this.#changeOf(writer, id)
    for (const flag of flags) change.flags.add(flag)
    const paths = new Set(files.map(({ path }) => path))
    const written = this.#entries.changesetOf(layer)?.added
    if (written === undefined) return paths
    // A COPY sets the directories that it makes, and those alone.
    walk(written, '', (path, node) => {
      if (node.kind === 'directory' && isNew(this.#entries, layer, path)) paths.add(path)
    })
    return paths
  }

  /** Lets a RUN end with the chown and chmod of a later layer, for what it wrote itself. */
  #setInRun(writer: RecipeInstruction, { id, layer, by = layer }: Finding, files: readonly Instance[]) {
    const written = this.#entries.changesetOf(layer)?.added
    const changed = this.#entries.changesetOf(by)?.added
    const [first] = files
    const after = first && changed && find(changed, first.path)?.attributes
    if (after === undefined || written === undefined) return NO_LINE
    if (!canAppend(writer)) return 'the instruction is not a shell command that can go on'
    const roots = rootsOf(this.#entries, layer, files)
    const problem = problemOf(roots)
    if (problem !== undefined) return problem
    const paths = new Set<string>()
    const touched = roots.flatMap((root) => {
      const path = root.replace(/\/\*$/, '')
      const node = find(written, path)
      const found: [string, Node][] = node === undefined ? [] : [[path, node]]
      if (node?.kind === 'directory') walk(node, path, (at, one) => found.push([at, one]))
      // A star stands for what is in a directory, which itself stays as it is.
      return root.endsWith('/*') ? found.slice(1) : found
    })
    const chmods = touched.some(([, node]) => node.kind === 'file' && node.attributes.mode !== after.mode)
    for (const [path, node] of touched) {
      paths.add(path)
      // A chown of a directory leaves links as they are.
      if (node.kind === 'symlink') continue
      const shown = find(this.#entries.stack.rootfs, path)?.attributes
      if (shown === undefined || shown.uid !== after.uid || shown.gid !== after.gid) return UNLIKE
      if (chmods && (node.kind === 'directory' || shown.mode !== after.mode)) return UNLIKE
    }
    const change = this.#changeOf(writer, id)
    const all = roots.map((root) => `/${root}`).join(' ')
    const chowns = touched.some(
      ([
        ,
        {
          kind,
          attributes: { uid, gid },
        },
      ]) => {
        return kind !== 'symlink' && (uid !== after.uid || gid !== after.gid)
      },
    )
    if (chowns) change.commands.add(`chown -R ${after.uid}:${after.gid} ${all}`)
    if (chmods) change.commands.add(`chmod ${after.mode.toString(8)} ${all}`)
    return paths
  }

  /** Drops each chmod and chown of which nothing is left to do; one that still does something stays, and costs little. */
  #dropSettled(): void {
    for (const [changer, settled] of this.#settled) {
      const change = this.#changes.get(changer)
      const changed = this.#entries.changesetOf(changer.layer)?.added
      // One that went into another instruction is no longer of its own.
      if (change === undefined || changed === undefined || change.dropped) continue
      let isLeft = false
      walk(changed, '', (path, node) => {
        if (!(node.kind === 'directory' && node.implied) && !settled.has(path)) isLeft = true
      })
      if (isLeft) this.#changes.delete(changer)
      else change.dropped = true
    }
  }

  /** The flags of a COPY that give its files what a later layer gave some; undefined where that is not the same for all. */
  #metadataFlags(files: readonly Instance[], by: number): string[] | undefined {
    const [first] = files
    const changed = this.#entries.changesetOf(by)?.added
    const written = first && this.#entries.changesetOf(first.layer)?.added
    const after = first && changed && find(changed, first.path)
    if (first === undefined || written === undefined || after === undefined) return undefined
    const { uid, gid, mode } = after.attributes
    const old = first.node.attributes
    const owns = uid !== old.uid || gid !== old.gid
    const flags = [
      ...(owns ? [`--chown=${uid}:${gid}`] : []),
      ...(mode !== old.mode ? [`--chmod=${mode.toString(8)}`] : []),
    ]
    let isAlike = flags.length > 0
    // A flag is for all that is copied, so whatever is left of it must have come to the same.
    walk(written, '', (path, node) => {
      const shown = node.kind === 'file' ? find(this.#entries.stack.rootfs, path) : undefined
      if (shown?.kind !== 'file') return
      const { attributes } = shown
      if (owns && (attributes.uid !== uid || attributes.gid !== gid)) isAlike = false
      if (mode !== old.mode && attributes.mode !== mode) isAlike = false
    })
    return isAlike ? flags : undefined
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
      for (const command of own.commands) change.commands.add(command)
      // What is deleted is deleted at the end, when everything that may need it has run.
      for (const [path, by] of own.removals) change.removals.set(path, by)
    }
    // What one of them deletes already is not deleted again.
    for (const [path, by] of change.removals) if (by !== undefined && by <= last) change.removals.delete(path)
    return undefined
  }

  #instructionOf(layer: number): RecipeInstruction | undefined {
    const found = this.#recipe.instructions.filter((one) => one.layer === layer)
    return found.length === 1 ? found[0] : undefined
  }

  #changeOf(instruction: RecipeInstruction, reason: string): Change {
    let change = this.#changes.get(instruction)
    if (change === undefined) {
      change = {
        flags: new Set(),
        commands: new Set(),
        removals: new Map(),
        joined: [],
        dropped: false,
        reasons: new Set(),
      }
      this.#changes.set(instruction, change)
    }
    change.reasons.add(reason)
    return change
  }
}

const UNLIKE = 'not all files of the layer get the same owner and mode'
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
  return [...fix.matchAll(/--mount=type=(?:cache|tmpfs)\S*/g)].map(([flag]) => ({ flag, target: targetOf(flag) }))
}

/** Why some paths are nothing for a command, where they are not. */
function problemOf(paths: readonly string[]): string | undefined {
  if (paths.length > MOST_PATHS) return `it is about ${paths.length} paths`
  return paths.every(isPlain) ? undefined : 'a path has characters that a command should not have'
}

/** A path that neither a shell, nor a Dockerfile, nor a `.dockerignore` takes for more than its name; it may end in a star. */
function isPlain(path: string): boolean {
  return /^[\w@%+=:,./-][\w@%+=:,./-]*\*?$/.test(path) && !/(?:^|\/)-/.test(path)
}
