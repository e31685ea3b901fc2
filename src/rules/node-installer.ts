import type { Installer, InstallerName } from '../dockerfile/lean-install.ts'
import type { ModuleGraph } from './module-graph.ts'
import type { Project } from './node-projects.ts'

/** Scripts of a project that npm, yarn or pnpm run when they install it. */
const LIFECYCLE: ReadonlySet<string> = new Set([
  ...['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare', 'dependencies'],
  'pnpm:devPreinstall',
])

/** The installer of a project, and what stands against its leaving development packages out. */
export function installerOf(graph: ModuleGraph, { path, manifests }: Project, name: InstallerName): Installer {
  const all = [...new Set([path, ...manifests])].map((directory) => {
    const at = graph.real(directory)
    return at && graph.manifest(at)
  })
  const read = all.filter((manifest) => manifest !== undefined)
  const scripts = read.flatMap((manifest) => manifest.scripts.filter((script) => LIFECYCLE.has(script)))
  if (read.length < all.length) {
    return {
      name,
      obstacle:
        'a package.json of the project is not in the image, so nothing says which scripts its installation runs',
    }
  }
  if (name === 'yarn-berry') {
    if (!/^yarn@(?:[4-9]|\d\d)/.test(read[0]?.packageManager ?? '')) {
      return {
        name,
        obstacle:
          'yarn workspaces focus --production leaves them out, where Yarn is version 4, or has the plugin workspace-tools',
      }
    }
    if (read.length > 1)
      return {
        name,
        obstacle: 'the project has workspaces; yarn workspaces focus --production NAME installs for one of them',
      }
  }
  return { name, scripts }
}
