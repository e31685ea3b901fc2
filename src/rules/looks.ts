import type { ChooseLook, Look } from '../oci/excerpt.ts'
import { CREDENTIAL_FILES, type CredentialFile, NO_CREDENTIALS } from './credentials.ts'
import { SETTINGS_FILES } from './settings.ts'

/** Files that are looked into: by their names, so that they can be chosen while a pipe passes by. */
interface LookRow extends Omit<CredentialFile, 'reveals'>, Partial<Pick<CredentialFile, 'reveals'>> {
  /** What the directories around it must not be. */
  readonly outside?: RegExp
  /** Whether it is looked at as a program, too. */
  readonly program?: true
}

const KIB = 1024

/** Every file whose content tells something, and how much of it is read at most. */
const LOOKS: readonly LookRow[] = [
  { names: ['os-release'], within: /(?:^|\/)(?:etc|usr\/lib)\/$/, bytes: 4 * KIB },
  { names: ['passwd'], within: /(?:^|\/)etc\/$/, bytes: 64 * KIB },
  { names: ['CACHEDIR.TAG', 'README'], bytes: 64 },
  { names: SETTINGS_FILES, bytes: 4 * KIB },
  { names: ['package.json'], outside: /(?:^|\/)node_modules\//, bytes: 64 * KIB },
  { endings: ['.a', '.o'], bytes: 20 },
  { endings: ['.tar', '.tgz', '.tbz2', '.txz', '.tzst', '.zip', '.7z', '.rar', '.deb', '.rpm'], bytes: 264 },
  { endings: ['.gz', '.bz2', '.xz', '.zst'], named: /\.tar\.\w+$/, bytes: 8 },
  { names: ['core'], beginnings: ['core', 'vgcore'], endings: ['.core'], bytes: 64, program: true },
  ...CREDENTIAL_FILES.map((row) => ({ ...row, outside: NO_CREDENTIALS })),
]

/** Programs are told by their first bytes: an interpreter's line, or the headers of an ELF file. */
const PROGRAM: Look = { bytes: 256, program: true }
/** What a file of this size is for, its first bytes may tell. */
const LARGE = 10_000_000
const BEGINNING: Look = { bytes: 64, program: false }
const EXECUTABLE = 0o111
const LIBRARY = /\.(?:so(?:\.[\d.]+)?|node)$/

const byName = indexed(({ names = [] }) => names)
const byBeginning = indexed(({ beginnings = [] }) => beginnings)
const byEnding = indexed(({ endings = [] }) => endings)

/** What the rules want to see of a file. */
export const chooseLook: ChooseLook = (name, mode, size) => {
  const row = lookAt(name)
  if (row !== undefined) return { bytes: row.bytes, program: row.program ?? false }
  if ((mode & EXECUTABLE) !== 0 || LIBRARY.test(name)) return PROGRAM
  return size >= LARGE ? BEGINNING : undefined
}

/** What credential a file holds, in words; undefined where it holds none, or where its name is not known for one. */
export function credentialIn(path: string, head: Buffer): string | undefined {
  return lookAt(path)?.reveals?.(head.toString('latin1'))
}

/** Patterns of the paths that may hold credentials. */
export const CREDENTIAL_PATHS: readonly string[] = CREDENTIAL_FILES.flatMap(
  ({ names = [], beginnings = [], endings = [] }) => [
    ...names.map((name) => `/**/${name}`),
    ...beginnings.map((name) => `/**/${name}*`),
    ...endings.map((ending) => `/**/*${ending}`),
  ],
)

function lookAt(name: string): LookRow | undefined {
  const slash = name.lastIndexOf('/') + 1
  const base = name.slice(slash)
  const dot = base.lastIndexOf('.')
  const stem = /^.[^.-]*/.exec(base)?.[0] ?? ''
  return (
    fitting(byName.get(base), name, slash) ??
    fitting(byBeginning.get(stem), name, slash) ??
    (dot < 0 ? undefined : fitting(byEnding.get(base.slice(dot)), name, slash))
  )
}

function fitting(rows: readonly LookRow[] | undefined, name: string, slash: number): LookRow | undefined {
  if (rows === undefined) return undefined
  const directories = name.slice(0, slash)
  return rows.find(
    ({ within, outside, named }) =>
      (within === undefined || within.test(directories)) &&
      (outside === undefined || !outside.test(name)) &&
      (named === undefined || named.test(name.slice(slash))),
  )
}

function indexed(keysOf: (row: LookRow) => readonly string[]): Map<string, LookRow[]> {
  const index = new Map<string, LookRow[]>()
  for (const row of LOOKS) for (const key of keysOf(row)) index.set(key, [...(index.get(key) ?? []), row])
  return index
}
