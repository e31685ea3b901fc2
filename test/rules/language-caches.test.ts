import { describe, expect, test } from 'vitest'
import { LANGUAGE_CACHE_RULES } from '../../src/rules/language-caches.ts'
import { type BloatLiteral, findingLines, findingsOf, sized } from '../helpers/findings.ts'
import { dir, hardlink, symlink, type Tree, whiteout } from '../helpers/layer.ts'

type Row = readonly [name: string, image: BloatLiteral, expected: readonly string[]]

const TAG = 'Signature: 8a477f597d28d172789f06886806bc55\n'

const lines = (image: BloatLiteral): Promise<string[]> => findingLines(image, LANGUAGE_CACHE_RULES)
const own = (...trees: readonly Tree[]): BloatLiteral => ({ own: trees })
const starts = (command: string, tree: Tree): BloatLiteral => ({ own: [tree], config: { cmd: command.split(' ') } })

describe('Python', () => {
  test.each<Row>([
    [
      'pip with its old layout',
      own({ 'root/.cache/pip/http/9/b/x': 'cc=4,', 'root/.cache/pip/wheels/a/b/x.whl': sized(1000) }),
      ['pip-cache 1 1005'],
    ],
    [
      'pip with its new layout',
      own({ 'root/.cache/pip/http-v2/9/b/x.body': sized(30), 'root/.cache/pip/selfcheck/x': sized(4) }),
      ['pip-cache 1 34'],
    ],
    ['pip of a user without a home', own({ '.cache/pip/http/x': sized(7) }), ['pip-cache 1 7']],
    ['pip of another user', own({ 'home/me/.cache/pip/http/x': sized(7) }), ['pip-cache 1 7']],
    [
      'pip, deleted by a later layer',
      own({ 'root/.cache/pip/http/x': sized(7) }, { 'root/.cache': whiteout }),
      ['pip-cache 1→2 7'],
    ],
    ['the empty directory that a cache mount leaves', own({ 'root/.cache/pip/': dir() }), []],
    ['pip itself', own({ 'usr/local/lib/python3.13/site-packages/pip/_internal/cache.py': sized(7) }), []],
    ['uv', own({ 'root/.cache/uv/archive-v0/x': sized(5000) }), ['uv-cache 1 5000']],
    [
      'uv, as far as the environment does not share it',
      own({
        'app/.venv/lib/a.py': sized(5000),
        'root/.cache/uv/archive-v0/a.py': hardlink('app/.venv/lib/a.py'),
        'root/.cache/uv/simple-v1/a.rkyv': sized(60),
      }),
      ['uv-cache 1 60'],
    ],
    [
      'uv, where the environment links to it by name',
      { own: [{ 'root/.cache/uv/archive-v0/x': sized(50) }], config: { env: ['UV_LINK_MODE=symlink'] } },
      [],
    ],
    ['interpreters of uv', own({ 'root/.local/share/uv/python/cpython/bin/python3': sized(5000) }), []],
    ['Poetry', own({ 'root/.cache/pypoetry/artifacts/a.whl': sized(3000) }), ['poetry-cache 1 3000']],
    ['environments of Poetry', own({ 'root/.cache/pypoetry/virtualenvs/app/bin/python': sized(9000) }), []],
    ['Pipenv', own({ 'root/.cache/pipenv/x': sized(2000) }), ['pipenv-cache 1 2000']],
    ['environments of Pipenv', own({ 'root/.local/share/virtualenvs/app/bin/python': sized(9000) }), []],
    [
      'archives of conda, but not what its environments link',
      own({
        'opt/conda/pkgs/numpy.conda': sized(7000),
        'opt/conda/pkgs/numpy/lib/x': sized(9000),
        'opt/conda/envs/e/lib/x': hardlink('opt/conda/pkgs/numpy/lib/x'),
      }),
      ['conda-pkgs 1 7000'],
    ],
    [
      'the same where the environment comes first in the tar',
      own({
        'opt/conda/envs/e/lib/x': sized(9000),
        'opt/conda/pkgs/numpy/lib/x': hardlink('opt/conda/envs/e/lib/x'),
      }),
      [],
    ],
    [
      'unpacked packages of conda that nothing links',
      own({ 'opt/conda/pkgs/numpy/lib/x': sized(90), 'opt/conda/pkgs/cache/1.json': sized(5) }),
      ['conda-extracted 1 90', 'conda-pkgs 1 5'],
    ],
  ])('%s', async (_, image, expected) => {
    expect(await lines(image)).toEqual(expected)
  })
})

