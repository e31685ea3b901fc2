import { readFileSync } from 'node:fs'
import { Readable, Writable } from 'node:stream'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import type { Host } from '../../src/host.ts'
import { run } from '../../src/run.ts'
import type { PlanRow, WhatIf } from '../../src/what-if/plan.ts'

const bloated = new URL('../../sample-images/bloated-python.tar', import.meta.url).pathname
const slim = new URL('../../sample-images/slim-python.tar', import.meta.url).pathname
const schema = JSON.parse(readFileSync(new URL('../../schema/what-if.schema.json', import.meta.url), 'utf8'))
const validate = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(schema)

async function whatIf(...args: readonly string[]) {
  const said = { out: '', err: '' }
  const collect = (name: 'out' | 'err') =>
    new Writable({
      write(chunk, _, done) {
        said[name] += chunk
        done()
      },
    })
  const argv = ['node', 'layerscope', 'what-if', ...args]
  const streams = { stdin: Readable.from([]), stdout: collect('out'), stderr: collect('err') }
  const host: Host = { argv, env: {}, platform: 'linux', arch: 'x64', ...streams }
  return { code: await run(host), ...said }
}

async function planOf(...args: readonly string[]): Promise<WhatIf> {
  return JSON.parse((await whatIf(bloated, '--format', 'json', ...args)).out)
}

const appliedRules = ({ plan }: WhatIf) => plan.filter(({ applied }) => applied).map(({ rule }) => rule)
const safeties = ({ plan }: WhatIf) => new Set(plan.filter(({ applied }) => applied).map(({ safety }) => safety))

describe('layerscope what-if', () => {
  test('prints sizes before and after, what is done, and what containers would miss', async () => {
    const { code, out, err } = await whatIf(bloated)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('Tar bytes      670 kB  468 kB  202 kB  467,968')
    expect(out).toContain('pip-cache@10: downloads and wheels that pip kept')
    expect(out).toContain('The final rootfs would be without')
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  test('says that nothing changes for containers where that is so', async () => {
    const { out } = await whatIf(bloated, '--apply', 'deleted-later,metadata-only-rewrite')
    expect(out).toContain('The final rootfs stays as it is.')
  })

  test('has nothing to do about a slim image', async () => {
    expect((await whatIf(slim)).out).toContain('nothing to apply')
  })

  test('writes what its schema describes', async () => {
    for (const sets of [[], ['--apply', 'all', '--plan'], ['--apply', 'full-base-image']]) {
      expect(validate(await planOf(...sets))).toBe(true)
    }
    expect(validate({ ...(await planOf()), more: 1 })).toBe(false)
  })

  test('applies what is safe where nothing is said, and more where it is', async () => {
    expect(safeties(await planOf())).toEqual(new Set(['safe']))
    expect(safeties(await planOf('--apply', 'likely'))).toEqual(new Set(['safe', 'likely']))
    expect(safeties(await planOf('--apply', 'all'))).toEqual(new Set(['safe', 'likely', 'review']))
    expect(appliedRules(await planOf('--apply', 'pip-cache', '--apply', 'vcs-dir@16'))).toEqual([
      'vcs-dir',
      'pip-cache',
    ])
  })

  test('leaves the base image alone unless it is named', async () => {
    const origins = ({ plan }: WhatIf) => plan.filter(({ applied }: PlanRow) => applied).map(({ origin }) => origin)
    expect(origins(await planOf('--apply', 'all'))).not.toContain('base')
    expect(origins(await planOf('--apply', 'compiler-toolchain@3'))).toEqual(['base'])
  })

  test('gives rows that add up', async () => {
    const { before, after, plan } = await planOf('--apply', 'all')
    for (const key of ['tarBytes', 'contentBytes', 'blobBytes'] as const) {
      const sum = plan.reduce((total, { attributed }) => total + (attributed[key] ?? 0), 0)
      expect(sum).toBe((before[key] ?? 0) - (after[key] ?? 0))
    }
  })

  test('proposes edits of the Dockerfile, and lists what is not one', async () => {
    const { out } = await whatIf(bloated, '--plan')
    expect(out).toMatch(/^# The whole plan saves 202 kB of tar bytes; whether the edits build is not checked\.\n/)
    expect(out).toContain('#   rewritten-later@9-11: ')
    expect(out).toContain('\n--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,17 ')
    expect(out).toContain(
      '\n+RUN --mount=type=cache,target=/root/.cache/pip \\\n+    pip install -r requirements.txt\n',
    )
    expect(out).toContain('\n--- /dev/null\n+++ b/.dockerignore\n')
  })

  test('has no edit to propose where nothing is applied', async () => {
    expect((await whatIf(slim, '--plan')).out).toContain('# No edit can be proposed.')
  })

  test('refuses a finding that there is not, and names the nearest', async () => {
    const { code, err } = await whatIf(bloated, '--apply', 'pip-cash')
    expect(code).toBe(2)
    expect(err).toContain('--apply cannot be "pip-cash"; did you mean pip-cache?')
  })
})
