import type { Finding } from '../rules/finding.ts'
import type { Attributes, Node } from '../tree/node.ts'
import { find, walk } from '../tree/tree.ts'
import type { Entries } from './entries.ts'
import { canAppend } from './instruction-edit.ts'
import type { Instance } from './operations.ts'
import type { RecipeInstruction } from './recipe.ts'
import { isNew, problemOf, rootsOf } from './roots.ts'

/** How an instruction itself sets what a chmod or chown of a later layer sets. */
export interface MetadataEdit {
  /** Flags of a COPY. */
  readonly flags: readonly string[]
  /** Commands at the end of a RUN. */
  readonly commands: readonly string[]
  /** The paths that come out as the later layer makes them. */
  readonly settled: ReadonlySet<string>
}

/** Gives the edit of an instruction for the files of a finding, or why there is none. */
type MakeEdit = (
  entries: Entries,
  writer: RecipeInstruction,
  finding: Finding,
  files: readonly Instance[],
) => MetadataEdit | string

const UNLIKE =
  'not all files of the layer get the same owner and mode; write those apart that get another one (COPY --chown, --chmod)'

/** Lets a COPY give its files what a later layer gives some, where that is the same for all. */
export const metadataInCopy: MakeEdit = (entries, _, { layer, by = layer }, files) => {
  const written = entries.changesetOf(layer)?.added
  const after = attributesAfter(entries, by, files)
  const old = files[0]?.node.attributes
  if (written === undefined || after === undefined || old === undefined) return UNLIKE
  const { uid, gid, mode } = after
  const owns = uid !== old.uid || gid !== old.gid
  const flags = [
    ...(owns ? [`--chown=${uid}:${gid}`] : []),
    ...(mode !== old.mode ? [`--chmod=${mode.toString(8)}`] : []),
  ]
  let isAlike = flags.length > 0
  const settled = new Set(files.map(({ path }) => path))
  walk(written, '', (path, node) => {
    // A COPY sets the directories that it makes, and those alone.
    if (node.kind === 'directory' && isNew(entries, layer, path)) settled.add(path)
    // A flag is for all that is copied, so whatever is left of it must have come to the same.
    const shown = node.kind === 'file' ? find(entries.stack.rootfs, path) : undefined
    if (shown?.kind !== 'file') return
    const { attributes } = shown
    if (owns && (attributes.uid !== uid || attributes.gid !== gid)) isAlike = false
    if (mode !== old.mode && attributes.mode !== mode) isAlike = false
  })
  return isAlike ? { flags, commands: [], settled } : UNLIKE
}

/** Lets a RUN end with the chown and chmod of a later layer, for what it wrote itself. */
export const metadataInRun: MakeEdit = (entries, writer, { layer, by = layer }, files) => {
  const after = attributesAfter(entries, by, files)
  if (after === undefined) return UNLIKE
  if (!canAppend(writer))
    return 'the instruction is not a shell command that can go on; write it as one, and set them at its end'
  const roots = rootsOf(entries, layer, files)
  const problem = problemOf(roots)
  if (problem !== undefined) return problem
  const touched = roots.flatMap((root) => touchedBy(entries, layer, root))
  // A chown of a directory leaves links as they are.
  const set = touched.filter(([, { kind }]) => kind !== 'symlink')
  const chmods = set.some(([, { kind, attributes }]) => kind === 'file' && attributes.mode !== after.mode)
  const isSet = ([path, { kind }]: Touched): boolean => {
    const shown = find(entries.stack.rootfs, path)?.attributes
    if (shown === undefined || hasOtherOwner(shown, after)) return false
    return !chmods || (kind !== 'directory' && shown.mode === after.mode)
  }
  if (!set.every(isSet)) return UNLIKE
  const chowns = set.some(([, { attributes }]) => hasOtherOwner(attributes, after))
  const all = roots.map((root) => `/${root}`).join(' ')
  return {
    flags: [],
    commands: [
      ...(chowns ? [`chown -R ${after.uid}:${after.gid} ${all}`] : []),
      ...(chmods ? [`chmod ${after.mode.toString(8)} ${all}`] : []),
    ],
    settled: new Set(touched.map(([path]) => path)),
  }
}

/** Whether a layer that sets metadata sets those of other paths too. */
export function setsMore(entries: Entries, layer: number, settled: ReadonlySet<string>): boolean {
  const changed = entries.changesetOf(layer)?.added
  let sets = changed === undefined
  if (changed === undefined) return sets
  walk(changed, '', (path, node) => {
    if (!(node.kind === 'directory' && node.implied) && !settled.has(path)) sets = true
  })
  return sets
}

/** Whether an instruction is nothing but chmod and chown. */
export function onlySetsMetadata({ command }: RecipeInstruction): boolean {
  if (command.word !== 'RUN' || command.form !== 'shell' || command.heredocs.length > 0) return false
  return command.text.split('&&').every((part) => /^\s*(?:chmod|chown|chgrp)\s[^;|&`$()]*$/.test(part))
}

/** What a layer makes of the first of some files. */
function attributesAfter(entries: Entries, by: number, [first]: readonly Instance[]): Attributes | undefined {
  const changed = entries.changesetOf(by)?.added
  return first && changed && find(changed, first.path)?.attributes
}

type Touched = readonly [path: string, node: Node]

/** What a path of a layer stands for, with all beneath it; a star leaves out the directory itself. */
function touchedBy(entries: Entries, layer: number, root: string): Touched[] {
  const path = root.replace(/\/\*$/, '')
  const written = entries.changesetOf(layer)?.added
  const node = written && find(written, path)
  if (node === undefined) return []
  const found: Touched[] = path === root ? [[path, node]] : []
  if (node.kind === 'directory') walk(node, path, (at, one) => found.push([at, one]))
  return found
}

function hasOtherOwner(a: Attributes, b: Attributes): boolean {
  return a.uid !== b.uid || a.gid !== b.gid
}
