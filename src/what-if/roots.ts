import { findBelow } from '../tree/below.ts'
import type { DirectoryNode } from '../tree/node.ts'
import { find, parentOf } from '../tree/tree.ts'
import type { Entries } from './entries.ts'
import type { Instance } from './operations.ts'

/**
 * The fewest paths of a layer that hold some of its files and nothing else of it, sorted: whole directories where the
 * layer made them, and `DIRECTORY/*` where a lower one did.
 */
export function rootsOf(entries: Entries, layer: number, files: readonly Instance[]): string[] {
  const root = entries.changesetOf(layer)?.added
  if (root === undefined) return []
  let level = new Set(files.filter((file) => file.layer === layer).map(({ path }) => path))
  const roots: string[] = []
  // From the deepest up, a directory takes the place of its content where all of that is to go.
  const byDepth = new Map<number, Set<string>>()
  for (const path of level) at(byDepth, depthOf(path)).add(path)
  for (let depth = Math.max(0, ...byDepth.keys()); depth > 0; depth--) {
    level = at(byDepth, depth)
    const byParent = new Map<string, string[]>()
    for (const path of level) {
      const siblings = byParent.get(parentOf(path))
      if (siblings === undefined) byParent.set(parentOf(path), [path])
      else siblings.push(path)
    }
    for (const [parent, children] of byParent) {
      const isWhole = depth > 1 && holdsOnly(root, parent, new Set(children))
      if (isWhole && isNew(entries, layer, parent)) at(byDepth, depth - 1).add(parent)
      // A star leaves out names that begin with a dot.
      else if (isWhole && children.length > 1 && !children.some((path) => path.includes('/.')))
        roots.push(`${parent}/*`)
      else for (const path of children) roots.push(path)
    }
  }
  return roots.sort()
}

function at(levels: Map<number, Set<string>>, depth: number): Set<string> {
  const known = levels.get(depth) ?? new Set()
  levels.set(depth, known)
  return known
}

function depthOf(path: string): number {
  return path.split('/').length
}

/** Whether a directory has nothing but some paths, links aside: they point into what goes, or are found dangling. */
function holdsOnly(root: DirectoryNode, path: string, children: ReadonlySet<string>): boolean {
  const directory = find(root, path)
  if (directory?.kind !== 'directory') return false
  for (const [name, node] of directory.children) {
    if (!children.has(`${path}/${name}`) && node.kind !== 'symlink') return false
  }
  return true
}

/** Whether no layer beneath one has a path. */
export function isNew(entries: Entries, layer: number, path: string): boolean {
  return findBelow(entries.changesetOf, layer, path) === undefined
}

/** More paths than these are not worth a command of their own. */
const MOST_PATHS = 12

/** Why some paths are nothing for a command, where they are not. */
export function problemOf(paths: readonly string[]): string | undefined {
  if (paths.length > MOST_PATHS)
    return `it is about ${paths.length} paths, too many for one command; leave them out where they are written, or delete them there by a pattern`
  return paths.every(isPlain)
    ? undefined
    : 'a path has characters that a command should not have; delete it in quotes where it is written'
}

/** A path that neither a shell, nor a Dockerfile, nor a `.dockerignore` takes for more than its name; it may end in a star. */
function isPlain(path: string): boolean {
  return /^[\w@%+=:,./-][\w@%+=:,./-]*\*?$/.test(path) && !/(?:^|\/)-/.test(path)
}
