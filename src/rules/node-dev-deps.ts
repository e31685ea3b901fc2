import type { InstallerName } from '../dockerfile/lean-install.ts'
import type { DirectoryNode } from '../tree/node.ts'
import type { RealDirectory } from '../tree/resolver.ts'
import { find, joinPath } from '../tree/tree.ts'
import { claimsByLayer } from './claims.ts'
import type { Evidence } from './evidence.ts'
import { type DevPackages, leftOutOf } from './left-out.ts'
import { ModuleGraph, objectOf, parseObject } from './module-graph.ts'
import { installerOf } from './node-installer.ts'
import { findProjects, MODULES, modulesOf, type Project } from './node-projects.ts'
import { nameSome } from './package-owners.ts'
import { roleOf, runs } from './role.ts'
import type { Claim, Installed } from './rule.ts'

/** What needs them when the container runs. */
const SCRIPTS = runs(
  'tsx|ts-node\\S*|nodemon|vite|webpack|jest|mocha|vitest|tsc|next dev|(?:npm|yarn|pnpm|bun) (?:run )?(?:dev|watch|test|build)\\S*',
)

/** The files of packages that only development needs, by what the installer wrote beside them. */
export function* installedDevDependencies(evidence: Evidence): Generator<Claim> {
  const { isRuntime, start } = roleOf(evidence)
  if (!isRuntime || SCRIPTS.test(start)) return
  const graph = new ModuleGraph(evidence)
  const all = findProjects(evidence).flatMap((project) => claimsOf(evidence, graph, project))
  const perLayer = new Map<number, number>()
  for (const { layer } of all) perLayer.set(layer, (perLayer.get(layer) ?? 0) + 1)
  for (const claim of all) yield perLayer.get(claim.layer) === 1 ? claim : amongOthers(claim)
}

/** One command of several projects would leave out what the finding of another one is about. */
function amongOthers(claim: Claim): Claim {
  const { installed } = claim
  if (installed === undefined) return claim
  const obstacle = 'it installs several projects; tell each of them to leave out what only development needs'
  return { ...claim, installed: { ...installed, installer: { ...installed.installer, obstacle } } }
}

function claimsOf(evidence: Evidence, graph: ModuleGraph, project: Project): Claim[] {
  const installation = devPackages(evidence, graph, project)
  if (installation === undefined) return []
  const { dev, name, shorter } = installation
  const { files, links, names } = leftOutOf(graph, modulesOf(evidence, project), dev)
  const installer = installerOf(graph, project, name)
  return claimsByLayer(files, evidence).map((claim): Claim => {
    const added = evidence.image.layers[claim.layer]?.content
    const root = typeof added === 'object' ? added.changeset.added : undefined
    return {
      ...claim,
      detail: nameSome(names),
      installed: {
        installer,
        links: links.filter(({ path, node }) => root !== undefined && find(root, path) === node),
        shorter: shorter.filter(({ file }) => file.layer === claim.layer),
        // npm writes its own file as this one would be; of others only the size is nearly known.
        exact: name === 'npm' && !isStoredBelow(evidence, claim),
      },
    }
  })
}

/** Whether a lower layer has what a later one stored again, so that it goes as well. */
function isStoredBelow({ image, baseLayers }: Evidence, { files: [file], layer }: Claim): boolean {
  if (file === undefined) return false
  const { path } = file
  return image.layers.slice(baseLayers, layer).some(({ content }) => {
    return typeof content === 'object' && find(content.changeset.added, path) !== undefined
  })
}

interface Installation extends Pick<Installed, 'shorter'> {
  readonly name: InstallerName
  readonly dev: DevPackages
}

function devPackages(evidence: Evidence, graph: ModuleGraph, project: Project): Installation | undefined {
  const { modules, manifests } = project
  const lock = textOf(evidence, modules, '.package-lock.json')
  if (lock !== undefined) return devOfLock(evidence, project, lock)
  const pnpm = textOf(evidence, modules, '.modules.yaml')
  if (pnpm !== undefined && !/"?devDependencies"?: true/.test(pnpm)) return undefined
  const yarn = textOf(evidence, modules, '.yarn-integrity')
  const flags = parseObject(yarn ?? '')?.flags
  if (Array.isArray(flags) && flags.includes('production')) return undefined
  const dev = devOfGraph(graph, manifests)
  const name = modules.children.has('.modules.yaml')
    ? 'pnpm'
    : modules.children.has('.yarn-integrity')
      ? 'yarn'
      : 'yarn-berry'
  return dev && { name, dev, shorter: [] }
}

/** npm marks in its hidden lock file what only development needs, and writes of it only what it installs. */
function devOfLock({ stack }: Evidence, { path, modules }: Project, lock: string): Installation {
  const parsed = parseObject(lock)
  const packages = Object.entries(objectOf(parsed?.packages) ?? {})
  const isDev = (entry: unknown) => objectOf(entry)?.dev === true
  const directories = new Map<DirectoryNode, boolean>()
  for (const [key, entry] of packages) {
    const node = find(stack.rootfs, joinPath(path, key))
    if (node?.kind === 'directory') directories.set(node, isDev(entry))
  }
  const node = modules.children.get('.package-lock.json')
  const rest = { ...parsed, packages: Object.fromEntries(packages.filter(([, entry]) => !isDev(entry))) }
  const isKnown = node?.kind === 'file' && printed({ ...parsed }) === lock
  const file = isKnown && { path: joinPath(path, `${MODULES}/.package-lock.json`), node, layer: node.origin.layer }
  const shorter = file ? [{ file, bytes: file.node.size - Buffer.byteLength(printed(rest)) }] : []
  return { name: 'npm', dev: { directories, commands: new Set() }, shorter }
}

/** A document as npm writes it. */
function printed(document: object): string {
  return `${JSON.stringify(document, undefined, 2)}\n`
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
  const directories = new Map<DirectoryNode, boolean>()
  const commands = new Set<string>()
  const mark = (one: RealDirectory, isDev: boolean) => {
    directories.set(one.directory, isDev)
    const store = graph.storeOf(one)
    if (store !== undefined) directories.set(store, isDev)
    for (const command of graph.manifest(one)?.commands ?? []) {
      if (isDev) commands.add(command)
      else commands.delete(command)
    }
  }
  for (const one of wanted) mark(one, true)
  for (const one of needed) mark(one, false)
  return { directories, commands }
}

function textOf({ excerpt }: Evidence, directory: DirectoryNode, name: string): string | undefined {
  const node = directory.children.get(name)
  const head = node?.kind === 'file' ? excerpt(node)?.head : undefined
  return node?.kind === 'file' && head?.length === node.size ? head.toString('utf8') : undefined
}
