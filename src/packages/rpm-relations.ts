import type { DirectoryNode } from '../tree/node.ts'
import type { RealDirectory } from '../tree/resolver.ts'
import { joinPath } from '../tree/tree.ts'
import type { Rootfs } from './rootfs.ts'

const OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'if', 'else', 'unless', 'with', 'without'])
const COMPARISON = /^[<>=]+$/

/** What a package needs, as its header names it: of each list one; features of rpm itself are left out. */
export function rpmDepends(names: readonly string[]): string[][] {
  return names
    .filter((name) => !name.startsWith('rpmlib('))
    .map((name) => (name.startsWith('(') ? alternativesOf(name) : [name]))
    .filter((group) => group.length > 0)
}

/**
 * The names of a boolean dependency such as `((a >= 2 with a < 3) or b)`, all as alternatives; what stands behind `if` and
 * `unless` is only asked for, not needed.
 */
function alternativesOf(dependency: string): string[] {
  const found: string[] = []
  let isNeeded = true
  let before = ''
  for (const word of dependency.split(/\s+/)) {
    const name = withoutBrackets(word)
    if (OPERATORS.has(name)) isNeeded = name === 'if' || name === 'unless' ? false : name === 'else' || isNeeded
    else if (isNeeded && name !== '' && !COMPARISON.test(name) && !COMPARISON.test(before)) found.push(name)
    before = name
  }
  return found
}

/** A word without brackets that belong to the dependency; those of names such as `a(x86-64)` come in pairs. */
function withoutBrackets(word: string): string {
  const name = word.replace(/^\(+/, '')
  let open = 0
  for (let i = 0; i < name.length; i++) {
    if (name[i] === '(') open++
    else if (name[i] === ')' && --open < 0) return name.slice(0, i)
  }
  return name
}

/** Packages may need others by the path of a file; such names are given the path that the file really has. */
export class NeededPaths {
  readonly #resolver: Rootfs['resolver']
  readonly #needed = new Map<DirectoryNode, Map<string, string>>()

  constructor({ resolver }: Pick<Rootfs, 'resolver'>) {
    this.#resolver = resolver
  }

  /** A name that is needed, with the real path where it is one. */
  readonly need = (name: string): string => {
    const [parent, base] = this.#split(name)
    if (parent === undefined) return name
    const names = this.#needed.get(parent.directory) ?? new Map<string, string>()
    this.#needed.set(parent.directory, names)
    const path = names.get(base) ?? `/${joinPath(parent.path, base)}`
    names.set(base, path)
    return path
  }

  /** A name that is provided, with the real path where it is one. */
  readonly real = (name: string): string => {
    const [parent, base] = this.#split(name)
    return parent === undefined ? name : `/${joinPath(parent.path, base)}`
  }

  /** The path of a file, where somebody needs it. */
  at(directory: DirectoryNode, name: string): string | undefined {
    return this.#needed.get(directory)?.get(name)
  }

  #split(name: string): [RealDirectory | undefined, string] {
    const slash = name.lastIndexOf('/')
    return [name.startsWith('/') ? this.#resolver.real(name.slice(0, slash)) : undefined, name.slice(slash + 1)]
  }
}
