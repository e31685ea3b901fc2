import type { Image } from '../oci/image.ts'
import type { Claimed } from '../rules/find.ts'
import type { Stack } from '../stack.ts'
import { find, walk } from '../tree/tree.ts'
import { type Choice, choicesOf, operationOf } from './choices.ts'
import { Entries } from './entries.ts'
import type { Sizes } from './ledger.ts'
import { type Instance, neverWrite, type Operation } from './operations.ts'

/**
 * An image, and what becomes of its size while findings and paths are ticked: every tick costs as much as it has files,
 * and the first of a finding some times more. Nothing is counted twice, in whatever order things are ticked.
 */
export class Scenario {
  /** The findings that can be ticked, in the order in which their changes are made. */
  readonly choices: readonly Choice[]
  readonly before: Sizes
  readonly #entries: Entries
  readonly #image: Image
  readonly #byId: ReadonlyMap<string, Choice>
  readonly #operations = new Map<string, Operation>()
  readonly #ticked = new Map<string, Operation>()

  constructor(image: Image, stack: Stack, bloat: readonly Claimed[]) {
    this.choices = choicesOf(bloat)
    this.#image = image
    this.#byId = new Map(this.choices.map((choice) => [choice.claimed.finding.id, choice]))
    this.#entries = new Entries(image, stack)
    const read = image.layers.map(({ content }) => (typeof content === 'string' ? NOTHING : content))
    this.before = {
      tarBytes: sum(read.map(({ tarBytes }) => tarBytes)),
      contentBytes: sum(read.map(({ contentBytes }) => contentBytes)),
      blobBytes: sum(image.layers.map(({ blobBytes }) => blobBytes)),
    }
  }

  /** Works out every finding, so that each tick is as fast as it can be. */
  prepare(): void {
    for (const { claimed } of this.choices) this.operation(claimed.finding.id)
  }

  /** The change that a finding stands for; undefined where nothing can be done about it, or it is of another image. */
  operation(id: string): Operation | undefined {
    const choice = this.#byId.get(id)
    if (choice === undefined) return undefined
    let operation = this.#operations.get(id)
    if (operation === undefined) {
      operation = operationOf(this.#entries, choice)
      this.#operations.set(id, operation)
    }
    return operation
  }

  /** Ticks a finding, or takes its tick away. */
  tick(id: string, on = true): void {
    this.#set(id, on, () => this.operation(id))
  }

  /** Ticks a path of a layer, with all files beneath it: they are not written; or takes the tick away. */
  tickPath(layer: number, path: string, on = true): void {
    this.#set(`${layer} ${path}`, on, () => neverWrite(this.#entries, this.#filesAt(layer, path)))
  }

  /** Takes every tick away. */
  clear(): void {
    for (const operation of this.#ticked.values()) this.#entries.ledger.remove(operation.edit)
    this.#ticked.clear()
  }

  /** What everything that is ticked saves. */
  saved(): Sizes {
    const layers = this.#image.layers.map(({ index }) => ({ index, ...this.#entries.ledger.savedIn(index) }))
    const isKnown = layers.every(({ index, tarBytes }) => tarBytes === 0 || this.#entries.isMeasured(index))
    return {
      tarBytes: sum(layers.map(({ tarBytes }) => tarBytes)),
      contentBytes: sum(layers.map(({ contentBytes }) => contentBytes)),
      blobBytes: isKnown ? Math.round(sum(layers.map(({ blobBytes }) => blobBytes))) : undefined,
    }
  }

  /** Tar bytes that each layer saves. */
  savedByLayer(): number[] {
    return this.#image.layers.map(({ index }) => this.#entries.ledger.savedIn(index).tarBytes)
  }

  /** The sizes of the image with everything that is ticked. */
  after(): Sizes {
    return minus(this.before, this.saved())
  }

  /** Whether `blobBytes` are exact: every layer that changes is stored as it is. */
  isExact(): boolean {
    return this.#image.layers.every(
      ({ index, content }) =>
        this.#entries.ledger.savedIn(index).tarBytes === 0 ||
        typeof content === 'string' ||
        content.compression === 'none',
    )
  }

  /** Whether the final rootfs stays as it is with everything that is ticked. */
  keepsRootfs(): boolean {
    return [...this.#ticked.values()].every(({ missing }) => missing.files === 0)
  }

  #set(key: string, on: boolean, make: () => Operation | undefined): void {
    const ticked = this.#ticked.get(key)
    if (on === (ticked !== undefined)) return
    if (ticked !== undefined) {
      this.#entries.ledger.remove(ticked.edit)
      this.#ticked.delete(key)
      return
    }
    const operation = make()
    if (operation === undefined) return
    this.#entries.ledger.add(operation.edit)
    this.#ticked.set(key, operation)
  }

  #filesAt(layer: number, path: string): Instance[] {
    const root = this.#entries.changesetOf(layer)?.added
    const node = root && find(root, path)
    if (node?.kind === 'file') return [{ path, node, layer }]
    const files: Instance[] = []
    if (node?.kind !== 'directory') return files
    walk(node, path, (at, one) => {
      if (one.kind === 'file') files.push({ path: at, node: one, layer })
    })
    return files
  }
}

const NOTHING = { tarBytes: 0, contentBytes: 0 }

/** The difference of two sizes, blob bytes only where both are known. */
export function minus(a: Sizes, b: Sizes): Sizes {
  return {
    tarBytes: a.tarBytes - b.tarBytes,
    contentBytes: a.contentBytes - b.contentBytes,
    blobBytes: a.blobBytes === undefined || b.blobBytes === undefined ? undefined : a.blobBytes - b.blobBytes,
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0)
}