describe('JavaScript', () => {
  test.each<Row>([
    [
      'npm',
      own({ 'root/.npm/_cacache/content-v2/sha512/aa/bb/c': sized(9000), 'root/.npm/_cacache/index-v5/x': sized(100) }),
      ['npm-cache 1 9100'],
    ],
    ['npm of a user without a home', own({ '.npm/_cacache/index-v5/x': sized(100) }), ['npm-cache 1 100']],
    [
      'npm where HOME is somewhere else',
      { own: [{ 'srv/me/.npm/_logs/1-debug-0.log': sized(100) }], config: { env: ['HOME=/srv/me'] } },
      ['npm-cache 1 100'],
    ],
    ['installed packages', own({ 'app/node_modules/npm/index.js': sized(100), 'app/.npmrc': 'x' }), []],
    [
      'packages of npx, which the image may start',
      starts('npx serve', { 'root/.npm/_npx/1/node_modules/.bin/serve': sized(80) }),
      ['npx-packages 1 80'],
    ],
    [
      'Yarn 1',
      own({ 'usr/local/share/.cache/yarn/v6/npm-x-integrity/node_modules/x/.yarn-metadata.json': sized(50) }),
      ['yarn-cache 1 50'],
    ],
    ["dependencies of Plug'n'Play", own({ 'app/.yarn/cache/x.zip': sized(9000), 'app/.pnp.cjs': 'x' }), []],
    ['archives of Yarn 4', own({ 'root/.yarn/berry/cache/x.zip': sized(40) }), ['yarn-berry-cache 1 40']],
    [
      "archives of Yarn 4 that Plug'n'Play loads",
      own({ 'root/.yarn/berry/cache/x.zip': sized(40) }, { 'srv/web/app/.pnp.cjs': 'x' }),
      [],
    ],
    [
      'pnpm, as far as no node_modules shares it',
      own({
        'root/.local/share/pnpm/store/v3/files/00/aa': sized(4000),
        'root/.local/share/pnpm/store/v3/files/00/bb': sized(30),
        'root/.cache/pnpm/metadata/x.json': sized(200),
        'srv/node_modules/.pnpm/x/x': hardlink('root/.local/share/pnpm/store/v3/files/00/aa'),
      }),
      ['pnpm-store 1 230'],
    ],
    [
      'the same where the project comes first in the tar',
      own({
        'app/node_modules/.pnpm/x/x': sized(4000),
        'root/.cache/pnpm/metadata/x.json': sized(200),
        'root/.local/share/pnpm/store/v3/files/00/aa': hardlink('app/node_modules/.pnpm/x/x'),
        'root/.local/share/pnpm/store/v3/files/00/bb': sized(30),
      }),
      ['pnpm-store 1 230'],
    ],
    [
      'a store of pnpm that is shared as a whole',
      own({ 'app/.pnpm-store/v3/aa': sized(4000), 'app/node_modules/x': hardlink('app/.pnpm-store/v3/aa') }),
      [],
    ],
    [
      'a store of pnpm that a later layer links',
      own({ 'app/.pnpm-store/v3/aa': sized(4000) }, { 'app/node_modules/x': hardlink('app/.pnpm-store/v3/aa') }),
      [],
    ],
    ['Bun', own({ 'root/.bun/install/cache/x@1/p': sized(3000) }), ['bun-cache 1 3000']],
    ['the empty cache of Bun, and Bun', own({ 'root/.bun/install/cache/': dir(), 'root/.bun/bin/bun': sized(9) }), []],
    [
      'headers and objects of native modules',
      own({
        'root/.cache/node-gyp/20/include/node.h': sized(900),
        'app/node_modules/@a/m/build/Release/obj.target/m.o': sized(800),
      }),
      ['node-gyp-cache 1 1700'],
    ],
    ['native modules', own({ 'app/node_modules/m/build/Release/m.node': sized(800) }), []],
    [
      'Corepack',
      starts('node s.js', { 'root/.cache/node/corepack/yarn/4/yarn.js': sized(2000) }),
      ['corepack-cache 1 2000'],
    ],
    [
      'Corepack, where it starts the application',
      starts('yarn start', { 'root/.cache/node/corepack/yarn/4/yarn.js': sized(2000) }),
      [],
    ],
    [
      'caches of bundlers',
      own({
        'app/node_modules/.cache/babel/x': sized(5000),
        'app/.next/cache/webpack/x': sized(500),
        'app/tsconfig.tsbuildinfo': sized(5),
      }),
      ['js-build-cache 1 5505'],
    ],
    [
      'what Next.js reads at run time',
      own({ 'app/.next/static/x.js': sized(5000), 'app/.next/cache/images/x': sized(100) }),
      [],
    ],
    [
      'what Nuxt and SvelteKit leave beside their result',
      own({ 'a/.nuxt/x': sized(5), 'a/.output/x': 'x', 'b/.svelte-kit/x': sized(6), 'b/build/x': 'x' }),
      ['js-build-cache 1 11'],
    ],
    ['Nuxt and SvelteKit without another result', own({ 'a/.nuxt/x': sized(5), 'b/.svelte-kit/x': sized(6) }), []],
    [
      'browsers of a tool for development',
      own({
        'root/.cache/ms-playwright/chromium/x': sized(9000),
        'app/package.json': '{"devDependencies":{"@playwright/test":"1"},"dependencies":{"express":"4"}}',
      }),
      ['browser-binaries 1 9000'],
    ],
    [
      'browsers in a place that a variable names',
      {
        ...own({ 'pw/chromium/x': sized(9000), 'app/package.json': '{"devDependencies":{"playwright":"1"}}' }),
        config: { env: ['PLAYWRIGHT_BROWSERS_PATH=/pw'] },
      },
      ['browser-binaries 1 9000'],
    ],
    [
      'browsers that the application drives',
      own({
        'root/.cache/ms-playwright/chromium/x': sized(9000),
        'app/package.json': '{"devDependencies":{"@playwright/test":"1"},"dependencies":{"playwright":"1"}}',
      }),
      [],
    ],
    [
      'browsers of an image that starts a test tool',
      starts('npx playwright test', {
        'root/.cache/ms-playwright/chromium/x': sized(9000),
        'app/package.json': '{"devDependencies":{"playwright":"1"}}',
      }),
      [],
    ],
    ['browsers, which something may drive', own({ 'root/.cache/ms-playwright/chromium/x': sized(9000) }), []],
  ])('%s', async (_, image, expected) => {
    expect(await lines(image)).toEqual(expected)
  })
})

