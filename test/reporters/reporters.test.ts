import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Report } from '../../src/analysis/report.ts'
import { textWidth } from '../../src/format/width.ts'
import type { Reporter } from '../../src/reporters/reporter.ts'
import { REPORTERS } from '../../src/reporters/reporters.ts'
import { completeReport } from '../helpers/report.ts'

const CONTROLS = /[^\n\P{Cc}]|[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Surrogate}/u

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.constantFrom(
    '\u001b]0;owned\u0007',
    'a\nlayerscope: PASS',
    '\r\u001b[2K',
    '\u202egpj.exe',
    '\udcff',
    '\u009b31m',
    'x'.repeat(5000),
  ),
)
const size = fc.oneof(fc.nat(100), fc.maxSafeNat())

/** A report in which everything that an image can say is hostile. */
const reports: fc.Arbitrary<Report> = fc.record({ name: hostile, path: hostile, createdBy: hostile, bytes: size }).map(
  ({ name, path, createdBy, bytes }): Report => ({
    ...completeReport,
    image: {
      name,
      id: name,
      tags: [name, path],
      platform: name,
      created: name,
      base: { ...completeReport.image.base, name },
      config: { labels: { [name]: path } },
    },
    summary: {
      ...completeReport.summary,
      contentBytes: bytes,
      wastedBytes: bytes,
      blobBytes: bytes,
      userWastedPercent: bytes,
    },
    layers: completeReport.layers.flatMap(({ unread, files, ...layer }) => [
      { ...layer, createdBy, comment: name, contentBytes: bytes },
      {
        ...layer,
        createdBy,
        unread,
        index: 126,
        files: files.map((file) => ({ ...file, path, link: name, size: bytes })),
      },
    ]),
    wasted: Array.from({ length: 25 }, (_, i) => ({
      path,
      bytes,
      cause: 'metadata-only',
      differs: ['mode', 'owner', 'xattrs', 'mtime'],
      layer: i,
      by: 126,
    })),
    findings: completeReport.findings.map((finding) => ({
      ...finding,
      detail: name,
      instruction: `RUN ${createdBy}`,
      bytes,
    })),
    suppressed: completeReport.suppressed.map((one) => ({ ...one, reason: path, bytes })),
    savings: {
      own: { safe: bytes, likely: bytes, review: bytes, 'never-auto': bytes },
      base: bytes,
      suppressed: { own: bytes, base: bytes },
    },
    rootfs: { files: completeReport.rootfs.files.map((file) => ({ ...file, path, link: name })) },
  }),
)

describe.each(Object.entries(REPORTERS))('the %s reporter', (_, reporter: Reporter) => {
  test('never writes a control character of an image', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const written = [...reporter(report, { color: false })].join('')
        expect(written).not.toMatch(CONTROLS)
        expect(written.endsWith('\n')).toBe(true)
      }),
      { numRuns: 50 },
    )
  })
})

describe.each(['text', 'ci'] as const)('the %s reporter', (name) => {
  test('writes no line wider than 80 columns, but the last of ci, which is for programs', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const lines = [...REPORTERS[name](report, { color: false, all: true })].join('').split('\n')
        const wide = lines.filter((line) => textWidth(line) > 80 && !line.startsWith('layerscope: '))
        expect(wide).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  test('writes as many lines whatever the names are', () => {
    fc.assert(
      fc.property(reports, reports, (one, other) => {
        const count = (report: Report): number =>
          [...REPORTERS[name](report, { color: false })].join('').split('\n').length
        expect(count(one)).toBe(count(other))
      }),
      { numRuns: 30 },
    )
  })
})
