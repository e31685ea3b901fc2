import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const ending = new URL('../src/ending.ts', import.meta.url)

/** Runs a program that says when it tidies up, and gives what it said and how it ended. */
function run(
  program: string,
  signal?: NodeJS.Signals,
): Promise<{ said: string; error: string; end: number | string | null }> {
  const text = `import { onEnding } from '${ending}'
    const callOff = onEnding((signal) => process.stdout.write('tidied ' + signal + ';'))
    ${program}`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', text], {
    cwd: fileURLToPath(new URL('../', import.meta.url)),
  })
  let said = ''
  let error = ''
  child.stderr.on('data', (data) => {
    error += data
  })
  child.stdout.on('data', (data) => {
    said += data
    if (signal !== undefined && said.includes('ready')) child.kill(signal)
  })
  return new Promise((resolve) => child.on('close', (code, killer) => resolve({ said, error, end: killer ?? code })))
}

const waiting = `process.stdout.write('ready '); setTimeout(() => {}, 60_000)`

describe('what has to be put back is put back', () => {
  test('when the process ends by itself', async () => {
    expect(await run('process.exitCode = 3')).toMatchObject({ said: 'tidied undefined;', end: 3 })
  })

  test.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)(
    'when %s ends it, as whoever started it can see',
    async (signal) => {
      expect(await run(waiting, signal)).toMatchObject({ said: `ready tidied ${signal};`, end: signal })
    },
  )

  test.each([
    ['an error', `setTimeout(() => { throw new Error('broken') }); ${waiting}`],
    ['a promise that failed', `void Promise.reject(new Error('broken')); ${waiting}`],
  ])('when %s ends it, before the stack is printed', async (_, program) => {
    const { said, error, end } = await run(program)
    expect(said).toMatch(/^ready tidied undefined;/)
    expect([end, error.includes('Error: broken')]).toEqual([1, true])
  })

  test('unless it was called off', async () => {
    expect(await run('callOff()')).toMatchObject({ said: '', end: 0 })
  })
})