describe('Ruby and PHP', () => {
  test.each<Row>([
    ['gem archives', own({ 'usr/local/bundle/cache/rack.gem': sized(2000) }), ['gem-cache 1 2000']],
    [
      'gem archives of Ruby itself and of a project, and build logs',
      own({
        'usr/local/lib/ruby/gems/3.4.0/cache/rake.gem': sized(10),
        'app/vendor/bundle/ruby/3.4.0/cache/rack.gem': sized(20),
        'usr/local/bundle/gems/x-1/ext/x/x.o': sized(30),
        'usr/local/bundle/extensions/x86_64-linux/3.4.0/x-1/mkmf.log': sized(40),
      }),
      ['gem-cache 1 100'],
    ],
    [
      'gems that the start installs',
      starts('bundle install --local', { 'app/vendor/cache/rack.gem': sized(2000) }),
      [],
    ],
    ['installed gems', own({ 'usr/local/bundle/gems/rack-3/lib/rack/cache.rb': sized(2000) }), []],
    ['Composer', own({ 'root/.composer/cache/files/x.zip': sized(3000) }), ['composer-cache 1 3000']],
    ['dependencies of Composer', own({ 'app/vendor/a/b/c.php': sized(3000), 'tmp/': dir() }), []],
  ])('%s', async (_, image, expected) => {
    expect(await lines(image)).toEqual(expected)
  })
})

describe('the JVM', () => {
  const repository = { 'root/.m2/repository/x/1/x.jar': sized(5000), 'root/.m2/repository/x/_remote.repositories': 'x' }
  test.each<Row>([
    ['Maven', own(repository), ['maven-repo 1 5001']],
    ['Maven, where it starts the application', starts('mvn spring-boot:run', repository), []],
    ['Maven, where the class path leads there', starts('java -cp /root/.m2/repository/x/1/x.jar A', repository), []],
    ['Gradle', own({ 'home/gradle/.gradle/caches/modules-2/files-2.1/x.jar': sized(5000) }), ['gradle-cache 1 5000']],
    [
      'settings of Gradle, and its result',
      own({ 'root/.gradle/gradle.properties': 'x', 'root/.gradle/init.d/x': 'x', 'app/build/libs/app.jar': sized(9) }),
      [],
    ],
    [
      'what a Gradle build leaves beside its result',
      own({
        'app/build/libs/app.jar': sized(9),
        'app/build/tmp/x': sized(50),
        'app/.gradle/8.5/fileHashes/x': sized(6),
      }),
      ['gradle-build 1 50', 'gradle-cache 1 6'],
    ],
    ['a build directory of something else', own({ 'app/build/reports/x': sized(50) }), []],
    [
      'Coursier and Ivy',
      own({ 'root/.cache/coursier/v1/x.jar': sized(4000), 'root/.ivy2/cache/y.jar': sized(100) }),
      ['sbt-ivy-cache 1 4100'],
    ],
    ['virtual machines of Coursier', own({ 'root/.cache/coursier/jvm/x': sized(4000) }), []],
    ['an application', own({ 'app/app.jar': sized(4000) }), []],
  ])('%s', async (_, image, expected) => {
    expect(await lines(image)).toEqual(expected)
  })
})

