/** What a path is. `hardlink` is a link whose target lies in a lower layer; `other` has an unknown tar type. */
export type Kind =
  | 'file'
  | 'directory'
  | 'symlink'
  | 'hardlink'
  | 'block-device'
  | 'character-device'
  | 'fifo'
  | 'other'

/** What is alike for many nodes, and shared by them: permission bits, owner, extended attributes. */
export interface Attributes {
  /** Permission, setuid, setgid and sticky bits (no file type). */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Extended attributes as one canonical text, empty where there are none. */
  readonly xattrs: string
}

interface NodeBase {
  readonly attributes: Attributes
  /** Seconds since 1970, with a fraction where the tar has one. */
  readonly mtime: number
  /** Bytes of the tar that its entry takes: headers and padded body; 0 where no entry made it. */
  readonly tarBytes: number
}

/** Where a body was written; `layer` is set once the layer has found its place in an image. */
export interface Origin {
  layer: number
}

/**
 * A regular file's body and attributes, as an inode: hard links are several names of one `FileNode`,
 * so two names show the same body exactly if they are the same object.
 */
export interface FileNode extends NodeBase {
  readonly kind: 'file'
  /** Bytes of content (logical size of a sparse file). */
  readonly size: number
  readonly origin: Origin
  /** Bytes from the start of the layer's tar to the body. */
  readonly offset: number
  /** How many names the layer that wrote it gives it. */
  links: number
  /** Made of the stored body with xxh64; undefined until a question needs it. */
  hash: bigint | undefined
  /** xxh64 of each block of a large body, from the first to the last; there where the hash is. */
  blocks?: BigUint64Array
}

export interface DirectoryNode extends NodeBase {
  readonly kind: 'directory'
  /** True where no tar entry made the directory: a path beneath it implied it. */
  readonly implied: boolean
  readonly children: Map<string, Node>
  /** Who may change `children` in place: the stacking that made this copy. */
  readonly owner: object | undefined
}

export interface LinkNode extends NodeBase {
  readonly kind: 'symlink' | 'hardlink'
  /** A symlink's text; a hard link's normalised path. */
  readonly target: string
}

export interface SpecialNode extends NodeBase {
  readonly kind: 'block-device' | 'character-device' | 'fifo' | 'other'
  /** Major and minor device number, 0 where there is none. */
  readonly device: number
}

/** One node of a file tree; its name is its key in the parent's `children`. */
export type Node = FileNode | DirectoryNode | LinkNode | SpecialNode

/** What one layer does to the tree beneath it (image-spec, layer.md); removals are never nodes. */
export interface Changeset {
  /** Root directory of everything the layer adds or replaces. */
  readonly added: DirectoryNode
  /** Paths named by whiteouts, without a leading slash. */
  readonly removed: ReadonlySet<string>
  /** Directories whose lower content is hidden by an opaque whiteout; '' is the root. */
  readonly opaque: ReadonlySet<string>
  /** The hard links of `added` whose targets can only lie in a lower layer, and the paths they would have there. */
  readonly linksBelow: ReadonlyMap<Node, string>
}
