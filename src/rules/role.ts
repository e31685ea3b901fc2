import type { Evidence, Instance } from './evidence.ts'
import { onceForImage } from './once.ts'

/** What a container of an image starts, as far as that tells what the image is for. */
export interface Role {
  /** Entrypoint and command as one line. */
  readonly start: string
  /** The words of `start` behind what only hands over to them: an init, a shell that runs one line. */
  readonly words: readonly string[]
  /** Whether it starts an application, not a shell, a prompt or a build; as the user says, where they do. */
  readonly isRuntime: boolean
  /** Whether a script, whose content nobody has read, decides what runs. */
  readonly isScript: boolean
}

/** The role of an image. */
export const roleOf = onceForImage(judge)

/** A condition of path rules: the image runs an application, and starts none of these programs (names as in `runs`). */
export function inRuntime(unless = ''): (file: Instance, evidence: Evidence) => boolean {
  const isNeeded = unless === '' ? undefined : runs(unless)
  return (_, evidence) => {
    const { isRuntime, start } = roleOf(evidence)
    return isRuntime && !isNeeded?.test(start)
  }
}

/** Finds the start of any of these programs in a command line; `names` are the alternatives of a regular expression. */
export function runs(names: string): RegExp {
  return new RegExp(`(?:^|[\\s/"'=;&|(])(?:${names})(?=$|[\\s"';&|)])`)
}

/** What hands over to the words behind it. */
const WRAPPER = /(?:^|\/)(?:tini|tini-static|dumb-init|catatonit|docker-entrypoint\.sh|docker-php-entrypoint|env|exec)$/
const SHELL = /(?:^|\/)(?:sh|bash|ash|dash|zsh|busybox|pwsh|powershell(?:\.exe)?|cmd(?:\.exe)?)$/
/** What waits for input if nothing follows. */
const PROMPT = /(?:^|\/)(?:python[\d.]*|node|irb|php|jshell|julia|ghci|iex|erl|lua|swift|scala|R|perl|deno|bun)$/
const IDLE = /^(?:sleep (?:infinity|inf|\d+[smhd]?)|tail -f \/dev\/null|true)$/
/** What builds, or lets people build, when the container runs. */
const BUILDS = runs(
  'make|cmake|ninja|meson|bazel|gcc|g\\+\\+|cc|clang|rustc|cargo|go (?:run|build|test)|air|mvnw?|gradlew?|sbt|lein|' +
    'dotnet (?:run|watch|build|test|msbuild)|jupyter|jupyter-(?:lab|notebook)|jupyterhub|code-server|Rscript|rserver',
)
const BUILD_TAG = /-(?:dev|devel|build|builder|ci|sdk)$|^(?:devel|builder|sdk)$/

function judge({ image: { config, tags }, role }: Evidence): Role {
  const all = [...(config.entrypoint ?? []), ...(config.cmd ?? [])]
  const start = all.join(' ')
  const words = unwrap(all)
  const [program = '', ...args] = words
  const waits = (SHELL.test(program) || PROMPT.test(program)) && args.every((arg) => /^-\w$/.test(arg))
  const startsApp = program !== '' && !waits && !IDLE.test(words.join(' '))
  const isTool = tags.some((tag) =>
    tag
      .split(/[:/]/)
      .slice(-2)
      .some((part) => BUILD_TAG.test(part)),
  )
  const looksLikeRuntime = (startsApp || (config.exposedPorts ?? []).length > 0) && !isTool && !BUILDS.test(start)
  return {
    start,
    words,
    isRuntime: role === undefined ? looksLikeRuntime : role === 'runtime',
    isScript: words.some((word) => /\.(?:sh|bash)$/.test(word)),
  }
}

function unwrap(all: readonly string[]): string[] {
  const [first = '', second = '', ...rest] = all
  if (WRAPPER.test(first)) return unwrap(all.slice(1).filter((word, i) => i > 0 || !/^(?:--|-[gs])$/.test(word)))
  if (first === '--') return unwrap(all.slice(1))
  if (SHELL.test(first) && /^-\w*c$/.test(second)) return unwrap(rest.flatMap((word) => word.split(/\s+/)))
  return all.filter(Boolean)
}
