import { posix } from 'node:path'
import { resolve } from '../tree/resolve.ts'
import { walk } from '../tree/tree.ts'
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
    const files = instancesOf(evidence, index, (node, path) => parts.has(node) && !DETACHED.test(path))
    return files.map((file): Instance => ({ ...file, part: parts.get(file.node) ?? 0 }))
  })
  return claimsByLayer(found, evidence)
}

/** A program that is started by its path, and the program that its first bytes name to run it. */
interface Started extends Instance {
  readonly interpreter: string
}

/** Where packages keep programs that they may never start. */
const SELDOM_STARTED =
  /(?:^|\/)(?:node_modules|site-packages|dist-packages|gems|vendor|\.git|tests?|examples?|samples?|docs?|contrib)\/|^usr\/(?:share|lib|lib64|libexec|src|include)\/|^Files\//
const MOUNTED = /^\/(?:proc|dev|sys|run)\//

/** Programs of own layers whose interpreter is not there, one claim for each layer; without bytes. */
export function* deadPrograms(evidence: Evidence): Generator<Claim> {
  const { image, stack, baseLayers } = evidence
  // What a layer holds that was not read is not known to be missing.
  if (image.layers.some(({ content }) => typeof content === 'string')) return
  const dead: Started[] = []
  const isThere = new Map<string, boolean>()
  walk(stack.rootfs, '', (path, node) => {
    if (node.kind !== 'file' || node.origin.layer < baseLayers || (node.attributes.mode & 0o111) === 0) return
    const interpreter = interpreterOf(evidence, node)
    if (interpreter === undefined || MOUNTED.test(interpreter)) return
    if (SELDOM_STARTED.test(path) && !roleOf(evidence).words.includes(`/${path}`)) return
    const known = isThere.get(interpreter) ?? resolve(stack.rootfs, interpreter.slice(1))?.node.kind === 'file'
    isThere.set(interpreter, known)
    if (!known) dead.push({ path, node, layer: node.origin.layer, part: 0, interpreter })
  })
  for (const claim of claimsByLayer(dead, evidence)) {
    const [first, ...others] = dead.filter(({ layer }) => layer === claim.layer)
    const more = others.length === 0 ? '' : ` and ${others.length} more`
    if (first !== undefined) yield { ...claim, detail: `${first.interpreter} of /${first.path}${more}` }
  }
}

/** The absolute path of the program that runs a file. */
function interpreterOf(evidence: Evidence, node: Instance['node']): string | undefined {
  const excerpt = evidence.excerpt(node)
  if (excerpt === undefined) return undefined
  const named =
    excerpt.elf === undefined
      ? /^#![ \t]*(\/[^\s\0]+)/.exec(excerpt.head.toString('latin1'))?.[1]
      : excerpt.elf.interpreter
  return named?.startsWith('/') ? posix.normalize(named) : undefined
}
