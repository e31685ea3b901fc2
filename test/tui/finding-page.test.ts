import { expect, test } from 'vitest'
import type { Finding, Report } from '../../src/analysis/report.ts'
import { findingRows } from '../../src/tui/finding-page.ts'
import type { Model } from '../../src/tui/model.ts'
import { rowText } from '../../src/tui/row.ts'
import { completeReport } from '../helpers/report.ts'

const [finding] = completeReport.findings as readonly Finding[]
if (finding === undefined) throw new Error('no finding to show')

/** The page of a finding that varies, in a report that varies. */
function page(more: Partial<Finding>, report: Partial<Report> = {}): string[] {
  const model = {
    report: { ...completeReport, ...report },
    cardOf: () => undefined,
    changeOf: () => undefined,
    base: undefined,
  }
  const rows = findingRows({ ...finding, ...more } as Finding, model as unknown as Model, 60)
  return rows.map((row) => rowText(row).trimEnd())
}

test('the page of a finding has the line of the Dockerfile and the changed instruction before the fix in general', () => {
  const lines = page({ change: 'RUN a \\\n    && rm b', fix: 'RUN x' })
  const at = lines.findIndex((line) => line.startsWith('line'))
  expect(lines.slice(at, at + 4)).toEqual([
    'line       Dockerfile:12',
    'change     RUN a \\',
    '           && rm b',
    'fix        RUN x',
  ])
})

test('the page of a finding tells what its bytes take in a compressed layer', () => {
  expect(page({ bytes: 3000, attributedBytes: 3000, files: 2, compressedBytes: 900 })).toContain(
    'bytes      3 kB in 2 files, 900 B as stored',
  )
})

test('the page of a finding leaves out what nobody knows', () => {
  const { dockerfileLine: _, change: __, compressedBytes: ___, ...plain } = finding as Finding
  const lines = findingRows(
    { ...plain, bytes: 3000, attributedBytes: 3000, files: 2 },
    { report: completeReport, cardOf: () => undefined, changeOf: () => undefined, base: undefined } as unknown as Model,
    60,
  ).map((row) => rowText(row).trimEnd())
  expect(lines.filter((line) => /^(?:line|change)/.test(line))).toEqual([])
  expect(lines).toContain('bytes      3 kB in 2 files')
})
