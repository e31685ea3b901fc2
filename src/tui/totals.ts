import type { DirectoryNode, FileNode, Node } from '../tree/node.ts'

/** What lies beneath a directory. */
export interface Totals {
  /** Nodes of any kind. */
  readonly count: number
  /** Content bytes of the bodies, each once however many names it has. */
  readonly bytes: number
  /** Those of the bodies that have several names, so that sums over directories can count them once. */
  readonly linked: ReadonlySet<FileNode> | undefined
}

const NOTHING: Totals = { count: 0, bytes: 0, linked: undefined }

/** Adds up totals, counting each body once. */
export class Sum {
  count = 0
  #single = 0
  #linked: ReadonlySet<FileNode> | undefined
  /** The same set, where it is ours and may grow. */
  #own: Set<FileNode> | undefined

  addNode(node: Node, isLinked: (file: FileNode) => boolean): void {
    this.count++
    if (node.kind !== 'file') return
    if (isLinked(node)) this.#grow().add(node)
    else this.#single += node.size
  }

  addTotals({ count, bytes, linked }: Totals): void {
    this.count += count
    if (linked === undefined) {
      this.#single += bytes
      return
    }
    this.#single += bytes - linkedBytes(linked)
    if (this.#linked === undefined) this.#linked = linked
    else if (this.#linked !== linked) {
      const all = this.#grow()
      for (const file of linked) all.add(file)
    }
  }

  totals(): Totals {
    if (this.count === 0) return NOTHING
    const linked = this.#linked
    const bytes = this.#single + (linked === undefined ? 0 : linkedBytes(linked))
    return { count: this.count, bytes, linked }
  }

  #grow(): Set<FileNode> {
    this.#own ??= new Set(this.#linked)
    this.#linked = this.#own
    return this.#own
  }
}

/** Gives the totals of directories, working each out once; `isLinked` says which bodies may have several names. */
export class DirectoryTotals {
  readonly #known = new WeakMap<DirectoryNode, Totals>()
  readonly isLinked: (file: FileNode) => boolean

  constructor(shared: ReadonlySet<FileNode>) {
    this.isLinked = (file) => file.links > 1 || (shared.size > 0 && shared.has(file))
  }

  of(directory: DirectoryNode): Totals {
    const known = this.#known.get(directory)
    if (known !== undefined) return known
    const todo: DirectoryNode[] = [directory]
    // Directories come before those beneath them, so that the way back meets the innermost first.
    for (let i = 0; i < todo.length; i++) {
      for (const node of (todo[i] as DirectoryNode).children.values()) {
        if (node.kind === 'directory' && !this.#known.has(node)) todo.push(node)
      }
    }
    let last = NOTHING
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      const sum = new Sum()
      for (const node of next.children.values()) {
        sum.addNode(node, this.isLinked)
        if (node.kind === 'directory') sum.addTotals(this.#known.get(node) ?? NOTHING)
      }
      last = sum.totals()
      this.#known.set(next, last)
    }
    return last
  }
}

function linkedBytes(files: ReadonlySet<FileNode>): number {
  let bytes = 0
  for (const { size } of files) bytes += size
  return bytes
}
