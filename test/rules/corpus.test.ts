import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { analyse } from '../../src/analyse.ts'
import { UserError } from '../../src/errors.ts'
import { SEVERITIES } from '../../src/rules/rule.ts'
import type { Input } from '../../src/sources/open.ts'
import { pipe } from '../helpers/deliver.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(root, '../shared/corpus/images')

/** Every finding of an archive as `archive: finding bytes`; of several images the first is meant, and one that cannot be read has none. */
async function linesOf(name: string, image?: string): Promise<string[]> {
  try {
    const { findings } = await analyse(inputOf(join(folder, name)), { image })
    return findings.map(({ id, bytes }) => `${name}: ${id} ${bytes}`).sort()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return image === undefined && /nothing says which is meant/.test(error.message) ? linesOf(name, '0') : []
  }
}

/** An archive of the corpus; what compression no program of ours knows is taken off it. */
function inputOf(path: string): Input {
  return path.endsWith('.xz')
    ? pipe(execFileSync('xz', ['-dc', path], { maxBuffer: 1 << 30 }), 1 << 16)
    : { kind: 'path', path }
}

function hasXz(): boolean {
  try {
    execFileSync('xz', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe('the findings of all rules', () => {
  // Each line of the golden file was looked at by hand; a new one is either right, or a trap that a rule misses.
  it.skipIf(!existsSync(folder) || !hasXz())(
    'in the corpus of image archives (../shared/corpus) are the known ones',
    async () => {
      const lines: string[] = []
      for (const name of readdirSync(folder).sort()) lines.push(...(await linesOf(name)))
      await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('corpus.golden.txt')
    },
    60_000,
  )

  it('in a slim image are low or less', async () => {
    const { findings } = await analyse({ kind: 'path', path: join(root, 'sample-images/slim-python.tar') })
    const grave = findings.filter(({ severity }) => SEVERITIES.indexOf(severity) > SEVERITIES.indexOf('low'))
    expect(grave.map(({ id, bytes }) => `${id} ${bytes}`)).toEqual([])
  })
})
