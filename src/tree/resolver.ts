import type { DirectoryNode, FileNode, Node } from './node.ts'
import { joinPath } from './tree.ts'

/** Linux gives up on a path after as many links. */
const MAX_SYMLINKS = 40
/** And on one that is longer (`PATH_MAX`). */
const LONGEST_PATH = 4096

/** A directory, and its path without links and without a leading slash. */
export interface RealDirectory {
  readonly path: string
  readonly directory: DirectoryNode
  /** Undefined for the root. */
  readonly parent: RealDirectory | undefined
}

/** Finds what a path of a tree leads to, through symbolic links to directories; every path and every link is followed once. */
export class Resolver {
  readonly #root: RealDirectory
  readonly #known = new Map<string, RealDirectory | undefined>()
  /** What links lead to, by the paths that they have. */
  readonly #links = new Map<string, RealDirectory | undefined>()

  constructor(root: DirectoryNode) {
    this.#root = { path: '', directory: root, parent: undefined }
  }

  /** The regular file at a path, with or without a leading slash; its own name is not followed. */
  file(path: string): FileNode | undefined {
    const slash = path.lastIndexOf('/')
    const node = this.directory(path.slice(0, Math.max(slash, 0)))?.children.get(path.slice(slash + 1))
    return node?.kind === 'file' ? node : undefined
  }

  /** What a path leads to, its own name followed too. */
  follow(path: string): Node | undefined {
    let at = path
    for (let hops = 0; hops <= MAX_SYMLINKS && at.length <= LONGEST_PATH; hops++) {
      const slash = at.lastIndexOf('/')
      const name = at.slice(slash + 1)
      if (name === '' || name === '.' || name === '..') return this.directory(at)
      const parent = this.real(at.slice(0, Math.max(slash, 0)))
      const node = parent?.directory.children.get(name)
      if (parent === undefined || node?.kind !== 'symlink') return node
      at = node.target.startsWith('/') ? node.target : joinPath(parent.path, node.target)
    }
    return undefined
  }

  /** The directory at a path. */
  directory(path: string): DirectoryNode | undefined {
    return this.real(path)?.directory
  }

  /** The directory at a path, and the path that it really has. */
  real(path: string): RealDirectory | undefined {
    if (this.#known.has(path)) return this.#known.get(path)
    const found = this.#find(path)
    this.#known.set(path, found)
    return found
  }

  #find(path: string): RealDirectory | undefined {
    return path.length > LONGEST_PATH ? undefined : this.#walk(this.#root, path, 0)
  }

  /** Goes from a directory along a path; `hops` is how many links led here. */
  #walk(from: RealDirectory, path: string, hops: number): RealDirectory | undefined {
    let at = path.startsWith('/') ? this.#root : from
    for (const name of path.split('/')) {
      if (name === '' || name === '.') continue
      const next = name === '..' ? (at.parent ?? this.#root) : this.#step(at, name, hops)
      if (next === undefined) return undefined
      at = next
    }
    return at
  }

  #step(at: RealDirectory, name: string, hops: number): RealDirectory | undefined {
    const child = at.directory.children.get(name)
    const path = joinPath(at.path, name)
    if (child?.kind === 'directory') return { path, directory: child, parent: at }
    if (child?.kind !== 'symlink' || hops >= MAX_SYMLINKS) return undefined
    if (this.#links.has(path)) return this.#links.get(path)
    const found = child.target.length > LONGEST_PATH ? undefined : this.#walk(at, child.target, hops + 1)
    // What fails behind many links may be found from nearer.
    if (found !== undefined || hops === 0) this.#links.set(path, found)
    return found
  }
}
