import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeReport } from '../../src/analysis/make-report.ts'
import type { Image } from '../../src/oci/image.ts'
import { gatherEvidence } from '../../src/rules/evidence.ts'
import { type Claimed, findBloat } from '../../src/rules/find.ts'
import { LAYER_RULES } from '../../src/rules/layers.ts'
import type { PathRule } from '../../src/rules/rule.ts'
import { type Stack, stackLayers } from '../../src/stack.ts'
import { Entries } from '../../src/what-if/entries.ts'
import { type PlanRow, type PlanSizes, type WhatIf, whatIf } from '../../src/what-if/plan.ts'
import { Scenario } from '../../src/what-if/scenario.ts'
import { squash } from '../../src/what-if/squash.ts'
import { finish } from '../../src/what-if/work.ts'
import { builtLayers, randomLayers } from '../helpers/random-layers.ts'
import { type Layers, readBack, squashed } from '../helpers/rebuild.ts'
import { imageOf } from '../helpers/stack.ts'

const card = { title: 'junk', techniques: [5], severity: 'low', why: '', traps: '', fix: 'rm', reference: '' } as const
const junk: PathRule = { ...card, id: 'junk', safety: 'safe', count: 'drop', paths: ['/**/a', '/a/**'] }
const tools: PathRule = { ...card, id: 'tools', safety: 'likely', count: 'stage', paths: ['/**/b', '/b/**', '/c'] }

interface Found {
  readonly image: Image
  readonly stack: Stack
  readonly bloat: readonly Claimed[]
}

async function found(layers: Layers, baseLayers = 0): Promise<Found> {
  const image = imageOf(await readBack(layers))
  const stack = stackLayers(image.layers, false)
  return { image, stack, bloat: findBloat(gatherEvidence(image, stack, baseLayers), [...LAYER_RULES, junk, tools]) }
}

function planOf({ image, stack, bloat }: Found, ids = bloat.map(({ finding }) => finding.id)): WhatIf {
  return whatIf(image, stack, bloat, new Set(ids))
}

function sum(plan: readonly PlanRow[], key: keyof PlanSizes): number {
  return plan.reduce((total, { attributed }) => total + (attributed[key] ?? Number.NaN), 0)
}

test('attributed savings add up to the whole, and what stays is what the layers come to', async () => {
  await fc.assert(
    fc.asyncProperty(randomLayers, fc.nat(2), fc.array(fc.boolean()), async (layers, base, mask) => {
      const all = await found(layers, base)
      const ids = all.bloat.map(({ finding }) => finding.id).filter((_, i) => mask[i] ?? true)
      const { plan, before, after, layers: each } = planOf(all, ids)
      for (const key of ['tarBytes', 'contentBytes', 'blobBytes'] as const) {
        expect(sum(plan, key)).toBe((before[key] ?? 0) - (after[key] ?? 0))
      }
      expect(each.reduce((total, { tarBytesAfter }) => total + tarBytesAfter, 0)).toBe(after.tarBytes)
    }),
    { numRuns: 300 },
  )
})

test('without hard links a finding saves no more in its turn than alone, and no less than all would lose without it', async () => {
  const unlinked = randomLayers.map((layers) => layers.map((layer) => layer.filter(({ kind }) => kind !== 'hardlink')))
  await fc.assert(
    fc.asyncProperty(unlinked, async (layers) => {
      for (const { exclusive, attributed, gross } of planOf(await found(layers)).plan) {
        expect(exclusive.contentBytes).toBeLessThanOrEqual(attributed.contentBytes)
        expect(attributed.contentBytes).toBeLessThanOrEqual(gross.contentBytes)
      }
    }),
    { numRuns: 300 },
  )
})

test('doing something about everything that layers hide of each other leaves no waste, and the rootfs as it is', async () => {
  await fc.assert(
    fc.asyncProperty(randomLayers, async (layers) => {
      const all = await found(layers)
      const shadows = all.bloat.filter(({ finding }) => finding.count === 'shadow').map(({ finding }) => finding.id)
      const { after, finalTreeEqual } = planOf(all, shadows)
      expect(after.contentBytes).toBe(makeReport(all.image, all.stack).summary.rootfsBytes)
      expect(finalTreeEqual).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('ticks can be taken away in any order, and leave what the others save', async () => {
  await fc.assert(
    fc.asyncProperty(randomLayers, fc.array(fc.nat(30), { maxLength: 30 }), async (layers, ticks) => {
      const { image, stack, bloat } = await found(layers)
      const live = new Scenario(image, stack, bloat)
      const ids = live.choices.map(({ claimed }) => claimed.finding.id)
      if (ids.length === 0) return
      const on = new Set<string>()
      for (const tick of ticks) {
        const id = ids[tick % ids.length] as string
        if (!on.delete(id)) on.add(id)
        live.tick(id, on.has(id))
      }
      expect(live.after()).toEqual(planAfter(image, stack, bloat, on))
      live.clear()
      expect(live.after()).toEqual(live.before)
    }),
    { numRuns: 300 },
  )
})

function planAfter(image: Image, stack: Stack, bloat: readonly Claimed[], ids: ReadonlySet<string>): PlanSizes {
  return whatIf(image, stack, bloat, ids).after
}

test('one layer for all has no waste, and making one of it again saves nothing', async () => {
  await fc.assert(
    fc.asyncProperty(builtLayers, async (layers) => {
      const { image, stack } = await found(layers)
      const entries = new Entries(image, stack)
      entries.ledger.add(finish(squash(entries, 0, layers.length - 1)).edit)
      const saved = image.layers.reduce((total, { index }) => total + entries.ledger.savedIn(index).contentBytes, 0)
      const { contentBytes, rootfsBytes } = makeReport(image, stack).summary
      expect(contentBytes - saved).toBe(rootfsBytes)

      const one = await found(await squashed(layers, 0, layers.length - 1))
      const again = new Entries(one.image, one.stack)
      again.ledger.add(finish(squash(again, 0, 0)).edit)
      expect(again.ledger.savedIn(0)).toEqual({ tarBytes: 0, contentBytes: 0, blobBytes: 0 })
    }),
    { numRuns: 100 },
  )
})

test('the same image gives the same plan', async () => {
  await fc.assert(
    fc.asyncProperty(randomLayers, async (layers) => {
      expect(JSON.stringify(planOf(await found(layers)))).toBe(JSON.stringify(planOf(await found(layers))))
    }),
    { numRuns: 50 },
  )
})
