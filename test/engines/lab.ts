import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A private folder for everything the engines write, and the environment their commands run in. */
export interface Lab {
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  /** Aborted when the run is interrupted: commands under way end, later ones do not start. */
  readonly signal: AbortSignal
}

const execute = promisify(execFile)
const MAX_OUTPUT = 256 * 1024 * 1024

/** Makes the folder; sockets and stores lie in it, so that the user's own engines are never reached. */
export async function openLab(signal: AbortSignal): Promise<Lab> {
  const folder = await mkdtemp(join(tmpdir(), 'layerscope-engines-'))
  await mkdir(join(folder, 'tmp'))
  const env = {
    // Debian's own commands come first: another docker in /usr/local may lack the builder that goes with the daemon.
    PATH: `/usr/sbin:/usr/bin:/sbin:/bin:${process.env.PATH ?? ''}`,
    HOME: folder,
    LC_ALL: 'C',
    TMPDIR: join(folder, 'tmp'),
    DOCKER_HOST: `unix://${join(folder, 'docker.sock')}`,
    CONTAINERS_CONF: join(folder, 'containers.conf'),
    CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'),
  }
  return { folder, env, signal }
}

/** Runs a command to its end and gives what it printed; throws with what it complained about. */
export async function run(lab: Lab, argv: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
  const [command = '', ...args] = argv
  const { stdout } = await execute(command, args, {
    ...options,
    env: { ...lab.env, ...options.env },
    signal: lab.signal,
    maxBuffer: MAX_OUTPUT,
  })
  return stdout
}

/** Unmounts and removes what is in the folder; gives what could not be cleared away, nothing where all is well. */
export async function closeLab(lab: Lab): Promise<string[]> {
  for (const mount of (await mountsUnder(lab.folder)).reverse()) await execute('umount', ['-l', mount]).catch(() => {})
  const left = (await mountsUnder(lab.folder)).map((mount) => `mounted: ${mount}`)
  // With something still mounted, removing could reach files that are not the lab's.
  if (left.length === 0) await rm(lab.folder, { recursive: true, force: true, maxRetries: 3 })
  for (const pid of await processesOf(lab.folder)) left.push(`running: process ${pid}`)
  return left
}

async function mountsUnder(folder: string): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8')
  const points = table.split('\n').map((line) => line.split(' ')[4] ?? '')
  return points.filter((point) => point.startsWith(`${folder}/`))
}

/** Ids of the processes that have the folder on their command line. */
export async function processesOf(folder: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return pids.filter((pid, i) => pid !== process.pid && commands[i]?.includes(folder))
}
