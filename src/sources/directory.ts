import { realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { escapeText } from '../format/escape.ts'
import type { FileStore } from '../oci/stored-archive.ts'
import { openFile, type RandomAccessFile } from './file.ts'

/** A directory that holds an image layout, a `dir:` image, or an unpacked archive. */
export interface DirectoryStore extends FileStore {
  /** UserError where a file has been written to since it was opened. */
  checkUnchanged(): void
  close(): void
}

/** Opens a directory's files on demand; links may lead anywhere within the directory, and nowhere else. */
export function openDirectory(directory: string): DirectoryStore {
  const root = realpathSync(directory)
  const opened = new Map<string, RandomAccessFile>()
  const locate = (relative: string): string | undefined => {
    try {
      const real = realpathSync(path.join(root, ...relative.split('/')))
      return real.startsWith(root + path.sep) && statSync(real).isFile() ? real : undefined
    } catch {
      // Not there, or not to be had: either way the image does not hold it.
      return undefined
    }
  }
  const open = (relative: string): RandomAccessFile => {
    const real = locate(relative)
    if (real === undefined) throw new Error(`not in the directory: ${relative}`)
    const file = opened.get(real) ?? openFile(real)
    opened.set(real, file)
    return file
  }
  return {
    name: escapeText(directory),
    entries: undefined,
    isRootfs: false,
    warnings: [],
    bytes: 0,
    size(relative) {
      const real = locate(relative)
      return real === undefined ? undefined : statSync(real).size
    },
    open(relative) {
      const file = open(relative)
      return file.range(0, file.size)
    },
    checkUnchanged() {
      for (const file of opened.values()) file.checkUnchanged()
    },
    close() {
      for (const file of opened.values()) file.close()
    },
  }
}
