import { findOwners, type OwnedPackage, type Owners } from '../packages/owners.ts'
import { openRootfs } from '../packages/rootfs.ts'
import { RPM_DIRECTORIES } from '../packages/rpm.ts'
import { joinPath, walkFiles } from '../tree/tree.ts'
import type { Evidence, Instance } from './evidence.ts'
import { onceForImage } from './once.ts'

/** The packages of an image and what they own. */
export const ownersOf = onceForImage(({ stack, excerpt }): Owners => findOwners(openRootfs(stack.rootfs, excerpt)))

/** Whether a package comes from the operating system, whose databases say what packages need. */
export function isOfSystem({ ecosystem }: OwnedPackage): boolean {
  return ecosystem === 'dpkg' || ecosystem === 'apk' || ecosystem === 'rpm'
}

/** Whether rpm has packages here; that is told at once, where who owns what takes a walk of the rootfs. */
export function hasRpm({ live }: Evidence): boolean {
  return RPM_DIRECTORIES.some((path) => live(path) !== undefined)
}

/** The regular files of the final rootfs that some packages own. */
export function filesOwnedBy(evidence: Evidence, some: ReadonlySet<OwnedPackage>): Instance[] {
  const { ownerOf } = ownersOf(evidence)
  const files: Instance[] = []
  if (some.size === 0) return files
  walkFiles(evidence.stack.rootfs, '', (node, name, parent) => {
    const owner = ownerOf(node)
    if (owner !== undefined && some.has(owner)) {
      files.push({ path: joinPath(parent, name), node, layer: node.origin.layer })
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
