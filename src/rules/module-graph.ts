import type { DirectoryNode, FileNode } from '../tree/node.ts'
import { type RealDirectory, Resolver } from '../tree/resolver.ts'
import { parentOf } from '../tree/tree.ts'
import type { Evidence } from './evidence.ts'

/** What a `package.json` says it needs. */
export interface Manifest {
  /** Names of the packages that it needs to run. */
  readonly needs: readonly string[]
  /** Names of those that it needs to be built and tested. */
  readonly dev: readonly string[]
  /** Names of its scripts. */
  readonly scripts: readonly string[]
  /** Names of the commands that it brings. */
  readonly commands: readonly string[]
  /** The package manager that it asks for, such as `yarn@4.1.0`. */
  readonly packageManager: string | undefined
}

/** The packages of a rootfs as Node.js finds them from each other. */
export class ModuleGraph {
  readonly #evidence: Evidence
  readonly #resolver: Resolver

  constructor(evidence: Evidence) {
    this.#evidence = evidence
    this.#resolver = new Resolver(evidence.stack.rootfs)
  }

  /** What the `package.json` of a directory says; undefined where there is none that can be read whole. */
  manifest({ directory }: RealDirectory): Manifest | undefined {
    const node = directory.children.get('package.json')
    return node?.kind === 'file' ? readManifest(this.#evidence, node) : undefined
  }

  /** The directory at a path, with the path it really has. */
  real(path: string): RealDirectory | undefined {
    return this.#resolver.real(path)
  }

  /** The directory that the store of pnpm has for a package and for links to what that needs; undefined elsewhere. */
  storeOf({ path }: RealDirectory): DirectoryNode | undefined {
    const [, store] = /^(.*\/\.pnpm\/[^/]+)\/node_modules\//.exec(path) ?? []
    return store === undefined ? undefined : this.#resolver.directory(store)
  }

  /** The packages that are found from a directory by these names, and all that they need; undefined where that cannot be told. */
  reach(
    from: readonly { readonly at: RealDirectory; readonly names: readonly string[] }[],
  ): Set<RealDirectory> | undefined {
    const reached = new Map<string, RealDirectory>()
    const add = (at: RealDirectory, names: readonly string[]): void => {
      for (const name of names) {
        const found = this.#resolve(at.path, name)
        if (found !== undefined) reached.set(found.path, found)
      }
    }
    for (const { at, names } of from) add(at, names)
    for (const one of reached.values()) {
      const manifest = this.manifest(one)
      if (manifest === undefined) return undefined
      add(one, manifest.needs)
    }
    return new Set(reached.values())
  }

  /** A package by its name, from the nearest `node_modules` around a directory on. */
  #resolve(from: string, name: string): RealDirectory | undefined {
    if (!NAME.test(name)) return undefined
    for (let around = from; ; around = parentOf(around)) {
      if (!around.endsWith('node_modules')) {
        const found = this.#resolver.real(`${around}/node_modules/${name}`)
        if (found !== undefined) return found
      }
      if (around === '') return undefined
    }
  }
}

const NAME = /^(?:@[\w.~-]+\/)?[\w~-][\w.~-]*$/

function readManifest({ excerpt }: Evidence, file: FileNode): Manifest | undefined {
  const head = excerpt(file)?.head
  if (head === undefined || head.length < file.size) return undefined
  const json = parseObject(head.toString('utf8'))
  const keys = (name: string) => Object.keys(objectOf(json?.[name]) ?? {})
  const text = (name: string) => (typeof json?.[name] === 'string' ? json[name] : undefined)
  const command = text('bin') === undefined ? undefined : text('name')?.replace(/^.*\//, '')
  return (
    json && {
      needs: ['dependencies', 'optionalDependencies', 'peerDependencies'].flatMap(keys),
      dev: keys('devDependencies'),
      scripts: keys('scripts'),
      commands: command === undefined ? keys('bin') : [command],
      packageManager: text('packageManager'),
    }
  )
}

/** The object that a JSON document is; undefined where it is none. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** A value as an object; undefined where it is none. */
export function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined
}
