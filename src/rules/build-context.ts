import { posix } from 'node:path'
import { resolvePath } from '../dockerfile/image-path.ts'
import type { DirectoryNode, Node } from '../tree/node.ts'
import { find, joinPath } from '../tree/tree.ts'
import type { Evidence } from './evidence.ts'
import { type PlacedStep, writersOf } from './instructions.ts'
import { onceForImage } from './once.ts'
import type { Instance } from './rule.ts'

/** What gives a build context away in an image, and how much it says. */
interface Marker {
  /** The line of a `.dockerignore` that keeps it out. */
  readonly line: string
  readonly name: RegExp
  readonly weight: number
  /** Whether it stands only at the root of a context; others turn up at any depth. */
  readonly atRoot: boolean
  /** Whether its bytes are never what an image is for; the rest only counts as a sign. */
  readonly isJunk: boolean
}

/** Rows are tried in order; a path belongs to the first that one of its segments matches. */
const MARKERS: readonly Marker[] = [
  { line: '.git', name: /^\.git$/, weight: 5, atRoot: false, isJunk: true },
  { line: '**/node_modules', name: /^node_modules$/, weight: 4, atRoot: false, isJunk: true },
  {
    line: '**/__pycache__',
    name: /^(?:__pycache__|\.tox|\.pytest_cache|\.mypy_cache)$/,
    weight: 4,
    atRoot: false,
    isJunk: true,
  },
  { line: '**/.venv', name: /^\.?venv$/, weight: 4, atRoot: false, isJunk: true },
  { line: 'Dockerfile*', name: /^(?:Dockerfile|Containerfile)(?:\..+)?$/, weight: 3, atRoot: true, isJunk: true },
  { line: '.env*', name: /^\.env(?:\..+)?$/, weight: 3, atRoot: true, isJunk: true },
  { line: '.dockerignore', name: /^\.dockerignore$/, weight: 3, atRoot: true, isJunk: true },
  { line: '*compose*.y*ml', name: /^(?:docker-)?compose.*\.ya?ml$/, weight: 2, atRoot: true, isJunk: true },
  {
    line: '.git*',
    name: /^(?:\.github|\.gitlab-ci\.yml|\.circleci|\.travis\.yml|Jenkinsfile|\.gitignore|\.gitattributes)$/,
    weight: 2,
    atRoot: true,
    isJunk: true,
  },
  { line: '.idea', name: /^(?:\.vscode|\.idea|.+\.iml)$/, weight: 2, atRoot: true, isJunk: true },
  { line: '**/coverage', name: /^(?:coverage|\.nyc_output|htmlcov)$/, weight: 1, atRoot: true, isJunk: true },
  { line: '**/*.log', name: /\.log$/, weight: 1, atRoot: true, isJunk: true },
  // They may be what the image serves, so they are told by other rules or by none.
  { line: '*.md', name: /\.md$/, weight: 1, atRoot: true, isJunk: false },
  { line: 'tests', name: /^(?:tests?|spec)$/, weight: 1, atRoot: true, isJunk: false },
  { line: 'dist', name: /^(?:target|dist|build)$/, weight: 1, atRoot: true, isJunk: false },
]

/** Names that only the root of a build context has, whoever copied it here. */
const UNMISTAKABLE: ReadonlySet<string> = new Set(['.git', '.dockerignore', 'Dockerfile', 'Containerfile'])

/** A layer into which a directory of a build context was copied, and what shows it. */
export interface ContextCopy {
  readonly layer: number
  /** Whether the context was copied as a whole, as in `COPY . /app`. */
  readonly isWhole: boolean
  /** What shows it, as lines of a `.dockerignore`. */
  readonly signs: readonly string[]
  /** Those of the signs that no image is for. */
  readonly lines: readonly string[]
  /** How much the signs say together. */
  readonly score: number
  /** The files among them that no image is for. */
  readonly junk: readonly Instance[]
  /** Whether the context has a `.dockerignore`, which came along. */
  readonly hasIgnoreFile: boolean
}

/**
 * Own layers that hold a copied directory of the build context. Where the history does not tell a context from a build
 * stage, only something that no one copies from a stage counts.
 */
