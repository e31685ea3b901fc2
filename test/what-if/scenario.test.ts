import { describe, expect, test } from 'vitest'
import type { Image, Layer } from '../../src/oci/image.ts'
import { RULES } from '../../src/rules/catalogue.ts'
import { findBloat } from '../../src/rules/find.ts'
import { stackLayers } from '../../src/stack.ts'
import type { Measured } from '../../src/what-if/entered-layer.ts'
import { Scenario } from '../../src/what-if/scenario.ts'
import { evidenceOf, sized } from '../helpers/findings.ts'
import { dir, type Tree, whiteout } from '../helpers/layer.ts'
import { imageOf, layersOf } from '../helpers/stack.ts'

const OWN: readonly Tree[] = [
  { 'src/': dir(), 'src/a': sized(1000), 'src/b': sized(2000), 'root/.cache/pip/x': sized(3000) },
  { src: whiteout },
]

async function scenarioOf(own: readonly Tree[]): Promise<Scenario> {
  const evidence = await evidenceOf({ own, history: own.map(() => 'RUN make') })
  return new Scenario(evidence.image, evidence.stack, findBloat(evidence, RULES))
}

const tarSaved = (scenario: Scenario) => scenario.before.tarBytes - scenario.after().tarBytes

describe('what is ticked', () => {
  test('a finding and a path that is part of it count once', async () => {
    const scenario = await scenarioOf(OWN)
    scenario.tick('deleted-later@1-2')
    // Two bodies with their headers, the directory, and the whiteout.
    const whole = 512 + 1024 + (512 + 2048) + 512 + 512
    expect(tarSaved(scenario)).toBe(whole)
    scenario.tickPath(1, 'src/a')
    expect(tarSaved(scenario)).toBe(whole)
    scenario.tick('deleted-later@1-2', false)
    expect(tarSaved(scenario)).toBe(512 + 1024)
    scenario.tickPath(1, 'src/a', false)
    expect(scenario.after()).toEqual(scenario.before)
  })

  test('a directory stands for all files beneath it', async () => {
    const scenario = await scenarioOf(OWN)
    scenario.tickPath(1, 'root')
    expect(tarSaved(scenario)).toBe(512 + 3072)
    expect(scenario.keepsRootfs()).toBe(false)
  })

  test('ticking twice is ticking once, and what there is not changes nothing', async () => {
    const scenario = await scenarioOf(OWN)
    for (const id of ['pip-cache@1', 'pip-cache@1', 'pip-cache@9']) scenario.tick(id)
    expect(tarSaved(scenario)).toBe(512 + 3072)
    scenario.tickPath(7, 'src')
    scenario.tickPath(1, 'nothing')
    expect(tarSaved(scenario)).toBe(512 + 3072)
    scenario.clear()
    expect(scenario.after()).toEqual(scenario.before)
  })

  test('layers tell what each of them saves', async () => {
    const scenario = await scenarioOf(OWN)
    scenario.tick('deleted-later@1-2')
    expect(scenario.savedByLayer()).toEqual([0, 4608, 512])
  })
})

describe('blob bytes', () => {
  /** An image of one layer that is stored in gzip, as it is when its compression was or was not measured. */
  async function compressed(measured: Measured): Promise<Image> {
    const [layer] = (await layersOf([{ a: sized(1000), b: sized(3000) }])) as [Layer]
    return imageOf([
      {
        ...layer,
        blobBytes: 900,
        content: { ...(layer.content as object), compression: 'gzip', ...measured } as never,
      },
    ])
  }

  test('are an estimate where the compression was measured, by the place of the entry in the tar', async () => {
    const asked: [number, number][] = []
    const image = await compressed({
      compressedBytesOf(offset, bytes) {
        asked.push([offset, bytes])
        return 300
      },
    })
    const scenario = new Scenario(image, stackLayers(image.layers, false), [])
    scenario.tickPath(0, 'b')
    expect(scenario.after()).toEqual({ tarBytes: 6144 - 3584, contentBytes: 1000, blobBytes: 600 })
    expect(scenario.isExact()).toBe(false)
    expect(asked).toEqual([[1536, 3584]])
  })

  test('are not told where it was not', async () => {
    const image = await compressed({})
    const scenario = new Scenario(image, stackLayers(image.layers, false), [])
    expect(scenario.after().blobBytes).toBe(900)
    scenario.tickPath(0, 'b')
    expect(scenario.after().blobBytes).toBeUndefined()
  })
})
