import type { Changeset, DirectoryNode, LinkNode, Node } from './node.ts'
import { find, joinPath, walk } from './tree.ts'

/** What takes a path away: a whiteout, an opaque directory, or a parent that became something else. */
export type RemovalCause = 'removed' | 'opaque' | 'shadowed'

/** What happens to each path while a changeset is applied; implied directories are reported like others. */
export interface OverlayObserver {
  added(path: string, node: Node): void
  /** The path exists before and after; `before` may be a directory and `after` not, and the reverse. */
  replaced(path: string, before: Node, after: Node): void
  removed(path: string, before: Node, cause: RemovalCause): void
}

/** One changeset on its way onto a tree. */
interface Overlay {
  readonly root: DirectoryNode
  readonly changeset: Changeset
  readonly owner: object
  readonly observer: OverlayObserver
  /** Paths that a marker hid and the same layer adds again: for whoever looks at the rootfs, they were replaced. */
  readonly hidden: Map<string, Node>
}

/**
 * Applies a changeset to a lower tree and gives the new root; untouched directories are shared.
 * Markers hit lower content only, wherever they stand in the tar (image-spec, layer.md, "Whiteouts").
 * Directories that carry `owner` are changed in place, so stacking many layers with one owner copies each directory
 * once, and with a new owner for each layer every rootfs stays as it was.
 */
export function apply(
  lower: DirectoryNode,
  changeset: Changeset,
  owner: object,
  observer: OverlayObserver,
): DirectoryNode {
  const { added } = changeset
  const root = own(lower, owner, added)
  if (!added.implied) observer.replaced('', lower, root)
  const overlay: Overlay = { root, changeset, owner, observer, hidden: new Map() }
  for (const path of changeset.opaque) hideContent(overlay, path)
  for (const path of changeset.removed) hidePath(overlay, path)
  merge(overlay)
  return root
}

/** A directory that may be changed in place: the same one if it is ours, else a copy; `attributes` replace its own unless implied. */
function own(directory: DirectoryNode, owner: object, attributes?: DirectoryNode): DirectoryNode {
  const from = attributes === undefined || attributes.implied ? directory : attributes
  if (directory.owner === owner && from === directory) return directory
  const children = directory.owner === owner ? directory.children : new Map(directory.children)
  const { attributes: shown, mtime, tarBytes, implied } = from
  return { kind: 'directory', attributes: shown, mtime, tarBytes, implied, children, owner }
}

/** The directory at a path made ours, with every directory on the way to it. */
function ownPath(root: DirectoryNode, path: string, owner: object): DirectoryNode {
  let directory = root
  if (path === '') return directory
  for (const name of path.split('/')) {
    const child = directory.children.get(name)
    if (child?.kind !== 'directory') throw new Error(`no directory at ${path}`)
    const mine = own(child, owner)
    if (mine !== child) directory.children.set(name, mine)
    directory = mine
  }
  return directory
}

function hideContent(overlay: Overlay, path: string): void {
  const { root, changeset, owner } = overlay
  const directory = find(root, path)
  if (directory?.kind !== 'directory' || directory.children.size === 0) return
  hideSubtree(overlay, path, directory, find(changeset.added, path), 'opaque')
  ownPath(root, path, owner).children.clear()
}

function hidePath(overlay: Overlay, path: string): void {
  const { root, changeset, owner } = overlay
  const node = find(root, path)
  if (node === undefined || path === '') return
  const again = find(changeset.added, path)
  hideNode(overlay, path, node, again, 'removed')
  if (node.kind === 'directory') hideSubtree(overlay, path, node, again, 'removed')
  const slash = path.lastIndexOf('/')
  ownPath(root, path.slice(0, Math.max(slash, 0)), owner).children.delete(path.slice(slash + 1))
}

function hideNode(overlay: Overlay, path: string, node: Node, again: Node | undefined, cause: RemovalCause): void {
  if (again === undefined) overlay.observer.removed(path, node, cause)
  else overlay.hidden.set(path, node)
}

/** Hides everything beneath a directory, walking beside it what the layer adds at the same paths. */
function hideSubtree(
  overlay: Overlay,
  path: string,
  directory: DirectoryNode,
  again: Node | undefined,
  cause: RemovalCause,
): void {
  const pending: [string, DirectoryNode, Node | undefined][] = [[path, directory, again]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [parent, lower, upper] = next
    for (const [name, node] of lower.children) {
      const at = joinPath(parent, name)
      const same = upper?.kind === 'directory' ? upper.children.get(name) : undefined
      hideNode(overlay, at, node, same, cause)
      if (node.kind === 'directory') pending.push([at, node, same])
    }
  }
}

/** Adds everything the changeset adds; a directory over a directory merges, anything else replaces what was there. */
function merge({ root, changeset, owner, observer, hidden }: Overlay): void {
  const pending: [string, DirectoryNode, DirectoryNode][] = [['', root, changeset.added]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [parent, target, added] = next
    for (const [name, entry] of added.children) {
      const path = joinPath(parent, name)
      const lower = target.children.get(name)
      const before = lower ?? takeHidden(hidden, path)
      const node = entry.kind === 'hardlink' ? linked(root, entry, changeset.linksBelow.get(entry)) : entry

      if (node.kind === 'directory' && lower?.kind === 'directory') {
        const merged = own(lower, owner, node)
        target.children.set(name, merged)
        if (!node.implied) observer.replaced(path, lower, merged)
        pending.push([path, merged, node])
        continue
      }
      if (lower?.kind === 'directory') walk(lower, path, (at, gone) => observer.removed(at, gone, 'shadowed'))
      if (node.kind !== 'directory') {
        target.children.set(name, node)
        report(observer, path, before, node)
      } else if (hidden.size === 0 && changeset.linksBelow.size === 0) {
        // Nothing of the subtree needs a second look, so it is shared as it is.
        target.children.set(name, node)
        report(observer, path, before, node)
        walk(node, path, (at, child) => observer.added(at, child))
      } else {
        const copy: DirectoryNode = { ...node, children: new Map(), owner }
        target.children.set(name, copy)
        report(observer, path, before, copy)
        pending.push([path, copy, node])
      }
    }
  }
}

function report(observer: OverlayObserver, path: string, before: Node | undefined, after: Node): void {
  if (before === undefined) observer.added(path, after)
  else observer.replaced(path, before, after)
}

function takeHidden(hidden: Map<string, Node>, path: string): Node | undefined {
  if (hidden.size === 0) return undefined
  const node = hidden.get(path)
  hidden.delete(path)
  return node
}

/** What a hard link to a lower layer names, or the link itself where nothing is there to share. */
function linked(root: DirectoryNode, link: LinkNode, target: string | undefined): Node {
  const node = target === undefined ? undefined : find(root, target)
  return node === undefined || node.kind === 'directory' ? link : node
}
