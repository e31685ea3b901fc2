import type { Node } from '../tree/node.ts'
import { joinPath } from '../tree/tree.ts'
import { onceForImage } from './once.ts'
import { PYTHON_PROJECTS, REQUIREMENTS_FILES, REQUIREMENTS_PARTS } from './python-requirements.ts'

/** A node of the final rootfs whose name tells some rule something. */
interface Sighting {
  /** Path of its directory. */
  readonly parent: string
  readonly name: string
  readonly node: Node
}

/** What is looked out for by whole names. */
const NAMES = {
  node: ['node_modules', 'package.json'],
  python: [...PYTHON_PROJECTS, ...REQUIREMENTS_FILES, ...REQUIREMENTS_PARTS],
} as const

/** How the names of interpreters, and of what comes with them, begin. */
const INTERPRETER = /^(?:python3|node|nodejs|ruby|libjvm\.so|libpython3|os\.pyc?$)/

const SUBJECTS = new Map<string, 'node' | 'python'>([
  ...NAMES.node.map((name) => [name, 'node'] as const),
  ...NAMES.python.map((name) => [name, 'python'] as const),
])

/** What may show projects of Node.js and Python, and interpreters, in the final rootfs; found in one walk. */
export const sightingsOf = onceForImage(({ stack }) => {
  const found = { node: [] as Sighting[], python: [] as Sighting[], interpreter: [] as Sighting[] }
  const pending: [string, Map<string, Node>][] = [['', stack.rootfs.children]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [parent, children] = next
    children.forEach((node, name) => {
      const subject = SUBJECTS.get(name) ?? (INTERPRETER.test(name) ? 'interpreter' : undefined)
      if (subject !== undefined) found[subject].push({ parent, name, node })
      if (node.kind === 'directory') pending.push([joinPath(parent, name), node.children])
    })
  }
  return found
})
