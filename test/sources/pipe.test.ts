import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { tarOf } from '../helpers/archive.ts'
import { dockerSave } from '../helpers/docker-archive.ts'
import { image } from '../helpers/image.ts'

const reader = fileURLToPath(new URL('../helpers/pipe-reader.ts', import.meta.url))
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

let running: ChildProcess[] = []
afterEach(() => {
  for (const { pid, exitCode } of running) if (pid !== undefined && exitCode === null) process.kill(-pid, 'SIGKILL')
  running = []
})

function start(args: readonly string[], env: Record<string, string> = {}) {
  // A shell makes real pipes; what Node calls pipes between processes are sockets.
  const command = ['-c', 'cat | { "$0" --import tsx "$@"; echo "ended with $?" >&2; }', process.execPath, ...args]
  const child = spawn('sh', command, { env: { ...process.env, ...env }, detached: true })
  running.push(child)
  let out = ''
  let complaint = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    complaint += chunk
  })
  // Whoever writes may be told that nobody reads any more.
  child.stdin.on('error', () => {})
  const said = async (pattern: RegExp) => {
    while (!pattern.test(complaint)) await once(child.stderr, 'data')
    return true
  }
  return { stdin: child.stdin, said, ended: once(child, 'close').then(() => ({ out, complaint })) }
}

describe.runIf(process.platform === 'linux')('a pipe on standard input', () => {
  const bytes = Buffer.alloc(9_000_001, 'every byte counts ')
  const expected = `${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}\n`

  test.each([
    ['written at once, by a reader that keeps up', bytes.length, {}],
    ['written at once, by a slow reader', bytes.length, { SLOW: '1' }],
    ['written bit by bit', 100_003, {}],
  ])('is read whole when %s', async (_, size, env) => {
    const { stdin, ended } = start([reader], env)
    for (let at = 0; at < bytes.length; at += size) {
      if (!stdin.write(bytes.subarray(at, at + size))) await once(stdin, 'drain')
    }
    stdin.end()
    expect(await ended).toMatchObject({ out: expected, complaint: 'ended with 0\n' })
  })

  test('is read up to its last byte while whoever writes pauses', async () => {
    const { stdin, said, ended } = start([reader], { SLOW: '1', TELL: '1' })
    for (const part of [300_000, 1, 700_001, 65_536]) stdin.write(bytes.subarray(0, part))
    expect(await said(/\b1065538 so far\n/)).toBe(true)
    stdin.write('one more')
    expect(await said(/\b1065546 so far\n/)).toBe(true)
    stdin.end()
    expect((await ended).out).toMatch(/^1065546 /)
  })

  test('may be empty', async () => {
    const { stdin, ended } = start([reader])
    stdin.end()
    expect((await ended).out).toMatch(/^0 /)
  })

  test('that stalls does not keep the program once it is known to be no archive', async () => {
    const { stdin, said } = start([main, '--ci'])
    stdin.write(Buffer.alloc(2000, 'no tar at all '))
    // The shell itself waits for whoever still writes, so the program's end is seen by its last word and its absence.
    expect(await said(/standard input is no image archive: it is text.*\n[\s\S]*ended with 2\n/)).toBe(true)
  })

  test('that ends too early is told', async () => {
    const { stdin, ended } = start([main, '--ci'])
    stdin.end(tarOf(dockerSave([image({ layers: [{ a: 'b' }] })])).subarray(0, 700))
    expect(await ended).toMatchObject({
      complaint: expect.stringMatching(/the archive ends inside[\s\S]*ended with 2/),
    })
  })
})
