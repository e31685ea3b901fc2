import type { ChooseLook, Look, LookRow } from '../oci/excerpt.ts'
import { PACKAGE_LOOKS } from '../packages/ecosystems.ts'
import { CREDENTIAL_FILES, type CredentialFile, NO_CREDENTIALS } from './credentials.ts'
import {
  PYTHON_PROJECTS,
  REQUIREMENTS_DIRECTORY,
  REQUIREMENTS_FILES,
  REQUIREMENTS_PARTS,
} from './python-requirements.ts'
import { SETTINGS_FILES } from './settings.ts'

/** Files that are looked into: by their names, so that they can be chosen while a pipe passes by. */
interface Row extends LookRow, Partial<Pick<CredentialFile, 'beginnings' | 'named' | 'reveals'>> {
  /** What the directories around it must not be. */
  readonly outside?: RegExp
  /** Whether it is looked at as a program, too. */
  readonly program?: true
}

const KIB = 1024
const MIB = 1024 * KIB

/** Every file whose content tells something, and how much of it is read at most. */
const LOOKS: readonly Row[] = [
  { names: ['os-release'], within: /(?:^|\/)(?:etc|usr\/lib)\/$/, bytes: 4 * KIB },
  { names: ['passwd'], within: /(?:^|\/)etc\/$/, bytes: 64 * KIB },
  { names: ['CACHEDIR.TAG', 'README'], bytes: 64 },
  { names: SETTINGS_FILES, bytes: 4 * KIB },
  { names: ['package.json'], outside: /(?:^|\/)node_modules\//, bytes: 64 * KIB },
  { names: ['.package-lock.json'], within: /(?:^|\/)node_modules\/$/, bytes: 8 * MIB },
  { names: ['.modules.yaml', '.yarn-integrity'], within: /(?:^|\/)node_modules\/$/, bytes: 4 * MIB },
  { names: PYTHON_PROJECTS, bytes: 256 * KIB },
  { names: REQUIREMENTS_FILES, bytes: 64 * KIB },
  { names: REQUIREMENTS_PARTS, within: REQUIREMENTS_DIRECTORY, bytes: 64 * KIB },
  { endings: ['.a', '.o'], bytes: 20 },
  { endings: ['.tar', '.tgz', '.tbz2', '.txz', '.tzst', '.zip', '.7z', '.rar', '.deb', '.rpm'], bytes: 264 },
  { endings: ['.gz', '.bz2', '.xz', '.zst'], named: /\.tar\.\w+$/, bytes: 8 },
  { names: ['core'], beginnings: ['core', 'vgcore'], endings: ['.core'], bytes: 64, program: true },
  ...PACKAGE_LOOKS,
  ...CREDENTIAL_FILES.map((row) => ({ ...row, outside: NO_CREDENTIALS })),
]

/** Programs are told by their first bytes: an interpreter's line, or the headers of an ELF file. */
const PROGRAM: Look = { bytes: 256, program: true }
/** What a file of this size is for, its first bytes may tell. */
const LARGE = 10_000_000
const BEGINNING: Look = { bytes: 64, program: false }
const EXECUTABLE = 0o111
const LIBRARY = /\.(?:so(?:\.[\d.]+)?|node)$/

/** How many shapes of names there are. */
const SHAPES = 1 << 12

const byName = indexed(({ names = [] }) => names)
const byBeginning = indexed(({ beginnings = [] }) => beginnings)
const byEnding = indexed(({ endings = [] }) => endings)
const byDirectory = indexed(({ directories = [] }) => directories)

/** What the rules want to see of a file: as much as any row asks for. */
export const chooseLook: ChooseLook = (name, mode, size) => {
  const all = rowsOf(name)
  const rows = all.length === 0 ? all : all.filter(({ bytes, isWhole }) => isWhole !== true || size <= bytes)
  if (rows.length > 0) {
    return { bytes: Math.max(...rows.map(({ bytes }) => bytes)), program: rows.some(({ program }) => program === true) }
  }
  if ((mode & EXECUTABLE) !== 0 || LIBRARY.test(name)) return PROGRAM
  return size >= LARGE ? BEGINNING : undefined
}

/** What credential a file holds, in words; undefined where it holds none, or where its name is not known for one. */
export function credentialIn(path: string, head: Buffer): string | undefined {
  const reveals = rowsOf(path).find((row) => row.reveals !== undefined)?.reveals
  return reveals?.(head.toString('latin1'))
}

/** Patterns of the paths that may hold credentials. */
export const CREDENTIAL_PATHS: readonly string[] = CREDENTIAL_FILES.flatMap(
  ({ names = [], beginnings = [], endings = [] }) => [
    ...names.map((name) => `/**/${name}`),
    ...beginnings.map((name) => `/**/${name}*`),
    ...endings.map((ending) => `/**/*${ending}`),
  ],
)

const NONE: readonly Row[] = []

function rowsOf(name: string): readonly Row[] {
  // One loop over the last name, where `lastIndexOf` and its like would cost more than all the rest.
  let slash = name.length
  let dot = -1
  let stem = name.length
  let later = name.length
  for (; slash > 0; slash--) {
    const code = name.charCodeAt(slash - 1)
    if (code === SLASH) break
    if (code !== DOT && code !== HYPHEN) continue
    later = stem
    stem = slash - 1
    if (code === DOT && dot < 0) dot = stem
  }
  // A stem ends at the first dot or hyphen that does not begin the name.
  if (stem === slash) stem = later
  const named = lookUp(byName, name, slash, name.length)
  const begun = lookUp(byBeginning, name, slash, stem)
  const ended = dot < 0 ? undefined : lookUp(byEnding, name, dot, name.length)
  const within = rowsWithin(name, slash)
  if (named === undefined && begun === undefined && ended === undefined && within === undefined) return NONE
  const directories = name.slice(0, slash)
  const base = name.slice(slash)
  const fits = (row: Row): boolean =>
    (row.within === undefined || row.within.test(directories)) &&
    (row.outside === undefined || !row.outside.test(name)) &&
    (row.named === undefined || row.named.test(base))
  return [named, begun, ended, within].flatMap((rows = NONE) => rows.filter(fits))
}

const SLASH = 47
const DOT = 46
const HYPHEN = 45

// The files of a directory stand together in most tars.
let lastWithin: { readonly directories: string; readonly rows: readonly Row[] | undefined } | undefined

function rowsWithin(name: string, slash: number): readonly Row[] | undefined {
  if (lastWithin?.directories.length !== slash || !name.startsWith(lastWithin.directories)) {
    const directories = name.slice(0, slash)
    lastWithin = { directories, rows: byDirectory.rows.get(directories.replace(/^(?:\.?\/)+|\/$/g, '')) }
  }
  return lastWithin.rows
}

/** Rows by what they are found by. */
interface Index {
  readonly rows: ReadonlyMap<string, readonly Row[]>
  /** Marks the shapes that keys have, so that most names are told without cutting a text out of them. */
  readonly shapes: Uint8Array
}

function lookUp({ rows, shapes }: Index, name: string, from: number, to: number): readonly Row[] | undefined {
  return shapes[shapeOf(name, from, to)] === 1 ? rows.get(name.slice(from, to)) : undefined
}

/** A number below `SHAPES` made of the first and the last character of a part of a text, and of its length. */
function shapeOf(text: string, from: number, to: number): number {
  return (text.charCodeAt(from) + 53 * text.charCodeAt(to - 1) + 509 * (to - from)) & (SHAPES - 1)
}

function indexed(keysOf: (row: Row) => readonly string[]): Index {
  const rows = new Map<string, Row[]>()
  const shapes = new Uint8Array(SHAPES)
  for (const row of LOOKS) {
    for (const key of keysOf(row)) {
      rows.set(key, [...(rows.get(key) ?? []), row])
      shapes[shapeOf(key, 0, key.length)] = 1
    }
  }
  return { rows, shapes }
}
