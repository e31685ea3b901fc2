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
/** rpm takes its log over when it ends; what is left where it could not is short. */
const LONGEST_LOG_MIB = 8
const WITHIN = /(?:^|\/)(?:usr\/lib\/sysimage|var\/lib|usr\/share)\/rpm\/$/
/** Where databases lie, as distributions place them. */
export const RPM_DIRECTORIES = ['usr/lib/sysimage/rpm', 'var/lib/rpm', 'usr/share/rpm']

/** A database of rpm, the newest kind first. */
interface Kind {
  readonly name: string
  /** The headers of its packages, with changes that wait in a log where it has one; throws `Unreadable`. */
  readonly headers: (file: Buffer, log?: Buffer) => Iterable<Buffer>
  /** What is added to its name for the file that holds changes which it has not taken over yet. */
  readonly log?: string
  /** The same for the file that holds what a change which was broken off has overwritten. */
  readonly journal?: string
}

const KINDS: readonly Kind[] = [
  { name: 'rpmdb.sqlite', headers: headersInSqlite, log: '-wal', journal: '-journal' },
  { name: 'Packages.db', headers: readNdb },
  { name: 'Packages', headers: headersInBerkeleyDb },
]

/** RPM packages: one database of headers, each with the files of its package. */
export const RPM: Ecosystem = {
  name: 'rpm',
  looks: [
    { names: KINDS.map(({ name }) => name), within: WITHIN, bytes: LONGEST_MIB * MIB, isWhole: true },
    {
      names: KINDS.flatMap(({ name, log }) => (log === undefined ? [] : [name + log])),
      within: WITHIN,
      bytes: LONGEST_LOG_MIB * MIB,
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
    for (const directory of RPM_DIRECTORIES) {
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
  const beside = (ending?: string): FileNode | undefined => {
    const found = ending === undefined ? undefined : rootfs.resolver.file(path + ending)
    return found !== undefined && found.size > 0 ? found : undefined
  }
  if (beside(kind.journal) !== undefined)
    throw new Unreadable(`a change of it was broken off (${kind.name}${kind.journal})`)
  const log = beside(kind.log)
  const head = wholeOf(rootfs, file, 'it', LONGEST_MIB)
  const changes = log && wholeOf(rootfs, log, `its log ${kind.name}${kind.log}`, LONGEST_LOG_MIB)
  return Array.from(kind.headers(head, changes), parseRpmHeader)
}

function wholeOf(rootfs: Rootfs, file: FileNode, what: string, longestMib: number): Buffer {
  if (file.size > longestMib * MIB) throw new Unreadable(`${what} is longer than ${longestMib} MiB`)
  const head = file.size === 0 ? Buffer.alloc(0) : rootfs.excerpt(file)?.head
  if (head?.length !== file.size) throw new Unreadable(`${what} was not kept`)
  return head
}

function* headersInSqlite(file: Buffer, log?: Buffer): Generator<Buffer> {
  for (const [, header] of readSqliteTable(file, 'Packages', log)) {
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
