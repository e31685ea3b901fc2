import type { Command, Flag, Word } from './command.ts'
import { shellTextsOf } from './harmless.ts'
import { resolvePath } from './image-path.ts'
import { type Installer, leanInstall, withEdit } from './lean-install.ts'
import { printFlag } from './print-instruction.ts'
import { breakShell, splitShell } from './shell-command.ts'
import { isWithin, literalPaths } from './shell-paths.ts'

/** As much of an instruction as a change looks at; a step of a history and a line of a Dockerfile both have it. */
export interface Changeable extends Pick<Command, 'text' | 'form' | 'flags' | 'heredocs' | 'destination' | 'lost'> {
  readonly word: Word | undefined
  /** The shell that runs it, word by word; undefined where nothing says which. */
  readonly shell: readonly string[] | undefined
}

/** What a rule holds against an instruction. */
export interface Fault {
  /** Id of the rule. */
  readonly rule: string
  /** Absolute paths of the files that it is about, or of the largest of them. */
  readonly paths: readonly string[]
  /** The working directory of the instruction. */
  readonly workingDir?: string
  /** The instructions after it, in order: a change must leave them what they need. */
  readonly after: readonly Changeable[]
  /** The one of these that hid the files, where one did. */
  readonly hider?: Changeable | undefined
  /** What installed the files, where that can be told to leave them out. */
  readonly installer?: Installer | undefined
}

/**
 * An instruction as it should be for a rule to find nothing, the rest of it untouched; undefined where no change is
 * known that is sure to leave the other results of the instruction as they are.
 */
export function proposeChange<T extends Changeable>(instruction: T, fault: Fault): T | undefined {
  const { word, lost } = instruction
  if (word === 'COPY' || word === 'ADD') return lost.length === 0 ? settingMetadata(instruction, fault) : undefined
  if (!isPlainRun(instruction)) return undefined
  const text = EDITS[fault.rule]?.(instruction.text, fault)
  if (text !== undefined) return { ...instruction, text }
  const mounts = cacheMounts(instruction, fault)
  return mounts.length === 0 ? undefined : { ...instruction, flags: [...instruction.flags, ...mounts] }
}

/** Whether there is a change for a rule at all. */
export function hasProposal(rule: string): boolean {
  return Object.hasOwn(EDITS, rule) || Object.hasOwn(CACHES, rule)
}

/** A changed instruction as a Dockerfile has it. */
export function printProposal({ word, flags, text }: Pick<Changeable, 'word' | 'flags' | 'text'>): string {
  return [word, ...flags.map(printFlag), word === 'RUN' ? breakShell(text) : text].join(' ')
}

const UNIX_SHELL = /(?:^|\/)(?:ba|da|a|k|z)?sh$/

/** A RUN of one shell line, for a shell in which `&&` means what it means in POSIX. */
function isPlainRun({ word, form, text, heredocs, shell }: Changeable): boolean {
  const isUnix = shell === undefined || UNIX_SHELL.test(shell[0] ?? '')
  return word === 'RUN' && form === 'shell' && isUnix && heredocs.length === 0 && !text.trim().includes('\n')
}

const APT = /\bapt(?:-get|itude)?\s/
const INSTALL = /\b(?:install|upgrade|build-dep)\b/
const APK = /\bapk\s/

type Edit = (command: string, fault: Fault) => string | undefined

