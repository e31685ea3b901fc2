import type { HistoryEntry } from '../../src/oci/history.ts'

/** A history entry from the few fields that matter; `empty` for one that made no layer. */
export function entry(
  createdBy: string | undefined,
  {
    comment,
    author,
    created,
    empty = false,
  }: { comment?: string; author?: string; created?: string; empty?: boolean } = {},
): HistoryEntry {
  return { createdBy, comment, author, created, emptyLayer: empty }
}

/** An entry as BuildKit leaves it: instructions that make files end with its mark. */
export function buildkit(createdBy: string, created?: string): HistoryEntry {
  const writes = /^(?:RUN|COPY|ADD) /.test(createdBy)
  const empty = !writes && !createdBy.startsWith('WORKDIR ')
  const dated = created === undefined ? {} : { created }
  return entry(writes ? `${createdBy} # buildkit` : createdBy, { comment: 'buildkit.dockerfile.v0', empty, ...dated })
}

/** An instruction as classic builders leave it; `createdBy` of a RUN begins with its shell. */
export function classic(createdBy: string, options: { empty?: boolean; comment?: string } = {}): HistoryEntry {
  const runs = createdBy.startsWith('/') || createdBy.startsWith('|')
  const empty = !runs && !/^(?:COPY|ADD|WORKDIR) /.test(createdBy)
  return entry(runs ? createdBy : `/bin/sh -c #(nop) ${empty ? ' ' : ''}${createdBy}`, { empty, ...options })
}
