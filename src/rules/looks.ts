import type { ChooseLook, Look, LookRow } from '../oci/excerpt.ts'
import { PACKAGE_LOOKS } from '../packages/ecosystems.ts'
import { REQUIREMENTS_DIRECTORY, REQUIREMENTS_FILES, REQUIREMENTS_PARTS } from './python-requirements.ts'

const KIB = 1024
const MIB = 1024 * KIB

/** Every file whose content tells something, and how much of it is read at most. */
const LOOKS: readonly LookRow[] = [
  { names: ['os-release'], within: /(?:^|\/)(?:etc|usr\/lib)\/$/, bytes: 4 * KIB },
  { names: ['CACHEDIR.TAG'], bytes: 64 },
  { names: ['package.json'], within: /^(?:(?!node_modules\/)[^/]*\/)*$/, bytes: 64 * KIB },
  { names: ['.package-lock.json'], within: /(?:^|\/)node_modules\/$/, bytes: 8 * MIB },
  { names: ['.modules.yaml', '.yarn-integrity'], within: /(?:^|\/)node_modules\/$/, bytes: 4 * MIB },
  { names: ['pyproject.toml', 'Pipfile'], bytes: 256 * KIB },
  { names: REQUIREMENTS_FILES, bytes: 64 * KIB },
  { names: REQUIREMENTS_PARTS, within: REQUIREMENTS_DIRECTORY, bytes: 64 * KIB },
  ...PACKAGE_LOOKS,
]

/** Programs are told by their first bytes: an interpreter's line, or the headers of an ELF file. */
const PROGRAM: Look = { bytes: 256, program: true }
const EXECUTABLE = 0o111
const LIBRARY = /\.(?:so(?:\.[\d.]+)?|node)$/

const byName = indexed(({ names = [] }) => names)
const byEnding = indexed(({ endings = [] }) => endings)
const byDirectory = indexed(({ directories = [] }) => directories)

/** What the rules want to see of a file. */
export const chooseLook: ChooseLook = (name, mode) => {
  const slash = name.lastIndexOf('/') + 1
  const base = name.slice(slash)
  const dot = base.lastIndexOf('.')
  const around = name.slice(0, slash)
  const rows =
    byName.get(base) ??
    (dot < 0 ? undefined : byEnding.get(base.slice(dot))) ??
    byDirectory.get(around.replace(/^(?:\.?\/)+|\/$/g, ''))
  const row = rows?.find(({ within }) => within === undefined || within.test(around))
  if (row !== undefined) return { bytes: row.bytes, program: false }
  return (mode & EXECUTABLE) !== 0 || (dot > 0 && LIBRARY.test(base)) ? PROGRAM : undefined
}

function indexed(keysOf: (row: LookRow) => readonly string[]): Map<string, LookRow[]> {
  const index = new Map<string, LookRow[]>()
  for (const row of LOOKS) for (const key of keysOf(row)) index.set(key, [...(index.get(key) ?? []), row])
  return index
}
