import { expect, test } from 'vitest'
import type { ReportPackages } from '../../src/analysis/report.ts'
import { textWidth } from '../../src/format/width.ts'
import { packages } from '../../src/reporters/packages.ts'
import { plainReport } from '../helpers/report.ts'

const found: ReportPackages = {
  installed: [
    { ecosystem: 'dpkg', name: 'libc6', version: '2.41-12', bytes: 1_000_000, bodies: 260, layer: 0 },
    { ecosystem: 'npm', name: `a\u001b[2J${'long'.repeat(30)}`, bytes: 200, bodies: 3, layer: 12 },
    { ecosystem: 'dpkg', name: 'empty', version: '1', bytes: 0, bodies: 0, layer: 0 },
  ],
  unowned: { bytes: 50, bodies: 1 },
  unread: [{ ecosystem: 'rpm', path: '/var/lib/rpm/Packages', reason: 'it is a Berkeley DB file' }],
}
const report = {
  ...plainReport,
  summary: { ...plainReport.summary, rootfsBytes: 1_000_250 },
  packages: found,
}
const lines = (color: boolean) => [...packages(report, { color })].join('').split('\n')

test('packages come as a table, with the unowned rest, totals, and what was not read', () => {
  expect(lines(false)).toEqual([
    'Packages',
    '  Bytes  Layer  From  Package',
    '   1 MB      0  dpkg  libc6 2.41-12',
    `  200 B     12  npm   a\\e[2J${'long'.repeat(12)}lon…`,
    '    0 B      0  dpkg  empty 1',
    '   50 B               unowned: files that no package lists',
    '',
    'Totals',
    '            Size      Bytes',
    '  dpkg      1 MB  1,000,000  2 packages',
    '  npm      200 B        200  1 package',
    '  unowned   50 B         50  1 body',
    '  rootfs    1 MB  1,000,250  every body once',
    '',
    'Not read',
    '  not read: rpm, /var/lib/rpm/Packages',
    '    it is a Berkeley DB file',
    '',
  ])
})

test('no line is wider than 80 columns, and colour adds only colour', () => {
  expect(Math.max(...lines(false).map(textWidth))).toBeLessThanOrEqual(80)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(lines(true).map((line) => line.replace(/\u001b\[\d+m/g, ''))).toEqual(lines(false))
})
