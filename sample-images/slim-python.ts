import { image, steps } from '../test/helpers/image.ts'
import { dir } from '../test/helpers/layer.ts'
import { containerdSave } from '../test/helpers/oci-layout.ts'
import { packArchive, packed, portableGzip } from './pack.ts'
import { sitePackages, source } from './python-app.ts'
import { PYTHON_ENV, slimBase } from './python-base.ts'

/** The same service built in two stages on the slim base: an OCI archive with `manifest.json` and gzip layers. */
export async function slimPython(): Promise<Buffer> {
  const build = steps(
    ...slimBase,
    [
      'RUN /bin/sh -c useradd --uid 10001 --no-create-home shop # buildkit',
      { 'etc/subuid': 'shop:100000:65536\n', 'etc/subgid': 'shop:100000:65536\n' },
    ],
    ['WORKDIR /app', { 'app/': dir() }],
    ['COPY /install /usr/local # buildkit', sitePackages('usr/local/lib/python3.9/site-packages')],
    ['COPY app.py requirements.txt shop ./ # buildkit', source],
    ['USER 10001'],
    ['EXPOSE map[8000/tcp:{}]'],
    ['CMD ["uvicorn" "app:app" "--host" "0.0.0.0"]'],
  )
  const slim = image({
    ...(await packed(build)),
    compression: portableGzip,
    config: {
      User: '10001',
      Env: PYTHON_ENV,
      Cmd: ['uvicorn', 'app:app', '--host', '0.0.0.0'],
      WorkingDir: '/app',
      ExposedPorts: { '8000/tcp': {} },
    },
  })
  return packArchive(containerdSave([{ manifests: [slim], tags: ['shop-api:1.4.2'] }]))
}
