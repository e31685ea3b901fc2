import { findOwners, type Owners } from '../../src/packages/owners.ts'
import { openRootfs } from '../../src/packages/rootfs.ts'
import { excerptOf } from '../../src/rules/evidence.ts'
import { stackLayers } from '../../src/stack.ts'
import type { Tree } from './layer.ts'
import { imageOf, layersOf } from './stack.ts'

/** The packages of the rootfs that these layers make. */
export async function ownersOf(...trees: readonly Tree[]): Promise<Owners> {
  const image = imageOf(await layersOf(trees))
  return findOwners(openRootfs(stackLayers(image.layers, false).rootfs, (file) => excerptOf(image, file)))
}

/** Every package as a short text, largest first: `ecosystem name version bytes @layer`. */
export async function packageLines(...trees: readonly Tree[]): Promise<string[]> {
  const { packages, unowned } = await ownersOf(...trees)
  return [
    ...packages.map(
      ({ ecosystem, name, version, bytes, layer }) => `${ecosystem} ${name} ${version} ${bytes} @${layer}`,
    ),
    `unowned ${unowned.bytes}`,
  ]
}

/** A stanza of `/var/lib/dpkg/status` for an installed package. */
export function dpkgStatus(name: string, fields: Readonly<Record<string, string>> = {}): string {
  const all = { Status: 'install ok installed', Architecture: 'amd64', Version: '1.0-1', ...fields }
  const lines = Object.entries(all).map(([field, value]) => `${field}: ${value}\n`)
  return `Package: ${name}\n${lines.join('')}Description: a package\n with a longer text\n\n`
}

/** What dpkg keeps of packages: of each the paths that it installed, and fields besides. */
export function dpkg(
  packages: Readonly<Record<string, readonly string[]>>,
  fields: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): Record<string, string> {
  const names = Object.keys(packages)
  const lists = names.map((name) => [
    `var/lib/dpkg/info/${name}.list`,
    ['/.', ...(packages[name] ?? []), ''].join('\n'),
  ])
  return {
    'var/lib/dpkg/status': names.map((name) => dpkgStatus(name, fields[name])).join(''),
    ...Object.fromEntries(lists),
  }
}
