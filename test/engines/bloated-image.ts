import { randomBytes } from 'node:crypto'
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installNode } from '../../scripts/nodes.ts'
import { type Build, build } from './buildah.ts'
import { type Lab, run } from './lab.ts'

const sources = fileURLToPath(new URL('./bloated/', import.meta.url))
const CERTIFICATES = 'etc/ssl/certs/ca-certificates.crt'
/** The base image, made by itself so that the image on top has a base of its own. */
const BASE = 'layerscope-base'

/** Builds the base image from packages of Debian and a Node of the package registry; gives what is built on it. */
export async function makeBloatedContext(lab: Lab): Promise<Pick<Build, 'context' | 'mounts'>> {
  const folder = join(lab.folder, 'bloated')
  const rootfs = join(folder, 'rootfs')
  const base = join(folder, 'base')
  const context = join(folder, 'context')
  await mkdir(base, { recursive: true })
  await bootstrap(lab, rootfs)
  await addNode(lab, rootfs)
  await run(lab, ['tar', '--numeric-owner', '-C', rootfs, '-cf', join(base, 'base.tar'), '.'])
  await writeFile(join(base, 'Dockerfile'), 'FROM scratch\nADD base.tar /\nCMD ["bash"]\n')
  await build(lab, { tag: BASE, context: base })

  await cp(join(sources, 'app'), context, { recursive: true })
  await cp(join(sources, 'Dockerfile'), join(context, 'Dockerfile'))
  await mkdir(join(context, '.git/objects/pack'), { recursive: true })
  await writeFile(join(context, '.git/HEAD'), 'ref: refs/heads/main\n')
  await writeFile(join(context, '.git/objects/pack/pack-1.pack'), randomBytes(3_000_000))
  return { context, mounts: [`${await npmrc(lab, folder)}:/root/.npmrc`] }
}

async function bootstrap(lab: Lab, rootfs: string): Promise<void> {
  const release = await readFile('/etc/os-release', 'utf8')
  const suite = /^VERSION_CODENAME=(\w+)$/m.exec(release)?.[1] ?? 'stable'
  const targets = await run(lab, [
    'apt-get',
    'indextargets',
    '--format',
    '$(CODENAME) $(REPO_URI)',
    'Created-By: Packages',
  ])
  const [, mirror = ''] = new RegExp(`^${suite} (\\S+)$`, 'm').exec(targets) ?? []
  await run(lab, ['debootstrap', '--variant=minbase', suite, rootfs, mirror])
  // How this machine reaches the mirror is how the build does.
  const settings = (await run(lab, ['apt-config', 'dump'])).match(/^Acquire::(?:https?|Check)\b.*/gm) ?? []
  await writeFile(join(rootfs, 'etc/apt/apt.conf.d/99mirror'), `${settings.join('\n')}\n`)
}

async function addNode(lab: Lab, rootfs: string): Promise<void> {
  const local = join(rootfs, 'usr/local')
  await cp(installNode(20), join(local, 'bin/node'))
  const modules = (await run(lab, ['npm', 'root', '--global'])).trim()
  await cp(join(modules, 'npm'), join(local, 'lib/node_modules/npm'), { recursive: true })
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'))
  await mkdir(dirname(join(rootfs, CERTIFICATES)), { recursive: true })
  await cp(`/${CERTIFICATES}`, join(rootfs, CERTIFICATES), { dereference: true })
}

/** How npm reaches its registry from within a build. */
async function npmrc(lab: Lab, folder: string): Promise<string> {
  const file = join(folder, 'npmrc')
  const registry = (await run(lab, ['npm', 'config', 'get', 'registry'])).trim()
  await writeFile(
    file,
    `registry=${registry}\ncafile=/${CERTIFICATES}\naudit=false\nfund=false\nupdate-notifier=false\n`,
  )
  return file
}
