import type { Instruction } from '../dockerfile/instruction.ts'
import { splitShell } from '../dockerfile/shell-command.ts'
import { writersOf } from './instructions.ts'
import { onceForImage } from './once.ts'

/** A package manager of an operating system, by the family whose commands are alike. */
export type PackageTool = 'apt' | 'apk' | 'dnf' | 'zypper'

/** What a command does with packages. */
export type PackageVerb = 'refresh' | 'install' | 'upgrade' | 'remove'

/** One command of a package manager, as a RUN gave it. */
export interface PackageCommand {
  readonly tool: PackageTool
  /** Its name, without a path. */
  readonly program: string
  /** Undefined where it does none of these. */
  readonly verb: PackageVerb | undefined
  /** Everything behind the name of the tool. */
  readonly args: readonly string[]
}

const TOOLS = new Map<string, PackageTool>([
  ...['apt-get', 'apt', 'aptitude', 'nala'].map((name) => [name, 'apt'] as const),
  ...['dnf', 'dnf5', 'microdnf', 'yum', 'tdnf'].map((name) => [name, 'dnf'] as const),
  ['apk', 'apk'],
  ['zypper', 'zypper'],
])

/** The words that each tool has for a verb, from its own manual. */
const VERBS: Readonly<Record<PackageTool, Readonly<Record<PackageVerb, readonly string[]>>>> = {
  apt: {
    refresh: ['update'],
    install: ['install', 'reinstall', 'build-dep', 'satisfy'],
    upgrade: ['upgrade', 'dist-upgrade', 'full-upgrade', 'safe-upgrade'],
    remove: ['remove', 'purge', 'autoremove', 'autopurge'],
  },
  apk: { refresh: ['update'], install: ['add'], upgrade: ['upgrade'], remove: ['del'] },
  dnf: {
    refresh: ['makecache', 'check-update'],
    install: ['install', 'reinstall', 'groupinstall', 'localinstall'],
    upgrade: ['upgrade', 'update', 'upgrade-minimal', 'update-minimal', 'distro-sync'],
    remove: ['remove', 'erase', 'autoremove'],
  },
  zypper: {
    refresh: ['refresh', 'ref'],
    install: ['install', 'in'],
    upgrade: ['update', 'up', 'patch', 'dist-upgrade', 'dup'],
    remove: ['remove', 'rm'],
  },
}

/** What may stand before a command without being one itself. */
const PREFIX =
  /^(?:\w+=.*|-\S+|sudo|env|exec|eval|time|nice|then|else|do|if|while|until|!|\{|(?:\/\S*\/)?(?:ba|da|a)?sh)$/s
const NESTED = /^\((.*)\)$|(?:^|[\s/])(?:ba|da|a)?sh -\w*c (?:"(.*)"|'(.*)')$/s

/** The commands of package managers in a shell text, in order. */
export function parsePackageCommands(text: string): PackageCommand[] {
  const lines = text.replace(/\\\r?\n/g, ' ').split('\n')
  return lines.flatMap(splitShell).flatMap(({ text: command }) => {
    const nested = NESTED.exec(command)
      ?.slice(1)
      .find((inner) => inner !== undefined)
    return nested === undefined ? parseOne(command) : parsePackageCommands(nested)
  })
}

function parseOne(command: string): PackageCommand[] {
  const words = command.split(/\s+/)
  const at = words.findIndex((word) => !PREFIX.test(word))
  const program = words[at]?.split('/').at(-1) ?? ''
  const tool = TOOLS.get(program)
  if (tool === undefined) return []
  const args = words.slice(at + 1)
  const verb = args.map((word) => verbOf(tool, word)).find((found) => found !== undefined)
  return [{ tool, program, verb, args }]
}

function verbOf(tool: PackageTool, word: string): PackageVerb | undefined {
  const verbs = Object.entries(VERBS[tool]) as [PackageVerb, readonly string[]][]
  return verbs.find(([, words]) => words.includes(word))?.[0]
}

/**
 * What the RUN instructions did with packages whose files lie in each layer, by the layer's index; nothing where
 * history and layers differ in number, since it would be a guess.
 */
export const packageCommandsOf = onceForImage((evidence): readonly (readonly PackageCommand[])[] => {
  const isAligned = evidence.image.layers.some(({ history }) => history !== undefined)
  if (!isAligned) return evidence.image.layers.map(() => [])
  return writersOf(evidence).map((steps) => steps.flatMap(({ instruction }) => commandsOf(instruction)))
})

function commandsOf({ word, form, args, text, heredocs }: Instruction): PackageCommand[] {
  if (word !== 'RUN') return []
  const bodies = heredocs.map(({ body = '' }) => body)
  // A heredoc without a name is the text itself.
  const texts =
    form === 'exec' ? [args.join(' ')] : heredocs.some(({ name }) => name === '') ? bodies : [text, ...bodies]
  return texts.flatMap(parsePackageCommands)
}
