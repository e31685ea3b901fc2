import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { keysAsMarkdown } from '../../src/tui/keys.ts'

test('the README shows the key table that the program uses', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const [, shown] = /<!-- keys -->\r?\n([\s\S]*?)<!-- \/keys -->/.exec(readme) ?? []
  expect(shown?.trim(), 'what README.md says between its keys comments').toBe(keysAsMarkdown())
})
