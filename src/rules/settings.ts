import { splitShell } from '../dockerfile/shell-command.ts'
import { expandWord, splitWords } from '../dockerfile/words.ts'
import type { Evidence } from './evidence.ts'
import { stepsOf } from './instructions.ts'

/** A variable that a command was given, and its value. */
export type Assignment = readonly [name: string, value: string]

const ASSIGNMENT = /^[A-Za-z_]\w*=/

/** Variables that commands of a shell line set for themselves or for those after them. */
export function assignmentsOf(text: string): Assignment[] {
  return splitShell(text).flatMap((part) => {
    const words = splitWords(part.text)
    const first = words[0] === 'export' || words[0] === 'env' ? 1 : 0
    const end = words.findIndex((word, i) => i >= first && !ASSIGNMENT.test(word))
    return words.slice(first, end < 0 ? words.length : end).map((word): Assignment => {
      const at = word.indexOf('=')
      return [word.slice(0, at), expandWord(word.slice(at + 1))]
    })
  })
}

/** Options by which tools are told of a directory, and the variable that says the same. */
const OPTIONS: readonly (readonly [tool: RegExp, option: RegExp, variable: string])[] = [
  [/\bpip[\d.]*\b/, /\s--cache-dir[= ]("[^"]+"|\S+)/, 'PIP_CACHE_DIR'],
  [/\buvx?\b/, /\s--cache-dir[= ]("[^"]+"|\S+)/, 'UV_CACHE_DIR'],
  [/\bnp[mx]\b/, /\s--cache[= ]("[^"]+"|\S+)/, 'npm_config_cache'],
  [/\bnpm config set\b/, /\sset cache[= ]("[^"]+"|\S+)/, 'npm_config_cache'],
  [/\byarn\b/, /\s--cache-folder[= ]("[^"]+"|\S+)/, 'YARN_CACHE_FOLDER'],
  [/\byarn config set\b/, /\s(?:cache-folder|cacheFolder)[= ]("[^"]+"|\S+)/, 'YARN_CACHE_FOLDER'],
  [/\bpnpm\b/, /\s(?:--store-dir|set store-dir)[= ]("[^"]+"|\S+)/, 'PNPM_STORE_DIR'],
  [/\bmvnw?\b/, /-Dmaven\.repo\.local=("[^"]+"|\S+)/, 'MAVEN_REPO_LOCAL'],
  [/\bgradlew?\b/, /\s(?:-g|--gradle-user-home)[= ]("[^"]+"|\S+)/, 'GRADLE_USER_HOME'],
]

/** Files by which tools are told of a directory: what it is in them, and the variable that says the same. */
const FILES: readonly (readonly [path: RegExp, setting: RegExp, variable: string])[] = [
  [/(?:^|\/)(?:\.npmrc|npmrc)$/, /^[ \t]*cache\s*=\s*(\S+)/m, 'npm_config_cache'],
  [/(?:^|\/)(?:\.npmrc|npmrc)$/, /^[ \t]*store-dir\s*=\s*(\S+)/m, 'PNPM_STORE_DIR'],
  [/(?:^|\/)pip\.conf$/, /^[ \t]*cache-dir\s*=\s*(\S+)/m, 'PIP_CACHE_DIR'],
  [/(?:^|\/)uv\.toml$/, /^[ \t]*cache-dir\s*=\s*"([^"]+)"/m, 'UV_CACHE_DIR'],
  [/(?:^|\/)\.yarnrc\.yml$/, /^cacheFolder:\s*["']?([^\s"']+)/m, 'YARN_CACHE_FOLDER'],
  [/(?:^|\/)\.yarnrc$/, /^[ \t]*cache-folder\s+"?([^\s"]+)/m, 'YARN_CACHE_FOLDER'],
  [/(?:^|\/)nuget\.config$/i, /key="globalPackagesFolder"\s+value="([^"]+)"/i, 'NUGET_PACKAGES'],
  [/(?:^|\/)settings\.xml$/, /<localRepository>([^<]+)</, 'MAVEN_REPO_LOCAL'],
  [/(?:^|\/)\.condarc$/, /^pkgs_dirs:\s*(?:\[|\n\s*-)\s*["']?([^\s"',\]]+)/m, 'CONDA_PKGS_DIRS'],
]

/** Names of files that `FILES` looks into and no other rule does. */
export const SETTINGS_FILES = ['.yarnrc', '.condarc']

const known = new WeakMap<Evidence, Map<string, Set<string>>>()

/**
 * Every value that a variable ever had: in the environment, in the history (ENV, ARG, build arguments, and commands of
 * RUN for themselves), or as an option or a settings file of a tool says the same.
 */
export function valuesOf(name: string, evidence: Evidence): ReadonlySet<string> {
  const all = known.get(evidence) ?? collect(evidence)
  known.set(evidence, all)
  return all.get(name) ?? new Set()
}

function collect(evidence: Evidence): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>()
  const add = (name: string, value: string): void => {
    const values = all.get(name)
    if (values === undefined) all.set(name, new Set([value]))
    else values.add(value)
  }
  for (const [name, value] of evidence.env) add(name, value)
  for (const { instruction } of stepsOf(evidence)) {
    const { word, pairs, buildArgs, form, text } = instruction
    if (word === 'ENV' || word === 'ARG') for (const [name, value = ''] of pairs) add(name, value)
    for (const [name, value] of buildArgs) add(name, value)
    if (word !== 'RUN' || form !== 'shell') continue
    for (const [name, value] of assignmentsOf(text)) add(name, value)
    for (const { text: command } of splitShell(text)) {
      for (const [tool, option, name] of OPTIONS) {
        const [, value] = tool.test(command) ? (option.exec(command) ?? []) : []
        if (value !== undefined) add(name, expandWord(value))
      }
    }
  }
  for (const { content } of evidence.image.layers) {
    if (typeof content === 'string') continue
    for (const { path, head } of content.excerpts.values()) {
      for (const [file, setting, name] of FILES) {
        const [, value] = file.test(path) ? (setting.exec(head.toString('latin1')) ?? []) : []
        if (value !== undefined) add(name, value)
      }
    }
  }
  return all
}
