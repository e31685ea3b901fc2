import { sourcesBesideProgram } from './app-sources.ts'
import type { Evidence } from './evidence.ts'
import { hasFormat } from './magic.ts'
import { installedDevDependencies } from './node-dev-deps.ts'
import { COMPILERS, DEBUG_TOOLS, DESKTOP, DEVELOPMENT, VCS_CLIENTS } from './package-choices.ts'
import { installedForDevelopment } from './python-dev-deps.ts'
import { inRuntime, type Role, roleOf } from './role.ts'
import type { Instance, Rule } from './rule.ts'

const STAGES = 'Docker docs, Multi-stage builds; CIS-DI-0003'

const isRuntime = inRuntime()

/** Whether a file is what its ending says: an archive of object files, an object file, or the text of libtool. */
function isLinkable(file: Instance, evidence: Evidence): boolean {
  if (file.path.endsWith('.a')) return hasFormat('ar', file, evidence)
  return !file.path.endsWith('.o') || hasFormat('elf', file, evidence)
}

/** Says of a program that starts and needs no loader that it needs no distribution either. */
function describeStatic(_: readonly Instance[], evidence: Evidence): string {
  const [program = ''] = roleOf(evidence).words
  const node = evidence.live(program.replace(/^\/+/, ''))
  const elf = node?.kind === 'file' ? evidence.excerpt(node)?.elf : undefined
  return elf !== undefined && elf.interpreter === undefined ? `${program} is static, and would start from scratch` : ''
}

const isNotDesktop = inRuntime(
  'Xvfb|xvfb-run|Xorg|startx?|\\S*vnc\\S*|x11\\S*|\\S*(?:firefox|chrom(?:e|ium)|desktop|xrdp|kasm)\\S*',
)
const isWithoutNodeTools = inRuntime('npm|npx|yarn|pnpm|pnpx|bunx?|deno')
const isWithoutPythonTools = inRuntime(
  'poetry|pipenv|pdm|hatch|rye|uvx?|conan|pytest|py\\.test|tox|nox|mypy|black|ruff|coverage|virtualenv',
)
const START_NODE = /(?:^|\/)node(?:js)? (?:--(?:enable-source-maps|max-old-space-size=\d+) )*[^\s-]\S*\.[cm]?js(?=$| )/

/** A script's content, and a loader that compiles on the way, may need any tool. */
function startsBuiltScript({ words, isScript }: Role): boolean {
  return !isScript && START_NODE.test(words.join(' '))
}

