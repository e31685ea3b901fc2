import { describe, expect, it } from 'vitest'
import { BUILD_TOOL_RULES } from '../../src/rules/build-tools.ts'
import { elf } from '../helpers/elf.ts'
import { type BloatLiteral, findingLines, findingsOf, sized } from '../helpers/findings.ts'
import { file, hardlink, symlink, type Tree, whiteout } from '../helpers/layer.ts'

type Case = readonly [name: string, literal: BloatLiteral, expected: readonly string[]]
type Silent = readonly [name: string, literal: BloatLiteral]

const serves = { cmd: ['/usr/local/bin/serve'], exposedPorts: ['8080/tcp'] }
const runtime = (tree: Tree, config: BloatLiteral['config'] = serves): BloatLiteral => ({ own: [tree], config })
/** A program of so many bytes, and some for its headers. */
const program = (size: number) => file(Buffer.concat([elf(), Buffer.alloc(size)]), { mode: 0o755 })
const gcc = { 'usr/bin/gcc': 'x', 'usr/lib/gcc/x86_64-linux-gnu/12/cc1': sized(20000) }
const jdk = 'opt/java/openjdk'
const sp = 'usr/local/lib/python3.13/site-packages'

const found: readonly Case[] = [
  ['a compiler', runtime(gcc), ['compiler-toolchain 0 20001']],
  [
    'a compiler of a target, and binutils',
    runtime({ 'usr/bin/x86_64-linux-gnu-gcc-12': sized(30), 'usr/bin/aarch64-linux-gnu-ld.bfd': sized(4) }),
    ['compiler-toolchain 0 34'],
  ],
  [
    'a compiler that a later layer deleted',
    { own: [gcc, { 'usr/bin/gcc': whiteout, 'usr/lib/gcc': whiteout }], config: serves },
    ['compiler-toolchain 0→1 20001'],
  ],
  [
    'a compiler behind an init and a shell line',
    runtime(gcc, { entrypoint: ['tini', '--'], cmd: ['sh', '-c', 'serve -p 80'] }),
    ['compiler-toolchain 0 20001'],
  ],
  [
    'a compiler behind a port, whatever is started',
    runtime(gcc, { cmd: ['bash'], exposedPorts: ['80/tcp'] }),
    ['compiler-toolchain 0 20001'],
  ],
  [
    'headers',
    runtime({ 'usr/include/openssl/ssl.h': sized(900), 'usr/lib/x86_64-linux-gnu/pkgconfig/libssl.pc': sized(9) }),
    ['dev-packages 0 909'],
  ],
  [
    'a static library',
    runtime({ 'usr/lib/x86_64-linux-gnu/libz.a': '!<arch>\n', 'usr/lib/x86_64-linux-gnu/crt1.o': elf({ type: 1 }) }),
    ['static-libs 0 128'],
  ],
  [
    'a JDK',
    runtime({
      [`${jdk}/bin/javac`]: sized(10),
      [`${jdk}/jmods/java.base.jmod`]: sized(60000),
      [`${jdk}/lib/server/libjvm.so`]: 'x',
    }),
    ['jdk-in-runtime 0 60010'],
  ],
  [
    'a JDK of a distribution',
    runtime({ 'usr/lib/jvm/java-17-openjdk-amd64/lib/ct.sym': sized(70) }, { cmd: ['java', '-jar', 'app.jar'] }),
    ['jdk-in-runtime 0 70'],
  ],
  ['icons', runtime({ 'usr/share/icons/hicolor/x.png': sized(9000) }), ['gui-stack-in-server 0 9000']],
  [
    'the Go toolchain',
    runtime({
      'usr/local/go/VERSION': 'go1.22.1',
      'usr/local/go/src/runtime/x.go': sized(5000),
      'usr/local/go/bin/go': sized(2),
    }),
    ['go-toolchain 0 5010'],
  ],
  [
    'the Rust toolchain',
    runtime({ 'usr/local/rustup/toolchains/stable/lib/rustlib/x.rlib': sized(9000) }),
    ['rust-toolchain 0 9000'],
  ],
  [
    'all names of one linked program',
    runtime([
      ['usr/local/cargo/bin/rustup', sized(50)],
      ['usr/local/cargo/bin/cargo', hardlink('usr/local/cargo/bin/rustup')],
    ]),
    ['rust-toolchain 0 50'],
  ],
  [
    'the .NET SDK',
    runtime({ 'usr/share/dotnet/sdk/8.0/MSBuild.dll': sized(9000) }, { entrypoint: ['dotnet', 'app.dll'] }),
    ['dotnet-sdk-in-runtime 0 9000'],
  ],
  [
    'TypeScript beside what it built',
    runtime({ 'app/node_modules/typescript/lib/tsc.js': sized(9000) }, { cmd: ['node', 'dist/x.js'] }),
    ['node-build-tools 0 9000'],
  ],
  ['a compiler of Python modules', runtime({ [`${sp}/Cython/x.py`]: sized(9000) }), ['python-build-tools 0 9000']],
  [
    'a packaging tool',
    runtime({ [`${sp}/poetry/x.py`]: sized(700), 'usr/local/bin/uv': sized(300) }, { cmd: ['gunicorn', 'app:app'] }),
    ['python-build-tools 0 1000'],
  ],
  [
    'Go sources beside the program',
    runtime({ 'app/main.go': sized(200), 'app/server': program(5000) }, { cmd: ['/app/server'] }),
    ['source-for-compiled 0 200'],
  ],
  [
    'sources in the layer that wrote them',
    {
      own: [{ 'app/src/main.rs': sized(20) }, { 'app/bin/server': program(5000) }],
      config: { workingDir: '/app', cmd: ['./bin/server'] },
    },
    ['source-for-compiled 0 20'],
  ],
  [
    'Java sources beside the jar',
    runtime(
      { 'app/src/A.java': sized(20), 'app/app.jar': 'PK' },
      { workingDir: '/app', cmd: ['java', '-jar', 'app.jar'] },
    ),
    ['source-for-compiled 0 20'],
  ],
  [
    'TypeScript sources beside the JavaScript',
    runtime(
      {
        'app/tsconfig.json': '{}',
        'app/src/a.ts': sized(20),
        'app/dist/a.js': 'a',
        'app/dist/a.d.ts': 'd',
        'app/node_modules/x/b.ts': 'b',
      },
      { workingDir: '/app', cmd: ['node', 'dist/a.js'] },
    ),
    ['source-for-compiled 0 20'],
  ],
  ['git', runtime({ 'usr/bin/git': sized(30), 'usr/lib/git-core/git-remote-http': sized(12) }), ['vcs-clients 0 42']],
  ['a debugger', runtime({ 'usr/bin/gdb': sized(70) }), ['debug-tools 0 70']],
]