describe('Go and Rust', () => {
  test.each<Row>([
    [
      'the build cache of Go',
      own({ 'root/.cache/go-build/00/aa-a': sized(3000), 'root/.cache/go-build/README': 'x' }),
      ['go-build-cache 1 3001'],
    ],
    [
      'modules of Go',
      starts('/go/bin/app', {
        'go/pkg/mod/cache/download/x/@v/v1.0.0.zip': sized(3000),
        'go/pkg/sumdb/x/latest': sized(50),
      }),
      ['go-mod-cache 1 3050'],
    ],
    ['modules of Go, where go starts', starts('go run .', { 'go/pkg/mod/x@v1/x.go': sized(3000) }), []],
    ['programs of Go', own({ 'go/bin/app': sized(9000) }), []],
    ['crates', own({ 'usr/local/cargo/registry/cache/x/serde-1.crate': sized(3000) }), ['cargo-registry 1 3000']],
    ['programs and settings of Cargo', own({ 'usr/local/cargo/bin/rg': sized(9), 'root/.cargo/config.toml': 'x' }), []],
    [
      'what Cargo leaves beside the program that it links',
      own({
        'src/target/CACHEDIR.TAG': 'Signature: 8a477f597d28d172789f06886806bc55',
        'src/target/release/deps/app-1a': sized(5000),
        'src/target/release/app': hardlink('src/target/release/deps/app-1a'),
        'src/target/release/incremental/x': sized(700),
      }),
      ['cargo-target 1 700'],
    ],
    [
      'the same, built again in a later layer',
      own(
        { 'target/.rustc_info.json': '{}', 'target/release/deps/a': sized(10) },
        { 'target/release/deps/b': sized(20) },
      ),
      ['cargo-target 2 20', 'cargo-target 1 10'],
    ],
    [
      'a target directory with the tag of something else',
      own({ 'target/CACHEDIR.TAG': 'x', 'target/release/deps/a.jar': sized(10) }),
      [],
    ],
    ['a target directory of something else', own({ 'app/target/release/deps/a.jar': sized(10) }), []],
    ['a program of Rust', own({ 'usr/local/bin/app': sized(10) }), []],
  ])('%s', async (_, image, expected) => {
    expect(await lines(image)).toEqual(expected)
  })
})

