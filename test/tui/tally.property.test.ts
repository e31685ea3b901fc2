import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultLimits } from '../../src/oci/limits.ts'
import { RULES } from '../../src/rules/catalogue.ts'
import { gatherEvidence } from '../../src/rules/evidence.ts'
import { findBloat } from '../../src/rules/find.ts'
import { stackLayers } from '../../src/stack.ts'
import { walk } from '../../src/tree/tree.ts'
import { type Outcome, Tally } from '../../src/tui/tally.ts'
import { pathKey, type Ticks } from '../../src/tui/ticks.ts'
import { whatIf } from '../../src/what-if/plan.ts'
import { Scenario } from '../../src/what-if/scenario.ts'
import { gzip, plain } from '../helpers/compression.ts'
import { asPair } from '../helpers/naive.ts'
import { randomLayers } from '../helpers/random-layers.ts'
import type { Layers } from '../helpers/rebuild.ts'
import { asLayer, contentOf, imageOf } from '../helpers/stack.ts'

/** Every other layer is compressed, so that what is saved of it is an estimate. */
async function found(layers: Layers) {
  const contents = layers.map((layer, i) => contentOf(layer.map(asPair), defaultLimits, i % 2 === 0 ? plain : gzip))
  const image = imageOf((await Promise.all(contents)).map(asLayer))
  const stack = stackLayers(image.layers, false)
  const bloat = findBloat(gatherEvidence(image, stack, 0), RULES)
  const { choices } = new Scenario(image, stack, bloat)
  const ids = choices.map(({ claimed }) => claimed.finding.id)
  const paths: string[] = []
  for (const { index, content } of image.layers) {
    if (typeof content === 'string') continue
    walk(content.changeset.added, '', (path) => paths.push(pathKey({ layer: index, path })))
  }
  return {
    image,
    stack,
    bloat,
    ids,
    keys: [...ids, ...paths],
    tally: () => new Tally(() => Scenario.open(image, stack, bloat)),
  }
}

function settled(tally: Tally, ticks: Ticks): Outcome | undefined {
  while (!tally.advance(ticks)) expect(tally.outcomeOf(ticks)).toBeUndefined()
  return tally.outcomeOf(ticks)
}

const chosen = fc.array(fc.nat(200), { maxLength: 8 })
const ticksOf = (all: readonly string[], picks: readonly number[]): Ticks =>
  new Set(all.length === 0 ? [] : picks.map((pick) => all[pick % all.length] as string))

test('the same ticks have the same outcome, whatever was ticked before and in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(randomLayers, fc.array(chosen, { maxLength: 4 }), chosen, async (layers, before, last) => {
      const { keys, tally } = await found(layers)
      const ticks = ticksOf(keys, last)
      const used = tally()
      for (const [i, picks] of before.entries()) {
        const others = ticksOf(keys, picks)
        // Somebody who is quick does not wait for each.
        if (i % 2 === 0) settled(used, others)
        else used.advance(others)
      }
      const outcome = settled(used, ticks)
      expect(outcome).toEqual(settled(tally(), new Set([...ticks].reverse())))
      expect(outcome === undefined).toBe(ticks.size === 0)
    }),
    { numRuns: 200 },
  )
})

test('ticked findings come to what the command says', async () => {
  await fc.assert(
    fc.asyncProperty(randomLayers, chosen, async (layers, picks) => {
      const { image, stack, bloat, ids, tally } = await found(layers)
      const ticks = ticksOf(ids, picks)
      fc.pre(ticks.size > 0)
      const { before, after, blobBytesExact, finalTreeEqual } = whatIf(image, stack, bloat, ticks)
      expect(settled(tally(), ticks)).toMatchObject({
        before,
        after,
        isBlobExact: blobBytesExact,
        keepsRootfs: finalTreeEqual,
      })
    }),
    { numRuns: 200 },
  )
})
