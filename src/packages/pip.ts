import type { DirectoryNode, FileNode } from '../tree/node.ts'
import type { Ecosystem, Package, Place } from './package.ts'
import { filesBeneath, type Rootfs } from './rootfs.ts'
import { parseStanzas } from './stanzas.ts'

const KIB = 1024
const FIELDS = new Set(['name', 'version', 'requires-dist'])
/** A path that can be reached is far shorter. */
const LONGEST_LINE = 8 * KIB
const INFO = /\.(?:dist|egg)-info$/

/** Python distributions: what their RECORD lists, or, for old ones, what they say was installed. */
export const PIP: Ecosystem = {
  name: 'pip',
  looks: [
    { names: ['METADATA'], within: /\.dist-info\/$/, bytes: 32 * KIB },
    { names: ['RECORD'], within: /\.dist-info\/$/, bytes: 8 * KIB * KIB },
    { names: ['PKG-INFO'], within: /\.egg-info\/$/, bytes: 32 * KIB },
    { names: ['installed-files.txt', 'top_level.txt'], within: /\.egg-info\/$/, bytes: KIB * KIB },
    { endings: ['.egg-info'], within: /(?:site|dist)-packages\/$/, bytes: 32 * KIB },
  ],
  wants: (name, node) => INFO.test(name) && (node.kind === 'directory' || node.kind === 'file'),
  read(rootfs, places) {
    const taken = new Set<DirectoryNode>()
    const found = places.map((place) => readOne(rootfs, place, taken))
    return {
      packages: found.flatMap(({ one }) => one ?? []),
      unread: found.flatMap(({ cut }) =>
        cut === undefined ? [] : [{ ecosystem: 'pip', path: cut, reason: 'some of its files count as unowned' }],
      ),
    }
  },
}

/** A distribution, and the path of a list that was not kept whole. */
interface Reading {
  readonly one?: Package
  readonly cut?: string
}

function readOne(rootfs: Rootfs, { path, node }: Place, taken: Set<DirectoryNode>): Reading {
  const slash = path.lastIndexOf('/')
  const around = path.slice(0, Math.max(slash, 0))
  const [, name = '', version] =
    /^(.+?)(?:-(\d[^-]*))?(?:-py[\d.]+)?\.(?:dist|egg)-info$/.exec(path.slice(slash + 1)) ?? []
  if (node.kind === 'file') return { one: told(rootfs, { name, version }, node, () => [node]) }
  if (node.kind !== 'directory') return {}
  const metadata = fileOf(node, 'METADATA') ?? fileOf(node, 'PKG-INFO')
  if (metadata === undefined) return {}
  const record = fileOf(node, 'RECORD')
  const list = record ?? fileOf(node, 'installed-files.txt')
  if (list === undefined) {
    const modules = linesOf(rootfs, fileOf(node, 'top_level.txt'))
    const files = () => [...filesBeneath(node, taken), ...modulesOf(rootfs, around, modules, taken)]
    return { one: told(rootfs, { name, version }, metadata, files) }
  }
  const files = function* () {
    for (const line of linesOf(rootfs, list)) {
      const listed = record === undefined ? line : pathOf(line)
      const from = record === undefined ? path : around
      const file = rootfs.resolver.file(listed.startsWith('/') ? listed : `${from}/${listed}`)
      if (file !== undefined) yield file
    }
    yield* filesBeneath(node, taken)
  }
  const isWhole = rootfs.content(list)?.isWhole === true
  return { one: told(rootfs, { name, version }, metadata, files), ...(!isWhole && { cut: path }) }
}

/** What the metadata say, and where they say nothing what the name of their directory says. */
function told(
  rootfs: Rootfs,
  named: { readonly name: string; readonly version: string | undefined },
  record: FileNode,
  files: Package['files'],
): Package {
  const [fields] = parseStanzas(rootfs.content(record)?.text ?? '', FIELDS)
  const name = fields?.get('name') ?? named.name
  const relations = {
    depends: requirementsOf(fields?.get('requires-dist')).map((one) => [one]),
    provides: [normalName(name)],
    essential: false,
    auto: undefined,
  }
  return { ecosystem: 'pip', name, version: fields?.get('version') ?? named.version, record, files, relations }
}

/** The names of required distributions, without those that only an extra needs. */
function requirementsOf(text = ''): string[] {
  return text
    .split('\n')
    .filter((line) => !(line.includes(';') && /\bextra\b/.test(line.slice(line.indexOf(';')))))
    .map((line) => normalName(/^[\w.-]*/.exec(line)?.[0] ?? ''))
    .filter(Boolean)
}

/** A name as it is compared: `Foo_Bar` and `foo-bar` are one distribution (PEP 503). */
export function normalName(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase()
}

/** The packages and modules of these names beside the metadata. */
function* modulesOf(
  { resolver }: Rootfs,
  around: string,
  modules: readonly string[],
  taken: Set<DirectoryNode>,
): Generator<FileNode> {
  for (const module of modules) {
    if (module === '' || module.includes('..')) continue
    const directory = resolver.directory(`${around}/${module}`)
    if (directory !== undefined) yield* filesBeneath(directory, taken)
    const file = resolver.file(`${around}/${module}.py`)
    if (file !== undefined) yield file
  }
}

function linesOf(rootfs: Rootfs, file: FileNode | undefined): string[] {
  const text = file && rootfs.content(file)?.text
  return (text ?? '').split(/\r?\n/).filter((line) => line !== '' && line.length <= LONGEST_LINE)
}

/** The path of a line of a RECORD, which is CSV. */
function pathOf(line: string): string {
  if (!line.startsWith('"')) return line.slice(0, Math.max(line.indexOf(','), 0))
  return (/^"((?:[^"]|"")*)"/.exec(line)?.[1] ?? '').replaceAll('""', '"')
}

function fileOf(directory: DirectoryNode, name: string): FileNode | undefined {
  const node = directory.children.get(name)
  return node?.kind === 'file' ? node : undefined
}
