import type { Layer } from '../../src/oci/image.ts'
import { stackLayers } from '../../src/stack.ts'
import { findBelow } from '../../src/tree/below.ts'
import type { Node } from '../../src/tree/node.ts'
import { find, walk } from '../../src/tree/tree.ts'
import { asPair, type Entry } from './naive.ts'
import { layersOf } from './stack.ts'

/** Layers as the lists of their entries; no path comes twice in one, and nothing lies beneath what is no directory. */
export type Layers = readonly (readonly Entry[])[]

/** An entry that is to go. */
export interface Drop {
  readonly layer: number
  readonly path: string
}

/** Layers, read from tars that hold these entries. */
export function readBack(layers: Layers): Promise<Layer[]> {
  return layersOf(layers.map((layer) => layer.map(asPair)))
}

/** Everything that can be seen of the final rootfs; a directory that no entry made is only its content. */
export async function picture(layers: Layers): Promise<string[]> {
  const lines: string[] = []
  walk(stackLayers(await readBack(layers), false).rootfs, '', (path, node) => {
    if (node.kind === 'directory' && node.implied) return
    const of = node.kind === 'file' ? `${node.size} ${node.hash}` : 'target' in node ? node.target : ''
    lines.push(`${path} ${node.kind} ${node.attributes.mode} ${of}`)
  })
  return lines.sort()
}

/** Tar and content bytes of each layer. */
export function sizesOf(layers: readonly Layer[]): { tarBytes: number; contentBytes: number }[] {
  return layers.map(({ content }) => {
    if (typeof content === 'string') throw new Error('a layer was not read')
    return { tarBytes: content.tarBytes, contentBytes: content.contentBytes }
  })
}

/**
 * Writes the layers of an image again without some entries of files, the slow and obvious way: whatever can be left out
 * is tried, and stays out where the final rootfs is the same without it.
 */
export async function withoutEntries(original: Layers, drops: readonly Drop[]): Promise<Entry[][]> {
  let layers = original.map((layer) => [...layer])
  const wasDropped = (layer: number, path: string) => drops.some((one) => one.layer === layer && one.path === path)
  for (const { layer, path } of drops) {
    const hides = await keepsApart(original, layer, path)
    layers = replaceLayer(layers, layer, dropName(layers[layer] as Entry[], path, hides))
  }
  layers = await withoutDirectories(original, layers, wasDropped)
  return withoutMarkers(original, layers)
}

function replaceLayer(layers: Layers, layer: number, entries: readonly Entry[]): Entry[][] {
  return layers.map((one, i) => [...(i === layer ? entries : one)])
}

/** A layer without one name; a body whose entry goes by that name goes on as the first link that is left. */
function dropName(entries: readonly Entry[], path: string, hides = false): Entry[] {
  const entry = entries.find((one) => one.path === path && !isMarker(one))
  if (entry === undefined) return [...entries]
  const rest = entries.filter((one) => one !== entry)
  const whiteout: Entry = { ...entry, kind: 'whiteout', content: '', target: '' }
  const left = hides ? [...rest, whiteout] : rest
  const heir = left.find((one) => one.kind === 'hardlink' && one.target === path)
  if (heir === undefined || entry.kind !== 'file') return left
  return entries
    .filter((one) => one !== heir)
    .map((one) => {
      if (one === entry) return { ...entry, path: heir.path }
      return one.kind === 'hardlink' && one.target === path ? { ...one, target: heir.path } : one
    })
    .concat(hides ? [whiteout] : [])
}

