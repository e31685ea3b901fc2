import { beginningOf, leanInstall, withEdit } from '../dockerfile/lean-install.ts'
import type { Claimed } from '../rules/find.ts'
import type { Finding } from '../rules/finding.ts'
import type { Installed } from '../rules/rule.ts'
import { find } from '../tree/tree.ts'
import { adviceOf, copiedAdvice, NO_LINE, notInstalled, TOGETHER } from './by-hand.ts'
import type { Choice } from './choices.ts'
import type { Entries } from './entries.ts'
import { type Change, canAppend, instructionEdit, isWithin, shellTextOf, targetOf } from './instruction-edit.ts'
import { needOf, needsNamed, withoutOperands } from './later-needs.ts'
import { metadataInCopy, metadataInRun, onlySetsMetadata, setsMore } from './metadata-edits.ts'
import type { Instance } from './operations.ts'
import { type LaterRun, type Recipe, type RecipeInstruction, runsOf } from './recipe.ts'
import { isNew, problemOf, rootsOf } from './roots.ts'
import { takeBack } from './take-back.ts'
import { newFileDiff, unifiedDiff } from './unified-diff.ts'

/** A Dockerfile while changes come in; each finding changes it, or says why it cannot. */
export class Draft {
  readonly #entries: Entries
  readonly #recipe: Recipe
  /** Those of the recipe, where a command on them may have been changed in its place. */
  readonly #lines: string[]
  readonly #runs: readonly LaterRun[] | undefined
  readonly #changes = new Map<RecipeInstruction, Change>()
  readonly #ignored = new Map<string, string>()
  /** What each chmod and chown sets that is set before it now. */
  readonly #settled = new Map<RecipeInstruction, Set<string>>()

  constructor(entries: Entries, recipe: Recipe) {
    this.#entries = entries
    this.#recipe = recipe
    this.#lines = [...recipe.lines]
    this.#runs = runsOf(recipe)
  }

