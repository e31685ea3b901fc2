import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { encodeName } from '../../src/format/escape.ts'
import { defaultLimits } from '../../src/oci/limits.ts'
import type { TarEntry } from '../../src/oci/tar-reader.ts'
import { readerOf, readTar } from '../helpers/feed.ts'

interface Row {
  readonly name: string
  readonly xattrs?: number
}
type Expected = Readonly<Record<string, readonly (Row | { end: true } | { error: string })[]>>

const folder = join(import.meta.dirname, '../../../shared/corpus')
const table = join(folder, 'dialects.expected.json')
const here = existsSync(table)
const expected: Expected = here ? JSON.parse(readFileSync(table, 'utf8')) : {}

// One of the archives has a path of 444 749 bytes; Go has no limit of its own for that.
const limits = { ...defaultLimits, name: defaultLimits.header }
// Go gives a global header no time at all, which counts from the year 1.
const YEAR_ONE = -62_135_596_800

describe.skipIf(!here)(`tar dialects, as Go's archive/tar reads them${here ? '' : ' (no corpus folder)'}`, () => {
  const ways = [
    { way: 'whole', size: undefined, withBodies: true },
    { way: 'in odd chunks', size: 1021, withBodies: true },
    { way: 'without its bodies', size: 4096, withBodies: false },
  ]
  for (const [file, rows] of Object.entries(expected)) {
    test.each(ways)(`${file} reads the same, $way`, async ({ size, withBodies }) => {
      const { entries, bodies, error } = await readTar(
        readerOf(readFileSync(join(folder, file)), size, limits),
        withBodies,
      )
      const wanted = rows.slice(0, -1) as readonly Row[]
      expect(entries.map((entry, i) => row(entry, wanted[i]?.xattrs !== undefined))).toEqual(wanted)
      if (withBodies) expect(bodies.map((body) => body.length)).toEqual(entries.map((entry) => entry.stored))
      const last = rows.at(-1)
      if (last !== undefined && 'error' in last) expect(error).toBeInstanceOf(UserError)
      else expect(error).toBeUndefined()
    })
  }
})

function row(entry: TarEntry, withXattrs: boolean): object {
  const { type, mode, uid, gid, size } = entry
  const headerOnly = type >= '1' && type <= '6'
  return {
    name: text(entry.name),
    type,
    size,
    read: headerOnly ? 0 : size,
    mode,
    uid,
    gid,
    link: text(entry.link),
    mtime: type === 'g' ? YEAR_ONE : Math.floor(entry.mtime),
    ...(withXattrs ? { xattrs: entry.xattrs?.size ?? 0 } : {}),
  }
}

function text(name: string): string {
  return name.isWellFormed() ? name : `hex:${encodeName(name).toString('hex')}`
}
