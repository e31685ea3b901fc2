import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Report } from '../../src/analysis/report.ts'
import { json } from '../../src/reporters/json.ts'
import { completeReport, plainReport } from '../helpers/report.ts'

const write = (report: Report): string => [...json(report)].join('')
const named = (name: string): Report => ({ ...plainReport, image: { ...plainReport.image, name, tags: [name] } })

describe('JSON', () => {
  const rows: [string, Report][] = [
    ['a plain report', plainReport],
    ['a complete report', completeReport],
    ['a report without layers', { ...plainReport, layers: [], wasted: [] }],
    ['a name beyond ASCII', named('日本語 👍 é')],
  ]
  test.each(rows)('of %s is what JSON.stringify gives', (_, report) => {
    expect(write(report)).toBe(`${JSON.stringify(report, null, 2)}\n`)
  })

  test('escapes what is not safe on a terminal and keeps its value', () => {
    const name = '\u001b[2J \u0085 \u009b \u007f \u202e \u2066 \u200b \ufeff \u2028 é \u{e0001}'
    const text = write(named(name))
    expect(text).toContain(
      '"\\u001b[2J \\u0085 \\u009b \\u007f \\u202e \\u2066 \\u200b \\ufeff \\u2028 é \\udb40\\udc01"',
    )
    expect(JSON.parse(text).image.name).toBe(name)
  })

  test('of any names is ours to print and theirs to parse', () => {
    const text = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(text, text, fc.dictionary(text, text), (name, createdBy, labels) => {
        const report: Report = {
          ...plainReport,
          image: { ...plainReport.image, name, tags: [name], config: { labels } },
          layers: plainReport.layers.map((layer) => ({ ...layer, createdBy })),
        }
        const written = write(report)
        expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(report)))
        expect(written).not.toMatch(/[^\n\P{Cc}]|[\u2028-\u202e\u2066-\u2069]/u)
      }),
    )
  })

  test('of very many paths comes in pieces of a bounded size', () => {
    const [file] = completeReport.rootfs.files
    if (file === undefined) throw new Error('the complete report has no file')
    const report = { ...plainReport, rootfs: { files: Array.from({ length: 5000 }, () => file) } }
    const pieces = [...json(report)]
    expect(pieces.length).toBeGreaterThan(5)
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(100_000)
    expect(pieces.join('')).toBe(`${JSON.stringify(report, null, 2)}\n`)
  })
})
