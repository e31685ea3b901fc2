import { isBuiltin } from 'node:module'
import { posix } from 'node:path'

/** How one folder may use another: its values, only its types, or its values but loaded when they are needed. */
type Use = 'values' | 'types' | 'on demand'

interface Place {
  /** What it holds and why it may use what it uses, for the README. */
  readonly why: string
  readonly uses: Readonly<Record<string, Use>>
}

/** The folders and top-level modules of src, each with all that it may import; `errors` may be imported by all. */
const places: Readonly<Record<string, Place>> = {
  main: {
    why: 'hands the process to the program, and answers only for its version',
    uses: { run: 'on demand', fault: 'on demand', version: 'values' },
  },
  fault: { why: 'what nobody expected is said in one place, and ends the process', uses: { format: 'values' } },
  version: { why: 'one line of package.json, which nothing else reads', uses: {} },
  run: {
    why: 'the program is its arguments, and a table of commands',
    uses: {
      cli: 'values',
      options: 'types',
      host: 'types',
      version: 'values',
      commands: 'values',
      sources: 'values',
    },
  },
  commands: {
    why: 'a command is its list of stages: input, image, report, output',
    uses: {
      options: 'values',
      host: 'values',
      progress: 'values',
      analyse: 'values',
      browse: 'values',
      config: 'values',
      sources: 'values',
      oci: 'values',
      dockerfile: 'values',
      analysis: 'values',
      rules: 'values',
      'what-if': 'values',
      reporters: 'values',
      format: 'values',
    },
  },
  browse: {
    why: 'the other program: options, terminal, screen, and everything put back',
    uses: {
      options: 'types',
      host: 'types',
      analyse: 'values',
      ending: 'values',
      config: 'types',
      sources: 'values',
      oci: 'values',
      tui: 'on demand',
    },
  },
  ending: { why: 'what is put back is put back however the process ends', uses: {} },
  cli: {
    why: 'the help names every option, threshold and limit from their own tables',
    uses: { options: 'values', analysis: 'values', oci: 'values', rules: 'values', format: 'values' },
  },
  options: {
    why: 'what was typed is checked against the tables of the things it names',
    uses: { analysis: 'values', oci: 'values', rules: 'values', format: 'values' },
  },
  config: {
    why: 'a config file is checked against the same tables as the command line, each section by itself',
    uses: {
      options: 'values',
      host: 'types',
      sources: 'values',
      analysis: 'values',
      rules: 'values',
      format: 'values',
    },
  },
  host: { why: 'the program is a function of the process it runs in', uses: { oci: 'types' } },
  progress: { why: 'it only reads the counters that reading keeps', uses: { oci: 'types', format: 'values' } },
  analyse: {
    why: 'from a source to an analysis, for the program and the library alike',
    uses: {
      sources: 'values',
      oci: 'values',
      stack: 'values',
      dockerfile: 'values',
      rules: 'values',
      judge: 'values',
      analysis: 'types',
    },
  },
  judge: {
    why: 'everything that is said of an image is a function of the image and of what the user knows',
    uses: {
      oci: 'types',
      stack: 'types',
      analysis: 'values',
      dockerfile: 'values',
      rules: 'values',
      tree: 'values',
    },
  },
  index: {
    why: 'the library is the program without its command line and its terminal',
    uses: {
      analyse: 'values',
      sources: 'types',
      oci: 'values',
      analysis: 'values',
      rules: 'types',
      reporters: 'values',
    },
  },
  sources: { why: 'a source finds bytes and leaves their meaning to oci', uses: { oci: 'values', format: 'values' } },
  oci: { why: 'bytes mean the same wherever they come from', uses: { tree: 'values', format: 'values' } },
  tree: { why: 'a tree is a value, whoever made it', uses: {} },
  stack: {
    why: 'what the layers of an image do to each other is told once, for rules, plans and reports alike',
    uses: { oci: 'types', tree: 'values' },
  },
  analysis: {
    why: 'a judgement is a function of an image that was read',
    uses: {
      oci: 'types',
      tree: 'values',
      stack: 'types',
      packages: 'types',
      dockerfile: 'types',
      rules: 'values',
      format: 'values',
    },
  },
  dockerfile: {
    why: 'what a history says is a function of the history, the config and what the layers hold',
    uses: { oci: 'types', tree: 'types', format: 'values' },
  },
  packages: {
    why: 'what is installed is a function of the final rootfs and of what was kept of its files',
    uses: { oci: 'types', tree: 'values', format: 'values' },
  },
  rules: {
    why: 'a rule looks at an image that was read and at what its history says, and touches neither',
    uses: {
      stack: 'types',
      oci: 'types',
      tree: 'values',
      packages: 'values',
      dockerfile: 'values',
      format: 'values',
    },
  },
  'what-if': {
    why: 'what an image would come to is a function of what was read and found, whoever asks',
    uses: {
      stack: 'types',
      oci: 'types',
      tree: 'values',
      rules: 'types',
      dockerfile: 'values',
      format: 'values',
    },
  },
  reporters: {
    why: 'a reporter phrases a report that is complete, and computes nothing',
    uses: { analysis: 'types', dockerfile: 'types', rules: 'types', 'what-if': 'types', format: 'values' },
  },
  tui: {
    why: 'the screen asks the same functions as the report, so both show the same numbers',
    uses: {
      stack: 'types',
      analysis: 'values',
      analyse: 'types',
      config: 'types',
      options: 'values',
      oci: 'types',
      tree: 'values',
      dockerfile: 'types',
      rules: 'values',
      'what-if': 'values',
      format: 'values',
    },
  },
  format: { why: 'short text for a value is needed everywhere', uses: {} },
  errors: { why: 'a failure can be expected anywhere', uses: {} },
}