export const contextCopies = onceForImage((evidence): readonly ContextCopy[] => {
  const writers = writersOf(evidence)
  return evidence.image.layers.slice(evidence.baseLayers).flatMap(({ index }) => {
    const copies = directoryCopies(writers[index] ?? [])
    if (copies.length === 0) return []
    const found = signsOf(evidence, index, copies)
    const isSure = copies.some(({ isContext }) => isContext) || found.isUnmistakable
    return isSure && found.signs.length > 0 ? [{ layer: index, isWhole: copies.some(isWhole), ...found }] : []
  })
})

interface Copy {
  /** Where it went, without a leading slash. */
  readonly root: string
  /** Whether it surely came from the build context; builders lose where it came from. */
  readonly isContext: boolean
  readonly sources: readonly string[]
}

function isWhole({ sources }: Copy): boolean {
  return sources.length === 0 || sources.some((source) => WHOLE.has(source))
}

const WHOLE: ReadonlySet<string> = new Set(['.', './', '*', './*', './.'])

/** The copies that made a layer; none where a RUN had a part in it, since that may have made the same files. */
function directoryCopies(steps: readonly PlacedStep[]): Copy[] {
  if (steps.some(({ instruction: { word } }) => word !== 'COPY' && word !== 'ADD' && word !== 'WORKDIR')) return []
  return steps.flatMap(({ instruction, workingDir }) => {
    const { sources, destination, flags, text } = instruction
    if (destination === undefined || /^(?:file|multi):/.test(text)) return []
    const isFromStage = flags.some(({ name }) => name === 'from')
    const isContext = !isFromStage && sources.length > 0 && sources.every((source) => !/^(?:\/|\w+:\/\/)/.test(source))
    return [{ root: resolvePath(workingDir, destination).slice(1), isContext, sources }]
  })
}

function signsOf(evidence: Evidence, layer: number, copies: readonly Copy[]) {
  const content = evidence.image.layers[layer]?.content
  const found = new Set<Marker>()
  const junk: Instance[] = []
  const names = new Set<string>()
  if (content !== undefined && typeof content !== 'string') {
    const seen = new Set<string>()
    for (const copy of copies) {
      const directory = find(content.changeset.added, copy.root)
      if (directory?.kind !== 'directory' || [...seen].some((root) => isWithin(copy.root, root))) continue
      for (const name of directory.children.keys()) names.add(name)
      walkMarked(copy, directory, seen, (path, node, marker) => {
        if (node.kind !== 'file') return
        found.add(marker)
        if (marker.isJunk) junk.push({ path, node, layer })
      })
      seen.add(copy.root)
    }
  }
  const markers = MARKERS.filter((marker) => found.has(marker))
  return {
    signs: markers.map(({ line }) => line),
    lines: markers.filter(({ isJunk }) => isJunk).map(({ line }) => line),
    score: markers.reduce((sum, { weight }) => sum + weight, 0),
    junk,
    isUnmistakable: [...names].some((name) => UNMISTAKABLE.has(name)),
    hasIgnoreFile: names.has('.dockerignore'),
  }
}

function isWithin(path: string, root: string): boolean {
  return root === '' || path === root || path.startsWith(`${root}/`)
}

/** Visits everything beneath a copied directory that shows a context, by its own name or that of a directory above it; not what lies in `seen`. */
function walkMarked(
  { root, sources }: Copy,
  directory: DirectoryNode,
  seen: ReadonlySet<string>,
  visit: (path: string, node: Node, marker: Marker) => void,
): void {
  // What the instruction names is meant to be there.
  const named = new Set(sources.map((source) => posix.basename(source)))
  const pending: [string, DirectoryNode, Marker | undefined][] = [[root, directory, undefined]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [parent, { children }, inherited] = next
    const isRoot = parent === root
    for (const [name, node] of children) {
      if (isRoot && named.has(name)) continue
      const marker = inherited ?? MARKERS.find((one) => (isRoot || !one.atRoot) && one.name.test(name))
      if (marker === undefined && node.kind !== 'directory') continue
      // `.env.example` and its like are meant to be shared.
      if (inherited === undefined && marker !== undefined && EXAMPLE.test(name)) continue
      const path = joinPath(parent, name)
      if (marker !== undefined) visit(path, node, marker)
      if (node.kind === 'directory' && !seen.has(path)) pending.push([path, node, marker])
    }
  }
}

const EXAMPLE = /^\.env\..*(?:example|sample|template|dist|defaults?)/
