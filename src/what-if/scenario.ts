import type { Image } from '../oci/image.ts'
import type { Claimed } from '../rules/find.ts'
import type { Stack } from '../stack.ts'
import type { Node } from '../tree/node.ts'
import { find, joinPath } from '../tree/tree.ts'
import { type Choice, choicesOf, operationOf } from './choices.ts'
import { Entries } from './entries.ts'
import type { Sizes } from './ledger.ts'
import { type Instance, neverWrite, type Operation } from './operations.ts'
import { finish, type Work } from './work.ts'

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

  constructor(image: Image, stack: Stack, bloat: readonly Claimed[], entries = new Entries(image, stack)) {
    this.choices = choicesOf(bloat)
    this.#image = image
    this.#byId = new Map(this.choices.map((choice) => [choice.claimed.finding.id, choice]))
    this.#entries = entries
    const read = image.layers.map(({ content }) => (typeof content === 'string' ? NOTHING : content))
    this.before = {
      tarBytes: sum(read.map(({ tarBytes }) => tarBytes)),
      contentBytes: sum(read.map(({ contentBytes }) => contentBytes)),
      blobBytes: sum(image.layers.map(({ blobBytes }) => blobBytes)),
    }
  }

  /** An image of which nothing is ticked. */
  static *open(image: Image, stack: Stack, bloat: readonly Claimed[]): Work<Scenario> {
    return new Scenario(image, stack, bloat, yield* Entries.open(image, stack))
  }

  /** The change that a finding stands for; undefined where nothing can be done about it, or it is of another image. */
  operation(id: string): Operation | undefined {
    return finish(this.#operationOf(id))
  }

  /** Ticks a finding, or takes its tick away. */
  tick(id: string, on = true): void {
    finish(this.ticking(id, on))
  }

  /** Ticks a path of a layer, with all files beneath it: they are not written; or takes the tick away. */
  tickPath(layer: number, path: string, on = true): void {
    finish(this.tickingPath(layer, path, on))
  }

  /** As `tick`, in steps: nothing else may be asked until they are all done. */
  ticking(id: string, on: boolean): Work<void> {
    return this.#set(id, on, () => this.#operationOf(id))
  }

  /** As `tickPath`, in steps. */
  tickingPath(layer: number, path: string, on: boolean): Work<void> {
    return this.#set(`${layer} ${path}`, on, () => this.#notWriting(layer, path))
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

  *#set(key: string, on: boolean, make: () => Work<Operation | undefined>): Work<void> {
    const ticked = this.#ticked.get(key)
    if (on === (ticked !== undefined)) return
    if (ticked !== undefined) {
      yield* this.#entries.ledger.change(ticked.edit, -1)
      this.#ticked.delete(key)
      return
    }
    const operation = yield* make()
    if (operation === undefined) return
    yield* this.#entries.ledger.change(operation.edit, 1)
    this.#ticked.set(key, operation)
  }

  *#operationOf(id: string): Work<Operation | undefined> {
    const choice = this.#byId.get(id)
    if (choice === undefined) return undefined
    let operation = this.#operations.get(id)
    if (operation === undefined) {
      operation = yield* operationOf(this.#entries, choice)
      this.#operations.set(id, operation)
    }
    return operation
  }

  *#notWriting(layer: number, path: string): Work<Operation> {
    const root = this.#entries.changesetOf(layer)?.added
    const node = root && find(root, path)
    return yield* neverWrite(this.#entries, node === undefined ? [] : filesAt(node, path, layer))
  }
}

/** The files at a path: itself, or all that are beneath it, of which only those are kept that somebody keeps. */
function* filesAt(node: Node, path: string, layer: number): Generator<Instance> {
  const pending: [string, Node][] = [[path, node]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [at, one] = next
    if (one.kind === 'file') yield { path: at, node: one, layer }
    if (one.kind !== 'directory') continue
    for (const [name, child] of one.children) {
      const within = joinPath(at, name)
      if (child.kind === 'file') yield { path: within, node: child, layer }
      else if (child.kind === 'directory') pending.push([within, child])
    }
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
