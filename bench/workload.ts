import { execFileSync } from 'node:child_process'
import {
  cached,
  dockerSave,
  files,
  type Layers,
  layerBlobs,
  longTail,
  ociArchive,
  plainTar,
  removals,
  withDockerManifest,
} from './archives.ts'

const small = (i: number) => 60 + (i % 200)

/** 70,000 files of 1.5 GB in 12 layers: a base of 40,000, ten layers of 2,700 more, and one that replaces and removes. */
function realistic(scale: number): Layers {
  const size = longTail(scale)
  return [
    files(0, 40_000, size),
    ...Array.from({ length: 10 }, (_, k) => files(40_000 + k * 2_700, 2_700, size)),
    // Most files that come again have another size; the others have to be read to tell.
    [...files(1_000, 2_500, (i) => size(i) + (i % 25 === 0 ? 0 : 1)), ...removals(10_000, 500)],
  ]
}

/** What a Dockerfile makes on a base of 30,000 files: packages, a whole context with its `node_modules`, and a cleaning too late. */
function built(): Layers {
  const size = (i: number) => 200 + (i % 8000)
  const under = (root: string, entries: Layers[number]) =>
    entries.map((entry) => ({ ...entry, path: entry.path.replace(/^usr\/lib/, root) }))
  const source = under('app/src', files(90_000, 1_000, size))
  return [
    files(0, 30_000, size),
    [...under('usr/share', files(60_000, 8_000, size)), ...under('var/cache/apt', files(70_000, 2_000, size))],
    [
      ...under('app/node_modules', files(40_000, 30_000, size)),
      ...under('app/.git', files(80_000, 3_000, size)),
      ...source,
    ],
    source,
    [{ path: 'var/cache/.wh.apt', type: '0', size: 0 }],
  ]
}

const step = (created_by: string, empty_layer = false) => ({
  created_by,
  empty_layer,
  comment: 'buildkit.dockerfile.v0',
})

const builtBy = {
  config: { Env: ['PATH=/usr/local/bin:/usr/bin'], Cmd: ['node', '/app/src/server.js'], WorkingDir: '/app' },
  history: [
    { created_by: '/bin/sh -c #(nop) ADD file:0123456789abcdef in / ' },
    step('RUN /bin/sh -c apt-get update && apt-get install -y curl git # buildkit'),
    step('WORKDIR /app', true),
    step('COPY . /app # buildkit'),
    step('RUN /bin/sh -c chown -R 0:0 /app/src # buildkit'),
    step('RUN /bin/sh -c rm -rf /var/cache/apt # buildkit'),
    step('CMD ["node" "/app/src/server.js"]', true),
  ],
}

/** The archives of the benchmark, each made when it is first asked for. */
export const ARCHIVES = {
  plain: () => cached('plain.tar', dockerSave(realistic(1))),
  plainTar: () => cached('entries.tar', plainTar(realistic(1))),
  large: () => cached('large.tar', dockerSave(realistic(5), true)),
  gzip: (): string =>
    cached(
      'gzip.oci.tar',
      ociArchive(realistic(1), ['gzip', '-n', '-6'], 'application/vnd.oci.image.layer.v1.tar+gzip'),
    ),
  /** The same for dive, which knows OCI layers only beside a `manifest.json`. */
  gzipDocker: (): string => cached('gzip.docker.tar', withDockerManifest(ARCHIVES.gzip())),
  gzipLayers: (): string => cached('gzip-layers', layerBlobs(ARCHIVES.gzip())),
  zstd: () =>
    cached(
      'zstd.oci.tar',
      ociArchive(realistic(1), ['zstd', '-q', '-3'], 'application/vnd.oci.image.layer.v1.tar+zstd'),
    ),
  base: () => cached('base.tar', dockerSave([files(0, 50_000, small), files(50_000, 1_000, small)])),
  removed: () => cached('removed.tar', dockerSave([files(0, 50_000, small), removals(0, 1_000, 37)])),
  fiveLayers: () => cached('five-layers.tar', dockerSave(manyLayers(0))),
  manyLayers: () => cached('many-layers.tar', dockerSave(manyLayers(120))),
  built: () => cached('built.tar', dockerSave(built(), false, builtBy)),
  million: () =>
    cached('million.tar', dockerSave(Array.from({ length: 20 }, (_, k) => files(k * 50_000, 50_000, small)))),
  /** As many files, of which the upper five layers store 250,000 again as they were: five findings of 50,000 files. */
  millionAgain: () =>
    cached(
      'million-again.tar',
      dockerSave(Array.from({ length: 20 }, (_, k) => files((k % 15) * 50_000, 50_000, small))),
    ),
}

function manyLayers(changes: number): Layers {
  const base = Array.from({ length: 5 }, (_, k) => files(k * 60_000, 60_000, small))
  return [...base, ...Array.from({ length: changes }, (_, k) => files((k * 2_477) % 299_000, 100, (i) => small(i) + k))]
}

/** Whether a program can be started. */
export function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
