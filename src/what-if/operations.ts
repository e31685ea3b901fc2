import type { Installed } from '../rules/rule.ts'
import { findBelow } from '../tree/below.ts'
import { needsHash, sameContent } from '../tree/compare.ts'
import type { FileNode, Node } from '../tree/node.ts'
import { find, parentOf } from '../tree/tree.ts'
import type { Entries } from './entries.ts'
import type { Edit, Move, Shrink } from './ledger.ts'
import { walkInSteps } from './walk-in-steps.ts'
import { STEP, type Work } from './work.ts'

/** A name of a regular file in a layer. */
export interface Instance {
  /** Without a leading slash. */
  readonly path: string
  readonly node: FileNode
  /** Index of the layer that wrote it. */
  readonly layer: number
}

/** One change of an image, ready to be priced. */
export interface Operation {
  readonly edit: Edit
  /** Whether its bytes are only an estimate. */
  readonly estimate: boolean
  /** What the final rootfs would no longer have as it is now. */
  readonly missing: Missing
}

/** Files that the final rootfs would miss, or have in another form; none where it stays equal. */
export interface Missing {
  readonly files: number
  /** The first of them, without a leading slash. */
  readonly paths: readonly string[]
}

/** How many missing paths are named. */
const NAMED = 20
const NOTHING: Missing = { files: 0, paths: [] }

/** Files are not written: their entries go, and the directories and whiteouts that nothing else needs. */
export function* neverWrite(entries: Entries, files: Iterable<Instance>): Work<Operation> {
  const drops: number[] = []
  const missing = { files: 0, paths: [] as string[] }
  let looked = 0
  for (const { layer, path, node } of files) {
    if (++looked % STEP === 0) yield
    yield* entries.prepare(layer, parentOf(path))
    for (const item of entries.at(layer, path, node)) drops.push(item)
    if (entries.isLive(path, node)) miss(missing, path)
  }
  return { edit: { drops: new Int32Array(drops) }, estimate: false, missing }
}

/** As `neverWrite`, by an installer that leaves some links out with the files, and writes others shorter. */
export function* leaveOut(
  entries: Entries,
  layer: number,
  files: readonly Instance[],
  installed: Installed,
): Work<Operation> {
  const { edit, missing } = yield* neverWrite(entries, files)
  const links: number[] = []
  for (const { path, node } of installed.links) {
    yield* entries.prepare(layer, parentOf(path))
    links.push(...entries.at(layer, path, node))
  }
  const drops = new Int32Array(edit.drops.length + links.length)
  drops.set(edit.drops)
  drops.set(links, edit.drops.length)
  const shrinks: Shrink[] = []
  for (const { file, bytes } of installed.shorter) {
    const { layer, path, node } = file
    if (node.links !== 1) continue
    const tarBytes = blocks(node.size) - blocks(node.size - bytes)
    yield* entries.prepare(layer, parentOf(path))
    for (const item of entries.at(layer, path, node)) shrinks.push({ item, tarBytes, contentBytes: bytes })
  }
  return { edit: { drops, shrinks }, estimate: !installed.exact, missing }
}

/** Bodies that are hidden go where they were written, by all their names and with all links that the same whiteouts hide there. */
export function* sameLayerCleanup(entries: Entries, files: readonly Instance[]): Work<Operation> {
  const { edit, missing } = yield* neverWrite(entries, yield* withAllNames(entries, files))
  const links = yield* linksBeside(entries, files)
  const drops = new Int32Array(edit.drops.length + links.length)
  drops.set(edit.drops)
  drops.set(links, edit.drops.length)
  return { edit: { drops }, estimate: false, missing }
}

/** Of a body that is hidden only the last name is known. */
function* withAllNames(entries: Entries, files: readonly Instance[]): Work<readonly Instance[]> {
  if (files.every(({ node }) => node.links <= 1)) return files
  const seen = new Set<FileNode>()
  const all: Instance[] = []
  for (const [i, file] of files.entries()) {
    if (i % STEP === STEP - 1) yield
    const { layer, node } = file
    if (node.links <= 1) all.push(file)
    else if (!seen.has(node)) {
      seen.add(node)
      yield* entries.learnNames(layer)
      for (const path of entries.namesOf(layer, node)) all.push({ path, node, layer })
    }
  }
  return all
}

/** Items of links and devices that are hidden by the whiteouts that hide some files of their layer. */
function* linksBeside(entries: Entries, files: readonly Instance[]): Work<number[]> {
  const links: { readonly layer: number; readonly path: string; readonly node: Node }[] = []
  const seen = new Set<string>()
  for (const [i, { layer, path }] of files.entries()) {
    if (i % STEP === STEP - 1) yield
    const cover = entries.covers.of(layer, path)
    const root = entries.changesetOf(layer)?.added
    for (const marker of cover?.markers ?? []) {
      const key = `${layer} ${marker.path}`
      const top = root && find(root, marker.path)
      if (seen.has(key) || top?.kind !== 'directory') continue
      seen.add(key)
      yield* walkInSteps(top, marker.path, (at, node) => {
        if (node.kind !== 'file' && node.kind !== 'directory') links.push({ layer, path: at, node })
      })
    }
  }
  const items: number[] = []
  for (const [i, { layer, path, node }] of links.entries()) {
    if (i % STEP === STEP - 1) yield
    yield* entries.prepare(layer, parentOf(path))
    for (const item of entries.at(layer, path, node)) items.push(item)
  }
  return items
}

