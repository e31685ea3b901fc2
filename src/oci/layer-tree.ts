import type { DirectoryNode, FileNode, LinkNode, Node } from '../tree/node.ts'
import { baseOf, impliedDirectory, joinPath, parentOf, walk } from '../tree/tree.ts'
import { cleanPath } from './archive-path.ts'
import { exceeded, type Limits } from './limits.ts'

/** A directory of the layer, and the path it really has. */
interface Parent {
  readonly path: string
  readonly directory: DirectoryNode
}

/** How far the directories of a layer lead towards a path. */
interface Reach extends Parent {
  /** The names that are left: none, or the first of them is missing or no directory. */
  readonly rest: readonly string[]
}

/** What a hard link shares: a node of the layer, a path beneath the layer, or nothing. */
export type LinkEnd = Node | string | undefined

/** Linux gives up on a path after as many links. */
const MAX_SYMLINKS = 40

/** A body that another entry of the same layer made invisible. */
export interface Superseded {
  readonly path: string
  readonly node: FileNode
  /** The same path came again, or a parent became something else. */
  readonly cause: 'duplicate-entry' | 'shadowed'
}

/** The tree of one layer, and what it could not hold. */
export interface LayerAlone {
  readonly added: DirectoryNode
  /** The hard links whose targets can only lie in a lower layer, and the paths they would have there. */
  readonly linksBelow: ReadonlyMap<Node, string>
  readonly superseded: readonly Superseded[]
}

/** The tree that the entries of a layer make in an empty directory, which is where runtimes unpack it. */
export class LayerTree {
  readonly #what: string
  readonly #limits: Limits
  readonly #duplicate: (path: string) => void
  readonly #root = impliedRoot()
  #lastParent: Parent & { asked: string } = { asked: '', path: '', directory: this.#root.node }
  readonly #superseded = new Map<FileNode, Superseded>()
  /** Hard links whose target had not been seen when they came, by the path they have in the layer. */
  readonly #openLinks = new Map<string, LinkNode>()

  /** `what` names the layer in errors; `duplicate` is told each path whose entry takes the place of another. */
  constructor(what: string, limits: Limits, duplicate: (path: string) => void) {
    this.#what = what
    this.#limits = limits
    this.#duplicate = duplicate
  }

  /** Puts a node at a path and gives the path that it really has; what stood there goes, unless both are directories. */
  place(path: string, node: Node): string {
    if (path === '') {
      if (node.kind === 'directory') this.#root.setAttributes(node)
      else this.#duplicate('/')
      // The root stays a directory, so a body that is given to it is stored in vain.
      if (node.kind === 'file' && node.links === 0) this.#superseded.set(node, { path, node, cause: 'duplicate-entry' })
      return path
    }
    const parent = this.#parent(parentOf(path))
    const name = baseOf(path)
    const before = parent.directory.children.get(name)
    const at = joinPath(parent.path, name)
    if (before === node) return at
    if (before?.kind === 'directory' && node.kind === 'directory') {
      parent.directory.children.set(name, { ...node, children: before.children })
      return at
    }
    if (before !== undefined) this.#supersede(at, before)
    if (node.kind === 'file') node.links++
    if (node.kind === 'hardlink') this.#openLinks.set(at, node)
    parent.directory.children.set(name, node)
    return at
  }

  /** Takes a node and all beneath it out of the layer: the bodies stay in the tar, but nothing shows them. */
  #supersede(path: string, before: Node): void {
    this.#duplicate(path)
    this.#lastParent = { asked: '', path: '', directory: this.#root.node }
    if (before.kind === 'directory') walk(before, path, (at, node) => this.#unlink(at, node, 'shadowed'))
    else this.#unlink(path, before, 'duplicate-entry')
  }

