import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { openAnalysis } from '../../src/analyse.ts'
import { UserError } from '../../src/errors.ts'
import { Entries } from '../../src/what-if/entries.ts'
import { whatIf } from '../../src/what-if/plan.ts'
import { squash } from '../../src/what-if/squash.ts'
import { finish } from '../../src/what-if/work.ts'

// Archives of many producers; they are no part of the repository.
const folder = fileURLToPath(new URL('../../../shared/corpus/images/', import.meta.url))
const archives = existsSync(folder) ? readdirSync(folder) : []

/** The only or first image of an archive; undefined where none can be read. */
async function opened(archive: string) {
  for (const image of [undefined, '0']) {
    try {
      const analysis = await openAnalysis({ kind: 'path', path: join(folder, archive) }, { image, host: [] })
      analysis.close()
      return analysis
    } catch (error) {
      if (!(error instanceof UserError)) throw error
    }
  }
  return undefined
}

describe.skipIf(archives.length === 0)('the corpus of image archives (../shared/corpus)', () => {
  test.each(archives)('%s', async (archive) => {
    const analysis = await opened(archive)
    if (analysis === undefined) return
    const { image, stack, bloat, report } = analysis
    const { before, after, plan } = whatIf(image, stack, bloat, new Set(bloat.map(({ finding }) => finding.id)))
    for (const key of ['tarBytes', 'contentBytes'] as const) {
      expect(plan.reduce((total, { attributed }) => total + attributed[key], 0)).toBe(before[key] - after[key])
      expect(after[key]).toBeGreaterThanOrEqual(0)
    }
    // One layer for all holds what the rootfs shows, and nothing else.
    const entries = new Entries(image, stack)
    entries.ledger.add(finish(squash(entries, 0, image.layers.length - 1)).edit)
    const saved = image.layers.reduce((total, { index }) => total + entries.ledger.savedIn(index).contentBytes, 0)
    expect(report.summary.contentBytes - saved).toBe(report.summary.rootfsBytes)
  })
})
