import { image, steps } from '../test/helpers/image.ts'
import { dir, file, opaque } from '../test/helpers/layer.ts'
import { dockerSave25 } from '../test/helpers/oci-layout.ts'
import { binaries, chmod, files, removed } from './content.ts'
import { packArchive, packed } from './pack.ts'
import { REQUIREMENTS, sitePackages, source } from './python-app.ts'
import { fullBase, PYTHON_ENV } from './python-base.ts'

const SITE = 'usr/local/lib/python3.9/site-packages'
const LISTS = 'var/lib/apt/lists/deb.debian.org_debian_dists_bookworm'

const aptLists = files({ [`${LISTS}_InRelease`]: 1500, [`${LISTS}_main_binary-amd64_Packages.lz4`]: 19000 })

const aptInstalled = {
  ...binaries({ 'usr/bin/vim.basic': 9000, 'usr/bin/pg_config': 700 }),
  ...files({
    'usr/include/postgresql/libpq-fe.h': 1400,
    'usr/lib/x86_64-linux-gnu/libpq.a': 6000,
    'usr/share/doc/vim/changelog.gz': 1100,
    'var/cache/apt/archives/libpq-dev_15.6-0+deb12u1_amd64.deb': 5600,
    'var/cache/apt/archives/vim_9.0.1378-2_amd64.deb': 8200,
    'var/cache/apt/pkgcache.bin': 12000,
    'var/log/dpkg.log': 900,
  }),
}

const pipCache = files({
  'root/.cache/pip/http-v2/1/7/a/4/c/17a4c8.body': 11000,
  'root/.cache/pip/http-v2/9/0/b/2/e/90b2e1.body': 7000,
  'root/.cache/pip/wheels/3f/5c/91/psycopg2_binary-2.9.9-cp39-cp39-linux_x86_64.whl': 6400,
})

const logo = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h64v64z"/></svg>\n'.repeat(30)

/** What `COPY . .` takes along without a .dockerignore. */
const context = {
  ...files({
    'app/.git/objects/pack/pack-6d1f2ab0c4.pack': 16000,
    'app/.git/objects/pack/pack-6d1f2ab0c4.idx': 1100,
  }),
  'app/.git/HEAD': file('ref: refs/heads/main\n'),
  'app/.env': file('DATABASE_URL=postgresql://shop:change-me@db/shop\n'),
  'app/Dockerfile': file('FROM python:3.9\nWORKDIR /app\nCOPY . .\nCMD ["python", "app.py"]\n'),
  ...source,
  'app/config/production.yaml': file('debug: false\nworkers: 4\n'),
  'app/config/settings.yaml': file(`debug: true\n${'# local override, see the wiki\n'.repeat(40)}`),
  ...files({
    'app/debug.log': 5000,
    'app/shop/__pycache__/api.cpython-311.pyc': 1900,
    'app/shop/__pycache__/orders.cpython-311.pyc': 2500,
    'app/tests/fixtures/orders.json': 7000,
    'app/tests/test_orders.py': 2600,
    'app/static/bundle-old.js': 6000,
  }),
  'app/docs/logo.svg': file(logo),
  'app/frontend/dist/bundle.js': file('export const shop = () => fetch("/orders")\n'.repeat(120)),
  'app/frontend/dist/logo.svg': file(logo),
}

const built = {
  ...binaries({ 'app/build/lib.linux-x86_64-3.9/shop/_fast.so': 4000 }),
  ...files({ 'app/build/temp.linux-x86_64-3.9/fast.o': 9000 }),
}

const extension = binaries({ 'app/shop/_fast.cpython-39-x86_64-linux-gnu.so': 4000 })

/** `docker save` (25 or later) of a Python service built in a single stage, with most of what makes images big. */
export async function bloatedPython(): Promise<Buffer> {
  const build = steps(
    ...fullBase,
    ['WORKDIR /app', { 'app/': dir() }],
    ['RUN /bin/sh -c apt-get update # buildkit', aptLists],
    ['RUN /bin/sh -c apt-get install -y build-essential libpq-dev vim # buildkit', aptInstalled],
    ['COPY requirements.txt . # buildkit', { 'app/requirements.txt': REQUIREMENTS }],
    ['RUN /bin/sh -c pip install -r requirements.txt # buildkit', { ...pipCache, ...sitePackages(SITE) }],
    ['COPY . . # buildkit', context],
    ['RUN /bin/sh -c python setup.py build_ext --inplace # buildkit', { ...built, ...extension }],
    ['RUN /bin/sh -c rm -rf build # buildkit', removed({ 'app/build': '' })],
    [
      'COPY config/production.yaml config/settings.yaml # buildkit',
      { 'app/config/settings.yaml': 'debug: false\nworkers: 4\n' },
    ],
    [
      'RUN /bin/sh -c rm -rf static && mkdir static && cp frontend/dist/* static/ # buildkit',
      {
        'app/static/': opaque,
        'app/static/bundle.js': context['app/frontend/dist/bundle.js'],
        'app/static/logo.svg': file(logo),
      },
    ],
    ['RUN /bin/sh -c chmod -R 755 /app/shop /app/tests /app/.git # buildkit', chmod(underChmod(), 0o755)],
    ['RUN /bin/sh -c rm -rf /var/lib/apt/lists/* # buildkit', removed(aptLists)],
    ['EXPOSE map[8000/tcp:{}]'],
    ['CMD ["python" "app.py"]'],
  )
  const bloated = image({
    ...(await packed(build)),
    tags: ['shop-api:latest'],
    config: {
      Env: PYTHON_ENV,
      Cmd: ['python', 'app.py'],
      WorkingDir: '/app',
      ExposedPorts: { '8000/tcp': {} },
    },
  })
  return packArchive(dockerSave25([bloated]))
}

/** What `chmod -R` meets and had another mode before. */
function underChmod(): Record<string, ReturnType<typeof file>> {
  const folders = ['app/shop/', 'app/tests/', 'app/.git/']
  return Object.fromEntries(
    Object.entries(context).filter(([path]) => folders.some((folder) => path.startsWith(folder))),
  )
}
