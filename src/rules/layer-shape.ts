import type { Instruction } from '../dockerfile/instruction.ts'
import { formatBytes } from '../format/bytes.ts'
import type { Layer } from '../oci/image.ts'
import type { LayerContent } from '../oci/layer.ts'
import { metadataDifferences, needsHash, sameContent } from '../tree/compare.ts'
import type { FileNode } from '../tree/node.ts'
import { duplicateContent } from './duplicates.ts'
import { type Evidence, instancesOf } from './evidence.ts'
import { stepsOf } from './instructions.ts'
import type { Claim, Detector, Instance } from './rule.ts'
import { redactSecrets } from './secret-text.ts'

const LAYERS = 'OCI image-spec, layer.md; Docker docs, Building best practices, Minimize the number of layers'

/** Rules about how layers are cut, linked and stored. */
export const LAYER_SHAPE_RULES: readonly Detector[] = [
  {
    id: 'hardlink-copyup',
    title: 'files copied into a layer by a hard link',
    techniques: [3],
    severity: 'low',
    safety: 'review',
    count: 'dedup',
    why: 'a hard link must lie in one layer with its target, so linking a file of a lower layer stores it again',
    traps: 'a symbolic link costs nothing, but a program can tell the two apart',
    fix: 'RUN ln -s /usr/lib/app /opt/app    # or make the hard link in the RUN that wrote the file',
    reference: 'OCI image-spec, layer.md, Hardlinks',
    detect: linkedCopies,
  },
  {
    id: 'duplicate-content',
    title: 'files that are copies of another file',
    techniques: [8],
    severity: 'low',
    safety: 'review',
    count: 'dedup',
    why: 'the same content is stored for each path; one copy and links to it would do',
    traps:
      'licences have to lie beside what they are about; versions of a package that are asked for twice, and files that programs change, have to stay apart; files below 4 kB, and below 64 KiB those of other names, are not compared',
    fix: 'RUN ln -sf ../lib/app.so /opt/app/app.so    # a symbolic link; npm dedupe for packages',
    reference: 'Docker docs, Building best practices',
    detect: duplicateContent,
  },
  {
    id: 'mergeable-layers',
    title: 'neighbouring RUN layers that could be one',
    techniques: [3],
    severity: 'info',
    safety: 'safe',
    count: 'drop',
    why: 'one layer would hold only what is left at its end; the bytes are exactly what one of them hides of another',
    traps: 'with 0 bytes it is a matter of style, and one layer less to reuse from the build cache',
    fix: 'RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*',
    reference: LAYERS,
    detect: mergeableLayers,
  },
  {
    id: 'dangling-whiteout',
    title: 'deletions of what is not there',
    techniques: [3, 10],
    severity: 'info',
    safety: 'safe',
    count: 'none',
    why: 'the mark of a deletion takes 512 bytes, and nothing beneath has the path',
    traps: 'cached layers put on another base leave such marks, and runtimes ignore them',
    fix: 'nothing to do; a build without cache leaves them out',
    reference: 'OCI image-spec, layer.md, Whiteouts',
    *detect({ image: { layers }, stack: { danglingWhiteouts } }) {
      const dangling = new Map<number, string[]>()
      for (const { layer, path } of danglingWhiteouts) {
        const paths = dangling.get(layer)
        if (paths === undefined) dangling.set(layer, [path])
        else paths.push(path)
      }
      for (const [layer, paths] of dangling) {
        // A layer that was not read may hold what a whiteout above it removes.
        if (layer > firstUnread(layers)) return
        yield { layer, files: [], detail: countOf(paths.length, `/${paths[0]}`) }
      }
    },
  },
  {
    id: 'uncompressed-layer',
    title: 'a layer stored uncompressed among compressed ones',
    techniques: [10],
    severity: 'info',
    safety: 'safe',
    count: 'none',
    why: 'every pull carries the layer in full size',
    traps: 'docker save stores all layers uncompressed: only a mix of both is told',
    fix: 'docker buildx build --output type=image,compression=zstd,force-compression=true .',
    reference: 'Docker docs, Image and registry exporters, Compression',
    *detect({ image: { layers } }) {
      const read = layers.flatMap(withContent)
      if (!read.some(({ content }) => content.compression !== 'none')) return
      for (const { index, content } of read) {
        if (content.compression !== 'none' || content.tarBytes < NOTABLE_TAR) continue
        yield { layer: index, files: [], detail: `${formatBytes(content.tarBytes)} stored as they are` }
      }
    },
  },
  {
    id: 'compressible-layer',
    title: 'a layer that compression does not make smaller',
    techniques: [10],
    severity: 'info',
    safety: 'safe',
    count: 'none',
    why: 'its files are compressed already, so gzip only costs time at every push and pull',
    traps: 'small layers are left out: the frame of the compression weighs more than what it gains',
    fix: 'docker buildx build --output type=image,compression=zstd,force-compression=true .    # unpacks faster',
    reference: 'Docker docs, Image and registry exporters, Compression',
    *detect({ image: { layers } }) {
      for (const { index, content, blobBytes } of layers.flatMap(withContent)) {
        const { compression, tarBytes } = content
        if (compression === 'none' || tarBytes < NOTABLE_TAR || blobBytes < NO_GAIN * tarBytes) continue
        const detail = `${formatBytes(blobBytes)} in ${compression} for ${formatBytes(tarBytes)}`
        yield { layer: index, files: [], detail }
      }
    },
  },
]

/** Smaller tars are not worth a word about their compression. */
const NOTABLE_TAR = 100_000
/** Share of its tar that a blob keeps where compression gained nothing. */
const NO_GAIN = 0.97

