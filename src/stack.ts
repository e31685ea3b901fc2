import type { Layer } from './oci/image.ts'
import { needsBlocks, needsHash } from './tree/compare.ts'
import { possibleCopies, possibleMoves } from './tree/copies.ts'
import type { Changeset, DirectoryNode, FileNode, Node } from './tree/node.ts'
import { apply, type RemovalCause } from './tree/overlay.ts'
import { find, impliedDirectory, parentOf } from './tree/tree.ts'

/** A body that no path shows any more, and what took its last name away. */
export interface HiddenBody {
  /** The last name it had. */
  readonly path: string
  readonly node: FileNode
  /** Index of the layer that hid it. */
  readonly by: number
  readonly cause: RemovalCause | 'duplicate-entry' | 'replaced'
  /** What stands at the path instead, where something does. */
  readonly after: Node | undefined
}

/** One path that a layer touches; implied directories are left out. */
export interface PathChange {
  readonly path: string
  readonly before: Node | undefined
  readonly after: Node | undefined
}

/** What one layer does to the rootfs beneath it. */
export interface LayerChanges {
  /** Paths that were not there. */
  added: number
  /** Paths that are no longer there. */
  removed: number
  /** Paths that were there and that the layer brings again, changed or not. */
  readonly replaced: PathChange[]
  /** Every path that was added or removed, where they were asked for. */
  readonly others: PathChange[] | undefined
}

/** All layers of an image applied to each other. */
export interface Stack {
  /** The final rootfs. */
  readonly rootfs: DirectoryNode
  /** What each layer changes, base layer first. */
  readonly changes: readonly LayerChanges[]
  /** Whether `changes` lists every path. */
  readonly paths: boolean
  /** Bodies that hard links of a layer above theirs gave further names. */
  readonly shared: ReadonlySet<FileNode>
  readonly hidden: readonly HiddenBody[]
  /** Paths, by layer, that became a real directory and hid a symbolic link of a lower layer. */
  readonly buriedLinks: readonly { readonly layer: number; readonly path: string }[]
  /** Paths, by layer, of hard links whose target is nowhere. */
  readonly danglingLinks: readonly { readonly layer: number; readonly path: string }[]
  /** Paths, by layer, of whiteouts with nothing beneath them. */
  readonly danglingWhiteouts: readonly { readonly layer: number; readonly path: string }[]
}

/** Applies every layer to the ones beneath it, in time linear in what the layers hold and hide; `paths` keeps every path. */
export function stackLayers(layers: readonly Layer[], paths: boolean): Stack {
  const owner = {}
  const hidden: HiddenBody[] = []
  const changes: LayerChanges[] = []
  const buriedLinks: { layer: number; path: string }[] = []
  const danglingLinks: { layer: number; path: string }[] = []
  const danglingWhiteouts: { layer: number; path: string }[] = []
  const names = new NameCount()
  let rootfs = impliedDirectory(owner)
  for (const { index, content } of layers) {
    const touched: LayerChanges = { added: 0, removed: 0, replaced: [], others: paths ? [] : undefined }
    changes.push(touched)
    if (typeof content === 'string') continue
    for (const path of content.changeset.removed) {
      if (find(rootfs, path) === undefined) danglingWhiteouts.push({ layer: index, path })
    }
    for (const { path, node, cause } of content.superseded)
      hidden.push({ path, node, by: index, cause, after: undefined })
    const hide = (path: string, before: Node, cause: HiddenBody['cause'], after: Node | undefined) => {
      if (before.kind === 'file' && names.remove(before)) hidden.push({ path, node: before, by: index, cause, after })
    }
    const show = (path: string, after: Node) => {
      if (after.kind === 'file' && after.origin.layer !== index) names.add(after)
      if (after.kind === 'hardlink') danglingLinks.push({ layer: index, path })
    }
    rootfs = apply(rootfs, content.changeset, owner, {
      added(path, after) {
        show(path, after)
        if (isImplied(after)) return
        touched.added++
        touched.others?.push({ path, before: undefined, after })
      },
      replaced(path, before, after) {
        show(path, after)
        hide(path, before, 'replaced', after)
        if (before.kind === 'symlink' && after.kind === 'directory' && !isMarked(content.changeset, path)) {
          buriedLinks.push({ layer: index, path })
        }
        if (before.kind === 'directory' && isImplied(after)) return
        if (isImplied(before)) {
          touched.added++
          touched.others?.push({ path, before: undefined, after })
        } else touched.replaced.push({ path, before, after })
      },
      removed(path, before, cause) {
        hide(path, before, cause, undefined)
        if (isImplied(before)) return
        touched.removed++
        touched.others?.push({ path, before, after: undefined })
      },
    })
  }
  return { rootfs, changes, paths, shared: names.shared, hidden, buriedLinks, danglingLinks, danglingWhiteouts }
}

/** Bodies that have to be hashed before causes, changes, copies and moves can be told. */
export function contentQuestions(stack: Stack): FileNode[] {
  const files = new Set<FileNode>()
  for (const { replaced } of stack.changes) {
    for (const { before, after } of replaced) {
      if (before?.kind !== 'file' || after?.kind !== 'file') continue
      if (needsHash(before, after) || needsBlocks(before, after)) files.add(before).add(after)
    }
  }
  for (const copies of possibleCopies(stack.rootfs)) for (const { node } of copies) files.add(node)
  const deleted = stack.hidden.filter(({ cause }) => cause === 'removed')
  for (const { from, to } of possibleMoves(stack.rootfs, deleted))
    for (const { node } of [...from, ...to]) files.add(node)
  return [...files].filter(({ hash }) => hash === undefined)
}
/** Whether a marker of the layer hides what lower layers have at a path. */
function isMarked({ removed, opaque }: Changeset, path: string): boolean {
  for (let at = path; ; at = parentOf(at)) {
    if (removed.has(at) || opaque.has(at)) return true
    if (at === '') return false
  }
}

function isImplied(node: Node): boolean {
  return node.kind === 'directory' && node.implied
}

/** How many names of the rootfs show each body; only bodies that ever had several need to be counted. */
class NameCount {
  readonly #counts = new Map<FileNode, number>()

  /** Bodies with names from layers above their own. */
  readonly shared = new Set<FileNode>()

  add(file: FileNode): void {
    this.shared.add(file)
    this.#counts.set(file, (this.#counts.get(file) ?? file.links) + 1)
  }

  /** Takes one name away; gives whether it was the last. */
  remove(file: FileNode): boolean {
    const left = (this.#counts.get(file) ?? file.links) - 1
    if (left > 0) this.#counts.set(file, left)
    return left === 0
  }
}
