import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Lab, run } from './lab.ts'

/** One way in which an engine hands an image over: a path it writes, or a shell command that writes to a pipe. */
interface Form {
  readonly name: string
  /** The command that writes the image to `to`; `saved` is what `docker save` wrote. */
  readonly write?: (names: { lab: Lab; image: string; saved: string; to: string }) => readonly string[]
  /** A shell command that writes the image `$1` to its standard output. */
  readonly pipe?: string
  /** Whether the archive holds another image as well, so that this one has to be named. */
  readonly several?: true
}

/** Every way in which the same image leaves Docker, podman and skopeo. */
export const forms: readonly Form[] = [
  { name: 'docker save, through a pipe', pipe: 'docker save "$1"' },
  { name: 'docker save, through gzip and a pipe', pipe: 'docker save "$1" | gzip -1' },
  {
    name: 'docker save of two images',
    write: ({ image, to }) => ['docker', 'save', '-o', to, otherImage, image],
    several: true,
  },
  { name: 'podman save, docker-archive', write: podmanSave('docker-archive') },
  { name: 'podman save, docker-archive through a pipe', pipe: 'podman save -q "localhost/$1"' },
  { name: 'podman save, oci-archive', write: podmanSave('oci-archive') },
  { name: 'podman save, oci-dir', write: podmanSave('oci-dir') },
  { name: 'podman save, docker-dir', write: podmanSave('docker-dir') },
  { name: 'skopeo copy, docker-archive', write: skopeoCopy('docker-archive') },
  { name: 'skopeo copy, oci-archive', write: skopeoCopy('oci-archive') },
  { name: 'skopeo copy, layout directory with gzip', write: skopeoCopy('oci', 'gzip') },
  { name: 'skopeo copy, layout directory with zstd', write: skopeoCopy('oci', 'zstd') },
  { name: 'skopeo copy, layout directory with zstd:chunked', write: skopeoCopy('oci', 'zstd:chunked') },
  { name: 'skopeo copy, dir', write: skopeoCopy('dir') },
]

/** The image that shares an archive with the tested one. */
export const otherImage = 'layerscope-test:other'

function podmanSave(format: string): NonNullable<Form['write']> {
  return ({ image, to }) => ['podman', 'save', '-q', '--format', format, '-o', to, `localhost/${image}`]
}

function skopeoCopy(transport: string, compression?: string): NonNullable<Form['write']> {
  const compress =
    compression === undefined
      ? []
      : [`--dest-compress-format=${compression}`, '--dest-oci-accept-uncompressed-layers=false']
  return ({ lab, saved, to }) => [
    ...['skopeo', `--policy=${policyFile(lab)}`, 'copy', '-q', ...compress],
    ...[`docker-archive:${saved}`, `${transport}:${to}`],
  ]
}

/** Keeps podman inside the lab's folder, lets it take images without signatures, and hands it a saved archive. */
export async function loadIntoPodman(lab: Lab, archive: string): Promise<void> {
  const folder = (name: string) => JSON.stringify(join(lab.folder, `podman-${name}`))
  const storage = `[storage]\ndriver = "vfs"\ngraphroot = ${folder('storage')}\nrunroot = ${folder('run')}\n`
  const engine = `[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "none"\ntmp_dir = ${folder('tmp')}\n`
  await writeFile(lab.env.CONTAINERS_STORAGE_CONF ?? '', storage)
  await writeFile(lab.env.CONTAINERS_CONF ?? '', engine)
  await writeFile(policyFile(lab), JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }))
  await run(lab, ['podman', 'load', `--signature-policy=${policyFile(lab)}`, '-q', '-i', archive])
}

function policyFile(lab: Lab): string {
  return join(lab.folder, 'policy.json')
}