async function withoutDirectories(
  original: Layers,
  dropped: Entry[][],
  wasDropped: (layer: number, path: string) => boolean,
): Promise<Entry[][]> {
  let layers = dropped
  for (const [index, entries] of original.entries()) {
    const directories = entries.filter(({ kind }) => kind === 'directory').sort((a, b) => b.path.length - a.path.length)
    for (const directory of directories) {
      // A whiteout that was left in the place of an entry needs its directory as the entry did.
      const isOld = (one: Entry) => isMarker(one) && entries.includes(one)
      const beneath = (one: Entry) => !isOld(one) && one.path.startsWith(`${directory.path}/`)
      const had = entries.filter(beneath)
      if (!had.some(({ path }) => wasDropped(index, path)) || layers[index]?.some(beneath)) continue
      const without = replaceLayer(
        layers,
        index,
        (layers[index] as Entry[]).filter((one) => one !== directory),
      )
      const alone = replaceLayer(
        original,
        index,
        entries.filter((one) => one !== directory),
      )
      const isUnseen = (await picture(alone)).join() === (await picture(original)).join()
      if (isUnseen || (await wasEmptied(original, layers, index, directory.path))) layers = without
    }
  }
  return layers
}

/** Whether a directory that this layer made had something of this layer alone in the final rootfs, and has nothing now. */
async function wasEmptied(original: Layers, layers: Layers, index: number, path: string): Promise<boolean> {
  const beneath = await readBack(original)
  const below = findBelow((i) => changesetOf(beneath[i]), index, path)
  const [before, after] = [await contentAt(original, path), await contentAt(layers, path)]
  const others = (original[index] as Entry[]).filter((one) => !one.path.startsWith(`${path}/`))
  const foreign = await contentAt(replaceLayer(original, index, others), path)
  return below === undefined && before > 0 && foreign <= 0 && after <= 0
}

async function contentAt(layers: Layers, path: string): Promise<number> {
  const node = find(stackLayers(await readBack(layers), false).rootfs, path)
  return node?.kind === 'directory' ? node.children.size : -1
}

/** Whether an entry stands between a lower directory and a higher one, which would become one without it. */
async function keepsApart(layers: Layers, layer: number, path: string): Promise<boolean> {
  if ((await kindAt(layers, layer, path)) !== 'directory') return false
  let covered = false
  let blocked = false
  let merges = false
  for (const [i, entries] of layers.slice(layer + 1).entries()) {
    covered ||= entries.some(
      ({ kind, path: at }) =>
        (kind === 'whiteout' && (at === path || path.startsWith(`${at}/`))) ||
        (kind === 'opaque' && (at === '' || path.startsWith(`${at}/`))),
    )
    // What became a file further up hides both directories.
    blocked ||= entries.some((one) => !isMarker(one) && one.kind !== 'directory' && path.startsWith(`${one.path}/`))
    const touches = entries.some((one) => !isMarker(one) && (one.path === path || one.path.startsWith(`${path}/`)))
    if (touches && !blocked && (await kindAt(layers, layer + i + 2, path)) === 'directory') merges = true
  }
  return merges && !covered
}

/** What is at a path of the rootfs of the lowest so many layers. */
async function kindAt(layers: Layers, count: number, path: string): Promise<string | undefined> {
  return find(stackLayers(await readBack(layers.slice(0, count)), false).rootfs, path)?.kind
}

/** How many entries of lower layers lie where a marker hides them, and no marker between does that was there. */
function lowerEntries(layers: Layers, original: Layers, index: number, marker: Entry): number {
  const isHidden = ({ path }: Entry, { kind, path: at }: Entry) =>
    path.startsWith(`${at}/`) || (kind === 'whiteout' && path === at) || (kind === 'opaque' && at === '')
  let count = 0
  for (const [layer, entries] of layers.slice(0, index).entries()) {
    const between = original
      .slice(layer + 1, index)
      .flat()
      .filter(isMarker)
    const own = entries.filter((one) => !isMarker(one) && isHidden(one, marker))
    count += own.filter((one) => !between.some((other) => isHidden(one, other))).length
  }
  return count
}

