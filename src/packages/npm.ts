import type { DirectoryNode, FileNode } from '../tree/node.ts'
import type { Ecosystem, Package, Place } from './package.ts'
import { filesBeneath, type Rootfs } from './rootfs.ts'

/** The outermost `node_modules`, or one of pnpm's, which keeps each package in a `node_modules` of its own. */
const MODULES = /^(?:(?!node_modules\/)[^/]*\/)*node_modules(?:\/\.pnpm\/[^/]+\/node_modules)?$/
/** Where a package lies, however deep; what nested ones need, rules want to know. */
const PACKAGE = /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/@][^/]*\/$/

/** Packages of the outermost `node_modules`; what is installed beneath one belongs to it. */
export const NPM: Ecosystem = {
  name: 'npm',
  looks: [{ names: ['package.json'], within: PACKAGE, bytes: 32 * 1024 }],
  wants: (name, node) => name === 'node_modules' && node.kind === 'directory',
  read(rootfs, places) {
    const taken = new Set<DirectoryNode>()
    const packages = places.filter(({ path }) => MODULES.test(path)).flatMap((place) => readOne(rootfs, place, taken))
    return { packages, unread: [] }
  },
}

function readOne(rootfs: Rootfs, { node }: Place, taken: Set<DirectoryNode>): Package[] {
  if (node.kind !== 'directory') return []
  return packageDirectories(node).flatMap(({ name, directory }) => {
    const manifest = directory.children.get('package.json')
    if (manifest?.kind !== 'file') return []
    const version = versionOf(rootfs, manifest)
    return [{ ecosystem: 'npm', name, version, record: manifest, files: () => filesBeneath(directory, taken) }]
  })
}

/** The directories of packages in a `node_modules`, those of scopes with the name of their scope. */
function packageDirectories(modules: DirectoryNode): { name: string; directory: DirectoryNode }[] {
  return [...modules.children].flatMap(([name, node]) => {
    if (node.kind !== 'directory' || name.startsWith('.')) return []
    if (!name.startsWith('@')) return [{ name, directory: node }]
    return [...node.children].flatMap(([inner, child]) =>
      child.kind === 'directory' ? [{ name: `${name}/${inner}`, directory: child }] : [],
    )
  })
}

function versionOf(rootfs: Rootfs, manifest: FileNode): string | undefined {
  const text = rootfs.content(manifest)?.text ?? ''
  // A long manifest is cut, so it is not always JSON.
  return /"version"\s*:\s*"([^"\\]+)"/.exec(text)?.[1]
}
