import type { DirectoryNode, FileNode } from '../tree/node.ts'
import type { Package } from './package.ts'
import type { Rootfs } from './rootfs.ts'
import type { RpmHeader } from './rpm-header.ts'
import { NeededPaths, rpmDepends } from './rpm-relations.ts'
import { Unreadable } from './unreadable.ts'

/** The packages of a database, as their headers tell them; throws `Unreadable`. */
export function rpmPackages(rootfs: Rootfs, record: FileNode, headers: readonly RpmHeader[]): Package[] {
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
    const recommends = rpmDepends(header.texts('recommendNames')).flat()
    const relations = { depends: needs[i] ?? [], recommends, provides, essential: false, auto: undefined }
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
    throw new Unreadable('a package is damaged: its list of files')
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
