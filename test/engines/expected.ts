import type { Cause, Difference } from '../../src/analysis/report.ts'

/** A body of `image/rootfs.sh` or `image/Dockerfile` that a later layer hides. */
interface ExpectedWaste {
  readonly path: string
  readonly bytes: number
  readonly cause: Cause
  readonly differs?: readonly Difference[]
  readonly layer: number
  readonly by: number
}

/** What is known of the test image. */
export interface Expected {
  /** Every wasted body, largest first. */
  readonly waste: readonly ExpectedWaste[]
  /** Content bytes of layers 1 to 13; those of the base layer depend on the size of busybox. */
  readonly content: readonly number[]
  /** Whether a container of the image has the same hard links as its layers, so that bodies can be counted in an export. */
  readonly linksKept: boolean
}

/**
 * What is known of the test image; `nativeDiff` tells whether Docker takes a layer from overlay storage as it was written,
 * or finds it by comparing two file systems, which sees neither an emptied directory, nor a file rewritten as it was, nor
 * that a new name is one more link to an old body.
 */
export function expectedImage(nativeDiff: boolean): Expected {
  const emptied = nativeDiff ? 'opaque' : 'removed'
  const rewritten = { path: 'data/same.bin', bytes: 9000, cause: 'rewritten', layer: 0, by: 7 } as const
  return {
    linksKept: nativeDiff,
    waste: [
      { path: 'data/removed.bin', bytes: 30000, cause: 'removed', layer: 0, by: 1 },
      { path: 'data/chmod.bin', bytes: 20000, cause: 'metadata-only', differs: ['mode'], layer: 0, by: 2 },
      { path: 'data/replaced.bin', bytes: 11000, cause: 'replaced', layer: 0, by: 5 },
      { path: 'data/touched.bin', bytes: 10000, cause: 'metadata-only', differs: ['mtime'], layer: 0, by: 6 },
      ...(nativeDiff ? [rewritten] : []),
      { path: 'tmp/cache/a', bytes: 3000, cause: 'removed', layer: 12, by: 13 },
      { path: 'tmp/cache/b', bytes: 2000, cause: 'removed', layer: 12, by: 13 },
      { path: 'opaque/a', bytes: 700, cause: emptied, layer: 0, by: 3 },
      { path: 'opaque/sub/b', bytes: 600, cause: emptied, layer: 0, by: 3 },
      { path: 'swap/x', bytes: 500, cause: 'shadowed', layer: 0, by: 4 },
      { path: 'swap/sub/y', bytes: 450, cause: 'shadowed', layer: 0, by: 4 },
      { path: 'data/setuid', bytes: 400, cause: 'metadata-only', differs: ['owner'], layer: 0, by: 10 },
      // The name that is not UTF-8.
      { path: 'data/caf\udce9', bytes: 70, cause: 'removed', layer: 0, by: 11 },
    ],
    content: [0, 20000, 40, 0, 11000, 10000, nativeDiff ? 9020 : 20, 5000, 0, 400, 30, 5000, 0],
  }
}

/** What Docker itself puts into a container that was only created, so that an export has it and the image does not. */
export const addedByDocker: ReadonlyMap<string, string> = new Map([
  ['.dockerenv', 'marks a container of Docker'],
  ['dev/console', 'mount point of the terminal'],
  ['dev/pts', 'mount point of the pseudo terminals'],
  ['dev/shm', 'mount point of the shared memory'],
  ['etc/hostname', 'mount point of the generated file'],
  ['etc/hosts', 'mount point of the generated file'],
  ['etc/mtab', 'symbolic link to the mounts of the process'],
  ['etc/resolv.conf', 'mount point of the generated file'],
])
