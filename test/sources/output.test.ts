import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { writeOutput } from '../../src/sources/output.ts'

const error = (code: string) => Object.assign(new Error(`write ${code}`), { code })

/** Standard output as Node makes it for a pipe, which fails later, and for a file, which fails at once. */
const outputs: Readonly<Record<string, (code: string) => Writable>> = {
  'a pipe': (code) => new Writable({ write: (_, __, done) => done(error(code)) }),
  'a file': (code) =>
    new Writable({
      write() {
        throw error(code)
      },
    }),
}

describe.each(Object.entries(outputs))('standard output that is %s', (_, output) => {
  it('and has no room is an error of the device, not of the program', async () => {
    const failure = await writeOutput(['a', 'b'], output('ENOSPC')).catch((caught) => caught)
    expect(failure).toBeInstanceOf(UserError)
    expect(failure.message).toBe('standard output cannot be used: no space is left on the device')
  })

  it('and has nobody who reads ends quietly', async () => {
    await writeOutput(['a', 'b'], output('EPIPE'))
  })

  it('and fails through a mistake of the program shows it', async () => {
    await expect(writeOutput(['a'], output('ERR_INVALID_ARG_TYPE'))).rejects.toThrow('write ERR_INVALID_ARG_TYPE')
    await expect(writeOutput(['a'], output('ERR_INVALID_ARG_TYPE'))).rejects.not.toBeInstanceOf(UserError)
  })
})

it('a file in a folder that is not there says so, and nothing of images', async () => {
  const path = join(tmpdir(), 'layerscope-no-such-folder', 'report.json')
  await expect(writeOutput(['a'], path)).rejects.toThrow(/ cannot be used: there is no such folder; make it first$/)
})
