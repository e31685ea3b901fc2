import type { DirectoryNode, FileNode } from '../tree/node.ts'
import type { Ecosystem, Package } from './package.ts'
import { filesBeneath, type Rootfs } from './rootfs.ts'

const PLACE = /^(?:(.*)\/)?specifications\/([^/]+)\.gemspec$/
/** No file system takes a longer one (`NAME_MAX`). */
const LONGEST_NAME = 255
/** Such as `nokogiri-1.16.0-x86_64-linux`: the version is the first part of numbers. */
const FULL_NAME = /^(.+?)-(\d+(?:\.\w+)*(?:-.+)?)$/

/** Ruby gems: a specification, and a directory of the same name. */
export const GEM: Ecosystem = {
  name: 'gem',
  looks: [],
  wants: (name, node) => name.endsWith('.gemspec') && node.kind === 'file',
  read(rootfs, places) {
    const taken = new Set<DirectoryNode>()
    const extensions = new Map<string, ReadonlyMap<string, DirectoryNode[]>>()
    const packages = places.flatMap(({ path, node }): Package[] => {
      const [, home = '', fullName = ''] = PLACE.exec(path) ?? []
      const [, name, version] = fullName.length > LONGEST_NAME ? [] : (FULL_NAME.exec(fullName) ?? [])
      if (name === undefined || node.kind !== 'file') return []
      const compiled = extensions.get(home) ?? extensionsOf(rootfs, home)
      extensions.set(home, compiled)
      const files = () => filesOf(rootfs, { home, fullName, record: node }, compiled.get(fullName) ?? [], taken)
      return [{ ecosystem: 'gem', name, version, record: node, files }]
    })
    return { packages, unread: [] }
  },
}

interface Gem {
  /** Directory of all gems. */
  readonly home: string
  /** Name and version. */
  readonly fullName: string
  readonly record: FileNode
}

function* filesOf(
  { resolver }: Rootfs,
  { home, fullName, record }: Gem,
  compiled: readonly DirectoryNode[],
  taken: Set<DirectoryNode>,
): Generator<FileNode> {
  yield record
  const archive = resolver.file(`${home}/cache/${fullName}.gem`)
  if (archive !== undefined) yield archive
  const named = [`${home}/gems/${fullName}`, `${home}/doc/${fullName}`].map((path) => resolver.directory(path))
  for (const directory of [...named, ...compiled]) if (directory !== undefined) yield* filesBeneath(directory, taken)
}

/** The compiled parts of each gem, which lie beneath a platform and a version of Ruby. */
function extensionsOf({ resolver }: Rootfs, home: string): Map<string, DirectoryNode[]> {
  const found = new Map<string, DirectoryNode[]>()
  for (const [, platform] of directoriesIn(resolver.directory(`${home}/extensions`))) {
    for (const [, ruby] of directoriesIn(platform)) {
      for (const [gem, node] of directoriesIn(ruby)) found.set(gem, [...(found.get(gem) ?? []), node])
    }
  }
  return found
}

function directoriesIn(directory: DirectoryNode | undefined): [string, DirectoryNode][] {
  return [...(directory?.children ?? [])].flatMap(([name, node]) => (node.kind === 'directory' ? [[name, node]] : []))
}
