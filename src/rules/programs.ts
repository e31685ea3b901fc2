import { posix } from 'node:path'
import type { Excerpt } from '../oci/excerpt.ts'
import type { FileNode } from '../tree/node.ts'
import { Resolver } from '../tree/resolver.ts'
import { claimsByLayer } from './claims.ts'
import { type Evidence, type Instance, instancesOf } from './evidence.ts'
import { roleOf } from './role.ts'
import type { Claim } from './rule.ts'

const EXECUTABLE = 2
const SHARED = 3

/** Less than this in one file is not worth stripping it. */
const LEAST_SYMBOLS = 64 << 10
/** Debug information that is meant to lie by itself. */
const DETACHED = /(?:^|\/)(?:usr\/lib\/debug|\.debug)\/|\.debug$|\.dwp$/

/** Programs and libraries with symbols or debug information in them, each with the bytes that `strip` takes out. */
export function unstrippedPrograms(evidence: Evidence): Claim[] {
  const found = evidence.image.layers.flatMap(({ index, content }) => {
    if (typeof content === 'string') return []
    const parts = new Map<object, number>()
    for (const [node, { elf }] of content.excerpts) {
      if (elf === undefined || (elf.type !== EXECUTABLE && elf.type !== SHARED)) continue
      const part = Math.min(elf.debugBytes + elf.symbolBytes, node.size)
      if (part >= LEAST_SYMBOLS) parts.set(node, part)
    }
    if (parts.size === 0) return []
    const files = instancesOf(evidence, index, (node) => parts.has(node))
    return files
      .filter(({ path }) => !DETACHED.test(path))
      .map((file): Instance => ({ ...file, part: parts.get(file.node) ?? 0 }))
  })
  return claimsByLayer(found, evidence)
}

/** Where packages keep programs that they may never start. */
const SELDOM_STARTED =
  /(?:^|\/)(?:node_modules|site-packages|dist-packages|gems|vendor|\.git|tests?|examples?|samples?|docs?|contrib)\/|^usr\/(?:share|lib|lib64|libexec|src|include)\/|^Files\//
const MOUNTED = /^\/(?:proc|dev|sys|run)\//

/** Programs of own layers whose interpreter is not there, one claim for each layer; without bytes. */
export function* deadPrograms(evidence: Evidence): Generator<Claim> {
  const { image, stack, baseLayers, hiddenBy } = evidence
  // What a layer holds that was not read is not known to be missing.
  if (image.layers.some(({ content }) => typeof content === 'string')) return
  const resolver = new Resolver(stack.rootfs)
  const isThere = new Map<string, boolean>()
  const isMissing = (interpreter: string): boolean => {
    const known = isThere.get(interpreter) ?? resolver.follow(interpreter)?.kind === 'file'
    isThere.set(interpreter, known)
    return !known
  }
  for (const { index, content } of image.layers.slice(baseLayers)) {
    if (typeof content === 'string') continue
    const dead = new Map<FileNode, string>()
    for (const [node, excerpt] of content.excerpts) {
      if ((node.attributes.mode & 0o111) === 0 || hiddenBy.has(node)) continue
      const interpreter = interpreterOf(excerpt)
      if (interpreter !== undefined && !MOUNTED.test(interpreter) && isMissing(interpreter)) dead.set(node, interpreter)
    }
    if (dead.size === 0) continue
    const { words } = roleOf(evidence)
    const files = instancesOf(evidence, index, (node) => dead.has(node))
      .filter(({ path }) => !SELDOM_STARTED.test(path) || words.includes(`/${path}`))
      .map((file): Instance => ({ ...file, part: 0 }))
    const [first] = files
    if (first === undefined) continue
    const more = files.length === 1 ? '' : ` and ${files.length - 1} more`
    yield { layer: index, files, detail: `${dead.get(first.node)} of /${first.path}${more}` }
  }
}

/** The absolute path of the program that runs a file. */
function interpreterOf({ head, elf }: Excerpt): string | undefined {
  const named = elf === undefined ? /^#![ \t]*(\/[^\s\0]+)/.exec(head.toString('latin1'))?.[1] : elf.interpreter
  return named?.startsWith('/') ? posix.normalize(named) : undefined
}
