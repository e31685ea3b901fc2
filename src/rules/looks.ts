import type { ChooseLook, Look } from '../oci/excerpt.ts'

/** Files that are looked into: by their names alone, so that they can be chosen while a pipe passes by. */
interface LookRow {
  /** Names without directories. */
  readonly names?: readonly string[]
  /** Ends of names, from the last dot on. */
  readonly endings?: readonly string[]
  /** What the directories around it have to be. */
  readonly within?: RegExp
  /** How much of the beginning is kept, in bytes. */
  readonly bytes: number
}

const KIB = 1024

/** Every file whose content tells something, and how much of it is read at most. */
const LOOKS: readonly LookRow[] = [
  { names: ['os-release'], within: /(?:^|\/)(?:etc|usr\/lib)\/$/, bytes: 4 * KIB },
  { names: ['CACHEDIR.TAG'], bytes: 64 },
]

/** Programs are told by their first bytes: an interpreter's line, or the headers of an ELF file. */
const PROGRAM: Look = { bytes: 256, program: true }
const EXECUTABLE = 0o111
const LIBRARY = /\.(?:so(?:\.[\d.]+)?|node)$/

const byName = indexed(({ names = [] }) => names)
const byEnding = indexed(({ endings = [] }) => endings)

/** What the rules want to see of a file. */
export const chooseLook: ChooseLook = (name, mode) => {
  const slash = name.lastIndexOf('/') + 1
  const base = name.slice(slash)
  const dot = base.lastIndexOf('.')
  const rows = byName.get(base) ?? (dot < 0 ? undefined : byEnding.get(base.slice(dot)))
  const row = rows?.find(({ within }) => within === undefined || within.test(name.slice(0, slash)))
  if (row !== undefined) return { bytes: row.bytes, program: false }
  return (mode & EXECUTABLE) !== 0 || (dot > 0 && LIBRARY.test(base)) ? PROGRAM : undefined
}

function indexed(keysOf: (row: LookRow) => readonly string[]): Map<string, LookRow[]> {
  const index = new Map<string, LookRow[]>()
  for (const row of LOOKS) for (const key of keysOf(row)) index.set(key, [...(index.get(key) ?? []), row])
  return index
}
