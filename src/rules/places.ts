import { posix } from 'node:path'
import { find } from '../tree/tree.ts'
import type { Evidence } from './evidence.ts'
import { valuesOf } from './settings.ts'

/** So many directories of a kind are looked into at most: a hostile image may name any number. */
const MOST = 100

/** A directory that is not the root, without what a pattern would take for its own. */
const PLAIN_PATH = /^(?:\/+(?!\.\.?(?:\/|$))[^/*{}]+)+\/*$/

const known = new WeakMap<Evidence, Map<string, readonly string[]>>()

/**
 * The directories that a place stands for, without a slash at their end: `home` is every home directory, the root among
 * them; `tagged` what a CACHEDIR.TAG calls a cache; `go-build` what holds the readme of Go's build cache; and a variable
 * what it names, now or in some step of the history.
 */
export function placesNamed(name: string, evidence: Evidence): readonly string[] {
  const places = known.get(evidence) ?? new Map<string, readonly string[]>()
  known.set(evidence, places)
  const found = places.get(name) ?? (PLACES[name] ?? variable(name))(evidence)
  places.set(name, found)
  return found
}

type Place = (evidence: Evidence) => string[]

const PLACES: Readonly<Record<string, Place>> = {
  home: homes,
  tagged: (evidence) =>
    markedBy(evidence, 'CACHEDIR.TAG', CACHEDIR_TAG).filter((directory) => !isNoCache(directory, evidence)),
  'go-build': (evidence) =>
    markedBy(evidence, 'README', 'This directory holds cached build artifacts from the Go build'),
}

function variable(name: string): Place {
  return (evidence) => plain([...valuesOf(name, evidence)].flatMap((value) => value.split(/[:,]/)))
}

function plain(directories: readonly string[]): string[] {
  const paths = directories.filter((path) => PLAIN_PATH.test(path)).map((path) => path.replace(/\/+$/, ''))
  return [...new Set(paths)].slice(0, MOST)
}

/** Homes of accounts that never log in: directories of the system. */
const SYSTEM =
  /^\/(?:bin|sbin|dev|proc|sys|run|etc|lib|usr(?:\/.*)?|var\/(?:cache|mail|spool|run|backups|list)(?:\/.*)?|nonexistent)$/

/** Home directories: the usual ones, those of accounts that are there, what HOME names, and the root, which a user without an account gets. */
function homes(evidence: Evidence): string[] {
  const named = [...valuesOf('HOME', evidence), ...accountHomes(evidence)]
  return [...new Set([...plain(named), '/root', '/home/*', ''])]
}

/** Homes that some layer's `/etc/passwd` names and some layer has. */
function accountHomes({ image: { layers } }: Evidence): string[] {
  const contents = layers.flatMap(({ content }) => (typeof content === 'string' ? [] : [content]))
  const directories = contents.flatMap(({ changeset, excerpts }) => {
    const node = find(changeset.added, 'etc/passwd')
    const text = node?.kind === 'file' ? excerpts.get(node)?.head.toString('utf8') : undefined
    return (text ?? '').split('\n').map((line) => line.split(':')[5] ?? '')
  })
  const exists = (path: string) =>
    contents.some(({ changeset }) => find(changeset.added, path.slice(1))?.kind === 'directory')
  return plain(directories).filter((path) => !SYSTEM.test(path) && exists(path))
}

/** The signature of a Cache Directory Tagging Specification tag. */
export const CACHEDIR_TAG = 'Signature: 8a477f597d28d172789f06886806bc55'

/** The outermost directories that hold a file of a name and a beginning. */
function markedBy({ image: { layers } }: Evidence, name: string, beginning: string): string[] {
  const marked = new Set<string>()
  for (const { content } of layers) {
    if (typeof content === 'string') continue
    for (const { path, head } of content.excerpts.values()) {
      if (posix.basename(path) === name && head.toString('latin1').startsWith(beginning))
        marked.add(`/${posix.dirname(path)}`)
    }
  }
  const parentIsMarked = (path: string): boolean =>
    path.split('/').some((_, i, names) => i > 1 && i < names.length && marked.has(names.slice(0, i).join('/')))
  return plain([...marked].filter((path) => !parentIsMarked(path)))
}

/** Environments are tagged by what makes them, though they are no caches; build trees and models have rules of their own. */
function isNoCache(directory: string, { live, image }: Evidence): boolean {
  const has = (name: string) =>
    live(`${directory.slice(1)}/${name}`) !== undefined ||
    image.layers.some(
      ({ content }) =>
        typeof content !== 'string' && find(content.changeset.added, `${directory.slice(1)}/${name}`) !== undefined,
    )
  return has('pyvenv.cfg') || has('.rustc_info.json') || /\/(?:target|hub|uv|\.uv_cache)$/.test(directory)
}
