import { chmod, lstat, mkdir, open, rm, symlink } from 'node:fs/promises'
import { UserError } from '../errors.ts'
import { encodeName, escapeText } from '../format/escape.ts'
import type { DirectoryNode, FileNode, Node } from '../tree/node.ts'

/** Reads the content of a file of the image. */
export type ReadBody = (file: FileNode) => AsyncIterable<Buffer>

/** What an extraction wrote, and what it left out because no safe way of writing it exists. */
export interface Extracted {
  readonly files: number
  readonly bytes: number
  readonly leftOut: number
}

/** There is something where an extraction would write: the user has to be asked. */
export class AlreadyThere extends UserError {
  override name = 'AlreadyThere'
}

const SEPARATOR = Buffer.from('/')
/** Names that mean something else than a file on Windows, or that cannot be written there. */
const WINDOWS_UNSAFE = /[<>:"\\|?*\p{Cc}]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu

/**
 * Writes a file or a directory of an image to `target`. Nothing is written outside of it, and through no symbolic link
 * beneath it; symbolic links that lead out of it, devices and names that the system cannot hold are left out; owners
 * and setuid, setgid and sticky bits are not kept.
 *
 * @throws AlreadyThere where there is something at `target` and `overwrite` does not allow for it.
 * @throws UserError where the system refuses.
 */
export async function extractNode(
  node: Node,
  target: string,
  readBody: ReadBody,
  overwrite: boolean,
): Promise<Extracted> {
  if (node.kind !== 'file' && node.kind !== 'directory')
    throw new UserError(`${escapeText(target)} was not written: only files and directories can be extracted`)
  const done = { files: 0, bytes: 0, leftOut: 0 }
  const root = encodeName(target)
  try {
    if (!overwrite && (await exists(root))) {
      throw new AlreadyThere(
        `${escapeText(target)} is already there; give another name, or say that it may be replaced`,
      )
    }
    if (node.kind === 'file') await writeFile(node, root)
    else await writeDirectory(node, root)
    return done
  } catch (cause) {
    if (cause instanceof UserError || !(cause instanceof Error && 'code' in cause)) throw cause
    throw new UserError(`${escapeText(target)} cannot be written: ${reason(String(cause.code))}`, { cause })
  }

  async function writeDirectory(top: DirectoryNode, at: Buffer): Promise<void> {
    const made: [Buffer, number][] = []
    const pending: [DirectoryNode, Buffer, number][] = [[top, at, 0]]
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const [directory, path, depth] = next
      if (!(await makeDirectory(path))) {
        if (depth === 0) throw new UserError(`${escapeText(target)} is no directory; give another name`)
        done.leftOut++
        continue
      }
      made.push([path, directory.attributes.mode])
      for (const [name, child] of directory.children) {
        const bytes = nameBytes(name)
        if (bytes === undefined) done.leftOut++
        else if (child.kind === 'directory') pending.push([child, join(path, bytes), depth + 1])
        else await writeChild(child, join(path, bytes), depth)
      }
    }
    // Last, and from the inside out: a directory that may not be written to can still be filled.
    for (const [path, mode] of made.reverse()) await chmod(path, (mode & 0o777) | 0o700)
  }

  async function writeChild(node: Exclude<Node, DirectoryNode>, path: Buffer, depth: number): Promise<void> {
    if (await occupied(path)) done.leftOut++
    else if (node.kind === 'file') await writeFile(node, path)
    else if (node.kind === 'symlink' && staysInside(node.target, depth)) {
      await symlink(encodeName(node.target), path)
      done.files++
    } else done.leftOut++
  }

  /** Whether something is in the way of a file: what may be replaced is removed, never written through. */
  async function occupied(path: Buffer): Promise<boolean> {
    const there = await kindAt(path)
    if (there === undefined) return false
    if (!overwrite || there === 'directory') return true
    await rm(path)
    return false
  }

  async function writeFile(file: FileNode, path: Buffer): Promise<void> {
    if (path === root && overwrite) {
      const there = await kindAt(path)
      if (there === 'directory') throw new UserError(`${escapeText(target)} is a directory; give another name`)
      if (there !== undefined) await rm(path)
    }
    // "wx" makes the file and fails where there is one, or a symbolic link.
    const handle = await open(path, 'wx', 0o600)
    try {
      for await (const chunk of readBody(file)) {
        await handle.writeFile(chunk)
        done.bytes += chunk.length
      }
      await handle.chmod((file.attributes.mode & 0o777) | 0o400)
    } catch (error) {
      await handle.close()
      await rm(path, { force: true })
      throw error
    }
    await handle.close()
    done.files++
  }
}

/** Makes a directory, or finds that there is one; false where there is something else, a symbolic link among it. */
async function makeDirectory(path: Buffer): Promise<boolean> {
  try {
    await mkdir(path, 0o700)
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    return (await kindAt(path)) === 'directory'
  }
}

async function kindAt(path: Buffer): Promise<'directory' | 'other' | undefined> {
  try {
    return (await lstat(path)).isDirectory() ? 'directory' : 'other'
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

async function exists(path: Buffer): Promise<boolean> {
  return (await kindAt(path)) !== undefined
}

/** The bytes of a name, as the image has them; undefined where the system would take it for something else. */
function nameBytes(name: string): Buffer | undefined {
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0')) return undefined
  if (process.platform === 'win32' && WINDOWS_UNSAFE.test(name)) return undefined
  return encodeName(name)
}

function join(parent: Buffer, name: Buffer): Buffer {
  return Buffer.concat([parent, SEPARATOR, name])
}

/**
 * Whether a symbolic link `depth` directories beneath the target leads to a place beneath it. Its text alone tells only
 * where `..` stands at its front: after a name, which may be a link itself, it can lead anywhere.
 */
function staysInside(link: string, depth: number): boolean {
  if (link.startsWith('/') || (process.platform === 'win32' && /[\\:]/.test(link))) return false
  const parts = link.split('/').filter((part) => part !== '' && part !== '.')
  const named = parts.findIndex((part) => part !== '..')
  const climbs = named === -1 ? parts.length : named
  return climbs <= depth && !parts.slice(climbs).includes('..')
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such directory to write into; give a path in one that exists',
  ENOTDIR: 'a part of its path is no directory; give another path',
  EACCES: 'permission denied; give a path that you may write to',
  EPERM: 'permission denied; give a path that you may write to',
  EROFS: 'the file system is read-only; give another path',
  ENOSPC: 'no space is left on the device; free some, or give another path',
  EEXIST: 'there is something of this name already; give another name',
  ENAMETOOLONG: 'the name is too long; give a shorter one',
}

function reason(code: string): string {
  return REASONS[code] ?? code
}
