import { dockerSave } from '../test/helpers/docker-archive.ts'
import { type Image, image, type Step, steps } from '../test/helpers/image.ts'
import { dir, symlink } from '../test/helpers/layer.ts'
import { binaries, files } from './content.ts'
import { packArchive, packed } from './pack.ts'

const NOP = '/bin/sh -c #(nop)'

/** Both images start with these layers, so both have the same v1 IDs for them. */
const shared: readonly Step[] = [
  [
    `${NOP} ADD file:1da756d12551a0e3e793e02ef87432d69d4968937bd11bed0af215db19dd94cd in / `,
    {
      'bin/sh': symlink('/bin/busybox'),
      ...binaries({ 'bin/busybox': 8000, 'lib/ld-musl-x86_64.so.1': 6000 }),
      'etc/alpine-release': '3.18.6\n',
      'etc/passwd': 'root:x:0:0:root:/root:/bin/ash\n',
      'tmp/': dir({ mode: 0o1777 }),
    },
  ],
  [
    '/bin/sh -c adduser -D shop',
    {
      'etc/passwd': 'root:x:0:0:root:/root:/bin/ash\nshop:x:1000:1000::/home/shop:/bin/ash\n',
      'home/shop/': dir({ uid: 1000 }),
    },
  ],
]

/** Both images end with this layer, on different layers beneath: one diff ID, two v1 IDs. */
const certificates: Step = [
  `${NOP} COPY dir:0f4e6f2d8a53c2b1 in /etc/shop/certs `,
  files({ 'etc/shop/certs/ca.pem': 1900, 'etc/shop/certs/intermediate.pem': 1700 }),
]

/** `docker save` (1.10 to 24) of two images; the layer they share off the common chain is stored as a symlink. */
export async function legacySymlinks(): Promise<Buffer> {
  const web: Step = [
    `${NOP} COPY file:92d0c7 in /etc/nginx/nginx.conf `,
    { 'etc/nginx/nginx.conf': 'worker_processes 2;\n', ...binaries({ 'usr/sbin/nginx': 7000 }) },
  ]
  const worker: Step = ['/bin/sh -c apk add --no-cache tini', binaries({ 'sbin/tini': 2600 })]
  return packArchive(
    dockerSave([
      await shop('shop-web:2.1', web, ['nginx', '-g', 'daemon off;']),
      await shop('shop-worker:2.1', worker, ['tini', '--', 'sh', '-c', 'work']),
    ]),
  )
}

async function shop(tag: string, own: Step, command: readonly string[]): Promise<Image> {
  const { layers, history } = steps(...shared, own, certificates, [`${NOP}  CMD ${JSON.stringify(command)}`])
  const built = await packed({ layers, history })
  // The classic builder, which leaves no comment.
  return image({ layers: built.layers, history, tags: [tag], config: { Cmd: command } })
}
