import { printablePath } from '../format/escape.ts'
import type { Image } from '../oci/image.ts'
import type { Claimed } from '../rules/find.ts'
import type { Finding } from '../rules/finding.ts'
import type { Stack } from '../stack.ts'
import { describeChange, type OperationKind } from './choices.ts'
import type { Proposal } from './dockerfile-edits.ts'
import type { Sizes } from './ledger.ts'
import { minus, Scenario } from './scenario.ts'

/** Sizes as a report has them: `blobBytes` is left out where it cannot be told. */
export interface PlanSizes {
  /** Layers uncompressed. */
  readonly tarBytes: number
  /** Bodies of regular files. */
  readonly contentBytes: number
  /** Layers as stored. */
  readonly blobBytes?: number
}

/** What is done about one finding, and what that saves. */
export interface PlanRow
  extends Pick<Finding, 'id' | 'rule' | 'title' | 'severity' | 'safety' | 'origin' | 'layer' | 'by' | 'fix'> {
  readonly applied: boolean
  readonly operation: OperationKind
  /** What is changed, in words. */
  readonly change: string
  /** What it saves in its turn, when all that stands before it is done: these add up to the whole. Nothing where it is not applied. */
  readonly attributed: PlanSizes
  /** What it would save alone. */
  readonly gross: PlanSizes
  /** What the whole would save less without it. Nothing where it is not applied. */
  readonly exclusive: PlanSizes
  /** True where the bytes are an estimate. */
  readonly estimate: boolean
  /** Files that the final rootfs would not have any more, or not as they are; 0 where it stays equal. */
  readonly missingFiles: number
  /** The first of them. */
  readonly missingPaths: readonly { readonly path: string; readonly pathBytes?: string }[]
}

/** The sizes of an image before and after a plan, and the plan. */
export interface WhatIf {
  readonly schemaVersion: 1
  readonly image: { readonly name: string; readonly id?: string }
  readonly before: PlanSizes
  readonly after: PlanSizes
  /** False where `after.blobBytes` is an estimate: a layer that changes is compressed. */
  readonly blobBytesExact: boolean
  /** Whether containers would see the same files. */
  readonly finalTreeEqual: boolean
  readonly layers: readonly { readonly index: number; readonly tarBytes: number; readonly tarBytesAfter: number }[]
  /** In the order in which the changes are made. */
  readonly plan: readonly PlanRow[]
  /** Edits of a Dockerfile, where they are asked for. */
  readonly proposal?: Proposal
}

/** What an image would come to if something was done about the findings of these ids. */
export function whatIf(image: Image, stack: Stack, bloat: readonly Claimed[], ids: ReadonlySet<string>): WhatIf {
  const scenario = new Scenario(image, stack, bloat)
  const all = scenario.choices.map(({ claimed }) => claimed.finding.id)
  const gross = new Map(all.map((id) => [id, costOf(scenario, id, true)]))
  const attributed = new Map<string, Sizes>()
  for (const id of all.filter((one) => ids.has(one))) {
    const before = scenario.saved()
    scenario.tick(id)
    attributed.set(id, minus(scenario.saved(), before))
  }
  const exclusive = new Map([...attributed.keys()].map((id) => [id, costOf(scenario, id, false)]))
  const saved = scenario.savedByLayer()
  return {
    schemaVersion: 1,
    image: { name: image.tags[0] ?? image.archive, ...(image.id !== undefined && { id: image.id }) },
    before: sizes(scenario.before),
    after: sizes(scenario.after()),
    blobBytesExact: scenario.isExact(),
    finalTreeEqual: scenario.keepsRootfs(),
    layers: image.layers.map(({ index, content }) => {
      const tarBytes = typeof content === 'string' ? 0 : content.tarBytes
      return { index, tarBytes, tarBytesAfter: tarBytes - (saved[index] ?? 0) }
    }),
    plan: scenario.choices.map((choice) => {
      const { id, rule, title, severity, safety, origin, layer, by, fix } = choice.claimed.finding
      const operation = scenario.operation(id)
      return {
        ...{ id, rule, title, severity, safety, origin, layer, ...(by !== undefined && { by }), fix },
        applied: ids.has(id),
        operation: choice.kind,
        change: describeChange(choice),
        attributed: sizes(attributed.get(id) ?? NOTHING),
        gross: sizes(gross.get(id) ?? NOTHING),
        exclusive: sizes(exclusive.get(id) ?? NOTHING),
        estimate: operation?.estimate ?? false,
        missingFiles: operation?.missing.files ?? 0,
        missingPaths: (operation?.missing.paths ?? []).map((path) => printablePath(`/${path}`)),
      }
    }),
  }
}

const NOTHING: Sizes = { tarBytes: 0, contentBytes: 0, blobBytes: 0 }

/** What one finding adds to what is saved, with `on`, or what it takes away when it is left out. */
function costOf(scenario: Scenario, id: string, on: boolean): Sizes {
  const before = scenario.saved()
  scenario.tick(id, on)
  const after = scenario.saved()
  scenario.tick(id, !on)
  return on ? minus(after, before) : minus(before, after)
}

function sizes({ tarBytes, contentBytes, blobBytes }: Sizes): PlanSizes {
  return { tarBytes, contentBytes, ...(blobBytes !== undefined && { blobBytes }) }
}