/** Without the markers that hid something and whose place nothing lies in any more. */
async function withoutMarkers(original: Layers, dropped: Entry[][]): Promise<Entry[][]> {
  let layers = dropped
  for (const [index, entries] of original.entries()) {
    for (const marker of entries.filter(isMarker)) {
      const hid = await hiddenBy(original, index, marker)
      if (hid === 0 || lowerEntries(layers, original, index, marker) > 0) continue
      layers = replaceLayer(
        layers,
        index,
        (layers[index] as Entry[]).filter((one) => one !== marker),
      )
    }
  }
  return layers
}

/** How much a marker hides; a directory that no entry made is only its content. */
async function hiddenBy(layers: Layers, index: number, { kind, path }: Entry): Promise<number> {
  const top = find(stackLayers(await readBack(layers.slice(0, index)), false).rootfs, path)
  if (top === undefined) return 0
  const isEntry = (node: Node) => node.kind !== 'directory' || !node.implied
  let count = kind === 'whiteout' && isEntry(top) ? 1 : 0
  if (top.kind === 'directory') walk(top, path, (_, node) => (count += isEntry(node) ? 1 : 0))
  return count
}

function changesetOf(layer: Layer | undefined) {
  return layer === undefined || typeof layer.content === 'string' ? undefined : layer.content.changeset
}

function isMarker({ kind }: Entry): boolean {
  return kind === 'whiteout' || kind === 'opaque'
}

/** The layers with some of them as one, the slow and obvious way: the last entry of each path, and the markers that still matter. */
export async function squashed(original: Layers, first: number, last: number): Promise<Entry[][]> {
  const group = original.slice(first, last + 1)
  const merged = await readBack(group)
  const shown = stackLayers(merged, false)
  const lastWith = new Map<string, number>()
  for (const [layer, entries] of group.entries())
    for (const { path, kind } of entries) if (!isMarker({ kind } as Entry)) lastWith.set(path, layer)
  const kept = group.flatMap((entries, layer) =>
    entries.filter((one) => !isMarker(one) && lastWith.get(one.path) === layer && isShown(one)),
  )
  const bodies = group.map((entries, layer) => {
    const lost = entries.filter((one) => !isMarker(one) && !(lastWith.get(one.path) === layer && isShown(one)))
    return lost.reduce((left, { path }) => dropName(left, path), [...entries])
  })
  const survivors = bodies.flatMap((entries) => entries.filter((one) => !isMarker(one)))
  if (survivors.length !== kept.length) throw new Error('a body was lost while layers were merged')
  const markers = group.flatMap((entries) => entries.filter(isMarker))
  const unlike = new Set<string>()
  const all = [...markers, ...(await apart())].filter((one) => {
    const key = `${one.kind} ${one.path}`
    return !unlike.has(key) && unlike.add(key) !== undefined
  })
  const before = await picture(original.slice(0, last + 1))
  const rebuilt = (entries: readonly Entry[]) =>
    [...original.slice(0, first), [...survivors, ...entries], ...original.slice(last + 1)].map((one) => [...one])
  let left = all
  // Those that lie deepest first: what is above them may do their work.
  const order = [...all].sort(
    (a, b) => b.path.length - a.path.length || Number(b.kind === 'opaque') - Number(a.kind === 'opaque'),
  )
  for (const marker of order) {
    const without = left.filter((one) => one !== marker)
    if ((await picture(rebuilt(without).slice(0, first + 1))).join() === before.join()) left = without
  }
  return rebuilt(left)

  function isShown({ path, kind }: Entry): boolean {
    const node = find(shown.rootfs, path)
    if (kind === 'directory') return node?.kind === 'directory' && !node.implied
    return node !== undefined && node.kind !== 'directory'
  }

  async function apart(): Promise<Entry[]> {
    const found: Entry[] = []
    for (const [i, entries] of group.entries()) {
      for (const one of entries) {
        if (
          !isMarker(one) &&
          one.kind !== 'directory' &&
          (await keepsApart(original.slice(0, last + 1), first + i, one.path))
        )
          found.push({ ...one, kind: 'whiteout', content: '', target: '' })
      }
    }
    return found
  }
}
