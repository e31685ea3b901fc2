import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type LineEdit, newFileDiff, unifiedDiff } from '../../src/what-if/unified-diff.ts'

const lines = Array.from({ length: 20 }, (_, i) => `line ${i + 1}`)
const edit = (first: number, last: number, ...added: string[]): LineEdit => ({
  first,
  last,
  lines: added,
  reason: 'why',
})

/** The lines with the edits made, the plain way. */
function edited(before: readonly string[], edits: readonly LineEdit[]): string[] {
  const after = [...before]
  for (const { first, last, lines: added } of [...edits].sort((a, b) => b.first - a.first)) {
    after.splice(first - 1, last - first + 1, ...added)
  }
  return after
}

/** What `git apply` makes of a file and a diff. */
function applied(before: readonly string[], diff: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'layerscope-diff-'))
  try {
    writeFileSync(join(folder, 'Dockerfile'), before.map((line) => `${line}\n`).join(''))
    const input = diff.map((line) => `${line}\n`).join('')
    execFileSync('git', ['apply', '--unidiff-zero', '-'], { cwd: folder, input, stdio: ['pipe', 'pipe', 'pipe'] })
    return readFileSync(join(folder, 'Dockerfile'), 'utf8').split('\n').slice(0, -1)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describe('a unified diff', () => {
  test('shows three lines around a change, and why it is made', () => {
    expect(unifiedDiff('Dockerfile', lines, [edit(10, 10, 'new')])).toEqual([
      '--- a/Dockerfile',
      '+++ b/Dockerfile',
      '@@ -7,7 +7,7 @@ why',
      ...[' line 7', ' line 8', ' line 9', '-line 10', '+new', ' line 11', ' line 12', ' line 13'],
    ])
  })

  test('is nothing where nothing changes', () => {
    expect(unifiedDiff('Dockerfile', lines, [edit(3, 3, 'line 3')])).toEqual([])
    expect(newFileDiff('.dockerignore', [], 'why')).toEqual([])
  })

  test('makes a new file', () => {
    expect(newFileDiff('.dockerignore', ['.git', '*.log'], 'why')).toEqual([
      ...['--- /dev/null', '+++ b/.dockerignore', '@@ -0,0 +1,2 @@ why', '+.git', '+*.log'],
    ])
  })

  test('is what git takes for the same change', () => {
    const edits = fc
      .uniqueArray(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 })
      .chain((places) =>
        fc.tuple(
          ...places.map((at) => fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 }).map((to) => edit(at, at, ...to))),
        ),
      )
    fc.assert(
      fc.property(edits, (all) => {
        const diff = unifiedDiff('Dockerfile', lines, all)
        if (diff.length > 0) expect(applied(lines, diff)).toEqual(edited(lines, all))
      }),
      { numRuns: 40 },
    )
  })
})
