import { describe, expect, test } from 'vitest'
import { whatIfText } from '../../src/reporters/what-if.ts'
import type { PlanRow, WhatIf } from '../../src/what-if/plan.ts'

const none = { tarBytes: 0, contentBytes: 0, blobBytes: 0 }

const row: PlanRow = {
  id: 'pip-cache@3',
  rule: 'pip-cache',
  title: 'downloads that pip kept',
  severity: 'low',
  safety: 'safe',
  origin: 'own',
  layer: 3,
  fix: 'RUN pip install --no-cache-dir app',
  applied: true,
  operation: 'never-write',
  change: 'do not write 2 files in layer 3',
  attributed: { tarBytes: 2048, contentBytes: 1000, blobBytes: 700 },
  gross: { tarBytes: 4096, contentBytes: 2000, blobBytes: 1400 },
  exclusive: none,
  estimate: false,
  missingFiles: 2,
  missingPaths: [{ path: '/root/.cache/pip/a\u001b' }],
}

const result: WhatIf = {
  schemaVersion: 1,
  image: { name: 'app:1' },
  before: { tarBytes: 10_240, contentBytes: 5000, blobBytes: 3000 },
  after: { tarBytes: 8192, contentBytes: 4000, blobBytes: 2300 },
  blobBytesExact: false,
  finalTreeEqual: false,
  layers: [],
  plan: [row],
}

const text = (changes: Partial<WhatIf> = {}) => [...whatIfText({ ...result, ...changes }, { color: false })].join('')

describe('the text of what an image would come to', () => {
  test('has sizes, the plan and what would be missing', () => {
    expect(text()).toBe(
      [
        'Image    app:1',
        '',
        'Sizes',
        '                  Before    After    Saved  After, exactly',
        '  Content bytes     5 kB     4 kB     1 kB  4,000',
        '  Tar bytes      10.2 kB  8.19 kB  2.05 kB  8,192',
        '  Blob bytes        3 kB  ≈2.3 kB   ≈700 B  an estimate',
        '',
        'Plan, in tar bytes, each finding in its turn',
        '   2.05 kB  pip-cache@3: downloads that pip kept',
        '            safe: do not write 2 files in layer 3, 4.1 kB alone',
        '              RUN pip install --no-cache-dir app',
        '   2.05 kB  in all',
        '',
        'The final rootfs would be without',
        '  pip-cache@3 (2 files): /root/.cache/pip/a\\e',
        '',
      ].join('\n'),
    )
  })

  test('marks estimates, and leaves the fix out where nothing is left to save', () => {
    const estimated = text({ plan: [{ ...row, estimate: true }] })
    expect(estimated).toContain('  ≈2.05 kB  pip-cache@3')
    expect(text({ plan: [{ ...row, attributed: none }] })).not.toContain('RUN pip')
  })

  test('does not guess what was not measured', () => {
    const { blobBytes: _, ...after } = result.after
    expect(text({ after })).toContain('  Blob bytes        3 kB        ?        ?  not measured')
  })

  test('says what the image would come to exactly where its layers are stored as they are', () => {
    expect(text({ blobBytesExact: true })).toContain('  Blob bytes        3 kB   2.3 kB    700 B  2,300')
  })

  test('lists what is not applied, the largest first', () => {
    const rest = { ...row, applied: false, attributed: none }
    const large = { ...rest, id: 'tools@0', origin: 'base' as const, gross: { ...none, tarBytes: 9216 } }
    expect(text({ plan: [rest, large], finalTreeEqual: true })).toMatch(
      /nothing to apply\n\nNot applied[^\n]*\n.*\n +9\.22 kB {2}base {4}tools@0 .*\n {3}4\.1 kB {2}safe {4}pip-cache@3 /,
    )
  })
})