  /** Takes the change of a finding in; gives why it cannot be, where that is so. */
  take({ claimed, kind }: Choice): string | undefined {
    const { finding, installed, files } = claimed
    if (finding.origin === 'base') return 'the bytes are of the base image; build on one without them'
    if (installed !== undefined) return this.#installLess(finding, installed, files)
    if (finding.count === 'stage') return adviceOf(finding)
    switch (kind) {
      case 'never-write':
      case 'same-layer-cleanup':
        return this.#leaveOut(claimed)
      case 'meta-inline':
        return this.#setMetadata(claimed)
      case 'merge-groups':
        return this.#join(claimed)
      default:
        return adviceOf(finding)
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

  /** Takes back what cannot be deleted where it is written, since a later command may need it; gives those findings, and why. */
  keepNeeded(): Map<Finding, string> {
    const kept = new Map<Finding, string>()
    for (const [instruction, change] of this.#changes) {
      if (change.dropped) continue
      const end = Math.max(instruction.last, ...change.joined.map(({ last }) => last))
      const isIdle = change.removals.size === 0 && change.mounts.size === 0
      const later = isIdle ? [] : this.#runsAfter(end)
      for (const [path, [finding]] of change.removals) {
        // What the build context does not have is not there to be deleted.
        const isIgnored = [...this.#ignored.keys()].some((line) => isWithinNamed(path, line))
        if (isIgnored && finding !== undefined && !isNew(this.#entries, finding.layer, path))
          change.removals.delete(path)
      }
      const needs = takeBack(change, (finding, places) => {
        const hider = finding.by === undefined ? undefined : this.#instructionOf(finding.by)
        const until = later?.filter(({ line }) => hider === undefined || line <= hider.last)
        return until === undefined ? 'what comes after it' : needOf(places, finding, until)
      })
      for (const [finding, need] of needs) {
        kept.set(finding, `"${beginningOf(need)}" runs after it and may need them; ${TOGETHER}`)
      }
    }
    return kept
  }

  diff(): string[] {
    this.#dropSettled()
    const edits = [...this.#changes].flatMap(([instruction, change]) =>
      instructionEdit(this.#lines, instruction, change),
    )
    const ignored = [...this.#ignored.keys()].sort()
    const reasons = [...new Set(this.#ignored.values())].join(', ')
    return [
      ...unifiedDiff(this.#recipe.name, this.#recipe.lines, edits),
      ...newFileDiff('.dockerignore', ignored, reasons),
    ]
  }

  #leaveOut({ finding, files }: Claimed): string | undefined {
    const { id, layer, fix } = finding
    const instruction = this.#instructionOf(layer)
    if (instruction === undefined) return NO_LINE
    if (instruction.command.word !== 'RUN') return this.#ignore(instruction, finding, files)
    if (!canAppend(instruction))
      return 'the instruction is not a shell command that can go on; write it as one, and delete them at its end'
    const mounts = mountsOf(fix).filter(({ target }) => files.some(({ path }) => isWithin(`/${path}`, target)))
    const rest = files.filter(({ path }) => !mounts.some(({ target }) => isWithin(`/${path}`, target)))
    const paths = this.#pathsOf(layer, rest)
    const problem = problemOf(paths)
    if (problem !== undefined) return problem
    const change = this.#changeOf(instruction, id)
    for (const { flag } of mounts) change.mounts.set(flag, finding)
    for (const path of paths) change.removals.set(path, [...(change.removals.get(path) ?? []), finding])
    return undefined
  }

  /** The installer is told to leave them out, on the line where it is called. */
  #installLess({ id, layer }: Finding, { installer }: Installed, [file]: readonly Instance[]): string | undefined {
    const writer = this.#instructionOf(layer)
    // What only stored them again installed nothing.
    const isCopy = writer !== undefined && file !== undefined && onlySetsMetadata(writer)
    const instruction = isCopy ? this.#instructionOf(this.#firstWith(file.path, layer)) : writer
    if (instruction === undefined) return NO_LINE
    const { command, first, last } = instruction
    if (command.word !== 'RUN') return notInstalled(command)
    if (installer.obstacle !== undefined) return installer.obstacle
    if (!canAppend(instruction))
      return 'the instruction is no plain shell command; write it as one, and have less installed'
    const after = this.#runsAfter(last)
    if (after === undefined) return 'what comes after it cannot be read'
    const texts = after.flatMap((run) => run.texts)
    const edit = leanInstall(shellTextOf(this.#lines, instruction), installer, texts)
    if (typeof edit === 'string') return edit
    const text = this.#lines.slice(first - 1, last).join('\n')
    if (text.slice(edit.at, edit.at + edit.length).includes('\n')) return 'its command goes over several lines'
    this.#lines.splice(first - 1, last - first + 1, ...withEdit(text, edit).split('\n'))
    this.#changeOf(instruction, id)
    return undefined
  }

  /** Those behind a line, whatever stage they are in; undefined where they cannot be told. */
  #runsAfter(last: number): LaterRun[] | undefined {
    return this.#runs?.filter(({ line }) => line > last)
  }

  /** The lowest layer, up to one, that has a path. */
  #firstWith(path: string, last: number): number {
    for (let layer = 0; layer < last; layer++) {
      const added = this.#entries.changesetOf(layer)?.added
      if (added !== undefined && find(added, path) !== undefined) return layer
    }
    return last
  }

  /** Files of the build context are left out of it, where the rule says that nothing needs them there. */
  #ignore({ command }: RecipeInstruction, finding: Finding, files: readonly Instance[]): string | undefined {
    const { id, layer, fix } = finding
    if (command.flags.some(({ name }) => name === 'from'))
      return 'the files come from another stage; leave them out there, or copy less of it'
    if (!/(?:>|to) \.dockerignore/.test(fix)) return copiedAdvice(finding)
    const paths = this.#pathsOf(layer, files)
    const problem = problemOf(paths) ?? this.#namedIn(paths, id)
    if (problem !== undefined) return problem
    for (const path of paths) this.#ignored.set(`**/${path.replace(/^.*\/(?=[^*])/, '')}`, id)
    return undefined
  }

  /** What the Dockerfile itself names it cannot do without, unless it only deletes it or sets its owner and mode. */
  #namedIn(paths: readonly string[], reason: string): string | undefined {
    const spared = withoutOperands(this.#lines, paths)
    const line = spared.find((text) => needsNamed(text, paths))
    if (line !== undefined) {
      return `"${beginningOf(line.trim())}" names them; take them out of it, and add them to .dockerignore`
    }
    for (const instruction of this.#recipe.instructions) {
      const { first, last } = instruction
      const isSpared = spared.slice(first - 1, last).some((text, i) => text !== this.#lines[first - 1 + i])
      if (isSpared) this.#changeOf(instruction, reason)
    }
    this.#lines.splice(0, this.#lines.length, ...spared)
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
    if (!onlySetsMetadata(changer))
      return `layer ${by} does more than that; set owner and mode in layer ${layer} itself`
    const edit = (writer.command.word === 'RUN' ? metadataInRun : metadataInCopy)(this.#entries, writer, finding, files)
    if (typeof edit === 'string') return edit
    const change = this.#changeOf(writer, finding.id)
    for (const flag of edit.flags) change.flags.add(flag)
    for (const command of edit.commands) change.commands.add(command)
    const settled = this.#settled.get(changer) ?? new Set()
    this.#settled.set(changer, settled)
    for (const path of edit.settled) settled.add(path)
    this.#changeOf(changer, finding.id)
    return undefined
  }

  /** Drops each chmod and chown of which nothing is left to do; one that still does something stays, and costs little. */
  #dropSettled(): void {
    for (const [changer, settled] of this.#settled) {
      const change = this.#changes.get(changer)
      // One that went into another instruction is no longer of its own.
      if (change === undefined || change.dropped) continue
      if (setsMore(this.#entries, changer.layer, settled)) this.#changes.delete(changer)
      else change.dropped = true
    }
  }

  #join({ finding, last = finding.layer }: Claimed): string | undefined {
    const instructions: RecipeInstruction[] = []
    for (let layer = finding.layer; layer <= last; layer++) {
      const instruction = this.#instructionOf(layer)
      if (instruction === undefined) return NO_LINE
      if (!canAppend(instruction) || instruction.command.heredocs.length > 0)
        return 'one of the instructions is no plain shell command; write them as one RUN'
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
      for (const [flag, finding] of own.mounts) change.mounts.set(flag, finding)
      for (const command of own.commands) change.commands.add(command)
      // What is deleted is deleted at the end, when everything that may need it has run.
      for (const [path, findings] of own.removals)
        change.removals.set(path, [...(change.removals.get(path) ?? []), ...findings])
    }
    // What one of them deletes already is not deleted again.
    for (const [path, findings] of change.removals)
      if (findings.some(({ by }) => by !== undefined && by <= last)) change.removals.delete(path)
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
        mounts: new Map(),
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

/** Whether a path lies in what a line of a `.dockerignore` names. */
function isWithinNamed(path: string, line: string): boolean {
  return path.split('/').includes(line.replace(/^\*\*\//, ''))
}

/** The cache and tmpfs mounts that a fix names. */
function mountsOf(fix: string): { flag: string; target: string }[] {
  return [...fix.matchAll(/--mount=type=(?:cache|tmpfs)\S*/g)].map(([flag]) => ({ flag, target: targetOf(flag) }))
}
