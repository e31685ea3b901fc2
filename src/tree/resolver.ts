import type { DirectoryNode, FileNode } from './node.ts'
import { find, joinPath } from './tree.ts'

/** Linux gives up on a path after as many links. */
const MAX_SYMLINKS = 40
/** And on one of more names than this: links may lead in circles. */
const MAX_STEPS = 4096

/** A directory, and its path without links and without a leading slash. */
export interface RealDirectory {
  readonly path: string
  readonly directory: DirectoryNode
}

/** Finds what a path of a tree leads to, through symbolic links to directories; every directory is looked for once. */
export class Resolver {
  readonly #root: DirectoryNode
  readonly #known = new Map<string, RealDirectory | undefined>()

  constructor(root: DirectoryNode) {
    this.#root = root
  }

  /** The regular file at a path, with or without a leading slash; its own name is not followed. */
  file(path: string): FileNode | undefined {
    const slash = path.lastIndexOf('/')
    const node = this.directory(path.slice(0, Math.max(slash, 0)))?.children.get(path.slice(slash + 1))
    return node?.kind === 'file' ? node : undefined
  }

  /** The directory at a path. */
  directory(path: string): DirectoryNode | undefined {
    return this.real(path)?.directory
  }

  /** The directory at a path, and the path that it really has. */
  real(path: string): RealDirectory | undefined {
    if (this.#known.has(path)) return this.#known.get(path)
    const found = this.#find(path.startsWith('/') ? path.slice(1) : path)
    this.#known.set(path, found)
    return found
  }

  #find(path: string): RealDirectory | undefined {
    const direct = find(this.#root, path)
    return direct?.kind === 'directory' ? { path, directory: direct } : this.#follow(path)
  }

  #follow(path: string): RealDirectory | undefined {
    const root: RealDirectory = { path: '', directory: this.#root }
    const names = namesOf(path)
    const passed: RealDirectory[] = []
    let at = root
    let hops = 0
    for (let steps = 0, name = names.pop(); name !== undefined; name = names.pop()) {
      if (++steps > MAX_STEPS) return undefined
      if (name === '..') at = passed.pop() ?? root
      if (name === '..' || name === '.') continue
      const child = at.directory.children.get(name)
      if (child?.kind === 'directory') {
        passed.push(at)
        at = { path: joinPath(at.path, name), directory: child }
      } else if (child?.kind === 'symlink' && hops++ < MAX_SYMLINKS) {
        if (child.target.startsWith('/')) {
          passed.length = 0
          at = root
        }
        names.push(...namesOf(child.target))
        // Many long targets would make the list of names grow without bound.
        if (names.length > MAX_STEPS) return undefined
      } else return undefined
    }
    return at
  }
}

/** The names of a path, last one first. */
function namesOf(path: string): string[] {
  return path.split('/', MAX_STEPS).filter(Boolean).reverse()
}
