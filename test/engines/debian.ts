import { execFile } from 'node:child_process'
import { access, chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const execute = promisify(execFile)

const NEEDED = [
  'docker.io',
  'podman',
  'skopeo',
  'buildah',
  'debootstrap',
  'patch',
  'busybox-static',
  'rpm',
  'db5.3-util',
]
// Parts of docker.io that later releases of Debian have as packages of their own.
const IF_KNOWN = ['docker-cli', 'docker-buildx']

const CAP_SYS_ADMIN = 21n
const SERVICE_POLICY = '/usr/sbin/policy-rc.d'

/** Why the engines cannot run on this machine, or undefined where they can. */
export async function reasonToSkip(): Promise<string | undefined> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  if (!/^ID=debian$/m.test(release)) return 'this is not Debian'
  if (process.getuid?.() !== 0) return 'not run as root'
  const status = await readFile('/proc/self/status', 'utf8')
  const capabilities = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  if (((capabilities >> CAP_SYS_ADMIN) & 1n) === 0n) return 'root may not mount here (CAP_SYS_ADMIN is missing)'
  return undefined
}

/** Installs the engines where a package of theirs is missing; apt may neither start their services nor remove anything. */
export async function installEngines(signal: AbortSignal): Promise<void> {
  if (await areInstalled(NEEDED)) return
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...args: string[]) => execute('apt-get', args, { env, signal, maxBuffer: 64 * 1024 * 1024 })
  const ownPolicy = !(await exists(SERVICE_POLICY))
  if (ownPolicy) {
    await writeFile(SERVICE_POLICY, '#!/bin/sh\nexit 101\n')
    await chmod(SERVICE_POLICY, 0o755)
  }
  try {
    await apt('-qq', 'update')
    const { stdout } = await execute('apt-cache', ['policy', ...IF_KNOWN], { env, signal })
    const known = IF_KNOWN.filter((name) => new RegExp(`^${name}:\\n.*\\n  Candidate: \\d`, 'm').test(stdout))
    await apt('-qq', 'install', '-y', '--no-remove', '--no-install-recommends', ...NEEDED, ...known)
  } finally {
    if (ownPolicy) await rm(SERVICE_POLICY, { force: true })
  }
}

async function areInstalled(packages: readonly string[]): Promise<boolean> {
  // It fails where one of the packages was never heard of.
  const { stdout } = await execute('dpkg-query', ['--list', ...packages]).catch(() => ({ stdout: '' }))
  return stdout.match(/^ii /gm)?.length === packages.length
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
