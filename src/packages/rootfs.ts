import { decodeName } from '../format/escape.ts'
import type { Excerpt } from '../oci/excerpt.ts'
import type { DirectoryNode, FileNode } from '../tree/node.ts'
import { Resolver } from '../tree/resolver.ts'

/** What was kept of a file as text, names that are no UTF-8 included, and whether that is all of it. */
export interface Content {
  readonly text: string
  readonly isWhole: boolean
}

/** The final rootfs as package databases are read from it. */
export interface Rootfs {
  readonly root: DirectoryNode
  /** Finds files by the paths that databases give, through links such as `/bin`. */
  readonly resolver: Resolver
  excerpt(file: FileNode): Excerpt | undefined
  /** Undefined where nothing was kept of the file. */
  content(file: FileNode): Content | undefined
}

/** A rootfs, with what was kept of its bodies. */
export function openRootfs(root: DirectoryNode, excerpt: (file: FileNode) => Excerpt | undefined): Rootfs {
  return {
    root,
    resolver: new Resolver(root),
    excerpt,
    content(file) {
      if (file.size === 0) return { text: '', isWhole: true }
      const head = excerpt(file)?.head
      return head && { text: decodeName(head), isWhole: head.length === file.size }
    },
  }
}

/** The regular files beneath a directory; `taken` are directories that somebody else had already, and all that are passed are added. */
export function* filesBeneath(root: DirectoryNode, taken: Set<DirectoryNode>): Generator<FileNode> {
  const pending = [root]
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    if (taken.has(directory)) continue
    taken.add(directory)
    for (const node of directory.children.values()) {
      if (node.kind === 'file') yield node
      else if (node.kind === 'directory') pending.push(node)
    }
  }
}
