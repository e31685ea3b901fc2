import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { UserError } from '../errors.ts'
import { escapeText } from '../format/escape.ts'
import type { Feed } from '../oci/byte-source.ts'
import { fileError } from './file-error.ts'

/** A file that can be read at any place. */
export interface RandomAccessFile {
  readonly size: number
  /** The bytes from one offset to another; skipping seeks. */
  range(start: number, end: number): Feed
  /** UserError where the file has been written to since it was opened. */
  checkUnchanged(): void
  close(): void
}

// The window is small after a seek, since what is wanted there is a header, and doubles while reading goes on in order.
const FIRST_WINDOW = 2 << 10
const LAST_WINDOW = 1 << 20

/** Seeking less far is as good as reading on: what lies there is small files, and so will be what follows. */
const NEAR = 16 << 10

/** How long reading may keep signals, timers and the screen waiting, in milliseconds. */
const PATIENCE = 30

/**
 * Opens a file for reading at any place. Reads are synchronous: most are answered from the page cache in less time
 * than a switch of threads takes.
 *
 * @throws UserError where it cannot be opened.
 */
export function openFile(path: string): RandomAccessFile {
  const name = escapeText(path)
  const fd = attempt(name, () => openSync(path, 'r'))
  const before = fstatSync(fd)
  const changed = () => new UserError(`${name} changed while it was read; let whatever writes it finish, and try again`)
  let lastPause = performance.now()
  return {
    size: before.size,
    range(start, end) {
      let at = start
      let window = FIRST_WINDOW
      let buffer = Buffer.alloc(0)
      const readWindow = () => {
        const n = Math.min(window, end - at)
        if (n <= 0) return undefined
        if (buffer.length < n) buffer = Buffer.allocUnsafe(Math.max(n, Math.min(window, LAST_WINDOW)))
        const got = attempt(name, () => readSync(fd, buffer, 0, n, at))
        if (got === 0) throw changed()
        at += got
        window = Math.min(window * 2, LAST_WINDOW)
        return buffer.subarray(0, got)
      }
      return {
        read(wanted = 0) {
          window = Math.max(window, Math.min(wanted, LAST_WINDOW))
          if (performance.now() - lastPause < PATIENCE) return readWindow()
          return setImmediate().then(() => {
            lastPause = performance.now()
            return readWindow()
          })
        },
        skip(n) {
          const skipped = Math.min(n, end - at)
          at += skipped
          if (skipped >= NEAR) window = FIRST_WINDOW
          return skipped
        },
      }
    },
    checkUnchanged() {
      const now = fstatSync(fd)
      if (now.size !== before.size || now.mtimeMs !== before.mtimeMs) throw changed()
    },
    close() {
      closeSync(fd)
    },
  }
}

function attempt<T>(name: string, action: () => T): T {
  try {
    return action()
  } catch (cause) {
    throw fileError(name, cause)
  }
}
