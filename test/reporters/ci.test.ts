import { describe, expect, test } from 'vitest'
import type { Check, Report } from '../../src/analysis/report.ts'
import { ci } from '../../src/reporters/ci.ts'
import { completeReport, plainReport } from '../helpers/report.ts'

const write = (report: Report, color = false): string => [...ci(report, { color })].join('')

const checks: readonly Check[] = [
  { name: 'lowestEfficiency', threshold: 0.9, value: 0.974_708_526, status: 'pass' },
  { name: 'highestWastedBytes', threshold: null, value: 32_025, status: 'skip' },
  { name: 'highestUserWastedPercent', threshold: 0.1, value: 0.483_491_1, status: 'fail' },
]

test('a CI report is figures, wasted paths, checks and a line for programs', () => {
  expect(write({ ...plainReport, checks })).toMatchInlineSnapshot(`
    "Figures
      content-bytes        1266237 (1.27 MB)
      efficiency           0.9747
      wasted-bytes         32025 (32 kB)
      user-wasted-percent  0.4835

    Wasted paths
        Bytes  Layers  Cause                      Path
      12.8 kB  1 → 2   removed                    /var/cache/apt/pkgcache.bin
      12.8 kB  0 → 1   metadata-only: mode owner  /root/saved.txt
      6.41 kB  1       duplicate-entry            /srv/deep/deep/d…eep/deep/name.txt

    Checks
      PASS  lowestEfficiency          0.9747, at least 0.9
      SKIP  highestWastedBytes        disabled
      FAIL  highestUserWastedPercent  0.4835, at most 0.1

    layerscope: FAIL pass=1 fail=1 skip=1 efficiency=0.9747 wasted-bytes=32025 user-wasted-percent=0.4835
    "
  `)
})

test("a CI report by dive's formulas says so", () => {
  expect(write({ ...completeReport, wasted: [] })).toMatchInlineSnapshot(`
    "Figures by dive's formulas
      content-bytes        1266237 (1.27 MB)
      efficiency           0.9747
      wasted-bytes         32025 (32 kB)
      user-wasted-percent  none

    Wasted paths
      none

    Findings  own 10 B in 1
          12 B  Dockerfile:12, layers 0 → 1: files written in one layer and deleted…
                  RUN true \\
                      && rm -rf /a

    Checks
      PASS  lowestEfficiency          0.9747, at least 0.9
      SKIP  highestWastedBytes        disabled
      FAIL  highestUserWastedPercent  waste over nothing, at most 0.1

    layerscope: FAIL pass=1 fail=1 skip=1 efficiency=0.9747 wasted-bytes=32025 user-wasted-percent=none
    "
  `)
})

describe('a check is told', () => {
  const rows: [check: Check, line: string][] = [
    [
      { name: 'lowestEfficiency', threshold: 0.9, value: 0.9, status: 'pass' },
      '  PASS  lowestEfficiency          0.9000, at least 0.9',
    ],
    [
      { name: 'lowestEfficiency', threshold: 0.9, value: 0.899_999, status: 'fail' },
      '  FAIL  lowestEfficiency          0.899999, at least 0.9',
    ],
    [
      { name: 'highestWastedBytes', threshold: 20_000_000, value: 20_000_001, status: 'fail' },
      '  FAIL  highestWastedBytes        20000001, at most 20000000',
    ],
    [
      { name: 'highestWastedBytes', threshold: null, value: 7, status: 'skip' },
      '  SKIP  highestWastedBytes        disabled',
    ],
    [
      { name: 'highestUserWastedPercent', threshold: 0.1, value: null, status: 'skip' },
      '  SKIP  highestUserWastedPercent  no figure, at most 0.1',
    ],
    [
      { name: 'highestUserWastedPercent', threshold: 0.1, value: null, status: 'fail' },
      '  FAIL  highestUserWastedPercent  waste over nothing, at most 0.1',
    ],
  ]
  test.each(rows)('%j', (check, line) => {
    expect(write({ ...plainReport, checks: [check] }).split('\n')).toContain(line)
  })
})

describe('the last line', () => {
  const rows: [name: string, checks: readonly Check[], line: string][] = [
    [
      'counts every status',
      checks,
      'layerscope: FAIL pass=1 fail=1 skip=1 efficiency=0.9747 wasted-bytes=32025 user-wasted-percent=0.4835',
    ],
    [
      'passes where nothing fails',
      checks.slice(0, 2),
      'layerscope: PASS pass=1 fail=0 skip=1 efficiency=0.9747 wasted-bytes=32025',
    ],
    [
      'has a word for a figure that does not exist',
      [{ name: 'highestUserWastedPercent', threshold: 0.1, value: null, status: 'skip' }],
      'layerscope: PASS pass=0 fail=0 skip=1 user-wasted-percent=none',
    ],
  ]
  test.each(rows)('%s', (_, given, line) => {
    expect(
      write({ ...plainReport, checks: given })
        .trimEnd()
        .split('\n')
        .at(-1),
    ).toBe(line)
  })

  test('is the same with colours', () => {
    expect(write({ ...plainReport, checks }, true)).toMatch(/\nlayerscope: FAIL [ -~]*\n$/)
    expect(write({ ...plainReport, checks }, true)).toContain('\u001b[31mFAIL\u001b[39m  highestUserWastedPercent')
  })
})
