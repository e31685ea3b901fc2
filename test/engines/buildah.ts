import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Lab, run } from './lab.ts'

/** How an image is built. */
export interface Build {
  readonly tag: string
  readonly context: string
  readonly dockerfile?: string
  /** One layer for each instruction, as podman does; without, one for all of them. */
  readonly layers?: boolean
  /** One layer for the whole image, the base's included. */
  readonly squash?: boolean
  /** Files of this machine that instructions see without storing them, as `HOST:PATH`. */
  readonly mounts?: readonly string[]
}

/** Builds with buildah, which may use the network of this machine. */
export async function build(lab: Lab, { tag, context, dockerfile, layers, squash, mounts = [] }: Build): Promise<void> {
  await buildah(lab, [
    ...['build', '--quiet', '--network=host', '--isolation=chroot', `--tag=${tag}`],
    ...(layers ? ['--layers'] : []),
    ...(squash ? ['--squash'] : []),
    ...mounts.map((mount) => `--volume=${mount}:ro`),
    ...(dockerfile === undefined ? [] : [`--file=${dockerfile}`]),
    context,
  ])
}

/** Writes an image as `docker save` would; gives the file. */
export async function save(lab: Lab, tag: string): Promise<string> {
  const file = join(lab.folder, `${tag}.tar`)
  await buildah(lab, ['push', '--quiet', tag, `docker-archive:${file}:${tag}:latest`])
  return file
}

async function buildah(lab: Lab, [command = '', ...args]: readonly string[]): Promise<void> {
  const store = await storeOf(lab)
  await run(
    lab,
    ['buildah', ...store, command, `--signature-policy=${join(lab.folder, 'buildah-policy.json')}`, ...args],
    { env: WITHOUT_CONFIG },
  )
}

/** The options say everything; podman's own settings are for podman alone. */
const WITHOUT_CONFIG = { CONTAINERS_CONF: '/dev/null', CONTAINERS_STORAGE_CONF: '/dev/null' }

const stores = new WeakMap<Lab, Promise<readonly string[]>>()

/** The options that keep buildah inside the lab's folder; overlays are many times faster than copies, where they can be mounted. */
function storeOf(lab: Lab): Promise<readonly string[]> {
  const known = stores.get(lab) ?? openStore(lab)
  stores.set(lab, known)
  return known
}

async function openStore(lab: Lab): Promise<readonly string[]> {
  const folder = (name: string) => join(lab.folder, `buildah-${name}`)
  await writeFile(folder('policy.json'), JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }))
  const driver = (await canOverlay(lab, folder('probe'))) ? 'overlay' : 'vfs'
  return [`--root=${folder('storage')}`, `--runroot=${folder('run')}`, `--storage-driver=${driver}`]
}

async function canOverlay(lab: Lab, folder: string): Promise<boolean> {
  const [lower, upper, work, merged] = ['lower', 'upper', 'work', 'merged'].map((name) => join(folder, name))
  for (const one of [lower, upper, work, merged]) await mkdir(one ?? '', { recursive: true })
  const options = `lowerdir=${lower},upperdir=${upper},workdir=${work}`
  const mounted = run(lab, ['mount', '-t', 'overlay', 'overlay', '-o', options, merged ?? ''])
  return mounted.then(
    () => run(lab, ['umount', merged ?? '']).then(() => true),
    () => false,
  )
}
