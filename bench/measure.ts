import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** One whole process, or one pipeline of them, from its start to its end or to what is waited for. */
export interface Run {
  /** Wall time in milliseconds. */
  readonly milliseconds: number
  /** Peak resident memory in bytes of the largest process in it; undefined where the system does not tell. */
  readonly peakBytes: number | undefined
}

/** Milliseconds between two looks at memory; the kernel keeps the peak itself, so only the last moments can be missed. */
const LOOK = 15

/** Runs a shell command line with its output thrown away; a failed threshold (exit code 1) is no error. */
async function runCommand(command: string): Promise<Run> {
  const begun = performance.now()
  const child = spawn('sh', ['-c', command], { stdio: ['ignore', 'ignore', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2000)
  })
  let peak: number | undefined
  const look = setInterval(() => {
    const now = child.pid === undefined ? undefined : peakOf(child.pid)
    if (now !== undefined) peak = Math.max(peak ?? 0, now)
  }, LOOK)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  clearInterval(look)
  const milliseconds = performance.now() - begun
  if (code !== 0 && code !== 1) throw new Error(`${command}\nended with ${code}\n${complaint}`)
  return { milliseconds, peakBytes: peak }
}

function peakOf(pid: number): number | undefined {
  try {
    const own = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').filter(Boolean)
    return Math.max(Number(own ?? 0) * 1024, ...children.map((child) => peakOf(Number(child)) ?? 0))
  } catch {
    // Not Linux, or the process has just ended.
    return undefined
  }
}

/** Figures of several runs of one command. */
export interface Figures {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly peakBytes: number | undefined
  readonly runs: number
}

/** The middle of some numbers; 0 where there is none. */
export function medianOf(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return (sorted.length % 2 === 1 ? sorted[middle] : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2) ?? 0
}

/** Sums up runs of one command. */
function sumUp(runs: readonly Run[]): Figures {
  const times = runs.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
  const peaks = runs.map(({ peakBytes }) => peakBytes).filter((peak) => peak !== undefined)
  return {
    median: medianOf(times),
    min: times[0] ?? 0,
    max: times.at(-1) ?? 0,
    peakBytes: peaks.length === 0 ? undefined : Math.max(...peaks),
    runs: runs.length,
  }
}

/** What is timed: a shell command line, or something that times itself. */
export type Timed = string | (() => Promise<Run>)

/** Runs commands in turn, A B A B …, each first once uncounted, then `count` times. */
export async function inTurn(
  commands: ReadonlyMap<string, { command: Timed; count: number }>,
): Promise<Map<string, Figures>> {
  const runs = new Map<string, Run[]>([...commands.keys()].map((name) => [name, []]))
  const rounds = Math.max(...[...commands.values()].map(({ count }) => count))
  for (let round = -1; round < rounds; round++) {
    for (const [name, { command, count }] of commands) {
      if (round >= count) continue
      const one = typeof command === 'string' ? await runCommand(command) : await command()
      if (round >= 0) runs.get(name)?.push(one)
    }
  }
  return new Map([...runs].map(([name, list]) => [name, sumUp(list)]))
}