  #unlink(path: string, node: Node, cause: Superseded['cause']): void {
    this.#openLinks.delete(path)
    if (node.kind === 'file' && --node.links === 0) this.#superseded.set(node, { path, node, cause })
  }

  /**
   * The directory at a path, with every missing parent implied. A symbolic link of the same layer is followed, as
   * runtimes do that unpack a layer by itself; any other parent that is no directory becomes one.
   */
  #parent(asked: string): Parent {
    if (asked === this.#lastParent.asked) return this.#lastParent
    let { path, directory, rest } = this.#reach(asked)
    for (const name of rest) {
      path = joinPath(path, name)
      const child = directory.children.get(name)
      if (child !== undefined) this.#supersede(path, child)
      const implied = impliedDirectory()
      directory.children.set(name, implied)
      directory = implied
    }
    this.#lastParent = { asked, path, directory }
    return this.#lastParent
  }

  /** Goes towards the directory at a path as far as there are directories, and links to follow that lead somewhere. */
  #reach(asked: string, follow = true): Reach {
    const names = asked === '' ? [] : asked.split('/').reverse()
    let steps = 0
    let hops = 0
    let path = ''
    let directory = this.#root.node
    for (let name = names.at(-1); name !== undefined; name = names.at(-1)) {
      // Links may lead in circles, so names that were passed count on.
      const depth = steps++ + names.length
      if (depth > this.#limits.depth) throw exceeded('depth', this.#what, depth)
      const child = directory.children.get(name)
      if (child?.kind === 'directory') {
        names.pop()
        path = joinPath(path, name)
        directory = child
      } else if (child?.kind === 'symlink' && follow) {
        if (++hops > MAX_SYMLINKS) return this.#reach(asked, false)
        names.pop()
        const target = child.target.startsWith('/') ? child.target : joinPath(path, child.target)
        names.push(...cleanPath(target).path.split('/').filter(Boolean).reverse())
        path = ''
        directory = this.#root.node
      } else break
    }
    return { path, directory, rest: names.reverse() }
  }

  /** The node at a path, links on the way followed; the path it has in lower layers, or undefined where none can have it. */
  lookUp(asked: string): LinkEnd {
    if (asked === '') return this.#root.node
    const { path, directory, rest } = this.#reach(parentOf(asked))
    const [first = baseOf(asked)] = rest
    const node = directory.children.get(first)
    if (node !== undefined) return rest.length === 0 ? node : undefined
    return [...(path === '' ? [] : [path]), ...rest, baseOf(asked)].join('/')
  }

  /** The whole tree, with every link resolved that can be. */
  finish(): LayerAlone {
    const linksBelow = this.#resolveOpenLinks()
    // What aufs stored may be linked again after its last name went.
    const superseded = [...this.#superseded.values()].filter(({ node }) => node.links === 0)
    return { added: this.#root.node, linksBelow, superseded }
  }

  /** Resolves links to entries that came later; gives those whose targets can only lie in a lower layer, and where. */
  #resolveOpenLinks(): Map<Node, string> {
    const below = new Map<Node, string>()
    const ends = new Map<LinkNode, LinkEnd>()
    // All are followed before any is replaced, so that their order cannot matter.
    for (const link of this.#openLinks.values()) this.#followLinks(link, ends)
    for (const [path, link] of this.#openLinks) {
      const end = ends.get(link)
      if (typeof end === 'string') below.set(link, end)
      if (typeof end !== 'object' || end.kind === 'directory') continue
      if (end.kind === 'file') end.links++
      this.#parent(parentOf(path)).directory.children.set(baseOf(path), end)
    }
    return below
  }

  /** Notes the end of a chain of hard links for each of its links, so that none is followed twice. */
  #followLinks(first: LinkNode, ends: Map<LinkNode, LinkEnd>): void {
    const chain: LinkNode[] = []
    let end: LinkEnd = first
    while (typeof end === 'object' && end.kind === 'hardlink') {
      const link: LinkNode = end
      end = ends.get(link)
      if (ends.has(link)) break
      // Whoever comes back here while the chain is followed runs in a circle: it leads nowhere.
      ends.set(link, undefined)
      chain.push(link)
      end = this.lookUp(link.target)
    }
    for (const link of chain) ends.set(link, end)
  }
}

/** The root of a changeset: implied until an entry for `/` gives it attributes, with one and the same set of children. */
function impliedRoot() {
  const holder = {
    node: impliedDirectory(),
    setAttributes(from: DirectoryNode) {
      holder.node = { ...from, children: holder.node.children }
    },
  }
  return holder
}
