import { posix } from 'node:path'
import type { Content } from './layer.ts'
import { dir, fifo, file, hardlink, symlink } from './layer.ts'

/** One entry of a layer's tar; paths are clean. */
export interface Entry {
  readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink' | 'fifo' | 'whiteout' | 'opaque'
  readonly path: string
  /** Of a file. */
  readonly content: string
  /** Of a link. */
  readonly target: string
  readonly mode: number
}

interface Body {
  readonly layer: number
  /** Bytes from the start of the layer's tar to the body. */
  readonly offset: number
  readonly content: string
}

/** An inode: the names of a file share one. */
interface Thing {
  readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink' | 'fifo'
  readonly mode: number
  readonly implied: boolean
  readonly target: string
  readonly body: Body | undefined
}

/** A file tree as the list of its paths; the root has none. */
type Flat = Map<string, Thing>

/** A body that was lost, by which layer, and how each name that may have been its last went: `path cause`. */
export interface Lost {
  readonly body: Body
  readonly by: number
  readonly ends: readonly string[]
}

/** What layers add up to. */
export interface Replay {
  /** As `listing` writes them. */
  readonly rootfs: readonly string[]
  readonly lost: readonly Lost[]
  /** As `layerLines` writes them. */
  readonly counts: readonly string[]
  readonly files: number
  readonly rootfsBytes: number
}

/** An entry as the layer helper takes it. */
export function asPair({ kind, path, content, target, mode }: Entry): readonly [string, Content] {
  const slash = path.lastIndexOf('/') + 1
  switch (kind) {
    case 'file':
      return [path, file(content, { mode })]
    case 'directory':
      return [`${path}/`, dir({ mode })]
    case 'symlink':
      return [path, symlink(target, { mode })]
    case 'hardlink':
      return [path, hardlink(target, { mode })]
    case 'fifo':
      return [path, fifo({ mode })]
    case 'whiteout':
      return [`${path.slice(0, slash)}.wh.${path.slice(slash)}`, '']
    case 'opaque':
      return [posix.join(path, '.wh..wh..opq'), '']
  }
}

/**
 * Stacks layers the slow and obvious way, by the words of image-spec's layer.md: every tree is a flat list of paths,
 * every layer a copy of the one beneath, and what was lost is found by looking for every body in every tree.
 */
export function replay(layers: readonly (readonly Entry[])[]): Replay {
  let lower: Flat = new Map()
  const lost: Lost[] = []
  const counts: string[] = []
  for (const [layer, entries] of layers.entries()) {
    const alone = unpack(entries, layer)
    const upper = overlay(lower, alone)
    lost.push(...alone.lost)
    for (const body of bodiesOf(lower)) {
      if (bodiesOf(upper).has(body)) continue
      lost.push({ body, by: layer, ends: lastEnds(namesOf(lower, body), body, lower, upper, alone) })
    }
    counts.push(countChanges(lower, upper))
    lower = upper
  }
  const wasteOf = (layer: number) => sizeOf(lost.filter(({ body }) => body.layer === layer).map(({ body }) => body))
  const contentOf = (layer: number) => sizeOf([...bodiesOf(lower)].filter((body) => body.layer === layer))
  return {
    rootfs: [...lower].map(([path, thing]) => line(path, thing)).sort(),
    lost,
    counts: counts.map((changes, i) => `${contentOf(i) + wasteOf(i)}/${wasteOf(i)} ${changes}`),
    files: [...lower.values()].filter(({ kind }) => kind === 'file').length,
    rootfsBytes: sizeOf([...bodiesOf(lower)]),
  }
}

/** A layer unpacked into an empty directory. */
interface Alone {
  readonly own: Flat
  readonly removed: readonly string[]
  readonly opaque: readonly string[]
  /** Hard links to what the layer does not have: path to target. */
  readonly below: ReadonlyMap<string, string>
  readonly lost: readonly Lost[]
}

function unpack(entries: readonly Entry[], layer: number): Alone {
  const own: Flat = new Map()
  const lost: Lost[] = []
  let offset = 0
  for (const { kind, path, content, target, mode } of entries) {
    offset += 512
    if (kind === 'whiteout' || kind === 'opaque') continue
    const body = kind === 'file' ? { layer, offset, content } : undefined
    offset += Math.ceil((body?.content.length ?? 0) / 512) * 512
    const shared = kind === 'hardlink' ? own.get(realPath(own, target)) : undefined
    const isShared = shared !== undefined && shared.kind !== 'directory' && shared.kind !== 'hardlink'
    const before = new Map(own)
    put(own, realPath(own, path), isShared ? shared : { kind, mode, implied: false, target, body })
    for (const gone of bodiesOf(before)) {
      if (bodiesOf(own).has(gone)) continue
      const ends = namesOf(before, gone).map((name) => `${name} ${own.has(name) ? 'duplicate-entry' : 'shadowed'}`)
      lost.push({ body: gone, by: layer, ends })
    }
  }
  const below = resolveLaterTargets(own)
  const of = (kind: Entry['kind']) => entries.filter((entry) => entry.kind === kind).map(({ path }) => path)
  return { own, removed: of('whiteout'), opaque: of('opaque'), below, lost }
}

