import { expect } from 'vitest'
import { openAnalysis } from '../../src/analyse.ts'
import { alignHistory, type HistoryEntry } from '../../src/oci/history.ts'
import type { RuntimeConfig } from '../../src/oci/runtime-config.ts'
import { type Evidence, gatherEvidence } from '../../src/rules/evidence.ts'
import { findBloat } from '../../src/rules/find.ts'
import type { Finding } from '../../src/rules/finding.ts'
import type { Rule } from '../../src/rules/rule.ts'
import { stackLayers } from '../../src/stack.ts'
import { inContainers } from './containers.ts'
import { temporaryFolder } from './deliver.ts'
import { buildkit, classic, entry } from './history.ts'
import { sha256 } from './image.ts'
import { type Tree, layer as tarOfLayer } from './layer.ts'
import { imageOf, layersOf } from './stack.ts'

/** An image in short, as rules look at it. */
export interface BloatLiteral {
  /** Layers that came with the base image; one with an `/etc/os-release` where left out. */
  readonly base?: readonly Tree[]
  readonly own?: readonly Tree[]
  readonly config?: RuntimeConfig
  /** What made the own layers, in order: an instruction as a Dockerfile has it, or a whole entry. */
  readonly history?: readonly (string | Partial<HistoryEntry>)[]
}

const BASE: readonly Tree[] = [{ 'etc/os-release': 'ID=debian\n' }]

/** Everything that rules see of an image. */
export async function evidenceOf({ base = BASE, own = [], config = {}, history }: BloatLiteral): Promise<Evidence> {
  const layers = await layersOf([...base, ...own])
  const entries = history && [
    ...base.map((_, i) => classic(`ADD file:${i} in / `)),
    ...history.map((one) => (typeof one === 'string' ? buildkit(withShell(one)) : { ...entry(undefined), ...one })),
  ]
  const steps = alignHistory(entries ?? [], layers.length)
  const tars = [...base, ...own].map((tree) => tarOfLayer(tree))
  const placed = layers.map((layer, i) => ({
    ...layer,
    diffId: `sha256:${sha256(tars[i] ?? '')}` as const,
    history: steps[i],
  }))
  const image = { ...imageOf(placed), config, history: entries ?? [] }
  return gatherEvidence(image, stackLayers(layers, true), base.length)
}

/** What some rules find in an image, largest first; however the image is stored, they have to find the same. */
export async function findingsOf(literal: BloatLiteral, rules: readonly Rule[]): Promise<Finding[]> {
  const evidence = await evidenceOf(literal)
  const found = findBloat(evidence, rules).map(({ finding }) => finding)
  await expectEverywhere(evidence, literal, rules, found)
  return found
}

/** What these say depends on how layers are stored. */
const ABOUT_STORAGE: ReadonlySet<string> = new Set(['uncompressed-layer', 'compressible-layer'])

async function expectEverywhere(
  { baseLayers, image: { config, history } }: Evidence,
  { base = BASE, own = [] }: BloatLiteral,
  rules: readonly Rule[],
  found: readonly Finding[],
): Promise<void> {
  const folder = temporaryFolder()
  try {
    for (const [name, input] of inContainers({ layers: [...base, ...own], config, history }, folder.path)) {
      const { image, stack, close } = await openAnalysis(input, {})
      close()
      const there = findBloat(gatherEvidence(image, stack, baseLayers), rules).map(({ finding }) => {
        const { compressedBytes: _, ...same } = finding
        return same
      })
      expect(
        there.filter(({ rule }) => !ABOUT_STORAGE.has(rule)),
        name,
      ).toEqual(found)
    }
  } finally {
    folder.remove()
  }
}

/** Every finding as a short text: `rule layer bytes`, or `rule layer→by bytes` where a layer hid the files. */
export async function findingLines(literal: BloatLiteral, rules: readonly Rule[]): Promise<string[]> {
  const findings = await findingsOf(literal, rules)
  return findings.map(({ rule, layer, by, bytes }) => `${rule} ${layer}${by === undefined ? '' : `→${by}`} ${bytes}`)
}

/** A body of so many bytes; bodies of the same letter and length are the same content. */
export function sized(bytes: number, letter = 'x'): string {
  return letter.repeat(bytes)
}

function withShell(instruction: string): string {
  return instruction.replace(/^RUN (?!\[)/, 'RUN /bin/sh -c ')
}
