import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src/analysis/report.ts'
import { painter } from '../../src/format/color.ts'
import { textWidth } from '../../src/format/width.ts'
import { findingLines } from '../../src/reporters/findings.ts'
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
  instruction: 'RUN apt-get update',
  bytes: 20_500,
  attributedBytes: 20_500,
  files: 1,
  paths: [{ path: '/var/lib/apt/lists/x', bytes: 20_500 }],
  fix: 'RUN apt-get update\nRUN rm',
}

const lines = (...findings: Finding[]) => findingLines({ ...plainReport, findings }, painter(false))

describe('findings', () => {
  test('are told with their bytes, layers, rule, and what to change', () => {
    expect(lines(finding, { ...finding, by: 4, origin: 'base', detail: 'of /x' })).toEqual([
      'Findings  own 20.5 kB in 1, base 20.5 kB in 1',
      '   20.5 kB  layer 2: package lists [apt-lists]',
      '              RUN apt-get update',
      '              RUN rm',
      '   20.5 kB  layers 2 → 4, base: package lists (of /x) [apt-lists]',
      '              RUN apt-get update',
      '              RUN rm',
    ])
  })

  test('without bytes are advice of one line', () => {
    expect(lines({ ...finding, bytes: 0, attributedBytes: 0 })).toEqual([
      'Findings  own 0 B in 1',
      '            layer 2: package lists [apt-lists]',
    ])
  })

  test('of no weight, and what is too much, are counted', () => {
    expect(lines({ ...finding, severity: 'info' })).toEqual([
      'Findings  own 20.5 kB in 1',
      '  1 more, in the JSON report',
    ])
    expect(lines(...Array.from({ length: 11 }, () => finding)).at(-1)).toBe('  3 more, in the JSON report')
  })

  test('name the line of the Dockerfile, and the instruction as it should be where that is short', () => {
    const dockerfileLine = { line: 12, endLine: 13, certainty: 'same' } as const
    const change = 'RUN apt-get update \\\n    && rm'
    const told = (...findings: Finding[]) =>
      findingLines({ ...plainReport, dockerfile: { path: 'a/Dockerfile' }, findings }, painter(false)).slice(1)
    expect(told({ ...finding, dockerfileLine, change })).toEqual([
      '   20.5 kB  a/Dockerfile:12, layer 2: package lists [apt-lists]',
      '              RUN apt-get update \\',
      '                  && rm',
    ])
    const long = `RUN a${' \\\n    && b'.repeat(9)}`
    expect(told({ ...finding, dockerfileLine: { ...dockerfileLine, certainty: 'similar' }, change: long })).toEqual([
      '   20.5 kB  near a/Dockerfile:12, layer 2: package lists [apt-lists]',
      '              RUN apt-get update',
      '              RUN rm',
    ])
  })

  test('are no section where there are none', () => expect(lines()).toEqual([]))

  test('fit the line and print nothing as it is in an image', () => {
    const hostile = { ...finding, detail: '\u001b[2J\u202e'.repeat(30), fix: 'x'.repeat(200) }
    for (const line of lines(hostile)) {
      expect(textWidth(line)).toBeLessThanOrEqual(80)
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    }
  })
})
