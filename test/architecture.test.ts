import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  architectureAsMarkdown,
  cycles,
  escapes,
  type Import,
  readImports,
  type SourceFile,
  scatteredPackages,
  wrongDirections,
} from './architecture.ts'

const root = new URL('../', import.meta.url)

const source: SourceFile[] = readdirSync(new URL('src', root), { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => ({ path, text: readFileSync(new URL(`src/${path}`, root), 'utf8') }))

describe('the source', () => {
  test('is found', () => {
    expect(source.map(({ path }) => path)).toContain('errors.ts')
    expect(source.flatMap(({ text }) => readImports(text)).length).toBeGreaterThan(source.length / 2)
  })
  test('imports only in the allowed directions', () => expect(wrongDirections(source)).toEqual([]))
  test('keeps what is confined where it belongs', () => expect(escapes(source)).toEqual([]))
  test('names each package in one file', () => expect(scatteredPackages(source)).toEqual([]))
  test('has no import cycle', () => expect(cycles(source)).toEqual([]))
  test('loads modules only by names that can be read here', () => {
    expect(source.filter(({ text }) => /\bimport\(\s*[^'\s]/.test(text)).map(({ path }) => path)).toEqual([])
  })
})

test('the README shows the table that these tests use', () => {
  const readme = existsSync(new URL('README.md', root)) ? readFileSync(new URL('README.md', root), 'utf8') : ''
  const [, shown] = /<!-- architecture -->\r?\n([\s\S]*?)<!-- \/architecture -->/.exec(readme) ?? []
  expect(shown?.trim(), 'what README.md says between its architecture comments').toBe(architectureAsMarkdown())
})

describe('an import is read from', () => {
  const rows: [string, Import[]][] = [
    [`import './a.ts'`, [{ specifier: './a.ts', use: 'values' }]],
    [`import a, { b } from './a.ts'`, [{ specifier: './a.ts', use: 'values' }]],
    [`import * as a from 'a'`, [{ specifier: 'a', use: 'values' }]],
    [`import {\n  b,\n  type C,\n} from './a.ts'`, [{ specifier: './a.ts', use: 'values' }]],
    [`import type { A } from './a.ts'`, [{ specifier: './a.ts', use: 'types' }]],
    [`import data from './a.json' with { type: 'json' }`, [{ specifier: './a.json', use: 'values' }]],
    [`export * from './a.ts'`, [{ specifier: './a.ts', use: 'values' }]],
    [`export { a } from './a.ts'`, [{ specifier: './a.ts', use: 'values' }]],
    [`export type { A } from './a.ts'`, [{ specifier: './a.ts', use: 'types' }]],
    [`const { a } = await import('./a.ts')`, [{ specifier: './a.ts', use: 'on demand' }]],
    [`type A = typeof import('./a.ts')`, [{ specifier: './a.ts', use: 'types' }]],
    [
      `import a from './a.ts'\nimport b from './b.ts'`,
      [
        { specifier: './a.ts', use: 'values' },
        { specifier: './b.ts', use: 'values' },
      ],
    ],
    [`export const from = 'a'`, []],
    [`export const a = 1\nconst b = { from: 'a' }`, []],
    [`// import './a.ts'`, []],
    [`/**\n * import './a.ts'\n */`, []],
  ]
  test.each(rows)('%s', (text, expected) => expect(readImports(text)).toEqual(expected))
})

describe('a rule is broken by', () => {
  const rows: [string, (files: SourceFile[]) => string[], Record<string, string>, RegExp][] = [
    ['a folder that imports upwards', wrongDirections, { 'tree/a.ts': `import '../oci/b.ts'` }, /tree may not/],
    ['values where only types may pass', wrongDirections, { 'analysis/a.ts': `import '../oci/b.ts'` }, /values of oci/],
    ['a screen that is loaded at once', wrongDirections, { 'browse.ts': `import './tui/a.tsx'` }, /values of tui/],
    [
      'a screen that the library loads',
      wrongDirections,
      { 'index.ts': `await import('./tui/a.tsx')` },
      /on demand of tui/,
    ],
    ['source that imports tests', wrongDirections, { 'oci/a.ts': `import '../../test/b.ts'` }, /stands without/],
    ['a folder that no row describes', wrongDirections, { 'extra/a.ts': '' }, /no row/],
    ['yargs outside cli', escapes, { 'run.ts': `import yargs from 'yargs/yargs'` }, /only cli may/],
    ['React outside tui', escapes, { 'reporters/a.tsx': `import type { X } from 'react'` }, /only tui may/],
    ['files outside sources', escapes, { 'oci/a.ts': `import { open } from 'node:fs/promises'` }, /only sources/],
    [
      'a package in two files',
      scatteredPackages,
      { 'oci/a.ts': `import 'fzstd'`, 'sources/b.ts': `import 'fzstd'` },
      /fzstd is imported by oci\/a.ts and sources\/b.ts/,
    ],
    [
      'files that import each other',
      cycles,
      { 'oci/a.ts': `import './b.ts'`, 'oci/b.ts': `import type { A } from './a.ts'` },
      /^oci\/a.ts → oci\/b.ts → oci\/a.ts$/,
    ],
  ]
  test.each(rows)('%s', (_, rule, files, sentence) => {
    const broken = rule(Object.entries(files).map(([path, text]) => ({ path, text })))
    expect(broken).toEqual([expect.stringMatching(sentence)])
  })
})

describe('no rule is broken by', () => {
  const rows: [string, Record<string, string>][] = [
    ['a screen that is loaded on demand', { 'browse.ts': `const { show } = await import('./tui/a.tsx')` }],
    ['types where types may pass', { 'analysis/a.ts': `import type { B } from '../oci/b.ts'` }],
    ['errors, from everywhere', { 'tree/a.ts': `import { UserError } from '../errors.ts'` }],
    ['the version, from package.json', { 'run.ts': `import about from '../package.json' with { type: 'json' }` }],
    ['React all over the screen', { 'tui/a.tsx': `import 'react'`, 'tui/b.tsx': `import 'react'` }],
    ['two files that share a third', { 'oci/a.ts': `import './c.ts'`, 'oci/b.ts': `import './c.ts'`, 'oci/c.ts': '' }],
  ]
  test.each(rows)('%s', (_, files) => {
    const all = Object.entries(files).map(([path, text]) => ({ path, text }))
    expect([wrongDirections, escapes, scatteredPackages, cycles].flatMap((rule) => rule(all))).toEqual([])
  })
})