/** What to change in the shell line of a RUN, by rule. */
const EDITS: Readonly<Record<string, Edit>> = {
  'apt-lists': (command, { after }) => {
    const isNeeded = !calls(command, APT, INSTALL) || installsFromOldLists(after, APT, INSTALL, /\bupdate\b/)
    return isNeeded ? undefined : appendCommand(command, 'rm -rf /var/lib/apt/lists/*')
  },
  'apt-archives': append('apt-get clean', /\bapt(?:-get|itude)? /),
  'apt-bin-cache': append('rm -f /var/cache/apt/*.bin', /\bapt(?:-get|itude)? /),
  'apt-recommends': addOption(/\bapt(?:-get)?(?: -\S+)* install\b/, '--no-install-recommends'),
  'apk-cache': (command, { after }) => {
    if (!calls(command, APK, /\b(?:update|upgrade)\b/)) {
      return addOption(/\bapk(?: -\S+)* add\b/, '--no-cache')(command)
    }
    const isNeeded = installsFromOldLists(after, APK, /\badd\b/, /\bupdate\b|--no-cache|--update|\s-U\b/)
    return isNeeded ? undefined : appendCommand(command, 'rm -rf /var/cache/apk/*')
  },
  'dnf-cache': (command) => {
    const [, tool] = /(?:^|[\s/(])(dnf5?|microdnf|yum|tdnf) /.exec(command) ?? []
    return tool === undefined ? undefined : appendCommand(command, `${tool} clean all`)
  },
  'rpm-weak-deps': (command) =>
    addOption(/\bdnf5?(?: -\S+)* install\b/, '--setopt=install_weak_deps=False')(command) ??
    addOption(/\bzypper(?: -\S+)* (?:install|in)\b/, '--no-recommends')(command),
  'zypper-cache': append('zypper clean --all', /\bzypper\b/),
  'pacman-cache': append('rm -rf /var/cache/pacman/pkg/*', /\bpacman\b/),
  'pip-cache': addOption(/\bpip[\d.]*(?: -\S+)* install\b/, '--no-cache-dir'),
  'conda-pkgs': append('conda clean -afy', /\bconda\b/),
  'conda-extracted': append('conda clean -afy', /\bconda\b/),
  'node-dev-deps': leaveOutDevelopment,
  'python-dev-deps': leaveOutDevelopment,
  'sparse-log': addOption(/\buseradd\b/, '--no-log-init'),
  'deleted-later': takeRemovals,
  'metadata-only-rewrite': takeMetadata,
}

/** Directories that programs fill with what they fetch or compile and can do without afterwards, by rule. */
const CACHES: Readonly<Record<string, RegExp>> = {
  'uv-cache': /^.*\/\.cache\/uv(?=\/)/,
  'poetry-cache': /^.*\/\.cache\/pypoetry(?=\/)/,
  'npm-cache': /^.*\/\.npm(?=\/)/,
  'yarn-cache': /^.*\/\.cache\/yarn(?=\/)/,
  'bun-cache': /^.*\/\.bun\/install\/cache(?=\/)/,
  'composer-cache': /^.*\/(?:\.composer\/cache|\.cache\/composer)(?=\/)/,
  'go-build-cache': /^.*\/\.cache\/go-build(?=\/)/,
  'go-mod-cache': /^.*\/go\/pkg\/mod(?=\/)/,
  'cargo-registry': /^.*\/cargo\/registry(?=\/)/,
  'compiler-cache': /^.*\/(?:\.cache\/s?ccache|\.ccache)(?=\/)/,
}

/** Cache mounts for the directories that the files lie in; a home may be someone's whose number nobody told. */
function cacheMounts({ flags }: Changeable, { rule, paths }: Fault): Flag[] {
  const cache = CACHES[rule]
  if (cache === undefined) return []
  const directories = paths.map((path) => cache.exec(path)?.[0])
  if (directories.some((directory) => directory === undefined || !PLAIN_PATH.test(directory))) return []
  const targets = new Set(directories as string[])
  if ([...targets].some((target) => target.startsWith('/home/') || flags.some(isMountOf(target)))) return []
  return [...targets].map((target) => ({ name: 'mount', value: `type=cache,target=${target}` }))
}

const PLAIN_PATH = /^(?:\/[\w.@+-]+)+$/

function isMountOf(target: string): (flag: Flag) => boolean {
  return ({ name, value = '' }) => name === 'mount' && value.split(',').some((part) => part.endsWith(`=${target}`))
}

function append(cleanup: string, needs: RegExp): Edit {
  return (command) => (needs.test(command) ? appendCommand(command, cleanup) : undefined)
}

/** An option more at each place where a command that takes it is called. */
function addOption(place: RegExp, option: string): (command: string) => string | undefined {
  const [name = ''] = option.split('=')
  const everywhere = new RegExp(`${place.source}(?=\\s|$)`, 'g')
  return (command) => {
    if (command.includes(name)) return undefined
    const changed = command.replace(everywhere, `$& ${option}`)
    return changed === command ? undefined : changed
  }
}

/** The installer is told to leave out what only development needs, where what comes after is sure to do without. */
function leaveOutDevelopment(command: string, { installer, after }: Fault): string | undefined {
  if (installer === undefined) return undefined
  const later = after.filter(({ word }) => word === 'RUN').flatMap(shellTextsOf)
  const edit = leanInstall(command, installer, later)
  return typeof edit === 'string' ? undefined : withEdit(command, edit)
}

/** Whether one of the commands in a shell text is a program with a word behind it. */
function calls(text: string, program: RegExp, word: RegExp): boolean {
  return text.split(/[&|;\n]/).some((part) => program.test(part) && word.test(part))
}

/** Whether a later instruction installs from lists that it does not fetch itself. */
function installsFromOldLists(
  after: readonly Changeable[],
  program: RegExp,
  install: RegExp,
  refresh: RegExp,
): boolean {
  return after.some(({ word, text }) => {
    return word === 'RUN' && calls(text, program, install) && !calls(text, program, refresh)
  })
}

/** One command more at the end of a shell line; undefined where it might not run, or not mean the same, there. */
function appendCommand(command: string, more: string): string | undefined {
  const last = splitShell(command).at(-1)?.text ?? ''
  const bare = command.replace(/\\.|'[^']*'|"(?:\\.|[^"\\])*"|`[^`]*`/gs, '')
  const isOpen = /["'`]|\\$/.test(bare) || countOf(bare, '(') !== countOf(bare, ')')
  const isLast = /^(?:exec|exit|return)\b/.test(last)
  if (last === '' || isOpen || isLast || /(?:^|\s)#/.test(bare) || command.includes('<<')) return undefined
  return `${command.trimEnd()} && ${more}`
}

function countOf(text: string, character: string): number {
  return text.split(character).length - 1
}

/** What a later RUN removed, and nothing but removed, at the end of the RUN that wrote it, where no RUN between may need it. */
function takeRemovals(command: string, { paths, after, hider, workingDir = '/' }: Fault): string | undefined {
  if (hider === undefined || !isPlainRun(hider) || paths.length === 0) return undefined
  const between = after.slice(0, Math.max(after.indexOf(hider), 0))
  if (!after.includes(hider) || between.some(({ word }) => word === undefined || word === 'RUN')) return undefined
  const isMoved = between.some(({ word }) => word === 'WORKDIR') || /\b(?:cd|pushd)\b/.test(command)
  const here = isMoved ? undefined : workingDir
  const removals = splitShell(hider.text).map(({ text }) => text)
  const targets = removals.map((text) => literalPaths(/^rm(?: -\w+)*(?: --)? (.*)$/.exec(text)?.[1] ?? '..', here))
  if (targets.includes(undefined)) return undefined
  const isRemoved = (path: string) => targets.flat().some((target) => isWithin(path, target ?? ''))
  return paths.every(isRemoved) ? appendCommand(command, removals.join(' && ')) : undefined
}

/** The command by which a later instruction changed owner or mode, at the end of the one that wrote the files. */
function takeMetadata(command: string, { hider, paths }: Fault): string | undefined {
  const change = hider && metadataChange(hider)
  if (change === undefined || !paths.every((path) => isWithin(path, change.target))) return undefined
  return appendCommand(command, change.text)
}

/** COPY and ADD set owner and mode themselves; numbers alone mean the same there. */
function settingMetadata<T extends Changeable>(instruction: T, fault: Fault): T | undefined {
  const { flags, destination = '' } = instruction
  const { rule, hider, paths, workingDir = '/' } = fault
  const change = hider && metadataChange(hider)
  if (rule !== 'metadata-only-rewrite' || change === undefined) return undefined
  const { name, value, target, recursive } = change
  const copied = resolvePath(workingDir, destination)
  const isWhole = recursive ? isWithin(copied, target) : copied === target && paths.every((path) => path === target)
  const isNumeric = name === 'chmod' ? /^[0-7]{3,4}$/.test(value) : /^(?:\d+|root)(?::(?:\d+|root))?$/.test(value)
  if (!isWhole || !isNumeric || flags.some((flag) => flag.name === name)) return undefined
  return { ...instruction, flags: [...flags, { name, value }] }
}

interface MetadataChange {
  readonly name: 'chown' | 'chmod'
  readonly value: string
  readonly target: string
  readonly recursive: boolean
  readonly text: string
}

/** A RUN that does nothing but change owner or mode of one place. */
function metadataChange(hider: Changeable): MetadataChange | undefined {
  const [only, ...others] = isPlainRun(hider) ? splitShell(hider.text) : []
  const [, name, options = '', value, rest = ''] =
    /^(chown|chmod)((?: -\w+)*) ([\w.:+=,-]+) (.*)$/.exec(only?.text ?? '') ?? []
  const targets = literalPaths(rest)
  const [target] = targets ?? []
  if (only === undefined || others.length > 0 || targets?.length !== 1 || target === undefined) return undefined
  if (value === undefined || (name !== 'chown' && name !== 'chmod')) return undefined
  return { name, value, target, recursive: /R/.test(options), text: only.text }
}
