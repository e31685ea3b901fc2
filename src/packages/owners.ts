import type { DirectoryNode, FileNode, Node } from '../tree/node.ts'
import { joinPath, walkFiles } from '../tree/tree.ts'
import { ECOSYSTEMS } from './ecosystems.ts'
import type { EcosystemName, Package, Place, Unread } from './package.ts'
import type { Rootfs } from './rootfs.ts'

/** A package and what it has in the final rootfs. */
export interface OwnedPackage extends Package {
  /** Content bytes of its bodies. */
  readonly bytes: number
  /** Number of its bodies. */
  readonly bodies: number
  /** Index of the layer that wrote most of them, or its record where it has none. */
  readonly layer: number
}

/** All packages of a final rootfs; their bytes and the unowned ones are those of the rootfs, each body once. */
export interface Owners {
  /** Largest first. */
  readonly packages: readonly OwnedPackage[]
  /** The package that owns a body. */
  readonly ownerOf: (file: FileNode) => OwnedPackage | undefined
  /** Content bytes and number of the bodies that no package owns. */
  readonly unowned: { readonly bytes: number; readonly bodies: number }
  readonly unread: readonly Unread[]
}

/** What adds up for one package, or for no package. */
interface Sum {
  bytes: number
  bodies: number
  /** Content bytes by the layer that wrote them. */
  readonly layers: Map<number, number>
}

/** Packages that stay even where others own all their files; of the rest, each such one is a part of another package. */
const DATABASES: ReadonlySet<EcosystemName> = new Set(['dpkg', 'apk', 'rpm'])

/** Finds the packages of a rootfs and gives each body to one of them: the first that lists it, in the order of `ECOSYSTEMS`. */
export function findOwners(rootfs: Rootfs): Owners {
  const { places, bytecode } = lookAround(rootfs)
  const found = ECOSYSTEMS.map(({ read }, i) => read(rootfs, places[i] ?? []))
  const packages = found.flatMap((one) => one.packages)
  const owners = new Map<FileNode, Package>()
  for (const one of found) {
    claimFiles(one.packages, owners)
    if (one.packages.length > 0) claimBytecode(bytecode, owners)
  }
  const sums = addUp(owners)
  const owned = new Map(packages.map((one) => [one, measured(one, sums.get(one))]))
  return {
    packages: [...owned.values()]
      .filter(({ ecosystem, bodies }) => bodies > 0 || DATABASES.has(ecosystem))
      .sort((a, b) => b.bytes - a.bytes || compare(a.name, b.name) || compare(a.ecosystem, b.ecosystem)),
    ownerOf(file) {
      const owner = owners.get(file)
      return owner && owned.get(owner)
    },
    get unowned() {
      return addUnowned(rootfs.root, owners)
    },
    unread: found.flatMap((one) => one.unread),
  }
}

/** A file of compiled Python, and its source. */
interface Bytecode {
  readonly compiled: FileNode
  readonly source: FileNode
}

/** The ecosystems that want places, by their index. */
const WANTS = ECOSYSTEMS.flatMap(({ wants }, i) => (wants === undefined ? [] : [{ i, wants }]))

/** Where each ecosystem wants to look, by path, and all bytecode; the rootfs is walked once. */
function lookAround(rootfs: Rootfs): { readonly places: readonly Place[][]; readonly bytecode: readonly Bytecode[] } {
  const places = ECOSYSTEMS.map((): Place[] => [])
  const bytecode: Bytecode[] = []
  const look = (parent: string, name: string, node: Node, around: DirectoryNode): void => {
    for (const { i, wants } of WANTS)
      if (wants(name, node, rootfs)) places[i]?.push({ path: joinPath(parent, name), node })
    if (name === '__pycache__' && node.kind === 'directory') bytecode.push(...bytecodeOf(node, around))
  }
  const pending: [string, DirectoryNode][] = [['', rootfs.root]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [parent, directory] = next
    directory.children.forEach((node, name) => {
      look(parent, name, node, directory)
      if (node.kind === 'directory') pending.push([joinPath(parent, name), node])
    })
  }
  for (const found of places) found.sort((a, b) => compare(a.path, b.path))
  return { places, bytecode }
}

function* bytecodeOf(cache: DirectoryNode, around: DirectoryNode): Generator<Bytecode> {
  for (const [name, compiled] of cache.children) {
    const source = around.children.get(`${name.slice(0, name.indexOf('.'))}.py`)
    if (source?.kind === 'file' && compiled.kind === 'file' && name.endsWith('.pyc')) yield { compiled, source }
  }
}

function claimFiles(packages: readonly Package[], owners: Map<FileNode, Package>): void {
  for (const one of packages) {
    for (const file of one.files()) if (!owners.has(file)) owners.set(file, one)
  }
}

/** Compiled Python belongs to whoever owns its source, listed or not: some installers compile what they have unpacked. */
function claimBytecode(bytecode: readonly Bytecode[], owners: Map<FileNode, Package>): void {
  for (const { compiled, source } of bytecode) {
    const owner = owners.get(source)
    if (owner !== undefined && !owners.has(compiled)) owners.set(compiled, owner)
  }
}

function addUp(owners: ReadonlyMap<FileNode, Package>): Map<Package, Sum> {
  const sums = new Map<Package, Sum>()
  for (const [file, owner] of owners) {
    const sum = sums.get(owner) ?? emptySum()
    sums.set(owner, sum)
    sum.bytes += file.size
    sum.bodies++
    sum.layers.set(file.origin.layer, (sum.layers.get(file.origin.layer) ?? 0) + file.size)
  }
  return sums
}

/** The bodies of a tree that nobody owns. */
function addUnowned(root: DirectoryNode, owners: ReadonlyMap<FileNode, Package>): Owners['unowned'] {
  const counted = new Set<FileNode>()
  let bytes = 0
  walkFiles(root, '', (node) => {
    if (owners.has(node) || counted.has(node)) return
    counted.add(node)
    bytes += node.size
  })
  return { bytes, bodies: counted.size }
}

function emptySum(): Sum {
  return { bytes: 0, bodies: 0, layers: new Map() }
}

function measured(one: Package, { bytes, bodies, layers }: Sum = emptySum()): OwnedPackage {
  const [most] = [...layers].sort(([a, x], [b, y]) => y - x || a - b)
  return { ...one, bytes, bodies, layer: most?.[0] ?? one.record.origin.layer }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