function withContent(layer: Layer): (Layer & { readonly content: LayerContent })[] {
  const { content } = layer
  return typeof content === 'string' ? [] : [{ ...layer, content }]
}

function countOf(paths: number, first: string): string {
  return paths === 1 ? first : `${paths} of them, such as ${first}`
}

/** Index of the lowest layer whose content is not known; from there on nobody knows what lies beneath. */
function firstUnread(layers: readonly Layer[]): number {
  return layers.find(({ content }) => typeof content === 'string')?.index ?? Number.POSITIVE_INFINITY
}

/** Files that came again, unchanged, because the layer gave them a further name. */
function* linkedCopies(evidence: Evidence): Generator<Claim> {
  const { image, stack, baseLayers, hiddenBy } = evidence
  const known = new Map<number, Map<FileNode, Instance[]>>()
  const named = (layer: number) => {
    const names = known.get(layer) ?? allNames(evidence, layer)
    known.set(layer, names)
    return names
  }
  for (const { index } of image.layers.slice(baseLayers, firstUnread(image.layers))) {
    const again = new Map<string, FileNode>()
    const below = new Set<string>()
    for (const { path, before, after } of stack.changes[index]?.replaced ?? []) {
      below.add(path)
      if (before?.kind === 'file' && after?.kind === 'file' && isCopy(before, after)) again.set(path, before)
    }
    if (again.size === 0) continue
    const claimed: Instance[] = []
    for (const copies of linkedNames(evidence, index).values()) {
      const one = copies.find(({ path }) => again.has(path))
      const before = one && again.get(one.path)
      if (before === undefined || copies.every(({ path }) => below.has(path))) continue
      // Of two own bodies the hidden one is told, as every other rule does; one of the base is not for the user to spare.
      const { layer } = before.origin
      const isOwn = layer >= baseLayers && hiddenBy.has(before)
      if (isOwn) yield { layer, by: index, files: named(layer).get(before) ?? [] }
      else claimed.push(...copies)
    }
    if (claimed.length > 0) yield { layer: index, files: claimed }
  }
}

/** All names of each body of a layer that has several there. */
function linkedNames(evidence: Evidence, layer: number): Map<FileNode, Instance[]> {
  return namesOf(instancesOf(evidence, layer, ({ links }) => links > 1))
}

function allNames(evidence: Evidence, layer: number): Map<FileNode, Instance[]> {
  return namesOf(instancesOf(evidence, layer))
}

function namesOf(instances: readonly Instance[]): Map<FileNode, Instance[]> {
  const names = new Map<FileNode, Instance[]>()
  for (const instance of instances) {
    const known = names.get(instance.node)
    if (known === undefined) names.set(instance.node, [instance])
    else known.push(instance)
  }
  return names
}

function isCopy(before: FileNode, after: FileNode): boolean {
  if (before === after || after.size === 0 || after.links < 2 || before.size !== after.size) return false
  if (needsHash(before, after) && (before.hash === undefined || after.hash === undefined)) return false
  return sameContent(before, after) && metadataDifferences(before, after).length === 0
}

/** Instructions that may stand between two RUNs without changing what the second one does. */
const PASSIVE: ReadonlySet<string | undefined> = new Set([
  'CMD',
  'ENTRYPOINT',
  'EXPOSE',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'STOPSIGNAL',
])

function* mergeableLayers(evidence: Evidence): Generator<Claim> {
  for (const run of neighbouringRuns(evidence)) {
    const [first] = run
    const last = run.at(-1)
    if (first === undefined || last === undefined || first === last) continue
    const files = run.flatMap(({ layer }) =>
      instancesOf(evidence, layer, (node) => {
        const by = evidence.hiddenBy.get(node)?.by
        return by !== undefined && by > layer && by <= last.layer
      }),
    )
    const fix = joinedRun(run)
    yield {
      layer: first.layer,
      last: last.layer,
      files,
      detail: `layers ${first.layer} to ${last.layer}`,
      ...(fix !== undefined && { fix }),
    }
  }
}

interface RunLayer {
  readonly layer: number
  readonly instruction: Instruction
}

/** Own layers that a RUN each made, in groups without any other layer or setting between them. */
function neighbouringRuns(evidence: Evidence): RunLayer[][] {
  const runs: RunLayer[][] = [[]]
  for (const { layer, group, instruction } of stepsOf(evidence)) {
    const { word } = instruction
    if (layer !== undefined && layer >= evidence.baseLayers && word === 'RUN') runs.at(-1)?.push({ layer, instruction })
    else if (!(PASSIVE.has(word) || (word === 'RUN' && group === undefined))) runs.push([])
  }
  return runs
}

/** A command that leaves the shell in another state than it found it in. */
const CHANGES_SHELL = /(?:^|[;&|]\s*)(?:cd|export|set|umask)\b/

/** One RUN for several, or undefined where they cannot simply be put behind each other. */
function joinedRun(run: readonly RunLayer[]): string | undefined {
  const shells = new Set(run.map(({ instruction }) => instruction.shell?.join(' ')))
  const isPlain = ({ form, flags, text }: Instruction) =>
    form === 'shell' && flags.length === 0 && text.trim() !== '' && !/[\n#]|<</.test(text)
  if (shells.size > 1 || !run.every(({ instruction }) => isPlain(instruction))) return undefined
  const commands = run.map(({ instruction }) => redactSecrets(instruction.text.trim()))
  return `RUN ${commands.map((text) => (CHANGES_SHELL.test(text) ? `(${text})` : text)).join(' \\\n    && ')}`
}
