import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const committed = join(root, 'sample-images')
const made = mkdtempSync(join(tmpdir(), 'sample-images-'))
const archives = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.tar'))

beforeAll(() => {
  execFileSync(process.execPath, ['--import', 'tsx', join(committed, 'make.ts'), made], { cwd: root })
}, 60_000)

afterAll(() => {
  rmSync(made, { recursive: true })
})

describe('the sample images', () => {
  it('are those the maker writes, and no others', () => {
    expect(archives(committed)).toEqual(archives(made))
    expect(archives(committed)).toHaveLength(5)
  })

  it.each(archives(committed))('%s is reproduced byte for byte', (name) => {
    expect(readFileSync(join(made, name)).equals(readFileSync(join(committed, name)))).toBe(true)
  })

  it('stay under 2 MB together', () => {
    const bytes = archives(committed).map((name) => readFileSync(join(committed, name)).length)
    expect(bytes.reduce((total, length) => total + length, 0)).toBeLessThan(2_000_000)
  })

  it('has a symlinked layer before the layer it points at', () => {
    const text = readFileSync(join(committed, 'legacy-symlinks.tar')).toString('latin1')
    const [, target = ''] = /\.\.\/([0-9a-f]{64}\/layer\.tar)/.exec(text) ?? []
    const link = text.indexOf(`../${target}`)
    expect(target).not.toBe('')
    expect(text.indexOf(target, link + 3 + target.length)).toBeGreaterThan(link)
    expect(text.slice(0, link)).not.toContain(target)
  })
})
