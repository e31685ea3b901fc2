import type { DirectoryNode, Node } from '../tree/node.ts'
import { apply } from '../tree/overlay.ts'
import { find, impliedDirectory, joinPath, parentOf } from '../tree/tree.ts'
import type { Marker } from './covers.ts'
import type { Entries } from './entries.ts'
import type { Operation } from './operations.ts'
import { walkInSteps } from './walk-in-steps.ts'
import { STEP, type Work } from './work.ts'

const BLOCK = 512

/** A marker that a merged layer may need: one that is there, or one in the place of an entry that hid a directory. */
interface Candidate {
  readonly layer: number
  readonly marker: Marker
  readonly isThere: boolean
}

/**
 * Layers `first` to `last` become one: of every path the last entry stays, and of the markers those that still hide
 * something beneath; all trailers but one go.
 */
export function* squash(entries: Entries, first: number, last: number): Work<Operation> {
  const { root: lower } = yield* stackOf(entries, 0, first - 1)
  const { root: merged, winners } = yield* stackOf(entries, first, last)
  const picks: number[] = []
  const candidates: Candidate[] = []
  const layers = Array.from({ length: last - first + 1 }, (_, i) => first + i)
  for (const layer of layers) {
    const content = entries.contentOf(layer)
    if (content === undefined) continue
    const { added, removed, opaque } = content.changeset
    const lose = (path: string, node: Node) => {
      if (winners.get(path) === layer || (node.kind === 'directory' && node.implied)) return
      const items = node.kind === 'directory' ? [entries.directory(layer, path)] : entries.at(layer, path, node)
      picks.push(...items.filter((item) => item !== undefined))
      if (node.kind === 'directory' || find(lower, path)?.kind !== 'directory') return
      candidates.push({ layer, marker: { path, opaque: false }, isThere: false })
    }
    lose('', added)
    yield* walkInSteps(added, '', lose)
    for (const [i, { path, node }] of content.superseded.entries()) {
      if (i % STEP === STEP - 1) yield
      picks.push(...entries.at(layer, path, node))
    }
    for (const path of removed) candidates.push({ layer, marker: { path, opaque: false }, isThere: true })
    for (const path of opaque) candidates.push({ layer, marker: { path, opaque: true }, isThere: true })
    const trailer = layer < last ? entries.trailer(layer) : undefined
    if (trailer !== undefined) picks.push(trailer)
  }
  const { needless, added } = yield* settleMarkers(entries, candidates, lower, merged, winners, layers)
  const edit = { drops: [], picks: new Int32Array(picks.concat(needless)), added }
  return { edit, estimate: false, missing: { files: 0, paths: [] } }
}

/** The markers that a merged layer does not need, and the bytes of those that it needs besides. */
function* settleMarkers(
  entries: Entries,
  candidates: readonly Candidate[],
  lower: DirectoryNode,
  merged: DirectoryNode,
  winners: ReadonlyMap<string, number>,
  layers: readonly number[],
): Work<{ needless: number[]; added: Map<number, number> }> {
  const needless: number[] = []
  const added = new Map<number, number>()
  const add = (layer: number, bytes: number) => added.set(layer, (added.get(layer) ?? 0) + bytes)
  const kept = new Set<string>()
  const isNeeded = (marker: Marker) => !isCovered(kept, marker) && hidesMore(lower, merged, marker)
  // Upper markers first, since they cover those beneath them; of equal ones those that are there.
  const rank = ({ marker, isThere }: Candidate) => 4 * marker.path.length + 2 * Number(marker.opaque) + Number(!isThere)
  const ranked = candidates.toSorted((a, b) => rank(a) - rank(b))
  for (const [i, { layer, marker, isThere }] of ranked.entries()) {
    if (i % STEP === STEP - 1) yield
    const needed = isNeeded(marker)
    if (needed) kept.add(keyOf(marker))
    if (isThere && !needed) needless.push(entries.marker(layer, marker))
    if (!isThere && needed) add(layer, BLOCK)
  }
  // What lost entries leave in their place is settled here already.
  for (const layer of layers) {
    for (const path of entries.stubsOf(layer)) if (winners.get(path) !== layer) add(layer, -BLOCK)
  }
  return { needless, added }
}

/** Some layers applied to nothing, and the layer that has the last entry of every path. */
function* stackOf(
  entries: Entries,
  first: number,
  last: number,
): Work<{ readonly root: DirectoryNode; readonly winners: ReadonlyMap<string, number> }> {
  const winners = new Map<string, number>()
  const owner = {}
  let root = impliedDirectory(owner)
  for (let layer = first; layer <= last; layer++) {
    yield
    const changeset = entries.changesetOf(layer)
    if (changeset === undefined) continue
    const win = (path: string, node: Node) => {
      if (node.kind === 'directory' && node.implied) winners.delete(path)
      else winners.set(path, layer)
    }
    root = apply(root, changeset, owner, {
      added: win,
      replaced: (path, _, after) => win(path, after),
      removed: (path) => winners.delete(path),
    })
  }
  return { root, winners }
}

/** A directory's own markers and the whiteout of it are told apart. */
function keyOf({ path, opaque }: Marker): string {
  return opaque ? `${path}/` : path
}

function isCovered(kept: ReadonlySet<string>, marker: Marker): boolean {
  const { path, opaque } = marker
  if (kept.has(keyOf(marker)) || (opaque && kept.has(path))) return true
  for (let at = path; at !== ''; ) {
    at = parentOf(at)
    if (kept.has(`${at}/`) || (at !== '' && kept.has(at))) return true
  }
  return false
}

/** Whether a marker keeps something of the lower tree hidden that the merged layer alone would not. */
function hidesMore(lower: DirectoryNode, merged: DirectoryNode, { path, opaque }: Marker): boolean {
  const beneath = find(lower, path)
  if (beneath === undefined) return false
  let above: Node | undefined = merged
  for (const name of path === '' ? [] : path.split('/')) {
    if (above !== undefined && above.kind !== 'directory') return false
    above = above?.children.get(name)
  }
  const pending: { below: Node; above: Node | undefined; path: string; itself: boolean }[] = [
    { below: beneath, above, path, itself: !opaque },
  ]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.itself && shines(next.below, next.above)) return true
    if (next.below.kind !== 'directory' || (next.above !== undefined && next.above.kind !== 'directory')) continue
    for (const [name, child] of next.below.children) {
      const over = next.above?.children.get(name)
      pending.push({ below: child, above: over, path: joinPath(next.path, name), itself: true })
    }
  }
  return false
}

/** Whether a lower node would be seen beneath what stands above it; a directory that no entry made is only its content. */
function shines(below: Node, above: Node | undefined): boolean {
  if (below.kind === 'directory' && below.implied) return false
  return above === undefined || (below.kind === 'directory' && above.kind === 'directory' && above.implied)
}
