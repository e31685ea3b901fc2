import { closeSync, openSync, readSync } from 'node:fs'
import { escapeText } from '../format/escape.ts'
import { fileError } from './file-error.ts'

/** Enough to see that a file is longer than any config file may be. */
const MAX_BYTES = (64 << 10) + 1

/** The text of a small file, cut behind `most` bytes; undefined where there is none. UserError where it cannot be read. */
export function readTextFile(path: string, most: number = MAX_BYTES): string | undefined {
  try {
    const fd = openSync(path, 'r')
    try {
      const buffer = Buffer.alloc(most)
      return buffer.toString('utf8', 0, readSync(fd, buffer, 0, most, null))
    } finally {
      closeSync(fd)
    }
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw fileError(escapeText(path), cause)
  }
}
