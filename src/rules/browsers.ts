import { posix } from 'node:path'
import type { Evidence, Instance } from './evidence.ts'

/** What a downloaded browser or engine belongs to: a part of its path, and the packages that start it. */
const OWNERS: readonly (readonly [path: RegExp, packages: RegExp])[] = [
  [/playwright/i, /playwright/],
  [/cypress/i, /^cypress$/],
  [/puppeteer|node_modules\/chromium/i, /puppeteer|chromium/],
  [/electron/i, /^electron/],
  [/selenium/i, /selenium/],
  [/prisma/i, /prisma/],
]
const ANY = /playwright|cypress|puppeteer/

/** The packages that the manifests of an image ask for. */
interface Packages {
  readonly toRun: ReadonlySet<string>
  readonly toDevelop: ReadonlySet<string>
}

const known = new WeakMap<Evidence, Packages>()

/** Holds where a package.json of the image has the owner of a browser among what it is developed with, and none among what it runs with. */
export function isForTests({ path }: Instance, evidence: Evidence): boolean {
  const { toRun, toDevelop } = known.get(evidence) ?? remember(evidence)
  const [, owner = ANY] = OWNERS.find(([part]) => part.test(path)) ?? []
  const isAmong = (packages: ReadonlySet<string>) => [...packages].some((name) => owner.test(name))
  return isAmong(toDevelop) && !isAmong(toRun)
}

function remember(evidence: Evidence): Packages {
  const found = { toRun: new Set<string>(), toDevelop: new Set<string>() }
  known.set(evidence, found)
  for (const { content } of evidence.image.layers) {
    if (typeof content === 'string') continue
    for (const [node, { path, head }] of content.excerpts) {
      if (posix.basename(path) !== 'package.json' || evidence.hiddenBy.has(node)) continue
      const manifest = parsed(head.toString('utf8'))
      for (const name of namesIn(manifest, 'dependencies')) found.toRun.add(name)
      for (const name of namesIn(manifest, 'devDependencies')) found.toDevelop.add(name)
    }
  }
  return found
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Whatever it is, it is no manifest of a package.
    return undefined
  }
}

function namesIn(manifest: unknown, member: string): string[] {
  const packages = (manifest as Record<string, unknown> | null | undefined)?.[member]
  return typeof packages === 'object' && packages !== null ? Object.keys(packages) : []
}
