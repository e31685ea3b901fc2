import type { HistoryEntry as Entry } from '../../src/oci/history.ts'
import type { RuntimeConfig } from '../../src/oci/runtime-config.ts'
import type { Input } from '../../src/sources/open.ts'
import { type Entries, tarOf } from './archive.ts'
import { gzip, zstd } from './compression.ts'
import { file, pipe } from './deliver.ts'
import { dockerSave, podmanSave } from './docker-archive.ts'
import { type HistoryEntry, type Image, image } from './image.ts'
import type { Tree } from './layer.ts'
import { dockerSave25, ociLayout } from './oci-layout.ts'

/** What an image is made of, as those who look at images see it. */
export interface Contents {
  readonly layers: readonly Tree[]
  readonly config: RuntimeConfig
  /** Left out of the config document where it is empty. */
  readonly history: readonly Entry[]
}

interface Container {
  readonly name: string
  readonly pack: (plain: Image, stored: (compression: typeof gzip) => Image) => Entries
  /** A file can be sought through, and a pipe cannot: both have to be told the same. */
  readonly through: 'file' | 'pipe'
}

/** The ways in which most images are stored. */
const CONTAINERS: readonly Container[] = [
  { name: 'docker save before 25', pack: (plain) => dockerSave([plain]), through: 'pipe' },
  { name: 'podman save', pack: (plain) => podmanSave([plain]), through: 'file' },
  { name: 'image layout, gzip', pack: (_, stored) => ociLayout([stored(gzip)]), through: 'file' },
  { name: 'image layout, zstd', pack: (_, stored) => ociLayout([stored(zstd())]), through: 'pipe' },
  { name: 'image layout, plain', pack: (plain) => ociLayout([plain]), through: 'file' },
  { name: 'docker save since 25', pack: (plain) => dockerSave25([plain]), through: 'pipe' },
]

/** The same image in each of six containers, each with its name; files are written to `folder`, one at a time. */
export function* inContainers(contents: Contents, folder: string): Generator<readonly [name: string, input: Input]> {
  const literal = {
    layers: contents.layers,
    config: configOf(contents.config),
    ...(contents.history.length > 0 && { history: contents.history.map(historyOf) }),
  }
  const plain = image(literal)
  const stored = (compression: typeof gzip) => image({ ...literal, compression })
  for (const { name, pack, through } of CONTAINERS) {
    const bytes = tarOf(pack(plain, stored))
    yield [name, through === 'pipe' ? pipe(bytes) : file(folder, bytes)]
  }
}

function historyOf({ createdBy, comment, author, created, emptyLayer }: Entry): HistoryEntry {
  return {
    ...(created !== undefined && { created }),
    ...(createdBy !== undefined && { created_by: createdBy }),
    ...(author !== undefined && { author }),
    ...(comment !== undefined && { comment }),
    ...(emptyLayer && { empty_layer: true }),
  }
}

function configOf(config: RuntimeConfig): object {
  const { exposedPorts = [], volumes = [] } = config
  const keys = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, {}]))
  return {
    User: config.user,
    WorkingDir: config.workingDir,
    Entrypoint: config.entrypoint,
    Cmd: config.cmd,
    Env: config.env,
    Labels: config.labels,
    StopSignal: config.stopSignal,
    ExposedPorts: keys(exposedPorts),
    Volumes: keys(volumes),
  }
}
