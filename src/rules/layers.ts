import type { HiddenBody } from '../stack.ts'
import { metadataDifferences, nearlySameContent, sameContent } from '../tree/compare.ts'
import { possibleMoves } from '../tree/copies.ts'
import type { Evidence } from './evidence.ts'
import type { Claim, Detector, Instance } from './rule.ts'

const LAYERS = 'OCI image-spec, layer.md; Docker docs, Building best practices, Minimize the number of layers'

/** Rules about what layers do to each other. */
export const LAYER_RULES: readonly Detector[] = [
  {
    id: 'deleted-later',
    title: 'files written in one layer and deleted in a later one',
    techniques: [3, 5],
    severity: 'medium',
    safety: 'safe',
    count: 'drop',
    why: 'a later layer can only hide what an earlier one wrote: every pull still carries the bytes',
    traps:
      'a whiteout with nothing beneath it deletes nothing; in a build that merges its steps into one layer nothing is lost',
    fix: 'RUN make && rm -rf /src    # delete in the RUN that wrote the files, or write them in a build stage',
    reference: LAYERS,
    detect: (evidence) => hiddenEdges(evidence, ({ cause }) => cause === 'removed' || cause === 'opaque'),
  },
  {
    id: 'shadowed-later',
    title: 'files beneath a directory that a later layer replaced',
    techniques: [3, 5],
    severity: 'medium',
    safety: 'safe',
    count: 'drop',
    why: 'the directory became a link or a file, so what lies beneath it cannot be reached, but is still carried',
    traps: '',
    fix: 'RUN mv /data /srv/data && ln -s /srv/data /data    # move in the RUN that wrote the directory',
    reference: LAYERS,
    detect: (evidence) => hiddenEdges(evidence, ({ cause }) => cause === 'shadowed'),
  },
  {
    id: 'overwritten-later',
    title: 'files written again, with other content, in a later layer',
    techniques: [3, 5],
    severity: 'medium',
    safety: 'safe',
    count: 'drop',
    why: 'each version of a file is stored whole, and only the last one is seen',
    traps: 'files that a package upgrade replaces come from the base image: a newer base saves them',
    fix: 'COPY package*.json ./    # write each path once: dependencies before sources, .dockerignore for what RUN makes',
    reference: LAYERS,
    detect: (evidence) =>
      hiddenEdges(evidence, (body) => body.cause === 'replaced' && !isSameContent(body) && !isSmallChange(body)),
  },
  {
    id: 'small-change-rewrite',
    title: 'large files stored again for a small change',
    techniques: [3],
    severity: 'medium',
    safety: 'likely',
    count: 'drop',
    why: 'a database, a log or an archive was written to again: a layer stores the whole file, not what changed in it',
    traps: 'only files of at least 256 KiB are compared, and nine tenths of the blocks have to stand where they stood',
    fix: 'RUN ./manage.py migrate && ./manage.py loaddata seed    # write to the file in one RUN, or keep state in a volume',
    reference: LAYERS,
    detect: (evidence) => hiddenEdges(evidence, (body) => body.cause === 'replaced' && isSmallChange(body)),
  },
  {
    id: 'metadata-only-rewrite',
    title: 'files stored again for a new owner, mode or time',
    techniques: [3],
    severity: 'medium',
    safety: 'safe',
    count: 'meta',
    why: 'a layer has no way to change metadata alone: chmod, chown and touch store the whole file again',
    traps: '',
    fix: 'COPY --chown=app:app --chmod=755 src /app    # or chown in the RUN that creates the files',
    reference: LAYERS,
    detect: (evidence) =>
      hiddenEdges(evidence, (body) => isSameContent(body) && differences(body).length > 0, describeDifferences),
  },
  {
    id: 'rewritten-later',
    title: 'files stored again without any change',
    techniques: [3],
    severity: 'medium',
    safety: 'safe',
    count: 'dedup',
    why: 'the same content with the same metadata is stored twice',
    traps: 'a blob that is named twice is stored once by most registries',
    fix: 'COPY --link src /app    # copy or install each thing in one place only',
    reference: LAYERS,
    detect: (evidence) => hiddenEdges(evidence, (body) => isSameContent(body) && differences(body).length === 0),
  },
  {
    id: 'duplicate-entry',
    title: 'files that one layer brings twice',
    techniques: [10],
    severity: 'low',
    safety: 'safe',
    count: 'drop',
    why: 'the layer was put together from several tars, and the last entry of a path wins',
    traps: '',
    fix: 'build the layer from one tree, or let the tool that concatenates tars drop repeated paths',
    reference: 'OCI image-spec, layer.md, Distributable format',
    detect: (evidence) => hiddenEdges(evidence, ({ cause }) => cause === 'duplicate-entry'),
  },
  {
    id: 'moved-later',
    title: 'files that a later layer moved to another path',
    techniques: [3],
    severity: 'low',
    safety: 'safe',
    count: 'drop',
    why: 'moving stores the file again at its new path, and hides the old one',
    traps: 'the bytes are also those of deleted-later; files of less than 4 kB are not compared',
    fix: 'COPY src /final/place    # write to the final path, or mv in the RUN that wrote it',
    reference: LAYERS,
    detect: movedLater,
  },
  {
    id: 'empty-layer',
    title: 'layers that change no content',
    techniques: [3],
    severity: 'info',
    safety: 'safe',
    count: 'none',
    why: 'the instruction made a layer with no file in it; about a kilobyte, and one of at most 127 layers',
    traps: 'a layer of directories, links or whiteouts does change something',
    fix: 'join the instruction to its neighbour, or drop it',
    reference: LAYERS,
    *detect({ image, stack, baseLayers }) {
      for (const { index, content } of image.layers.slice(baseLayers)) {
        const changes = stack.changes[index]
        if (typeof content === 'string' || changes === undefined) continue
        if (changes.added + changes.removed + changes.replaced.length === 0) yield { layer: index, files: [] }
      }
    },
  },
  {
    id: 'duplicate-layer',
    title: 'the same layer twice',
    techniques: [3, 10],
    severity: 'low',
    safety: 'safe',
    count: 'none',
    why: 'two instructions made the same bytes; registries store the blob once, but it is unpacked twice',
    traps: 'empty layers are all alike',
    fix: 'drop one of the two instructions',
    reference: LAYERS,
    *detect({ image }) {
      const alike = new Map<string, number[]>()
      for (const { index, diffId, content } of image.layers) {
        if (diffId === undefined || typeof content === 'string' || content.contentBytes === 0) continue
        alike.set(diffId, [...(alike.get(diffId) ?? []), index])
      }
      for (const [first, ...again] of alike.values()) {
        const [second] = again
        if (second === undefined) continue
        const more = again.length === 1 ? '' : `, and ${again.length - 1} more`
        yield { layer: second, files: [], detail: `the same as layer ${first}${more}` }
      }
    },
  },
  {
    id: 'many-layers',
    title: 'many layers',
    techniques: [3],
    severity: 'info',
    safety: 'safe',
    count: 'none',
    why: 'storage drivers stop at about 127 layers, and every layer costs time to unpack',
    traps: 'small stable layers that images share are good for pulls: never squash for the number alone',
    fix: 'join the RUN instructions that change together; COPY --link what is independent',
    reference: LAYERS,
    *detect({ image }) {
      const { length } = image.layers
      const step = [125, 100, 60].find((least) => length >= least)
      if (step !== undefined) yield { layer: length - 1, files: [], detail: `${length} layers` }
    },
  },
]

