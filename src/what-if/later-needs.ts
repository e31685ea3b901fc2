import { ASSIGNMENTS, BARE } from '../dockerfile/harmless.ts'
import { splitShell } from '../dockerfile/shell-command.ts'
import type { Finding } from '../rules/finding.ts'
import type { LaterRun } from './recipe.ts'

/** Rules about files that no command of a build reads, although a container may. */
const UNREAD: ReadonlySet<string> = new Set([
  ...['log-files', 'docs-man-info', 'debug-symbol-files', 'source-maps', 'js-package-extras', 'zoneinfo-variants'],
  ...['tests-in-packages', 'dead-python-abi'],
])

/** Rules about what one layer did to another, which say nothing of what the files are. */
const OF_LAYERS: ReadonlySet<string> = new Set([
  ...['deleted-later', 'shadowed-later', 'moved-later', 'overwritten-later', 'rewritten-later', 'duplicate-entry'],
  ...['secret-deleted-later', 'small-change-rewrite'],
])

/** Places of an index of packages, the tool that installs from it, and the words that make it do so, and fetch it again. */
const INDEXES: readonly Readonly<Record<'within' | 'tool' | 'reads' | 'fetches', RegExp>>[] = [
  {
    within: /^var\/(?:lib|cache)\/apt(?:\/|$)/,
    tool: /^(?:apt|apt-get|aptitude)\s/,
    reads: /\s(?:install|upgrade|build-dep|download)(?:\s|$)/,
    fetches: /\supdate(?:\s|$)/,
  },
  {
    within: /^var\/cache\/apk(?:\/|$)/,
    tool: /^apk\s/,
    reads: /\s(?:add|upgrade)(?:\s|$)/,
    fetches: /\s(?:update|--no-cache|--update-cache|-U)(?:\s|$)/,
  },
]

/** Options that make a program do with what an earlier command fetched. */
const OFFLINE = /\s--(?:offline|no-restore)(?:\s|$)/
/** Programs that read files of the system alone. */
const READS_SYSTEM = /^(?:apt|apt-get|apk|dnf|microdnf|yum|zypper|curl|wget|ldconfig|update-ca-certificates)$/
const SYSTEM = /^(?:bin|etc|lib\w*|sbin|usr|var)(?:\/|$)/

/** The first command of later RUNs that may need some paths; undefined where all are known to do without. */
export function needOf(paths: readonly string[], finding: Finding, later: readonly LaterRun[]): string | undefined {
  const commands = later.flatMap(({ texts }) => texts.flatMap((text) => text.split('\n').flatMap(splitShell)))
  const index = INDEXES.find(({ within }) => paths.every((path) => within.test(path)))
  if (index !== undefined) {
    const { tool, reads, fetches } = index
    const calls = commands.map(({ text }) => text.replace(ASSIGNMENTS, '')).filter((text) => tool.test(text))
    const first = calls.find((text) => reads.test(text) || fetches.test(text))
    return first === undefined || fetches.test(first) ? undefined : first
  }
  const isJunk = UNREAD.has(finding.rule) || (finding.safety === 'safe' && !OF_LAYERS.has(finding.rule))
  return commands.find(({ text }) => (isJunk ? OFFLINE.test(text) : mayNeed(text, paths)))?.text
}

function mayNeed(command: string, paths: readonly string[]): boolean {
  if (command === '' || command.startsWith('#')) return false
  if (/`|[$<>]\(/.test(command)) return true
  const [program = ''] = command.split(/\s/, 1)
  if (/^rm -\w*f/.test(command)) return false
  if (BARE.test(program)) return paths.some((path) => names(command, path.replace(/\/\*$/, '')))
  return !READS_SYSTEM.test(program) || paths.some((path) => SYSTEM.test(path))
}

/** Whether a text has the last name of a path among its words. */
function names(text: string, path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return text.split(/[\s/"'`=:,;&|()]+/).includes(name)
}

/** Whether a line of a Dockerfile names one of some paths, and does more than delete it. */
export function needsNamed(line: string, paths: readonly string[]): boolean {
  const text = line.replace(/^\s*#.*/, '').replace(/\brm -\w*f[^&|;]*/g, '')
  return paths.some((path) => names(text, path) || (path.endsWith('.git') && asksGit(text)))
}

/** What git tells of a working tree alone. */
const GIT_VERBS = ['describe', 'rev-parse', 'rev-list', 'log', 'show', 'status', 'tag', 'submodule']

function asksGit(text: string): boolean {
  const words = new Set(text.split(/[\s&|;()]+/))
  return words.has('git') && GIT_VERBS.some((verb) => words.has(verb))
}

const METADATA = /\b(?:chmod|chown|chgrp)(?:\s+-\S+)*\s+[^\s/]+(?:\s+\/[\w.@+/-]+){2,}(?=\s*(?:[&|;\\]|$))/g

/** The lines of a Dockerfile without some paths among those of which a command sets owner or mode; one more stays in each. */
export function withoutOperands(lines: readonly string[], paths: readonly string[]): string[] {
  const gone = new Set(paths.map((path) => `/${path}`))
  return lines.map((line) =>
    line.replace(METADATA, (command) => {
      const words = command.split(/(\s+)(?=\/)/)
      const left = words.filter((word, i) => !gone.has(word) && !(gone.has(words[i + 1] ?? '') && word.trim() === ''))
      return left.some((word) => word.startsWith('/')) ? left.join('') : command
    }),
  )
}
