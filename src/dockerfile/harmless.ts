import type { Command } from './command.ts'
import { splitShell } from './shell-command.ts'

/** Programs that work on files and settings, and start nothing that is installed in a project. */
const PLAIN = new Set(
  (
    '[ : adduser addgroup apk apt apt-get cat cd chgrp chmod chown cp curl date deluser dnf du echo exit export false fc-cache ' +
    'getent grep groupadd groupmod head id install ldconfig ln locale-gen ls microdnf mkdir mv printf pwd readlink rm rmdir ' +
    'sed set sleep sort stat sync tail tar test touch tr true umask uname unzip update-ca-certificates useradd usermod wc wget ' +
    'which whoami yum zypper'
  ).split(' '),
)

/** Programs that start others, or load what is installed, and what of that does without the packages that only development needs. */
const CALLS: readonly RegExp[] = [
  /^(?:node|npm|npx|yarn|pnpm|corepack|python3?|pip3?|poetry|uv|pipenv) (?:-v|-V|--version)$/,
  /^npm (?:cache (?:clean|verify)|config|set|prune --(?:omit=dev|production)|(?:install|i) (?:-g|--global))\b/,
  /^yarn (?:cache clean|config)\b/,
  /^pnpm (?:store prune|config|prune --prod|cache delete)\b/,
  /^find (?!.*-(?:exec|ok))/,
  /^corepack (?:enable|disable|prepare)\b/,
  /^(?:pip3?|python3? -m pip) (?:cache purge|config|check|list|freeze|install)\b/,
  /^(?:poetry cache|poetry config|uv cache|uv pip install|pipenv --clear)\b/,
]

/** Programs that need nothing but what every system has, and read no file but those that they name. */
export const BARE =
  /^(?:rm|rmdir|mkdir|touch|echo|printf|true|:|set|cd|export|umask|chmod|chown|chgrp|adduser|addgroup|useradd|groupadd|usermod|sleep|date|id|whoami)$/

/** The first command of some shell texts that may need a package of the operating system beyond those asked for. */
export function firstInNeedOfSystem(texts: readonly string[]): string | undefined {
  return firstOf(texts, (command) => {
    const [program = ''] = command.split(/\s/, 1)
    return !/`|[$<>]\(/.test(command) && (command === '' || BARE.test(program) || /^apt(?:-get)?$/.test(program))
  })
}

/**
 * The first command of some shell texts that is not known to do without packages that only development needs;
 * undefined where all are.
 */
export function firstInNeed(texts: readonly string[]): string | undefined {
  return firstOf(texts, isHarmless)
}

function firstOf(texts: readonly string[], isFine: (command: string) => boolean): string | undefined {
  for (const text of texts) {
    for (const line of text.split('\n')) {
      const commands = splitShell(line).map((part) => part.text.replace(ASSIGNMENTS, ''))
      const found = commands.find((command) => !command.startsWith('#') && !isFine(command))
      if (found !== undefined) return found
    }
  }
  return undefined
}

/** Variables that are set for one command. */
export const ASSIGNMENTS = /^(?:\w+=[^\s"'`$(]*(?:\s+|$))+/

function isHarmless(command: string): boolean {
  if (command === '') return true
  // A shell starts what stands in these.
  if (/`|[$<>]\(/.test(command)) return false
  const [program = ''] = command.split(/\s/, 1)
  if (!PLAIN.has(program)) return CALLS.some((call) => call.test(command))
  return !/node_modules|site-packages/.test(command) || /^(?:rm -\w*f\w*|ch(?:own|mod|grp)|du|ls)\s/.test(command)
}

/** What a shell runs of a RUN: its text, or the heredoc that stands for it. */
export function shellTextsOf({ text, heredocs }: Pick<Command, 'text' | 'heredocs'>): string[] {
  const isHeredoc = heredocs.length > 0 && /^(?:<<-?\s*["']?\w+["']?\s*(?:\n|$))/.test(text)
  return isHeredoc ? heredocs.map(({ body = '' }) => body) : [text]
}
