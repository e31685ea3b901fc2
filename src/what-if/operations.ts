import type { Installed } from '../rules/rule.ts'
import { findBelow } from '../tree/below.ts'
import { needsHash, sameContent } from '../tree/compare.ts'
import type { FileNode } from '../tree/node.ts'
import { find, joinPath } from '../tree/tree.ts'
import type { Entries } from './entries.ts'
import type { Edit } from './ledger.ts'

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
export function neverWrite(entries: Entries, files: readonly Instance[]): Operation {
  const drops: number[] = []
  for (const { layer, path, node } of files) for (const item of entries.at(layer, path, node)) drops.push(item)
  return { edit: { drops: Int32Array.from(drops) }, estimate: false, missing: liveOf(entries, files) }
}

/** As `neverWrite`, by an installer that leaves some links out with the files, and writes others shorter. */
export function leaveOut(entries: Entries, layer: number, files: readonly Instance[], installed: Installed): Operation {
  const { edit, missing } = neverWrite(entries, files)
  const links = installed.links.flatMap(({ path, node }) => entries.at(layer, path, node))
  const drops = new Int32Array(edit.drops.length + links.length)
  drops.set(edit.drops)
  drops.set(links, edit.drops.length)
  const shorter = installed.shorter.filter(({ file: { node } }) => node.links === 1)
  const shrinks = shorter.flatMap(({ file: { layer, path, node }, bytes }) => {
    const tarBytes = blocks(node.size) - blocks(node.size - bytes)
    return entries.at(layer, path, node).map((item) => ({ item, tarBytes, contentBytes: bytes }))
  })
  return { edit: { drops, shrinks }, estimate: !installed.exact, missing }
}

/** Bodies that are hidden go where they were written, by all their names and with all links that the same whiteouts hide there. */
export function sameLayerCleanup(entries: Entries, files: readonly Instance[]): Operation {
  const { edit, missing } = neverWrite(entries, withAllNames(entries, files))
  const links = linksBeside(entries, files)
  const drops = new Int32Array(edit.drops.length + links.length)
  drops.set(edit.drops)
  drops.set(links, edit.drops.length)
  return { edit: { drops }, estimate: false, missing }
}

/** Of a body that is hidden only the last name is known. */
function withAllNames(entries: Entries, files: readonly Instance[]): readonly Instance[] {
  if (files.every(({ node }) => node.links <= 1)) return files
  const seen = new Set<FileNode>()
  return files.flatMap((file) => {
    const { layer, node } = file
    if (node.links <= 1) return file
    if (seen.has(node)) return []
    seen.add(node)
    return entries.namesOf(layer, node).map((path) => ({ path, node, layer }))
  })
}

/** Items of links and devices that are hidden by the whiteouts that hide some files of their layer. */
function linksBeside(entries: Entries, files: readonly Instance[]): number[] {
  const items: number[] = []
  const seen = new Set<string>()
  for (const { layer, path } of files) {
    const cover = entries.covers.of(layer, path)
    const root = entries.changesetOf(layer)?.added
    for (const marker of cover?.markers ?? []) {
      const key = `${layer} ${marker.path}`
      const top = root && find(root, marker.path)
      if (seen.has(key) || top?.kind !== 'directory') continue
      seen.add(key)
      const pending = [{ at: marker.path, directory: top }]
      for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
        for (const [name, node] of next.directory.children) {
          const at = joinPath(next.at, name)
          if (node.kind === 'directory') pending.push({ at, directory: node })
          else if (node.kind !== 'file') items.push(...entries.at(layer, at, node))
        }
      }
    }
  }
  return items
}

/**
 * Files that a later layer stored again for other metadata are written once, with these: the first version goes, and
 * the second takes its place. Where several names share a body the first version goes alone.
 */
export function metaInline(entries: Entries, files: readonly Instance[], by: number): Operation {
  const drops: number[] = []
  const moves: { item: number; to: number }[] = []
  const added = entries.changesetOf(by)?.added
  for (const { layer, path, node } of files) {
    for (const one of withAllNames(entries, [{ layer, path, node }])) drops.push(...entries.at(layer, one.path, node))
    const after = added && find(added, path)
    const isPair = after?.kind === 'file' && after.links === 1 && node.links === 1 && isSame(node, after)
    const [item] = isPair ? entries.at(by, path, after) : []
    if (item !== undefined) moves.push({ item, to: layer })
  }
  return { edit: { drops: Int32Array.from(drops), moves }, estimate: false, missing: liveOf(entries, files) }
}

/** Whether two bodies are known to be the same. */
function isSame(before: FileNode, after: FileNode): boolean {
  if (needsHash(before, after) && (before.hash === undefined || after.hash === undefined)) return false
  return sameContent(before, after)
}

/** Copies become hard links to a file of their own layer: their entries stay, without a body. */
export function dedupLink(entries: Entries, copies: readonly Instance[]): Operation {
  return { edit: { drops: [], shrinks: bodiesOf(entries, copies) }, estimate: false, missing: NOTHING }
}

/**
 * Copies become symbolic links: their entries stay, without a body, and are no regular files any more. A body that was
 * copied up by a hard link goes: what a lower layer has at a name is seen again, and its other names become links.
 */
export function dedupSymlink(entries: Entries, copies: readonly Instance[]): Operation {
  const drops: number[] = []
  const added = new Map<number, number>()
  const linked: Instance[] = copies.filter(({ node }) => node.links === 1)
  for (const names of namesOf(copies.filter(({ node }) => node.links > 1)).values()) {
    // A body that keeps another name is shared already.
    if (names.length < (names[0]?.node.links ?? 0)) continue
    for (const name of names) {
      drops.push(...entries.at(name.layer, name.path, name.node))
      if (findBelow(entries.changesetOf, name.layer, name.path) !== undefined) continue
      linked.push(name)
      added.set(name.layer, (added.get(name.layer) ?? 0) + 512)
    }
  }
  const edit = { drops: Int32Array.from(drops), shrinks: bodiesOf(entries, copies), added }
  return { edit, estimate: false, missing: liveOf(entries, linked) }
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
function bodiesOf(entries: Entries, copies: readonly Instance[]): NonNullable<Edit['shrinks']> {
  return copies
    .filter(({ node }) => node.links === 1)
    .flatMap(({ layer, path, node }) =>
      entries.at(layer, path, node).map((item) => ({ item, tarBytes: blocks(node.size), contentBytes: node.size })),
    )
}

/** Files are rebuilt without a part of their bytes, such as debug symbols; how many is an estimate. */
export function stripElf(entries: Entries, files: readonly Instance[], partOf: (file: Instance) => number): Operation {
  const shrinks = files.flatMap((file) => {
    const { layer, path, node } = file
    const part = Math.min(partOf(file), node.size)
    const tarBytes = blocks(node.size) - blocks(node.size - part)
    if (node.links !== 1) return []
    return entries.at(layer, path, node).map((item) => ({ item, tarBytes, contentBytes: part }))
  })
  return { edit: { drops: [], shrinks }, estimate: true, missing: liveOf(entries, files) }
}

function liveOf(entries: Entries, files: readonly Instance[]): Missing {
  const paths: string[] = []
  let count = 0
  for (const { path, node } of files) {
    if (!entries.isLive(path, node)) continue
    count++
    if (paths.length < NAMED) paths.push(path)
  }
  return { files: count, paths }
}

/** Bytes that a body takes in a tar. */
function blocks(bytes: number): number {
  return Math.ceil(bytes / 512) * 512
}