describe('other languages', () => {
  const packages = { 'root/.nuget/packages/x/1/x.nupkg': sized(2000), 'root/.nuget/packages/x/1/.nupkg.metadata': 'x' }
  test.each<Row>([
    ['NuGet', own(packages), ['nuget-cache 1 2001']],
    ['NuGet, where the sources are run', starts('dotnet run', packages), []],
    [
      'what dotnet leaves beside its result',
      own({ 'app/obj/Release/net8.0/app.dll': sized(50), 'app/bin/Release/net8.0/publish/app.dll': sized(60) }),
      ['nuget-cache 1 50'],
    ],
    [
      'tools and results of dotnet',
      own({ 'root/.dotnet/tools/.store/x/x.dll': sized(9), 'app/bin/Release/net8.0/publish/app.dll': sized(60) }),
      [],
    ],
    ['objects of something else', own({ 'app/obj/Release/x.o': sized(9) }), []],
    [
      'Hex, and builds for other environments',
      own({ 'root/.hex/packages/x.tar': sized(900), 'app/_build/test/lib/x': sized(800) }),
      ['hex-mix-cache 1 1700'],
    ],
    [
      'what Mix leaves beside a release',
      own({ 'app/_build/prod/rel/app/bin/app': sized(900), 'app/_build/prod/lib/x.beam': sized(80) }),
      ['hex-mix-cache 1 80'],
    ],
    ['a build that no release was made of', own({ 'app/_build/prod/lib/x.beam': sized(80) }), []],
    ['a build that Mix starts', starts('mix phx.server', { 'app/_build/dev/lib/x.beam': sized(80) }), []],
    ['Stack', own({ 'root/.stack/programs/ghc/bin/ghc': sized(9000) }), ['haskell-cache 1 9000']],
    ['a program of Haskell', own({ 'usr/local/bin/app': sized(9000) }), []],
    [
      'a program that is started where Cabal built it',
      starts('/app/dist-newstyle/build/app', { 'app/dist-newstyle/build/app': sized(9) }),
      [],
    ],
    ['downloads of R', own({ 'tmp/downloaded_packages/x.tar.gz': sized(4000) }), ['r-leftovers 1 4000']],
    [
      'packages of renv, which projects link to',
      own({
        'root/.cache/R/renv/cache/v5/x': sized(4000),
        'app/renv/library/x': symlink('/root/.cache/R/renv/cache/v5/x'),
      }),
      [],
    ],
    [
      'documentation of R packages',
      own({
        'usr/local/lib/R/site-library/x/html/a.html': sized(7),
        'usr/local/lib/R/site-library/x/R/x.rdb': sized(9),
      }),
      ['r-package-docs 1 7'],
    ],
    ['registries of Julia', own({ 'root/.julia/registries/General.tar.gz': sized(4000) }), ['julia-depot 1 4000']],
    ['compiled packages of Julia', own({ 'root/.julia/compiled/v1.11/X/a.ji': sized(4000) }), []],
    ['objects of ccache', own({ 'root/.cache/ccache/0/a.o': sized(4000) }), ['compiler-cache 1 4000']],
    ['outputs of Bazel', own({ 'root/.cache/bazel/_bazel_root/x/y': sized(4000) }), ['bazel-cache 1 4000']],
    [
      'outputs of Bazel, where they are started',
      starts('/app/bazel-bin/app', { 'root/.cache/bazel/_bazel_root/x/y': sized(4000) }),
      [],
    ],
    ['a program with that name', own({ 'app/bazel-app': sized(4000) }), []],
    ['build trees of vcpkg', own({ 'opt/vcpkg/buildtrees/z/x.o': sized(4000) }), ['cpp-pm-cache 1 4000']],
    ['libraries of vcpkg', own({ 'opt/vcpkg/installed/x64-linux/lib/libz.so': sized(4000) }), []],
    [
      'CPAN and pub',
      own({ 'root/.cpan/build/x/y': sized(4000), 'root/.pub-cache/hosted/h/x/a': sized(100) }),
      ['lang-cache-other 1 4100'],
    ],
    ['Deno, whose program was compiled', starts('/app', { 'root/.cache/deno/x': sized(4000) }), ['deno-cache 1 4000']],
    ['Deno, where it starts', starts('deno run main.ts', { 'root/.cache/deno/x': sized(4000) }), []],
  ])('%s', async (_, image, expected) => {
    expect(await lines(image)).toEqual(expected)
  })
})

describe('models and GPU toolkits', () => {
  const hub = 'root/.cache/huggingface/hub/models--x'
  test.each<Row>([
    [
      'a model that is named twice counts once',
      own({ [`${hub}/blobs/aa`]: sized(60000), [`${hub}/snapshots/s/m`]: symlink('../../blobs/aa') }),
      ['ml-model-cache 1 60000'],
    ],
    ['a model of the application', own({ 'app/models/m.safetensors': sized(60000) }), []],
    [
      'development parts of CUDA',
      own({ 'usr/local/cuda-12.6/lib64/libcudart_static.a': sized(5000), 'usr/local/cuda-12.6/bin/nvcc': sized(900) }),
      ['gpu-toolkit-extras 1 5900'],
    ],
    [
      'what CUDA loads at run time',
      own({
        'usr/local/cuda/lib64/libcudart.so.12': sized(9),
        'usr/local/cuda/nvvm/libdevice/libdevice.10.bc': sized(9),
        'usr/local/cuda/extras/CUPTI/lib64/libcupti.so': sized(9),
        'usr/local/cuda/bin/ptxas': sized(9),
      }),
      [],
    ],
  ])('%s', async (_, image, expected) => {
    expect(await lines(image)).toEqual(expected)
  })
})

