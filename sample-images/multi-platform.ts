import { type Compression, zstd } from '../test/helpers/compression.ts'
import { type Image, image, steps } from '../test/helpers/image.ts'
import { dir } from '../test/helpers/layer.ts'
import { ociLayout } from '../test/helpers/oci-layout.ts'
import { binaries, files } from './content.ts'
import { packArchive, packed, portableGzip } from './pack.ts'

/** Several frames for one layer and a frame that decoders pass over, as zstd:chunked has. */
const framedZstd = zstd({ frames: 3, windowLog: 17, skippable: { after: Buffer.from('table of contents') } })

/** An OCI archive as buildx writes it: an index of two platforms, each with its attestation. */
export async function multiPlatform(): Promise<Buffer> {
  const manifests = [await ping('amd64', '', portableGzip), await ping('arm64', '/v8', framedZstd)]
  return packArchive(ociLayout([{ manifests, attestations: true, tags: ['1.2.0'] }]))
}

async function ping(architecture: 'amd64' | 'arm64', variant: string, compression: Compression): Promise<Image> {
  const build = steps(
    [
      'COPY /rootfs / # buildkit',
      {
        'etc/group': 'root:x:0:\nnonroot:x:65532:\n',
        'etc/nsswitch.conf': 'hosts: files dns\n',
        'etc/passwd':
          'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
        'home/nonroot/': dir({ uid: 65532, gid: 65532, mode: 0o700 }),
        'tmp/': dir({ mode: 0o1777 }),
      },
    ],
    [
      'COPY /usr/share/zoneinfo /usr/share/zoneinfo # buildkit',
      files({ 'usr/share/zoneinfo/Asia/Tokyo': 309, 'usr/share/zoneinfo/Europe/Berlin': 2298 }),
    ],
    [
      'COPY /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ # buildkit',
      files({ 'etc/ssl/certs/ca-certificates.crt': 21000 }),
    ],
    ['COPY /out/ping /ping # buildkit', binaries({ ping: 48000 }, architecture)],
    ['USER 65532'],
    ['ENTRYPOINT ["/ping"]'],
  )
  const config = { User: '65532', Entrypoint: ['/ping'], WorkingDir: '/' }
  return image({ ...(await packed(build)), platform: `linux/${architecture}${variant}`, config, compression })
}