/**
 * Files that a later layer stored again for other metadata are written once, with these: the first version goes, and
 * the second takes its place. Where several names share a body the first version goes alone.
 */
export function* metaInline(entries: Entries, files: readonly Instance[], by: number): Work<Operation> {
  const { edit } = yield* neverWrite(entries, yield* withAllNames(entries, files))
  const moves: Move[] = []
  const added = entries.changesetOf(by)?.added
  for (const [i, { layer, path, node }] of files.entries()) {
    if (i % STEP === STEP - 1) yield
    const after = added && find(added, path)
    if (after?.kind !== 'file' || after.links !== 1 || node.links !== 1 || !isSame(node, after)) continue
    yield* entries.prepare(by, parentOf(path))
    const [item] = entries.at(by, path, after)
    if (item !== undefined) moves.push({ item, to: layer })
  }
  return { edit: { ...edit, moves }, estimate: false, missing: yield* liveOf(entries, files) }
}

/** Whether two bodies are known to be the same. */
function isSame(before: FileNode, after: FileNode): boolean {
  if (needsHash(before, after) && (before.hash === undefined || after.hash === undefined)) return false
  return sameContent(before, after)
}

/** Copies become hard links to a file of their own layer: their entries stay, without a body. */
export function* dedupLink(entries: Entries, copies: readonly Instance[]): Work<Operation> {
  return { edit: { drops: [], shrinks: yield* bodiesOf(entries, copies) }, estimate: false, missing: NOTHING }
}

/**
 * Copies become symbolic links: their entries stay, without a body, and are no regular files any more. A body that was
 * copied up by a hard link goes: what a lower layer has at a name is seen again, and its other names become links.
 */
export function* dedupSymlink(entries: Entries, copies: readonly Instance[]): Work<Operation> {
  const drops: number[] = []
  const added = new Map<number, number>()
  const linked: Instance[] = copies.filter(({ node }) => node.links === 1)
  let looked = 0
  for (const names of namesOf(copies.filter(({ node }) => node.links > 1)).values()) {
    // A body that keeps another name is shared already.
    if (names.length < (names[0]?.node.links ?? 0)) continue
    for (const name of names) {
      if (++looked % STEP === 0) yield
      yield* entries.prepare(name.layer, parentOf(name.path))
      drops.push(...entries.at(name.layer, name.path, name.node))
      if (findBelow(entries.changesetOf, name.layer, name.path) !== undefined) continue
      linked.push(name)
      added.set(name.layer, (added.get(name.layer) ?? 0) + 512)
    }
  }
  const edit = { drops: new Int32Array(drops), shrinks: yield* bodiesOf(entries, copies), added }
  return { edit, estimate: false, missing: yield* liveOf(entries, linked) }
}

function namesOf(files: readonly Instance[]): Map<FileNode, Instance[]> {
  const names = new Map<FileNode, Instance[]>()
  for (const file of files) {
    const known = names.get(file.node)
    if (known === undefined) names.set(file.node, [file])
    else known.push(file)
  }
  return names
}

/** A body of several names is shared already, so it is left as it is. */
function bodiesOf(entries: Entries, copies: readonly Instance[]): Work<Shrink[]> {
  return shrinksOf(entries, copies, ({ node }) => ({ tarBytes: blocks(node.size), contentBytes: node.size }))
}

/** Files are rebuilt without a part of their bytes, such as debug symbols; how many is an estimate. */
export function* stripElf(
  entries: Entries,
  files: readonly Instance[],
  partOf: (file: Instance) => number,
): Work<Operation> {
  const shrinks = yield* shrinksOf(entries, files, (file) => {
    const { size } = file.node
    const part = Math.min(partOf(file), size)
    return { tarBytes: blocks(size) - blocks(size - part), contentBytes: part }
  })
  return { edit: { drops: [], shrinks }, estimate: true, missing: yield* liveOf(entries, files) }
}

/** What the bodies that have one name lose. */
function* shrinksOf(
  entries: Entries,
  files: readonly Instance[],
  lossOf: (file: Instance) => Omit<Shrink, 'item'>,
): Work<Shrink[]> {
  const shrinks: Shrink[] = []
  for (const [i, file] of files.entries()) {
    if (i % STEP === STEP - 1) yield
    const { layer, path, node } = file
    if (node.links !== 1) continue
    yield* entries.prepare(layer, parentOf(path))
    for (const item of entries.at(layer, path, node)) shrinks.push({ item, ...lossOf(file) })
  }
  return shrinks
}

function* liveOf(entries: Entries, files: readonly Instance[]): Work<Missing> {
  const missing = { files: 0, paths: [] as string[] }
  for (const [i, { path, node }] of files.entries()) {
    if (i % STEP === STEP - 1) yield
    if (entries.isLive(path, node)) miss(missing, path)
  }
  return missing
}

function miss(missing: { files: number; readonly paths: string[] }, path: string): void {
  missing.files++
  if (missing.paths.length < NAMED) missing.paths.push(path)
}

/** Bytes that a body takes in a tar. */
function blocks(bytes: number): number {
  return Math.ceil(bytes / 512) * 512
}