describe('the cache directory of a user', () => {
  test.each<Row>([
    [
      'what no other rule knows',
      own({ 'root/.cache/some/x': sized(5000), 'root/.cache/some/CACHEDIR.TAG': 'x' }),
      ['user-cache-generic 1 5001'],
    ],
    [
      'a directory that is tagged as a cache, wherever it lies',
      own({ 'opt/x/CACHEDIR.TAG': TAG, 'opt/x/a/b': sized(500), 'opt/y': sized(9) }),
      [`user-cache-generic 1 ${500 + TAG.length}`],
    ],
    ['a tag without its signature', own({ 'opt/x/CACHEDIR.TAG': 'x', 'opt/x/a': sized(500) }), []],
    ['an environment that uv tagged', own({ 'app/.venv/CACHEDIR.TAG': TAG, 'app/.venv/pyvenv.cfg': 'x' }), []],
    [
      "Go's build cache, wherever it lies",
      own({
        'c/README': 'This directory holds cached build artifacts from the Go build system.\n',
        'c/00/aa-a': sized(3000),
        'd/README': 'A readme.',
      }),
      ['go-build-cache 1 3070'],
    ],
    ['fonts', own({ 'root/.cache/fontconfig/x': sized(5000) }), []],
    ['an empty directory', own({ 'root/.cache/some/': dir() }), []],
    ['what the rule for Homebrew knows', own({ 'root/.cache/Homebrew/x': sized(5) }), []],
  ])('%s', async (_, image, expected) => {
    expect(await lines(image)).toEqual(expected)
  })
})

describe('a variable of the image', () => {
  test.each<readonly [env: string, tree: Tree, expected: readonly string[]]>([
    ['PIP_CACHE_DIR=/c', { 'c/wheels/a/x.whl': sized(10), 'c/other': 'x' }, ['pip-cache 1 10']],
    ['XDG_CACHE_HOME=/var/x/', { 'var/x/pip/http/x': sized(10) }, ['pip-cache 1 10']],
    ['COMPOSER_HOME=/tmp', { 'tmp/cache/files/x.zip': sized(3000) }, ['composer-cache 1 3000']],
    ['CCACHE_DIR=/cc', { 'cc/0/a.o': sized(4000) }, ['compiler-cache 1 4000']],
    ['CCACHE_DIR=/cc', { 'cc/': dir() }, []],
    ['npm_config_cache=/n', { 'n/_cacache/x': sized(10) }, ['npm-cache 1 10']],
    ['JULIA_DEPOT_PATH=/a:/b:', { 'a/logs/x': sized(1), 'b/logs/x': sized(2) }, ['julia-depot 1 3']],
    ['GOCACHE=off', { off: 'x' }, []],
    ['GOCACHE=/', { 'usr/bin/x': 'x' }, []],
    ['GOCACHE=/a/..', { 'usr/bin/x': 'x' }, []],
    ['GOCACHE=/**', { 'usr/bin/x': 'x' }, []],
    ['GOCACHE', { 'usr/bin/x': 'x' }, []],
    ['HOME=/root', { 'GOCACHE/x': 'x', '{GOCACHE}/x': 'x' }, []],
  ])('%s', async (env, tree, expected) => {
    expect(await lines({ own: [tree], config: { env: [env] } })).toEqual(expected)
  })
})

test('a cache of the base image can only go with another base', async () => {
  const found = await findingsOf({ base: [{ 'root/.cache/pip/http/x': sized(50) }] }, LANGUAGE_CACHE_RULES)
  expect(found).toMatchObject([{ rule: 'pip-cache', origin: 'base', count: 'rebase' }])
})

test('a slim image of an application has no finding', async () => {
  const slim = {
    'app/server.js': sized(500),
    'app/node_modules/express/index.js': sized(500),
    'usr/local/bin/node': sized(5000),
    'usr/local/lib/python3.13/site-packages/requests/api.py': sized(500),
    'usr/local/bundle/gems/rack-3/lib/rack.rb': sized(500),
    'usr/local/lib/ruby/gems/3.4.0/specifications/rake.gemspec': sized(50),
    'opt/conda/lib/libz.so': sized(500),
    'root/.config/app/settings.json': '{}',
    'root/.local/bin/tool': sized(50),
    'tmp/': dir(),
  }
  expect(await lines(starts('node server.js', slim))).toEqual([])
})

test('every rule has an id of its own', () => {
  const ids = LANGUAGE_CACHE_RULES.map(({ id }) => id)
  expect(ids).toEqual([...new Set(ids)])
})
