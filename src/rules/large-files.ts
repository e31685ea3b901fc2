import type { FileNode } from '../tree/node.ts'
import { claimsByLayer } from './claims.ts'
import { duplicateContent } from './duplicates.ts'
import { type Evidence, instancesOf } from './evidence.ts'
import { type Format, hasFormat } from './magic.ts'
import type { Claim, Instance } from './rule.ts'

/** A kind of data, by how its files end or begin, and where it better lies. */
interface DataKind {
  readonly name: string
  readonly end: RegExp
  /** Formats that tell it whatever the file is called. */
  readonly formats: readonly Format[]
  readonly fix: string
}

const KINDS: readonly DataKind[] = [
  {
    name: 'a model',
    end: /\.(?:onnx|pt|pth|safetensors|gguf|ggml|h5|hdf5|keras|tflite|ckpt|pkl|joblib|caffemodel)$/,
    formats: ['gguf'],
    fix: 'COPY --link models /models    # a layer of its own, before the layers that change; or mount a volume',
  },
  {
    name: 'a database or its dump',
    end: /\.(?:sql|sql\.gz|dump|bak|sqlite|sqlite3|db|mdb|rdb)$/,
    formats: ['sqlite', 'pgdump'],
    fix: 'VOLUME /data    # mount the data at run time: docker run -v data:/data',
  },
  {
    name: 'a recording',
    end: /\.(?:mp4|mov|avi|mkv|webm|wav|flac|psd)$/,
    formats: ['mp4', 'matroska'],
    fix: 'echo "**/*.mp4" >> .dockerignore    # serve it from object storage',
  },
  {
    name: 'a data set',
    end: /\.(?:csv|tsv|parquet|arrow|feather|jsonl|ndjson|npy|npz)(?:\.gz|\.zst)?$/,
    formats: ['parquet', 'hdf5', 'numpy'],
    fix: 'echo "data/" >> .dockerignore    # read it from object storage or a volume',
  },
  {
    name: 'a disk image',
    end: /\.(?:iso|img|qcow2|vmdk|vhdx?|dmg)$/,
    formats: ['qcow2'],
    fix: 'RUN --mount=type=bind,source=disk.iso,target=/disk.iso ./install    # use it without copying it',
  },
]

/** Files of fewer bytes are not large. */
const LARGE = 10_000_000

/** Large files of data that own layers write and the final rootfs shows, one claim for each layer and kind. */
export function* largeFiles(evidence: Evidence): Generator<Claim> {
  const own = evidence.image.layers.slice(evidence.baseLayers)
  const bytes = own.reduce((sum, { content }) => sum + (typeof content === 'string' ? 0 : content.contentBytes), 0)
  const least = Math.max(LARGE, 0.02 * bytes)
  const isLarge = (node: FileNode) => node.size > least && !evidence.hiddenBy.has(node)
  const found = own.flatMap(({ index, content }) =>
    typeof content !== 'string' && content.contentBytes > least ? instancesOf(evidence, index, isLarge) : [],
  )
  if (found.length === 0) return
  const copies = new Set(duplicateContent(evidence).flatMap(({ files }) => files.map(({ node }) => node)))
  const large = found.filter(({ node }) => !copies.has(node))
  const kinds = large.map((file) => kindOf(file, evidence))
  for (const kind of KINDS) {
    const { name, fix } = kind
    const files = large.filter((_, i) => kinds[i] === kind)
    for (const claim of claimsByLayer(files, evidence)) yield { ...claim, detail: name, fix }
  }
}

function kindOf(file: Instance, evidence: Evidence): DataKind | undefined {
  return (
    KINDS.find(({ end }) => end.test(file.path)) ??
    KINDS.find(({ formats }) => formats.some((format) => hasFormat(format, file, evidence)))
  )
}