function isSameContent({ node, after }: HiddenBody): boolean {
  return after?.kind === 'file' && sameContent(node, after)
}

function isSmallChange({ node, after }: HiddenBody): boolean {
  return after?.kind === 'file' && nearlySameContent(node, after)
}

function differences({ node, after }: HiddenBody): string[] {
  return after === undefined ? [] : metadataDifferences(node, after)
}

function describeDifferences(bodies: readonly HiddenBody[]): string {
  return [...new Set(bodies.flatMap(differences))].join(', ')
}

/** One claim for each pair of a layer that wrote and a layer that hid. */
function hiddenEdges(
  { stack }: Evidence,
  isMeant: (body: HiddenBody) => boolean,
  describe?: (bodies: readonly HiddenBody[]) => string,
): Claim[] {
  const edges = new Map<string, HiddenBody[]>()
  for (const body of stack.hidden) {
    if (body.node.size === 0 || !isMeant(body)) continue
    const key = `${body.node.origin.layer} ${body.by}`
    const edge = edges.get(key)
    if (edge === undefined) edges.set(key, [body])
    else edge.push(body)
  }
  return [...edges.values()].map((bodies) => {
    const [first] = bodies
    const files = bodies.map((body): Instance => ({ path: body.path, node: body.node, layer: body.node.origin.layer }))
    const detail = describe?.(bodies)
    return { layer: first?.node.origin.layer ?? 0, by: first?.by ?? 0, files, ...(detail && { detail }) }
  })
}

/** Deleted bodies that stand, with the same content, at another path that the layer which deleted them wrote. */
function* movedLater({ stack }: Evidence): Generator<Claim> {
  const deleted = stack.hidden.filter(({ cause }) => cause === 'removed')
  const edges = new Map<string, (readonly [body: HiddenBody, to: string])[]>()
  for (const { from, to } of possibleMoves(stack.rootfs, deleted)) {
    const arrived = new Map(to.map(({ node, path }) => [node.hash, path]))
    for (const body of from) {
      const path = body.node.hash === undefined ? undefined : arrived.get(body.node.hash)
      if (path === undefined) continue
      const key = `${body.node.origin.layer} ${body.by}`
      const edge = edges.get(key)
      if (edge === undefined) edges.set(key, [[body, path]])
      else edge.push([body, path])
    }
  }
  for (const moved of edges.values()) {
    const [first] = moved
    if (first === undefined) continue
    const [{ path, node, by }, to] = first
    const { layer } = node.origin
    const files = moved.map(([body]): Instance => ({ path: body.path, node: body.node, layer }))
    yield { layer, by, files, detail: `such as /${path} to /${to}` }
  }
}
