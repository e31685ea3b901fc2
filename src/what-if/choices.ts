import { formatCount } from '../format/bytes.ts'
import type { Claimed } from '../rules/find.ts'
import type { Finding } from '../rules/finding.ts'
import type { Entries } from './entries.ts'
import {
  dedupSymlink,
  leaveOut,
  metaInline,
  neverWrite,
  type Operation,
  sameLayerCleanup,
  stripElf,
} from './operations.ts'
import { squash } from './squash.ts'
import type { Work } from './work.ts'

/** What can be done to an image about a finding. */
export type OperationKind =
  | 'never-write'
  | 'same-layer-cleanup'
  | 'meta-inline'
  | 'dedup-symlink'
  | 'strip-elf'
  | 'merge-groups'

/** A finding that something can be done about. */
export interface Choice {
  readonly claimed: Claimed
  readonly kind: OperationKind
}

/** What is done about the bytes of a finding, by how they come back. */
const BY_COUNT: Readonly<Record<Finding['count'], OperationKind | undefined>> = {
  drop: 'never-write',
  stage: 'never-write',
  rebase: 'never-write',
  shadow: 'same-layer-cleanup',
  meta: 'meta-inline',
  dedup: 'dedup-symlink',
  part: 'strip-elf',
  none: undefined,
}

/** Rules whose own change is more than what the count of their bytes says, unless the bytes are of the base image. */
const BY_RULE: Readonly<Record<string, OperationKind>> = {
  'metadata-only-rewrite': 'meta-inline',
  'mergeable-layers': 'merge-groups',
}

/** When the changes of some rules are made; those of other rules by count. */
const RANKS: Readonly<Record<string, number>> = {
  'deleted-later': 0,
  'shadowed-later': 0,
  'moved-later': 0,
  'overwritten-later': 1,
  'rewritten-later': 1,
  'duplicate-entry': 1,
  'metadata-only-rewrite': 2,
  'secret-file': 4,
  'secret-deleted-later': 4,
  'mergeable-layers': 8,
}

const COUNT_RANKS: Readonly<Record<Finding['count'], number>> = {
  shadow: 3,
  drop: 3,
  meta: 2,
  rebase: 3,
  stage: 5,
  dedup: 6,
  part: 7,
  none: 9,
}

/**
 * The findings that something can be done about, in the one order in which changes are made: what layers hide of each
 * other, junk, secrets, build tools, copies, parts of files, and whole layers last.
 */
export function choicesOf(bloat: readonly Claimed[]): Choice[] {
  return bloat
    .flatMap((claimed) => {
      const { rule, count, origin, by } = claimed.finding
      // Whatever it is, what a layer hid is cleaned up where it was written.
      const shadow = origin === 'base' && by !== undefined ? BY_COUNT.shadow : undefined
      const kind = shadow ?? (origin === 'own' ? BY_RULE[rule] : undefined) ?? BY_COUNT[count]
      return kind === undefined || (claimed.files.length === 0 && kind !== 'merge-groups') ? [] : [{ claimed, kind }]
    })
    .sort((a, b) => rankOf(a.claimed.finding) - rankOf(b.claimed.finding))
}

function rankOf({ rule, count }: Finding): number {
  return RANKS[rule] ?? COUNT_RANKS[count]
}

/** The change that a choice stands for. */
export function operationOf(entries: Entries, { claimed, kind }: Choice): Work<Operation> {
  return OPERATIONS[kind](entries, claimed)
}

const OPERATIONS: Readonly<Record<OperationKind, (entries: Entries, claimed: Claimed) => Work<Operation>>> = {
  'never-write': (entries, { files, finding, installed }) =>
    installed === undefined ? neverWrite(entries, files) : leaveOut(entries, finding.layer, files, installed),
  'same-layer-cleanup': (entries, { files }) => sameLayerCleanup(entries, files),
  'meta-inline': (entries, { files, finding }) => metaInline(entries, files, finding.by ?? finding.layer),
  'dedup-symlink': (entries, { files }) => dedupSymlink(entries, files),
  'strip-elf': (entries, { files, finding }) => {
    // The finding knows the bytes of all parts, so each file has its share of them.
    const all = files.reduce((sum, { node }) => sum + node.size, 0)
    return stripElf(entries, files, ({ node }) => (all === 0 ? 0 : Math.floor((node.size * finding.bytes) / all)))
  },
  'merge-groups': (entries, { finding, last = finding.layer }) => squash(entries, finding.layer, last),
}

const CHANGES: Readonly<Record<OperationKind, (finding: Finding) => string>> = {
  'never-write': ({ layer, files }) => `do not write ${named(files)} in layer ${layer}`,
  'same-layer-cleanup': ({ layer, files }) => `delete ${named(files)} in layer ${layer}, where they are written`,
  'meta-inline': ({ layer, by }) => `set owner and mode in layer ${layer}, not in layer ${by}`,
  'dedup-symlink': ({ files }) => `make ${named(files)} symbolic links`,
  'strip-elf': ({ files }) => `strip ${named(files)}`,
  'merge-groups': ({ detail }) => `join ${detail ?? 'the layers'} into one`,
}

/** What is changed, in a few words. */
export function describeChange({ claimed: { finding }, kind }: Choice): string {
  if (finding.origin === 'base')
    return `needs a base image without them; ${named(finding.files)} in layer ${finding.layer}`
  return CHANGES[kind](finding)
}

function named(files: number): string {
  return `${formatCount(files)} ${files === 1 ? 'file' : 'files'}`
}
