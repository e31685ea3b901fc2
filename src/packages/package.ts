import type { LookRow } from '../oci/excerpt.ts'
import type { FileNode, Node } from '../tree/node.ts'
import type { Rootfs } from './rootfs.ts'

/** Who installs packages; those of an operating system own what others claim too, so they stand first. */
export type EcosystemName = 'dpkg' | 'apk' | 'rpm' | 'pip' | 'gem' | 'npm' | 'jar' | 'go'

/** A package that the final rootfs says is installed. */
export interface Package {
  readonly ecosystem: EcosystemName
  readonly name: string
  /** Undefined where nothing tells it. */
  readonly version: string | undefined
  /** The file that says it is installed. */
  readonly record: FileNode
  /** Its regular files, as far as they are there. */
  readonly files: () => Iterable<FileNode>
  /** What its database says of others; undefined where it says nothing of that. */
  readonly relations?: Relations
}

/** How a package stands to others of its database. */
export interface Relations {
  /** What it needs: of each list one. */
  readonly depends: readonly (readonly string[])[]
  /** What it would have beside it, and can do without; undefined where its database is not asked for that. */
  readonly recommends?: readonly string[]
  /** Other names that it answers to. */
  readonly provides: readonly string[]
  /** Whether the system needs it, whoever depends on it. */
  readonly essential: boolean
  /** Whether only others wanted it; undefined where nobody kept a record of that. */
  readonly auto: boolean | undefined
}

/** Something that names packages and could not be read, or not to its end. */
export interface Unread {
  readonly ecosystem: EcosystemName
  /** Without a leading slash. */
  readonly path: string
  /** A sentence that begins after "not read: ". */
  readonly reason: string
}

/** What a walk of the rootfs met. */
export interface Place {
  /** Without a leading slash. */
  readonly path: string
  readonly node: Node
}

/** A kind of packages, and how they are told from the final rootfs. */
export interface Ecosystem {
  readonly name: EcosystemName
  /** Files whose content tells of packages. */
  readonly looks: readonly LookRow[]
  /** Whether a node is where packages are told; databases of a fixed place need none. */
  readonly wants?: (name: string, node: Node, rootfs: Rootfs) => boolean
  /** The packages, in the order in which they own files, from the places that are wanted. */
  readonly read: (rootfs: Rootfs, places: readonly Place[]) => Found
}

/** What an ecosystem has in a rootfs. */
export interface Found {
  readonly packages: readonly Package[]
  readonly unread: readonly Unread[]
}
