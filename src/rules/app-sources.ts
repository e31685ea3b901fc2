import { posix } from 'node:path'
import { resolvePath } from '../dockerfile/image-path.ts'
import { walk } from '../tree/tree.ts'
import { claimsByLayer } from './claims.ts'
import type { Evidence, Instance } from './evidence.ts'
import { roleOf } from './role.ts'
import type { Claim } from './rule.ts'

/** How a compiled program is started, and what it was compiled from. */
interface Language {
  readonly sources: RegExp
  /** The file beneath the application's directory that the words start, where they start such a program. */
  program(words: readonly string[], isLive: (path: string) => boolean): string | undefined
}

const LANGUAGES: readonly Language[] = [
  { sources: /\.(?:java|kt|scala|groovy)$/, program: (words) => argument(words, /^java$/, /\.(?:jar|war)$/) },
  { sources: /\.(?:cs|csproj|fs|fsproj|vb)$/, program: (words) => argument(words, /^dotnet$/, /\.dll$/) },
  {
    sources: /(?<!\.d)\.(?:ts|tsx|vue|svelte|scss)$/,
    program: (words, isLive) =>
      // Without it, .ts may be a video.
      isLive('tsconfig.json')
        ? argument(words, /^node(?:js)?$/, /(?:^|\/)(?:dist|build|out|lib)\/.*\.[cm]?js$/)
        : undefined,
  },
]
const NATIVE = /\.(?:go|rs|c|cc|cpp|cxx|h|hpp|swift|zig)$|(?:^|\/)(?:go\.(?:mod|sum)|Cargo\.(?:toml|lock))$/

function argument(words: readonly string[], program: RegExp, file: RegExp): string | undefined {
  return program.test(posix.basename(words[0] ?? '')) ? words.slice(1).find((word) => file.test(word)) : undefined
}

/** Directories that hold more than one application. */
const SHARED =
  /^\/(?:(?:usr|usr\/local|usr\/local\/s?bin|usr\/s?bin|bin|sbin|usr\/lib|usr\/src|opt|home|etc|srv|var|lib|tmp)(?:\/)?)?$/

/** The sources of the program that the image starts, where they lie in the program's own directory. */
export function sourcesBesideProgram(evidence: Evidence): Claim[] {
  const { words, isRuntime } = roleOf(evidence)
  const root = appDirectory(evidence)
  if (!isRuntime || root === undefined) return []
  const sources = sourcesOf(evidence, words, root)
  const directory = evidence.live(root.slice(1))
  if (sources === undefined || directory?.kind !== 'directory') return []
  const files: Instance[] = []
  walk(directory, root.slice(1), (path, node) => {
    if (node.kind === 'file' && sources.test(path) && !path.includes('/node_modules/'))
      files.push({ path, node, layer: node.origin.layer })
  })
  return claimsByLayer(files, evidence)
}

/** The working directory, or else where the program lies; undefined where that holds more than the application. */
function appDirectory(evidence: Evidence): string | undefined {
  const { words } = roleOf(evidence)
  const workingDir = resolvePath('/', evidence.image.config.workingDir ?? '/')
  const program = words.find((word) => word.startsWith('/') && !SHARED.test(posix.dirname(word)))
  return [workingDir, program && posix.dirname(program)].find((path) => path !== undefined && !SHARED.test(path))
}

function sourcesOf(evidence: Evidence, words: readonly string[], root: string): RegExp | undefined {
  const isLive = (path: string) => evidence.live(resolvePath(root, path).slice(1))?.kind === 'file'
  for (const { sources, program } of LANGUAGES) {
    const started = program(words, isLive)
    if (started !== undefined && isLive(started)) return sources
  }
  const [first = ''] = words
  const native = first.includes('/') ? evidence.live(resolvePath(root, first).slice(1)) : undefined
  const isNative =
    native?.kind === 'file' &&
    evidence.excerpt(native)?.elf !== undefined &&
    resolvePath(root, first).startsWith(`${root}/`)
  return isNative ? NATIVE : undefined
}
