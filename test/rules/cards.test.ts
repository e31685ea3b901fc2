import { describe, expect, test } from 'vitest'
import { textWidth } from '../../src/format/width.ts'
import { rulesTable, ruleText } from '../../src/reporters/rules.ts'
import { ruleCard, ruleCards } from '../../src/rules/cards.ts'
import { RULES } from '../../src/rules/catalogue.ts'

const plain = { color: false }

describe('the card of a rule', () => {
  test('is that of its id, also as part of a finding', () => {
    expect(ruleCard('apt-lists')).toMatchObject({
      id: 'apt-lists',
      techniques: expect.arrayContaining([{ number: 5, name: 'cleanup in the same layer' }]),
    })
    expect(ruleCard('apt-lists@7-17.2')).toEqual(ruleCard('apt-lists'))
  })

  test('holds no function', () => {
    expect(JSON.parse(JSON.stringify(ruleCards()))).toEqual(ruleCards())
  })

  const refused: [string, RegExp][] = [
    ['apt-list', /^there is no rule "apt-list"; did you mean apt-lists\?$/],
    ['kernel', /^there is no rule "kernel"; "layerscope rules" lists all$/],
    ['lists', /; (?:did you mean|there are) .*apt-lists/],
    ['\u001b[2J', /^there is no rule "\\e\[2J"; "layerscope rules" lists all$/],
    ['', /^there is no rule ""/],
  ]
  test.each(refused)('of %j is refused', (id, message) => expect(() => ruleCard(id)).toThrow(message))

  test('is told in lines of the usual width, and its fix so that it can be copied', () => {
    for (const card of ruleCards()) {
      const text = [...ruleText(card, plain)].join('')
      const [told = '', fix = ''] = text.split('\nFix\n')
      expect(told.split('\n').filter((line) => textWidth(line) > 80 && !line.startsWith(`${card.id}: `))).toEqual([])
      expect(fix.replace(/^ {2}/gm, '')).toBe(`${card.fix}\n`)
    }
  })

  test('reads', () => {
    expect([...ruleText(ruleCard('old-base'), plain)].join('')).toMatchInlineSnapshot(`
      "old-base: an old base image

      Severity   info at least; more with the bytes
      Technique  7 specific tags
      Why        corrections of its programs since then are missing, or come again as
                 a layer of upgrades
      Traps      reproducible builds carry fixed dates and tell no age; some vendors
                 support longer than the project
      Bytes back advice that saves none by itself
      Safety     review: something may need the bytes; look first
      Reference  Docker docs, Building best practices, Rebuild your images often

      Fix
        FROM debian:stable-slim    # a supported tag, built again with docker build --pull
      "
    `)
  })
})

test('the table has each rule on a line, and is cut where it is told to', () => {
  const [title = '', ...lines] = [...rulesTable(ruleCards(), plain, 160)].join('').trimEnd().split('\n')
  expect(title).toMatch(/^Rule +Severity +Fix +Technique +What it finds$/)
  expect(lines.map((line) => line.split(' ', 1)[0])).toEqual(RULES.map(({ id }) => id))
  expect(lines.every((line, i) => line.endsWith(RULES[i]?.title ?? ''))).toBe(true)
  const cut = [...rulesTable(ruleCards(), plain, 80)].join('').trimEnd().split('\n')
  expect(Math.max(...cut.map(textWidth))).toBe(80)
})
