import type { DirectoryNode } from '../tree/node.ts'
import { find, joinPath } from '../tree/tree.ts'
import { claimsByLayer } from './claims.ts'
import type { Evidence, Instance } from './evidence.ts'
import { ModuleGraph, objectOf, parseObject } from './module-graph.ts'
import { nameSome } from './package-owners.ts'
import { roleOf, runs } from './role.ts'
import type { Claim } from './rule.ts'
import { sightingsOf } from './sightings.ts'

/** What needs them when the container runs. */
const SCRIPTS = runs(
  'tsx|ts-node\\S*|nodemon|vite|webpack|jest|mocha|vitest|tsc|next dev|(?:npm|yarn|pnpm|bun) (?:run )?(?:dev|watch|test|build)\\S*',
)

/** The files of packages that only development needs, by what the installer wrote beside them. */
export function* installedDevDependencies(evidence: Evidence): Generator<Claim> {
  const { isRuntime, start } = roleOf(evidence)
  if (!isRuntime || SCRIPTS.test(start)) return
  const graph = new ModuleGraph(evidence)
  for (const project of findProjects(evidence)) {
    const dev = devPackages(evidence, graph, project)
    if (dev === undefined) continue
    const { files, names } = filesOf(project, dev)
    for (const claim of claimsByLayer(files, evidence)) yield { ...claim, detail: nameSome(names) }
  }
}

/** A directory with a `node_modules` of its own installer. */
interface Project {
  /** Of the directory around `node_modules`. */
  readonly path: string
  readonly modules: DirectoryNode
  /** Directories, of the project and of its workspaces, with a `package.json`. */
  readonly manifests: string[]
}

const MARKS = ['.package-lock.json', '.modules.yaml', '.yarn-integrity', '.yarn-state.yml']

/** The projects of the final rootfs; a `package.json` counts for the nearest one around it. */
function findProjects(evidence: Evidence): Project[] {
  const projects = new Map<string, Project>()
  const manifests: string[] = []
  for (const { parent, name, node } of sightingsOf(evidence).node) {
    if (WITHIN_MODULES.test(parent)) continue
    if (name !== MODULES) manifests.push(parent)
    else if (node.kind === 'directory' && MARKS.some((mark) => node.children.has(mark))) {
      projects.set(parent, { path: parent, modules: node, manifests: [] })
    }
  }
  for (const manifest of manifests) nearest(projects, manifest)?.manifests.push(manifest)
  return [...projects.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

function nearest(projects: ReadonlyMap<string, Project>, path: string): Project | undefined {
  for (let around = path; ; around = around.slice(0, Math.max(around.lastIndexOf('/'), 0))) {
    const project = projects.get(around)
    if (project !== undefined || around === '') return project
  }
}

/** Whether the package in a directory is one that only development needs; directories of no package are left out. */
type DevPackages = ReadonlyMap<DirectoryNode, boolean>

function devPackages(
  evidence: Evidence,
  graph: ModuleGraph,
  { path, modules, manifests }: Project,
): DevPackages | undefined {
  const lock = textOf(evidence, modules, '.package-lock.json')
  if (lock !== undefined) return devOfLock(evidence, path, lock)
  const pnpm = textOf(evidence, modules, '.modules.yaml')
  if (pnpm !== undefined && !/"?devDependencies"?: true/.test(pnpm)) return undefined
  const yarn = textOf(evidence, modules, '.yarn-integrity')
  const flags = parseObject(yarn ?? '')?.flags
  if (Array.isArray(flags) && flags.includes('production')) return undefined
  return devOfGraph(graph, manifests)
}

/** npm marks in its hidden lock file what only development needs. */
function devOfLock(evidence: Evidence, path: string, lock: string): DevPackages {
  const dev = new Map<DirectoryNode, boolean>()
  for (const [key, entry] of Object.entries(objectOf(parseObject(lock)?.packages) ?? {})) {
    const node = find(evidence.stack.rootfs, joinPath(path, key))
    if (node?.kind === 'directory') dev.set(node, objectOf(entry)?.dev === true)
  }
  return dev
}

/** Elsewhere it is what is found from development dependencies, and not from others. */
function devOfGraph(graph: ModuleGraph, manifests: readonly string[]): DevPackages | undefined {
  const roots = manifests.flatMap((path) => {
    const at = graph.real(path)
    const manifest = at && graph.manifest(at)
    return at === undefined || manifest === undefined ? [] : [{ at, manifest }]
  })
  const needed = graph.reach(roots.map(({ at, manifest }) => ({ at, names: manifest.needs })))
  const wanted = graph.reach(roots.map(({ at, manifest }) => ({ at, names: manifest.dev })))
  // A manifest that cannot be read may need anything.
  if (roots.length < manifests.length || needed === undefined || wanted === undefined) return undefined
  const dev = new Map([...wanted].map(({ directory }) => [directory, true]))
  for (const { directory } of needed) dev.set(directory, false)
  return dev
}

function textOf({ excerpt }: Evidence, directory: DirectoryNode, name: string): string | undefined {
  const node = directory.children.get(name)
  const head = node?.kind === 'file' ? excerpt(node)?.head : undefined
  return node?.kind === 'file' && head?.length === node.size ? head.toString('utf8') : undefined
}

/** The files of development packages, and the names of these; a package within another is what it is itself. */
function filesOf({ path, modules }: Project, dev: DevPackages): { files: Instance[]; names: string[] } {
  const files: Instance[] = []
  const names = new Set<string>()
  const pending: [string, DirectoryNode, boolean][] = [[joinPath(path, MODULES), modules, false]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [at, directory, around] = next
    const isDev = dev.get(directory) ?? around
    if (dev.get(directory) === true) names.add(at.slice(at.lastIndexOf(MODULES) + MODULES.length + 1))
    for (const [name, node] of directory.children) {
      const child = joinPath(at, name)
      if (node.kind === 'directory') pending.push([child, node, isDev])
      else if (node.kind === 'file' && isDev) files.push({ path: child, node, layer: node.origin.layer })
    }
  }
  return { files, names: [...names].sort() }
}

const MODULES = 'node_modules'
const WITHIN_MODULES = /(?:^|\/)node_modules(?:\/|$)/
