import type { DirectoryNode, FileNode } from '../tree/node.ts'
import { readBerkeleyHash } from './berkeley-db.ts'
import { readNdb } from './ndb.ts'
import type { Ecosystem, Found, Package, Unread } from './package.ts'
import type { Rootfs } from './rootfs.ts'
import { parseRpmHeader, type RpmHeader } from './rpm-header.ts'
import { NeededPaths, rpmDepends } from './rpm-relations.ts'
import { readSqliteTable } from './sqlite.ts'
import { Unreadable } from './unreadable.ts'

const MIB = 1024 * 1024
/** Some thousand packages fit; a longer one would leave too little of what is kept of one layer. */
const LONGEST_MIB = 48
const DIRECTORIES = ['usr/lib/sysimage/rpm', 'var/lib/rpm', 'usr/share/rpm']

/** A database of rpm, the newest kind first. */
interface Kind {
  readonly name: string
  /** The headers of its packages; throws `Unreadable`. */
  readonly headers: (file: Buffer) => Iterable<Buffer>
  /** Ends of the names of files beside it that hold changes which it has not taken in yet. */
  readonly pending: readonly string[]
}

const KINDS: readonly Kind[] = [
  { name: 'rpmdb.sqlite', headers: headersInSqlite, pending: ['-wal', '-journal'] },
  { name: 'Packages.db', headers: readNdb, pending: [] },
  { name: 'Packages', headers: headersInBerkeleyDb, pending: [] },
]

/** RPM packages: one database of headers, each with the files of its package. */
export const RPM: Ecosystem = {
  name: 'rpm',
  looks: [
    {
      names: KINDS.map(({ name }) => name),
      within: /(?:^|\/)(?:usr\/lib\/sysimage|var\/lib|usr\/share)\/rpm\/$/,
      bytes: LONGEST_MIB * MIB,
      isWhole: true,
    },
  ],
  read(rootfs) {
    const [first, ...others] = findDatabases(rootfs)
    if (first === undefined) return { packages: [], unread: [] }
    const found = readDatabase(rootfs, first)
    const unread = others.map(({ path }) => unreadOf(path, `${first.path} stands for it`))
    return { ...found, unread: [...found.unread, ...unread] }
  },
}

interface Database {
  readonly kind: Kind
  readonly path: string
  readonly file: FileNode
}

/** The databases of a rootfs, the one that holds first; one has several paths where its directory is a link. */
function findDatabases({ resolver }: Rootfs): Database[] {
  const found = new Map<FileNode, Database>()
  for (const kind of KINDS) {
    for (const directory of DIRECTORIES) {
      const path = `${directory}/${kind.name}`
      const file = resolver.file(path)
      if (file !== undefined && !found.has(file)) found.set(file, { kind, path, file })
    }
  }
  return [...found.values()]
}

function readDatabase(rootfs: Rootfs, database: Database): Found {
  const { path, file } = database
  try {
    return { packages: packagesOf(rootfs, file, headersOf(rootfs, database)), unread: [] }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return { packages: [], unread: [unreadOf(path, `${error.message}, so the files of rpm packages count as unowned`)] }
  }
}

function unreadOf(path: string, reason: string): Unread {
  return { ecosystem: 'rpm', path, reason }
}

/** All headers, or none: half a database would take the files of the rest for unowned. */
function headersOf(rootfs: Rootfs, { kind, path, file }: Database): RpmHeader[] {
  for (const ending of kind.pending) {
    const beside = rootfs.resolver.file(path + ending)
    if (beside !== undefined && beside.size > 0)
      throw new Unreadable(`changes to it still wait in ${kind.name}${ending}`)
  }
  if (file.size > LONGEST_MIB * MIB) throw new Unreadable(`it is longer than ${LONGEST_MIB} MiB`)
  const head = rootfs.excerpt(file)?.head
  if (head?.length !== file.size) throw new Unreadable('it was not kept')
  return Array.from(kind.headers(head), parseRpmHeader)
}

function* headersInSqlite(file: Buffer): Generator<Buffer> {
  for (const [, header] of readSqliteTable(file, 'Packages')) {
    if (!Buffer.isBuffer(header)) throw new Unreadable('a package has no header')
    yield header
  }
}

/** A key of zeros holds a number for the next package. */
function* headersInBerkeleyDb(file: Buffer): Generator<Buffer> {
  for (const [key, header] of readBerkeleyHash(file)) if (key.some((byte) => byte !== 0)) yield header
}

function packagesOf(rootfs: Rootfs, record: FileNode, headers: readonly RpmHeader[]): Package[] {
  const paths = new NeededPaths(rootfs)
  const needs = headers.map((header) => rpmDepends(header.texts('requireNames')).map((group) => group.map(paths.need)))
  return headers.map((header, i): Package => {
    const files: FileNode[] = []
    const provides = header.texts('provideNames').map(paths.real)
    for (const { directory, name, isInstalled } of listedIn(rootfs, header)) {
      const node = directory.children.get(name)
      if (isInstalled && node?.kind === 'file') files.push(node)
      const needed = paths.at(directory, name)
      if (needed !== undefined) provides.push(needed)
    }
    const relations = { depends: needs[i] ?? [], provides, essential: false, auto: undefined }
    return { ecosystem: 'rpm', name: nameOf(header), version: versionOf(header), record, files: () => files, relations }
  })
}

/** A file of a package, told by its directory and its name, so that links to directories do not matter. */
interface Listed {
  readonly directory: DirectoryNode
  readonly name: string
  readonly isInstalled: boolean
}

/** `RPMFILE_GHOST`: a file that the package would own, and does not bring. */
const GHOST = 1 << 6
/** `RPMFILE_STATE_NORMAL`; the others were left out, or another package replaced them. */
const NORMAL = 0

function* listedIn({ resolver }: Rootfs, header: RpmHeader): Generator<Listed> {
  const names = header.texts('baseNames')
  const indexes = header.numbers('directoryIndexes')
  const directories = header.texts('directoryNames').map((path) => resolver.directory(path))
  if (indexes.length !== names.length || indexes.some((index) => index >= directories.length))
    throw new Unreadable(`the list of files of ${nameOf(header)} is damaged`)
  const states = header.numbers('fileStates')
  const flags = header.numbers('fileFlags')
  for (const [i, name] of names.entries()) {
    const directory = directories[indexes[i] ?? 0]
    const isInstalled = (states[i] ?? NORMAL) === NORMAL && ((flags[i] ?? 0) & GHOST) === 0
    if (directory !== undefined) yield { directory, name, isInstalled }
  }
}

function nameOf(header: RpmHeader): string {
  const [name] = header.texts('name')
  if (name === undefined || name === '') throw new Unreadable('a package has no name')
  return name
}

/** `[epoch:]version-release`, as rpm prints it. */
function versionOf(header: RpmHeader): string {
  const [epoch] = header.numbers('epoch')
  const [version = ''] = header.texts('version')
  const [release = ''] = header.texts('release')
  return `${epoch === undefined ? '' : `${epoch}:`}${version}-${release}`
}
