import type { Node } from '../tree/node.ts'

const PARTS = 16
const BLOCK = 512

/** The items of nodes. It grows in parts: one map of a million nodes would at times take a tenth of a second to grow. */
export class ItemMap {
  readonly #parts = Array.from({ length: PARTS }, () => new Map<Node, number>())

  get(node: Node): number | undefined {
    return this.#partOf(node).get(node)
  }

  set(node: Node, item: number): void {
    this.#partOf(node).set(node, item)
  }

  #partOf(node: Node): Map<Node, number> {
    // Bodies begin at whole blocks of their tar.
    const part = node.kind === 'file' ? Math.floor(node.offset / BLOCK) % PARTS : 0
    return this.#parts[part] as Map<Node, number>
  }
}