/** Rules about what only a build needs, in an image that runs an application; all are silent in an image for builds. */
export const BUILD_TOOL_RULES: readonly Rule[] = [
  {
    id: 'compiler-toolchain',
    title: 'compilers, linkers and build drivers',
    techniques: [1, 2],
    severity: 'medium',
    safety: 'likely',
    count: 'stage',
    why: 'they were needed to build, and whoever breaks into the container can use them too',
    traps:
      'what compiles at run time needs them: torch.compile, cgo, perl Inline, DKMS; libgcc and libstdc++ always stay',
    fix: 'FROM debian:13 AS build    # install build-essential and build here\nCOPY --from=build /out /usr/local    # in the final stage',
    fixes: {
      apk: 'FROM alpine:3 AS build    # apk add build-base and build here\nCOPY --from=build /out /usr/local    # in the final stage',
      rpm: 'FROM IMAGE AS build    # what the final stage begins with; dnf or microdnf install gcc make, and build here\nCOPY --from=build /out /usr/local    # in the final stage',
    },
    reference: STAGES,
    packages: COMPILERS,
    paths: [
      '/usr/{,local/}bin/{gcc,g++,cpp,c++,clang,clang++,gfortran,gnat}{,-*}',
      '/usr/{,local/}bin/{cc,c89,c99,as,ld,ld.bfd,ld.gold,ld.lld,lld,mold,ar,nm,ranlib,objcopy,objdump,readelf,strip,gprof,gold,dwp}',
      '/usr/{,local/}bin/*-linux-*-{gcc,g++,cpp,c++,gfortran}{,-*}',
      '/usr/{,local/}bin/*-linux-*-{as,ld,ld.bfd,ld.gold,ar,nm,ranlib,objcopy,objdump,readelf,strip,gprof,gold,dwp}',
      '/usr/{,local/}bin/{make,gmake,cmake,ctest,cpack,ninja,meson,autoconf,automake*,aclocal*,autoreconf,libtoolize,m4,bison,flex,yasm,nasm}',
      '/usr/{,local/}bin/{swig*,protoc,pkg-config,pkgconf,patch,rpmbuild,dpkg-buildpackage}',
      '/usr/lib{,64,exec}/gcc{,-cross}/**/{cc1,cc1plus,cc1obj,collect2,lto1,lto-wrapper,f951,gnat1,g++-mapper-server,liblto_plugin.so}',
      '/usr/lib/llvm-*/bin/**',
      '/usr/lib/llvm-*/lib/clang/**',
      '/usr/{,local/}share/{cmake,cmake-*,autoconf,automake-*,bison,swig*}/**',
    ],
    when: inRuntime(),
  },
  {
    id: 'dev-packages',
    title: 'headers and other files to compile against',
    techniques: [2],
    severity: 'info',
    safety: 'likely',
    count: 'stage',
    why: 'a library runs without its headers, pkg-config and cmake files; they came with a -dev or -devel package',
    traps: 'the headers that a language runtime installs for its extensions are not meant',
    fix: 'RUN apt-get install -y --no-install-recommends libpq5    # the library in the final stage, libpq-dev only in the build stage',
    fixes: {
      apk: 'RUN apk add --no-cache libpq    # the library in the final stage, libpq-dev only in the build stage',
      rpm: 'RUN dnf install -y --setopt=install_weak_deps=False libpq    # the library in the final stage, libpq-devel only in the build stage',
    },
    reference: STAGES,
    packages: DEVELOPMENT,
    paths: [
      '/usr/{,local/}include/**',
      '/opt/conda/include/**',
      '/usr/{,local/}{lib,lib64,share}/**/pkgconfig/*.pc',
      '/usr/{,local/}{lib,lib64,share}/**/cmake/**',
      '/usr/{,local/}share/aclocal/**',
    ],
    except: [
      '/usr/{,local/}include/{python*,node,ruby-*,php}/**',
      '/opt/conda/include/python*/**',
      '/**/pkgconfig/{python,ruby}*.pc',
      '/**/{site-packages,dist-packages,node_modules}/**',
    ],
    when: inRuntime(),
  },
  {
    id: 'static-libs',
    title: 'static libraries and object files',
    techniques: [2, 8],
    severity: 'info',
    safety: 'likely',
    count: 'stage',
    why: 'only a linker reads them; programs at run time use the shared libraries',
    traps: 'libtool files of plug-in directories are read at run time, and are not meant',
    fix: "RUN make install && find /usr/local -name '*.a' -delete    # or copy only the result out of the build stage",
    reference: STAGES,
    paths: [
      '/**/*.a',
      '/usr/lib{,64}/{,*-linux-*/}*crt*.o',
      '/usr/lib{,64}/gcc{,-cross}/**/*.{a,o}',
      '/usr/{,local/}{lib,lib64}/{,*-linux-*/}*.la',
    ],
    except: [
      '/**/{node_modules,rustlib}/**',
      '/usr/{,local/}lib/go{,-*}/**',
      '/usr/local/go/**',
      '/usr/lib/debug/**',
      '/**/target/{debug,release}/**',
    ],
    when: (file, evidence) => isLinkable(file, evidence) && isRuntime(file, evidence),
  },
  {
    id: 'jdk-in-runtime',
    title: 'a JDK where a JRE is enough',
    techniques: [1, 2],
    severity: 'medium',
    safety: 'likely',
    count: 'stage',
    why: 'compiler, link-time modules and library sources are for building Java, not for running it',
    traps: 'a server that compiles at run time, such as one for JSP without a compiler of its own, needs the JDK',
    fix: 'FROM eclipse-temurin:21-jre    # or: RUN jlink --add-modules java.base --strip-debug --no-header-files --output /jre',
    reference: STAGES,
    paths: [
      '/{opt/java/*,usr/lib/jvm/*,usr/java/*,usr/local/openjdk-*,opt/graalvm*,opt/jdk*,opt/openjdk*,usr/local/jdk*}/{jmods,include,demo,sample}/**',
      '/{opt/java/*,usr/lib/jvm/*,usr/java/*,usr/local/openjdk-*,opt/graalvm*,opt/jdk*,opt/openjdk*,usr/local/jdk*}/{src.zip,lib/src.zip,lib/ct.sym,lib/tools.jar}',
      '/{opt/java/*,usr/lib/jvm/*,usr/java/*,usr/local/openjdk-*,opt/graalvm*,opt/jdk*,opt/openjdk*,usr/local/jdk*}/bin/{javac,javadoc,javap,javah,jlink,jmod,jpackage,jar,jarsigner,jshell,jdeps,jdeprscan,serialver,rmic,native-image}',
    ],
    when: inRuntime('javac|jshell|jlink|jar|native-image|ant|jenkins\\.sh|\\S*jenkins\\S*'),
  },
  {
    id: 'gui-stack-in-server',
    title: 'libraries, icons and fonts of a desktop',
    techniques: [6],
    severity: 'info',
    safety: 'review',
    count: 'drop',
    why: 'a desktop package came along with a library; a server opens no windows',
    traps:
      'a remote desktop or a program that draws its own windows needs them, and what writes PDF or images may need fonts',
    fix: 'RUN apt-get install -y --no-install-recommends openjdk-21-jre-headless    # the headless package of what pulled them in',
    fixes: {
      apk: 'RUN apk add --no-cache openjdk21-jre-headless    # the headless package of what pulled them in',
      rpm: 'RUN dnf install -y --setopt=install_weak_deps=False java-21-openjdk-headless    # the headless package of what pulled them in',
    },
    reference: STAGES,
    packages: DESKTOP,
    paths: ['/usr/share/{icons,themes,sounds}/**'],
    when: (file, evidence) => isNotDesktop(file, evidence) && !evidence.env.has('DISPLAY'),
  },
  {
    id: 'go-toolchain',
    title: 'the Go toolchain',
    techniques: [2, 8],
    severity: 'medium',
    safety: 'likely',
    count: 'stage',
    why: 'a Go program is one file that needs neither compiler nor library sources',
    traps: 'lib/time/zoneinfo.zip may have been copied for its time zones, and is not meant',
    fix: 'FROM golang:1 AS build    # RUN CGO_ENABLED=0 go build -o /app\nFROM gcr.io/distroless/static    # COPY --from=build /app /app',
    reference: STAGES,
    paths: [
      '/usr/local/go/{api,doc,misc,pkg,src,test,VERSION}/**',
      '/usr/local/go/bin/{go,gofmt}',
      '/usr/lib/{go,go-*,golang}/**',
      '/usr/share/go-*/**',
      '{home}/sdk/go1*/**',
      '{GOROOT}/{api,bin,doc,misc,pkg,src,test}/**',
    ],
    except: ['/usr/lib/{go,go-*,golang}/lib/time/**', '{home}/sdk/go1*/lib/time/**'],
    when: inRuntime('go'),
    describe: describeStatic,
  },
  {
    id: 'rust-toolchain',
    title: 'the Rust toolchain',
    techniques: [2, 8],
    severity: 'medium',
    safety: 'likely',
    count: 'stage',
    why: 'a Rust program needs neither compiler nor standard library files, let alone their documentation',
    traps: '',
    fix: 'FROM rust:1 AS build    # RUN cargo build --release\nCOPY --from=build /src/target/release/app /usr/local/bin/    # in the final stage',
    reference: STAGES,
    paths: [
      '/{usr/local/rustup,opt/rustup,usr/lib/rustlib,usr/local/lib/rustlib}/**',
      '{home}/.rustup/**',
      '/usr/local/cargo/bin/{cargo,cargo-clippy,cargo-fmt,cargo-miri,clippy-driver,rls,rust-analyzer,rust-gdb,rust-gdbgui,rust-lldb,rustc,rustdoc,rustfmt,rustup}',
      '{home}/.cargo/bin/{cargo,cargo-clippy,cargo-fmt,cargo-miri,clippy-driver,rls,rust-analyzer,rust-gdb,rust-gdbgui,rust-lldb,rustc,rustdoc,rustfmt,rustup}',
      '/usr/{,local/}bin/{rustc,cargo,rustdoc}',
    ],
    when: inRuntime('rustup'),
  },
  {
    id: 'dotnet-sdk-in-runtime',
    title: 'the .NET SDK',
    techniques: [1, 2],
    severity: 'medium',
    safety: 'likely',
    count: 'stage',
    why: 'a published application runs on the runtime alone, without compilers, targeting packs and templates',
    traps: 'host and shared belong to the runtime, and are not meant',
    fix: 'FROM mcr.microsoft.com/dotnet/aspnet:8.0    # COPY --from=build /out . ; or publish self-contained onto runtime-deps',
    reference: STAGES,
    paths: [
      '/usr/{share,lib,lib64}/dotnet/{sdk,sdk-manifests,packs,templates}/**',
      '{home}/.dotnet/{sdk,sdk-manifests,packs,templates}/**',
      '/usr/share/powershell/**',
    ],
    when: inRuntime('pwsh|dotnet (?:exec \\S*msbuild|fsi|script|ef|tool|publish|restore|new)\\b.*'),
  },
  {
    id: 'node-build-tools',
    title: 'compilers, bundlers and test runners of a Node.js project',
    techniques: [2, 6],
    severity: 'info',
    safety: 'review',
    count: 'stage',
    why: 'the command starts built JavaScript, which needs none of them',
    traps: 'a dependency may load one of them at run time; npm and yarn belong to the base image, and are not meant',
    fix: 'RUN npm ci --omit=dev    # in the final stage; build with all dependencies in a stage before',
    reference: STAGES,
    paths: [
      '/**/node_modules/{typescript,webpack,webpack-cli,webpack-dev-server,rollup,vite,parcel,esbuild,ts-node,tsx,jest,ts-jest,mocha,karma,cypress,eslint,prettier,nodemon}/**',
      '/**/node_modules/{@types,@esbuild,@rollup,@typescript-eslint,@eslint,@jest,@webpack-cli}/**',
      '/usr/{,local/}lib/node_modules/{@angular/cli,@vue/cli,@nestjs/cli,node-gyp}/**',
    ],
    when: (file, evidence) => isWithoutNodeTools(file, evidence) && startsBuiltScript(roleOf(evidence)),
  },
  {
    id: 'node-dev-deps',
    title: 'packages that only the development of a Node.js project needs',
    techniques: [6],
    severity: 'medium',
    safety: 'safe',
    count: 'drop',
    why: 'npm, pnpm and yarn install devDependencies too, unless they are told not to; what is told is exactly what they bring alone',
    traps:
      'a build behind the installation needs them, and so may a script that installing runs, such as prepare; NODE_ENV=production in a build stage leaves them out where the build needs them',
    fix: 'RUN npm ci --omit=dev    # in the final stage; yarn install --production, pnpm install --prod; or npm prune --omit=dev in the build stage, before COPY --from',
    reference: 'npm-ci(1), --omit; Docker docs, Node.js language guide',
    detect: installedDevDependencies,
  },
  {
    id: 'python-build-tools',
    title: 'build, test and packaging tools of a Python project',
    techniques: [2, 6],
    severity: 'info',
    safety: 'review',
    count: 'drop',
    why: 'they build, check or install the project; what runs needs only its dependencies',
    traps:
      'some are imported at run time, such as Cython or virtualenv; pip and setuptools belong to the base image, and are not meant',
    fix: 'RUN --mount=from=ghcr.io/astral-sh/uv,source=/uv,target=/bin/uv uv sync --no-dev    # the tool is mounted, not installed',
    reference: STAGES,
    paths: [
      '/**/{site,dist}-packages/{Cython,pyximport,poetry,pipenv,pdm,hatch,hatchling,conan,conans,cmake,ninja,mesonbuild,mesonpy}/**',
      '/**/{site,dist}-packages/{pytest,_pytest,mypy,mypyc,ruff,black,blib2to3,coverage,tox,nox,virtualenv,flake8,pylint,isort}/**',
      '/{,bin/,usr/bin/,usr/local/bin/,opt/venv/bin/}{uv,uvx,ruff}',
      '/**/.venv/bin/{uv,uvx,ruff}',
      '{home}/.local/bin/{uv,uvx,ruff}',
    ],
    when: (file, evidence) => isWithoutPythonTools(file, evidence) && !roleOf(evidence).isScript,
  },
  {
    id: 'python-dev-deps',
    title: 'distributions that only the development of a Python project needs',
    techniques: [6],
    severity: 'info',
    safety: 'review',
    count: 'drop',
    why: "the project's own files name them for development or tests, and nothing else that is installed needs them",
    traps: 'an application may import one of them at run time all the same',
    fix: 'RUN pip install --no-cache-dir -r requirements.txt    # or: poetry install --only main; uv sync --no-dev; pipenv install --deploy',
    reference: 'PEP 735; the manuals of pip, poetry and uv',
    detect: installedForDevelopment,
  },
  {
    id: 'source-for-compiled',
    title: 'sources beside the program that was built from them',
    techniques: [8],
    severity: 'info',
    safety: 'likely',
    count: 'stage',
    why: 'the command starts what was compiled, and nothing reads the sources again',
    traps: 'deleting them in a build stage saves nothing: only what is copied out of it counts',
    fix: 'COPY --from=build /src/app /app    # the result only, in place of COPY . .',
    reference: STAGES,
    detect: sourcesBesideProgram,
  },
  {
    id: 'vcs-clients',
    title: 'clients of version control and remote shells',
    techniques: [8, 9],
    severity: 'low',
    safety: 'review',
    count: 'drop',
    why: 'sources are fetched when the image is built, not when it runs',
    traps: 'servers of repositories, deployment tools and some package managers call git or ssh',
    fix: 'ADD https://example.org/project.git#v1.0 /src    # BuildKit clones without git in the image; else clone in a build stage',
    reference: `${STAGES}; DL3001`,
    packages: VCS_CLIENTS,
    paths: [
      '/usr/{,local/}bin/{git,git-*,scalar,hg,svn,svnadmin,bzr,brz,cvs}',
      '/usr/lib{,exec}/git-core/**',
      '/usr/share/{git-core,gitweb}/**',
      '/usr/{lib,lib64}/python*/{site,dist}-packages/{mercurial,hgext,breezy}/**',
      '/usr/bin/{ssh,scp,sftp,ssh-add,ssh-agent,ssh-keygen,ssh-keyscan}',
    ],
    when: inRuntime(
      '\\S*(?:git|gogs|forgejo|jenkins|argo|flux|atlantis|renovate|drone|runner|ansible|ssh|rsync|borg|hg|svn|bzr)\\S*',
    ),
  },
  {
    id: 'debug-tools',
    title: 'debuggers, editors and tools to look around',
    techniques: [8, 9],
    severity: 'low',
    safety: 'review',
    count: 'drop',
    why: 'they are for people inside the container; the application never calls them',
    traps: 'an image for support or teaching has them on purpose',
    fix: 'docker debug CONTAINER    # or kubectl debug: bring the tools when they are needed, and leave them out of the image',
    reference: `${STAGES}; DKL-DI-0001`,
    packages: DEBUG_TOOLS,
    paths: [
      '/usr/{,local/}bin/{gdb,gdbserver,gdb-multiarch,strace,ltrace,perf,perf_*,tcpdump,vim.*,vim,vi.*,nvim,emacs*,nano,htop,sudo,telnet,nmap,tmux,screen,dig,nslookup}',
      '/usr/{,s}bin/{tcpdump,sudo}',
      '/usr/{,local/}bin/valgrind{,.bin}',
      '/usr/lib{,exec}/{,*-linux-*/}valgrind/**',
      '/usr/share/{vim,nvim,emacs,nano}/**',
    ],
    except: ['/usr/share/vim/vimrc'],
    when: inRuntime('gdb(?:server)?|strace|tcpdump|nmap|tmux|screen|n?vim?|emacs|nano|sudo|dig|telnet|perf'),
  },
]