interface Confinement {
  /** What is kept in one place, for the README. */
  readonly what: string
  /** Packages, and modules of Node without their prefix. */
  readonly modules: readonly string[]
  /** The places that may import them. */
  readonly within: readonly string[]
  readonly why: string
}

/** What only some places may import, whatever the folders allow. */
const confinements: readonly Confinement[] = [
  {
    what: 'yargs',
    modules: ['yargs'],
    within: ['cli'],
    why: 'nothing beneath sees the argument parser, so it can be replaced',
  },
  {
    what: 'Ink and React',
    modules: ['ink', 'react'],
    within: ['tui'],
    why: '`--ci` and `--format` never pay for a screen',
  },
  {
    what: 'files, sockets, subprocesses and terminals',
    modules: ['fs', 'child_process', 'net', 'tls', 'http', 'https', 'http2', 'dgram', 'tty'],
    within: ['sources', 'tui', 'main'],
    why: 'everything else is a function of its input and can be tested with a literal',
  },
]

/** A file beneath src: its path from there, with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** One import of a module: what it names, and whether it loads values, mentions types, or loads on demand. */
export interface Import {
  readonly specifier: string
  readonly use: Use
}

/** Matches an import or export line that names a module, over several lines where it is wrapped. */
const STATIC = /^\s*(?:import|export)\s(type\s)?(?:[\w\s{},*$]*?\sfrom\s*)?\s*'([^']+)'/gm
/** Matches `import('…')`, also where it only asks for a type. */
const DYNAMIC = /(typeof\s+)?\bimport\(\s*'([^']+)'/g

/** The imports of a module, read from its text; lines within comments do not count. */
export function readImports(text: string): Import[] {
  const code = text.replace(/^\s*(?:\/\/.*|\/\*[\s\S]*?\*\/)/gm, '')
  const found: Import[] = []
  for (const [, type, specifier = ''] of code.matchAll(STATIC))
    found.push({ specifier, use: type ? 'types' : 'values' })
  for (const [, type, specifier = ''] of code.matchAll(DYNAMIC)) {
    found.push({ specifier, use: type ? 'types' : 'on demand' })
  }
  return found
}

/** The folder of a path beneath src, or the name of a top-level module. */
function placeOf(path: string): string {
  const [first = ''] = path.split('/')
  return first.replace(/\.tsx?$/, '')
}