/** Resolves links to what came later, in the tree as the tar left it; gives those that lead out of it: path to target. */
function resolveLaterTargets(own: Flat): Map<string, string> {
  const below = new Map<string, string>()
  const left = new Map(own)
  for (const [path, link] of left) {
    if (link.kind !== 'hardlink') continue
    let end = realPath(left, link.target)
    // A chain has no more links than there are paths, unless it is a circle.
    for (let i = 0; i < left.size; i++) {
      const next = left.get(end)
      if (next?.kind === 'hardlink') end = realPath(left, next.target)
    }
    const found = left.get(end)
    const isBlocked = parentsOf(end).some((parent) => left.has(parent) && left.get(parent)?.kind !== 'directory')
    if (found === undefined && !isBlocked) below.set(path, end)
    if (found !== undefined && found.kind !== 'directory' && found.kind !== 'hardlink') own.set(path, found)
  }
  return below
}

function put(flat: Flat, path: string, thing: Thing): void {
  for (const parent of parentsOf(path)) {
    if (flat.get(parent)?.kind === 'directory') continue
    flat.set(parent, { kind: 'directory', mode: 0o755, implied: true, target: '', body: undefined })
  }
  if (thing.kind !== 'directory') removeBeneath(flat, path)
  flat.set(path, thing)
}

/** Where a path leads when symbolic links among its parents are followed; after 40 of them Linux calls it a circle. */
function realPath(flat: Flat, asked: string): string {
  let path = asked
  for (let hops = 0; hops < 40; hops++) {
    const link = parentsOf(path).find((parent) => flat.get(parent)?.kind === 'symlink')
    if (link === undefined) return path
    const target = posix.resolve('/', posix.dirname(link), flat.get(link)?.target ?? '')
    path = posix.join(target, path.slice(link.length)).slice(1)
  }
  return asked
}

function overlay(lower: Flat, { own, removed, opaque, below }: Alone): Flat {
  const upper = new Map(lower)
  for (const path of opaque) removeBeneath(upper, path)
  for (const path of removed) {
    removeBeneath(upper, path)
    upper.delete(path)
  }
  const resolved = new Map(own)
  for (const [path, target] of below) {
    const found = upper.get(target)
    if (found !== undefined && found.kind !== 'directory') resolved.set(path, found)
  }
  for (const path of [...resolved.keys()].sort()) {
    const thing = resolved.get(path) as Thing
    const merges = thing.kind === 'directory' && upper.get(path)?.kind === 'directory'
    if (!merges) removeBeneath(upper, path)
    if (!merges || !thing.implied) upper.set(path, thing)
  }
  return upper
}

/** How the names of a body went, of those only that went last: opaque directories come before whiteouts, additions last. */
function lastEnds(names: readonly string[], body: Body, lower: Flat, upper: Flat, alone: Alone): string[] {
  const ends = names.map((name) => {
    if (alone.own.has(name)) return { rank: 2, end: `${name} ${replacedBy(body, lower.get(name), upper.get(name))}` }
    if (alone.opaque.some((path) => isBeneath(name, path))) return { rank: 0, end: `${name} opaque` }
    const isRemoved = alone.removed.some((path) => name === path || isBeneath(name, path))
    return isRemoved ? { rank: 1, end: `${name} removed` } : { rank: 2, end: `${name} shadowed` }
  })
  const last = Math.max(...ends.map(({ rank }) => rank))
  return ends.filter(({ rank }) => rank === last).map(({ end }) => end)
}

function replacedBy(body: Body, before: Thing | undefined, after: Thing | undefined): string {
  if (after?.body?.content !== body.content) return 'replaced'
  return before?.mode === after.mode ? 'rewritten' : 'metadata-only'
}

function countChanges(lower: Flat, upper: Flat): string {
  let added = 0
  let modified = 0
  let removed = 0
  for (const path of new Set([...lower.keys(), ...upper.keys()])) {
    const before = lower.get(path)
    const after = upper.get(path)
    const counted = before !== undefined && !before.implied
    if (after === undefined) removed += counted ? 1 : 0
    else if (!counted) added += after.implied ? 0 : 1
    else if (!(before.kind === 'directory' && after.implied) && describe(before) !== describe(after)) modified++
  }
  return `+${added} ~${modified} -${removed}`
}

function describe({ kind, mode, target, body }: Thing): string {
  return JSON.stringify([kind, mode, kind === 'symlink' || kind === 'hardlink' ? target : '', body?.content])
}

function line(path: string, { kind, implied, target, body }: Thing): string {
  switch (kind) {
    case 'directory':
      return implied ? `(${path})/` : `${path}/`
    case 'file':
      return `${path}:${body?.content.length}@${body?.layer}`
    case 'symlink':
      return `${path}>${target}`
    case 'hardlink':
      return `${path}=${target}`
    case 'fifo':
      return `${path}:fifo`
  }
}

/** Parents of a path, the topmost first, without the root. */
function parentsOf(path: string): string[] {
  const names = path.split('/')
  return names.slice(1).map((_, i) => names.slice(0, i + 1).join('/'))
}

function isBeneath(path: string, directory: string): boolean {
  return directory === '' || path.startsWith(`${directory}/`)
}

function removeBeneath(flat: Flat, directory: string): void {
  for (const path of flat.keys()) if (isBeneath(path, directory)) flat.delete(path)
}

function bodiesOf(flat: Flat): Set<Body> {
  return new Set([...flat.values()].flatMap(({ body }) => body ?? []))
}

function namesOf(flat: Flat, body: Body): string[] {
  return [...flat].filter(([, thing]) => thing.body === body).map(([name]) => name)
}

function sizeOf(bodies: readonly Body[]): number {
  return bodies.reduce((total, { content }) => total + content.length, 0)
}
