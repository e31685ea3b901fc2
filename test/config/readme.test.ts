import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseCi } from '../../src/config/ci.ts'
import { parsePolicy } from '../../src/config/policy.ts'
import { parseSections } from '../../src/config/sections.ts'
import { parseUiConfig } from '../../src/tui/config.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const blocks = [...readme.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text)

test('the config files that the README shows are understood', () => {
  const files = blocks.filter((text) => !text.includes('.dive-ci'))
  const sections = files.map((text, i) => parseSections(text, `block ${i}`))
  expect(sections.map((one) => [...one.keys()])).toEqual([['theme', 'mouse', 'ascii', 'keys'], ['findings'], ['ci']])
  for (const one of sections) {
    parseUiConfig(one)
    const [findings, ci] = [one.get('findings'), one.get('ci')]
    if (findings !== undefined) expect(parsePolicy(findings).ignore).toHaveLength(1)
    if (ci !== undefined) expect(parseCi(ci)).toMatchObject({ failOn: 'medium', gate: { base: true } })
  }
})