/** The path an import leads to, beneath src or above it, or undefined where it names a package or a module of Node. */
function targetOf(file: SourceFile, { specifier }: Import): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : undefined
}

/** The package an import names, or the module of Node without its prefix: `node:fs/promises` is `fs`. */
function moduleOf({ specifier }: Import): string {
  const [first = '', second = ''] = specifier.replace(/^node:/, '').split('/')
  return first.startsWith('@') ? `${first}/${second}` : first
}

function allows(allowed: Use | undefined, use: Use): boolean {
  return allowed !== undefined && (allowed === 'values' || use === 'types' || allowed === use)
}

/** A sentence for every import that goes where no row of `places` lets it go. */
export function wrongDirections(files: readonly SourceFile[]): string[] {
  const wrong: string[] = []
  for (const file of files) {
    const from = placeOf(file.path)
    const place = places[from]
    if (place === undefined) wrong.push(`${file.path}: ${from} has no row in test/architecture.ts`)
    for (const imported of readImports(file.text)) {
      const target = targetOf(file, imported)
      if (target === undefined || target === '../package.json') continue
      const to = placeOf(target)
      if (to === '..') wrong.push(`${file.path} imports ${target}: src stands without what lies around it`)
      else if (to !== from && to !== 'errors' && place !== undefined && !allows(place.uses[to], imported.use)) {
        wrong.push(`${file.path} imports ${imported.use} of ${target}: ${from} may not, because ${place.why}`)
      }
    }
  }
  return wrong
}

/** A sentence for every import of something that is confined to other places. */
export function escapes(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    readImports(file.text).flatMap((imported) =>
      confinements
        .filter(({ modules, within }) => modules.includes(moduleOf(imported)) && !within.includes(placeOf(file.path)))
        .map(({ within, why }) => `${file.path} imports ${imported.specifier}: only ${within.join(', ')} may; ${why}`),
    ),
  )
}

/** A sentence for every package that several files import, so that replacing one would be a search; tui is one place for Ink and React. */
export function scatteredPackages(files: readonly SourceFile[]): string[] {
  const users = new Map<string, Set<string>>()
  for (const file of files) {
    for (const imported of readImports(file.text)) {
      const name = moduleOf(imported)
      const screen = placeOf(file.path) === 'tui' && ['ink', 'react'].includes(name)
      if (imported.specifier.startsWith('.') || isBuiltin(imported.specifier) || screen) continue
      users.set(name, (users.get(name) ?? new Set()).add(file.path))
    }
  }
  return [...users]
    .filter(([, paths]) => paths.size > 1)
    .map(([name, paths]) => `${name} is imported by ${[...paths].join(' and ')}: one file should stand between`)
}

/** Every chain of imports, of types too, that comes back to its first file: such files can only be understood together. */
export function cycles(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const done = new Set<string>()
  const found: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
    const file = byPath.get(path)
    if (file === undefined || done.has(path) || trail.includes(path)) return
    for (const imported of readImports(file.text)) {
      const target = targetOf(file, imported)
      if (target !== undefined) visit(target, [...trail, path])
    }
    done.add(path)
  }
  for (const file of files) visit(file.path, [])
  return found
}

const MARKS: Readonly<Record<Use, string>> = { values: '', types: ' (types)', 'on demand': ' (on demand)' }

/** The tables above as the README shows them, between its `architecture` comments. */
export function architectureAsMarkdown(): string {
  const directions = Object.entries(places)
    .filter(([name]) => name !== 'errors')
    .map(([name, { uses, why }]) => {
      const may = Object.entries(uses).map(([to, use]) => `${to}${MARKS[use]}`)
      return `| \`${name}\` | ${may.join(', ') || 'nothing of ours'} | ${why} |`
    })
  const kept = confinements.map(({ what, within, why }) => `| ${what} | ${within.join(', ')} | ${why} |`)
  return [
    '| In `src` | may import | because |',
    '|---|---|---|',
    ...directions,
    '',
    '| Kept together | only in | because |',
    '|---|---|---|',
    ...kept,
  ].join('\n')
}