const silent: readonly Silent[] = [
  ['a shell to work in', runtime(gcc, { cmd: ['bash'] })],
  ['a command that compiles', runtime(gcc, { cmd: ['sh', '-c', 'cargo run --release'] })],
  ['a prompt', runtime(gcc, { cmd: ['python3'] })],
  ['a container that is kept alive to work in', runtime(gcc, { cmd: ['sleep', 'infinity'] })],
  ['an image that starts nothing', runtime(gcc, {})],
  [
    'the libraries of the compiler',
    runtime({ 'usr/lib/x86_64-linux-gnu/libgcc_s.so.1': sized(9), 'usr/lib/gcc/x/13/libstdc++.so.6': sized(9) }),
  ],
  ['the dynamic linker', runtime({ 'usr/bin/ld.so': sized(9) })],
  [
    'applets',
    runtime({ 'bin/busybox': sized(9), 'usr/bin/ar': symlink('../../bin/busybox'), 'bin/make': symlink('busybox') }),
  ],
  [
    'the headers of a runtime',
    runtime({ 'usr/local/include/python3.11/Python.h': sized(9), 'usr/local/include/node/v8.h': sized(9) }),
  ],
  ['a file with a name like an object', runtime({ 'usr/lib/x86_64-linux-gnu/crt1.o': 'o', 'app/lib.a': 'o' })],
  ['a package with a name like a library', runtime({ 'usr/lib/node_modules/foo/README.a': sized(9000) })],
  ['plug-ins of libtool', runtime({ 'usr/lib/x86_64-linux-gnu/ImageMagick-6/coders/png.la': sized(9) })],
  [
    'a JRE',
    runtime({
      [`${jdk}/bin/java`]: sized(9),
      [`${jdk}/lib/server/libjvm.so`]: sized(9),
      [`${jdk}/lib/modules`]: sized(9),
    }),
  ],
  ['a JDK that is used', runtime({ [`${jdk}/bin/javac`]: sized(9) }, { cmd: ['jshell', 'app.jsh'] })],
  ['icons of a desktop', runtime({ 'usr/share/icons/x.png': sized(9) }, { cmd: ['vncserver', ':1'] })],
  ['time zones of Go', runtime({ 'usr/local/go/lib/time/zoneinfo.zip': sized(400) })],
  ['Go that runs sources', runtime({ 'usr/local/go/bin/go': sized(9) }, { cmd: ['go', 'run', '.'] })],
  ['a program installed with cargo', runtime({ 'usr/local/cargo/bin/rg': sized(900) })],
  [
    'the .NET runtime',
    runtime({ 'usr/share/dotnet/shared/x.dll': sized(9), 'usr/share/dotnet/host/fxr/8.0/libhostfxr.so': sized(9) }),
  ],
  [
    'TypeScript that runs',
    runtime({ 'app/node_modules/typescript/lib/tsc.js': sized(9) }, { cmd: ['npx', 'ts-node', 'x.ts'] }),
  ],
  [
    'TypeScript of a script that nobody has read',
    runtime({ 'app/node_modules/typescript/lib/tsc.js': sized(9) }, { cmd: ['npm', 'start'] }),
  ],
  [
    'TypeScript behind a loader',
    runtime(
      { 'app/node_modules/typescript/lib/tsc.js': sized(9) },
      { cmd: ['node', '-r', 'ts-node/register', 'a.js'] },
    ),
  ],
  ['a module that may be imported', runtime({ [`${sp}/setuptools/x.py`]: sized(9), [`${sp}/pip/x.py`]: sized(9) })],
  [
    'a tool that starts the application',
    runtime({ [`${sp}/poetry/x.py`]: sized(9) }, { cmd: ['poetry', 'run', 'app'] }),
  ],
  [
    'an interpreted application',
    runtime({ 'app/main.py': sized(9), 'app/ext.c': sized(9) }, { workingDir: '/app', cmd: ['python', 'main.py'] }),
  ],
  [
    'sources beside a script',
    runtime(
      { 'app/main.go': sized(9), 'app/run': file(`#!/bin/sh\n${sized(9000)}`, { mode: 0o755 }) },
      { cmd: ['/app/run'] },
    ),
  ],
  [
    'videos that end like TypeScript',
    runtime({ 'app/public/a.ts': sized(9), 'app/dist/a.js': 'a' }, { workingDir: '/app', cmd: ['node', 'dist/a.js'] }),
  ],
  ['git for a server of repositories', runtime({ 'usr/bin/git': sized(9) }, { cmd: ['/usr/bin/gitea', 'web'] })],
  ['a debugger that is the program', runtime({ 'usr/bin/gdbserver': sized(9) }, { cmd: ['gdbserver', ':1'] })],
]

