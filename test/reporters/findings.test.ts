import { describe, expect, test } from 'vitest'
import type { Finding, Report, SuppressedFinding } from '../../src/analysis/report.ts'
import { painter } from '../../src/format/color.ts'
import { textWidth } from '../../src/format/width.ts'
import { findingLines, shortFindingLines } from '../../src/reporters/findings.ts'
import { plainReport } from '../helpers/report.ts'

const finding: Finding = {
  id: 'apt-lists@2',
  rule: 'apt-lists',
  title: 'package lists',
  severity: 'low',
  safety: 'safe',
  count: 'drop',
  origin: 'own',
  layer: 2,
  instruction: 'RUN /bin/sh -c apt-get update # buildkit',
  bytes: 20_500,
  attributedBytes: 20_500,
  files: 1,
  paths: [{ path: '/var/lib/apt/lists/x', bytes: 20_500 }],
  fix: 'RUN apt-get update\nRUN rm',
}
const ofBase: Finding = { ...finding, id: 'apt-lists@0-1', origin: 'base', layer: 0, by: 1, detail: 'of /x' }
const info: Finding = { ...finding, severity: 'info' }

const suppressed: SuppressedFinding = {
  ...{ id: 'apt-lists@2-4', rule: 'apt-lists', title: 'package lists', severity: 'low', safety: 'safe' },
  ...{ origin: 'own', layer: 2, by: 4, bytes: 7, attributedBytes: 7, files: 1, reason: 'wanted at run time' },
}
const savings = {
  own: { safe: 1000, likely: 2000, review: 3000, 'never-auto': 0 },
  base: 4000,
  suppressed: { own: 7, base: 0 },
}

const report = (findings: readonly Finding[], more: Partial<Report> = {}): Report => ({
  ...plainReport,
  findings,
  savings,
  ...more,
})
const long = (findings: readonly Finding[], all = false) => findingLines(report(findings), painter(false), all)
const short = (findings: readonly Finding[], all = false) => shortFindingLines(report(findings), painter(false), all)

describe('findings', () => {
  test('are told with what can be saved, the instruction, and what to change; those of the base apart', () => {
    expect(long([finding, ofBase])).toEqual([
      'Findings',
      '  Own bytes   1 kB safe to save, 2 kB likely, 3 kB after review',
      '  Base bytes  4 kB, by another base image alone',
      '',
      '  low     20.5 kB  safe    layer 2        apt-lists@2',
      '    package lists',
      '    RUN apt-get update',
      '    | RUN apt-get update',
      '    | RUN rm',
      '',
      '  In layers of the base image:',
      '  low     20.5 kB  safe    layer 0 → 1    apt-lists@0-1',
      '    package lists (of /x)',
    ])
  })

  test('are told in a line each where they are told in short', () => {
    expect(short([finding, ofBase, info])).toEqual([
      'Findings',
      '  Own bytes   1 kB safe to save, 2 kB likely, 3 kB after review',
      '  Base bytes  4 kB, by another base image alone',
      '  low     20.5 kB  safe    layer 2        apt-lists@2',
      '  In layers of the base image:',
      '  low     20.5 kB  safe    layer 0 → 1    apt-lists@0-1',
      '  1 more; --all tells them',
    ])
  })

  test('of no weight, and what is too much, are counted, and told where all are asked for', () => {
    expect(long([info]).slice(3)).toEqual(['', '  1 more; --all tells them'])
    expect(long([info], true)).toContain('  info    20.5 kB  safe    layer 2        apt-lists@2')
    const many = Array.from({ length: 23 }, () => finding)
    expect(long(many).at(-1)).toBe('  3 more; --all tells them')
    expect(short(many).filter((line) => line.includes('apt-lists@2'))).toHaveLength(20)
    expect(short([...many, info], true).filter((line) => line.includes('apt-lists@2'))).toHaveLength(24)
  })

  test.each([
    ['in full', findingLines],
    ['in short', shortFindingLines],
  ])('that are suppressed are always counted, told %s', (_, lines) => {
    const given = report([], { suppressed: [suppressed, { ...suppressed, expires: '2030-12-31' }] })
    expect(lines(given, painter(false))).toContain('  Suppressed  2 with 7 B own and 0 B base bytes')
    expect(lines(given, painter(false), true).slice(4)).toEqual([
      '    apt-lists@2-4 (7 B): wanted at run time',
      '    apt-lists@2-4 (7 B, until 2030-12-31): wanted at run time',
    ])
  })

  test('that nobody should fix without looking have bytes of their own', () => {
    const own = { ...savings.own, 'never-auto': 5000 }
    const [, line] = findingLines(report([finding], { savings: { ...savings, own } }), painter(false))
    expect(line).toBe('  Own bytes   1 kB safe to save, 2 kB likely, 3 kB after review, 5 kB by hand')
  })

  test('have fixes that are broken between words, and cut where they are endless', () => {
    const fix = `RUN ${'--option '.repeat(10)}PKG`
    expect(long([{ ...finding, fix }]).slice(7)).toEqual([
      `    | RUN${' --option'.repeat(7)}`,
      `    |    ${' --option'.repeat(3)} PKG`,
    ])
    const endless = long([{ ...finding, fix: 'RUN x\n'.repeat(50) }]).slice(7)
    expect(endless).toEqual([...Array.from({ length: 12 }, () => '    | RUN x'), '    | …'])
  })

  test('are no section where there are none', () => {
    expect(long([])).toEqual([])
    expect(short([], true)).toEqual([])
  })

  test('fit the line and print nothing as it is in an image or a config file', () => {
    const text = '\u001b[2J\u202e'.repeat(30)
    const hostile = { ...finding, detail: text, instruction: text, fix: `${'x'.repeat(200)}\n${text}` }
    const given = report([hostile, { ...hostile, origin: 'base' }], { suppressed: [{ ...suppressed, reason: text }] })
    for (const lines of [findingLines, shortFindingLines]) {
      for (const line of lines(given, painter(false), true)) {
        expect(textWidth(line)).toBeLessThanOrEqual(80)
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      }
    }
  })
})
