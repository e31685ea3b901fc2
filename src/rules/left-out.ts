import type { DirectoryNode } from '../tree/node.ts'
import { joinPath, parentOf } from '../tree/tree.ts'
import type { Instance } from './evidence.ts'
import type { ModuleGraph } from './module-graph.ts'
import type { Installed } from './rule.ts'

/** The packages that an installation has for development. */
export interface DevPackages {
  /** Whether the package in a directory is one that only development needs; directories of no package are left out. */
  readonly directories: ReadonlyMap<DirectoryNode, boolean>
  /** Commands that only these bring, where an installer writes files for them. */
  readonly commands: ReadonlySet<string>
}

/** What an installer leaves out with its development packages. */
export interface LeftOut extends Pick<Installed, 'links'> {
  readonly files: readonly Instance[]
  /** Names of the packages, sorted. */
  readonly names: readonly string[]
}

/**
 * The files of development packages, the links to them, and their names, of some `node_modules` by path; a package
 * within another is what it is itself.
 */
export function leftOutOf(graph: ModuleGraph, roots: ReadonlyMap<string, DirectoryNode>, dev: DevPackages): LeftOut {
  const files: Instance[] = []
  const links: LeftOut['links'][number][] = []
  const others: LeftOut['links'][number][] = []
  const names = new Set<string>()
  const developing = new Set<DirectoryNode>()
  const pending = [...roots].map(([at, directory]) => ({ at, directory, around: false }))
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { at, directory, around } = next
    const own = dev.directories.get(directory)
    const isDev = own ?? around
    if (isDev) developing.add(directory)
    if (own === true && !PLACE.test(at)) names.add(at.slice(at.lastIndexOf(MODULES) + MODULES.length))
    const isBin = at.endsWith('/.bin')
    for (const [name, node] of directory.children) {
      const path = joinPath(at, name)
      if (node.kind === 'directory') pending.push({ at: path, directory: node, around: isDev })
      else if (node.kind === 'symlink') (isDev ? links : others).push({ path, node })
      else if (node.kind === 'file' && (isDev || (isBin && dev.commands.has(name)))) {
        files.push({ path, node, layer: node.origin.layer })
      }
    }
  }
  const isGone = (target: string) => {
    const directory = graph.real(target)?.directory
    return directory !== undefined && developing.has(directory)
  }
  for (const link of others) {
    const { target } = link.node
    const place = target.startsWith('/') ? target : joinPath(parentOf(link.path), target)
    // It leads to a package, or to a file of one.
    if (isGone(link.path) || isGone(parentOf(place))) links.push(link)
  }
  return { files, links, names: [...names].sort() }
}

const MODULES = 'node_modules/'
/** Where pnpm keeps a package. */
const PLACE = /\/\.pnpm\/[^/]+$/