describe('rules about build tools', () => {
  it.each(found)('find %s', async (_, literal, expected) => {
    expect(await findingLines({ base: [], ...literal }, BUILD_TOOL_RULES)).toEqual(expected)
  })

  it.each(silent)('pass over %s', async (_, literal) => {
    expect(await findingLines({ base: [], ...literal }, BUILD_TOOL_RULES)).toEqual([])
  })

  it('send what came with the base image to another base', async () => {
    const [finding] = await findingsOf({ base: [gcc], own: [{ 'srv/app': 'a' }], config: serves }, BUILD_TOOL_RULES)
    expect(finding).toMatchObject({ rule: 'compiler-toolchain', count: 'rebase', origin: 'base' })
  })
})

it('a Go toolchain beside a static program is told with it', async () => {
  const image = runtime(
    {
      'usr/local/go/pkg/x': sized(5000),
      app: program(9),
      dyn: file(elf({ interpreter: '/lib/ld.so' }), { mode: 0o755 }),
    },
    { cmd: ['/app'] },
  )
  const [found] = await findingsOf(image, BUILD_TOOL_RULES)
  expect(found?.detail).toBe('/app is static, and would start from scratch')
  const [other] = await findingsOf({ ...image, config: { cmd: ['/dyn'] } }, BUILD_TOOL_RULES)
  expect(other).toMatchObject({ rule: 'go-toolchain' })
  expect(other).not.toHaveProperty('detail')
})
