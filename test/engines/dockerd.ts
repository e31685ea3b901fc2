import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Lab, processesOf, run } from './lab.ts'

const START_SECONDS = 60
const STOP_SECONDS = 15

/** Starts a Docker daemon that keeps everything in the lab's folder and leaves the network alone; throws with its log. */
export async function startDockerd(lab: Lab): Promise<ChildProcess> {
  const logFile = join(lab.folder, 'dockerd.log')
  const log = openSync(logFile, 'w')
  const flags = {
    host: lab.env.DOCKER_HOST,
    'data-root': join(lab.folder, 'docker'),
    'exec-root': join(lab.folder, 'docker-run'),
    pidfile: join(lab.folder, 'dockerd.pid'),
    bridge: 'none',
    iptables: false,
    ip6tables: false,
  }
  const argv = Object.entries(flags).map(([name, value]) => `--${name}=${value}`)
  // Detached, so that Ctrl-C reaches it only through stopDockerd, after the commands that use it.
  const daemon = spawn('dockerd', argv, { env: lab.env, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  daemon.once('error', (error) => appendFileSync(logFile, error.message))
  if (await answers(lab, daemon)) return daemon
  const lines = (await readFile(logFile, 'utf8')).trim().split('\n')
  await stopDockerd(lab, daemon)
  lab.signal.throwIfAborted()
  throw new Error(`dockerd did not start:\n${lines.slice(-8).join('\n')}`)
}

async function answers(lab: Lab, daemon: ChildProcess): Promise<boolean> {
  for (let waited = 0; waited < START_SECONDS * 4 && isRunning(daemon) && !lab.signal.aborted; waited++) {
    const answered = await run(lab, ['docker', 'version']).catch(() => undefined)
    if (answered !== undefined) return true
    await sleep(250)
  }
  return false
}

/** Asks the daemon to end, with what it started, and ends by force what has not done so in time. */
export async function stopDockerd(lab: Lab, daemon: ChildProcess): Promise<void> {
  daemon.kill('SIGTERM')
  for (let waited = 0; waited < STOP_SECONDS * 4 && isRunning(daemon); waited++) await sleep(250)
  for (const pid of await processesOf(lab.folder)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended by itself in the meantime.
    }
  }
  if (isRunning(daemon)) await once(daemon, 'exit')
}

function isRunning(daemon: ChildProcess): boolean {
  return daemon.pid !== undefined && daemon.exitCode === null && daemon.signalCode === null
}
