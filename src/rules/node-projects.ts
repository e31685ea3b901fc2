import type { DirectoryNode } from '../tree/node.ts'
import { find, joinPath, parentOf } from '../tree/tree.ts'
import type { Evidence } from './evidence.ts'
import { sightingsOf } from './sightings.ts'

/** The directory of packages. */
export const MODULES = 'node_modules'
const WITHIN_MODULES = /(?:^|\/)node_modules(?:\/|$)/

/** A directory with a `node_modules` of its own installer. */
export interface Project {
  /** Of the directory around `node_modules`. */
  readonly path: string
  readonly modules: DirectoryNode
  /** Directories, of the project and of its workspaces, with a `package.json`. */
  readonly manifests: string[]
}

const MARKS = ['.package-lock.json', '.modules.yaml', '.yarn-integrity', '.yarn-state.yml']

/** The projects of the final rootfs; a `package.json` counts for the nearest one around it. */
export function findProjects(evidence: Evidence): Project[] {
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
  for (let around = path; ; around = parentOf(around)) {
    const project = projects.get(around)
    if (project !== undefined || around === '') return project
  }
}

/** The `node_modules` of a project and of its workspaces, by path. */
export function modulesOf({ stack }: Evidence, { path, manifests }: Project): Map<string, DirectoryNode> {
  const found = new Map<string, DirectoryNode>()
  for (const around of [path, ...manifests]) {
    const at = joinPath(around, MODULES)
    const node = find(stack.rootfs, at)
    if (node?.kind === 'directory') found.set(at, node)
  }
  return found
}
