import { findOwners, type OwnedPackage, type Owners } from '../packages/owners.ts'
import { openRootfs } from '../packages/rootfs.ts'
import { walk } from '../tree/tree.ts'
import type { Evidence, Instance } from './evidence.ts'

const known = new WeakMap<Evidence, Owners>()

/** The packages of an image and what they own; worked out once. */
export function ownersOf(evidence: Evidence): Owners {
  const owners = known.get(evidence) ?? findOwners(openRootfs(evidence.stack.rootfs, evidence.excerpt))
  known.set(evidence, owners)
  return owners
}

/** Whether a package comes from the operating system, whose databases say what packages need. */
export function isOfSystem({ ecosystem }: OwnedPackage): boolean {
  return ecosystem === 'dpkg' || ecosystem === 'apk'
}

/** The regular files of the final rootfs that some packages own. */
export function filesOwnedBy(evidence: Evidence, some: ReadonlySet<OwnedPackage>): Instance[] {
  const { ownerOf } = ownersOf(evidence)
  const files: Instance[] = []
  if (some.size === 0) return files
  walk(evidence.stack.rootfs, '', (path, node) => {
    const owner = node.kind === 'file' ? ownerOf(node) : undefined
    if (owner !== undefined && some.has(owner) && node.kind === 'file') {
      files.push({ path, node, layer: node.origin.layer })
    }
  })
  return files
}

/** How many packages are named. */
const NAMED = 6

/** Packages as words, largest first. */
export function nameList(packages: readonly OwnedPackage[]): string {
  return nameSome([...packages].sort((a, b) => b.bytes - a.bytes).map(({ name }) => name))
}

/** The first of some names as words, and how many more there are. */
export function nameSome(names: readonly string[]): string {
  const more = names.length - NAMED
  return names.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
