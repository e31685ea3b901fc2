import type { FileNode } from '../tree/node.ts'
import { joinPath } from '../tree/tree.ts'
import type { Evidence, Instance } from './evidence.ts'
import { onceForImage } from './once.ts'
import { sightingsOf } from './sightings.ts'

/** An interpreter or virtual machine of the final rootfs. */
export interface Interpreter extends Instance {
  readonly kind: 'Python' | 'Node.js' | 'Java' | 'Ruby'
  /** Directory it was installed into, without slashes around it. */
  readonly prefix: string
}

/** What runs programs in the final rootfs. */
export interface Interpreters {
  readonly all: readonly Interpreter[]
  /** Minor versions of Python 3 that something of the rootfs provides: an interpreter, its library, its modules. */
  readonly pythonMinors: ReadonlySet<string>
}

/** Names by which an interpreter is known; `python3` and `python3.12` in one place are one. */
const NAMES: readonly (readonly [kind: Interpreter['kind'], path: RegExp])[] = [
  ['Python', /^(.*?)\/?(?:^|(?<=\/))bin\/python3(?:\.\d+)?$/],
  ['Node.js', /^(.*?)\/?(?:^|(?<=\/))bin\/node(?:js)?$/],
  ['Java', /^(.+)\/lib\/server\/libjvm\.so$/],
  ['Ruby', /^(.*?)\/?(?:^|(?<=\/))bin\/ruby(?:[\d.]+)?$/],
]

const PYTHON = /\/python3\.(\d+)t?$|\/libpython3\.(\d+)|\/python3\.(\d+)t?\/os\.pyc?$/

/** The interpreters of an image. */
export const interpretersOf = onceForImage((evidence): Interpreters => {
  const all: Interpreter[] = []
  const pythonMinors = new Set<string>()
  const seen = new Set<FileNode>()
  for (const { parent, name, node } of sightingsOf(evidence).interpreter) {
    if (node.kind !== 'file') continue
    const path = joinPath(parent, name)
    const minor = PYTHON.exec(`/${path}`)?.slice(1).find(Boolean)
    if (minor !== undefined) pythonMinors.add(minor)
    const interpreter = asInterpreter(path, node)
    if (interpreter === undefined || seen.has(node)) continue
    seen.add(node)
    if (!isCopy(interpreter, evidence)) all.push(interpreter)
  }
  // `python3` beside `python3.12` is a wrapper or a copy of it.
  const isNamedTwice = ({ path }: Interpreter) => all.some((one) => one.path.startsWith(`${path}.`))
  return { all: all.filter((one) => !isNamedTwice(one)), pythonMinors }
})

function asInterpreter(path: string, node: FileNode): Interpreter | undefined {
  for (const [kind, pattern] of NAMES) {
    const prefix = pattern.exec(path)?.[1]
    if (prefix !== undefined) return { kind, prefix, path, node, layer: node.origin.layer }
  }
  return undefined
}

/** Virtual environments and packages may bring a copy that belongs to them. */
function isCopy({ prefix, path }: Interpreter, evidence: Evidence): boolean {
  return (
    evidence.live(prefix === '' ? 'pyvenv.cfg' : `${prefix}/pyvenv.cfg`) !== undefined || path.includes('node_modules/')
  )
}
