import type { FileNode } from '../tree/node.ts'
import { readBerkeleyHash } from './berkeley-db.ts'
import { readNdb } from './ndb.ts'
import type { Ecosystem, Found, Unread } from './package.ts'
import type { Rootfs } from './rootfs.ts'
import { parseRpmHeader, type RpmHeader } from './rpm-header.ts'
import { rpmPackages } from './rpm-package.ts'
import { readSqliteTable } from './sqlite.ts'
import { Unreadable } from './unreadable.ts'

const MIB = 1024 * 1024
/** Some thousand packages fit; a longer one would leave too little of what is kept of one layer. */
const LONGEST_MIB = 48
/** rpm takes its log over when it ends; what is left where it could not is short. */
const LONGEST_LOG_MIB = 8
/** A distribution has fewer; each costs more memory than it may take bytes in a database. */
const MOST_PACKAGES = 100_000
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
    return { packages: rpmPackages(rootfs, file, headersOf(rootfs, database)), unread: [] }
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
  const headers: RpmHeader[] = []
  for (const header of kind.headers(head, changes)) {
    if (headers.length === MOST_PACKAGES) throw new Unreadable(`it has more than ${MOST_PACKAGES} packages`)
    headers.push(parseRpmHeader(header))
  }
  return headers
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
