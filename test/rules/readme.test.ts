import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { RULES } from '../../src/rules/catalogue.ts'
import { TECHNIQUES } from '../../src/rules/techniques.ts'
import { rulesAsMarkdown } from './rules-as-markdown.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8').replace(/\r\n/g, '\n')

/** What the README says between two comments of a name. */
function between(name: string): string {
  return new RegExp(`<!-- ${name} -->\\n([\\s\\S]*?)<!-- /${name} -->`).exec(readme)?.[1]?.trim() ?? ''
}

test('the README lists the rules that the program has', () => {
  expect(between('rules'), 'what README.md says between its rules comments').toBe(rulesAsMarkdown())
})

test('the README says of each technique what serves it, and names rules that serve it', () => {
  const rows = between('techniques').split('\n').slice(2)
  const numbered = rows.flatMap((row) => /^\| (\d+) \| ([^|]*) \|(.*)\|$/.exec(row)?.slice(1) ?? [])
  expect(numbered.filter((_, i) => i % 3 < 2)).toEqual([...TECHNIQUES].flatMap(([number, name]) => [`${number}`, name]))
  for (let i = 0; i < numbered.length; i += 3) {
    const number = Number(numbered[i])
    const named = [...(numbered[i + 2] ?? '').matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, id = '']) => id)
    const serving = RULES.filter(({ techniques }) => techniques.includes(number)).map(({ id }) => id)
    expect(named.length, `rules named for technique ${number}`).toBeGreaterThan(0)
    expect(serving, `rules that serve technique ${number}`).toEqual(expect.arrayContaining(named))
  }
})

test('every technique is one of the guide', () => {
  expect(RULES.filter(({ techniques }) => !techniques.every((number) => TECHNIQUES.has(number)))).toEqual([])
})
