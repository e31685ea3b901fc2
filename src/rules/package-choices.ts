import type { Package } from '../packages/package.ts'
import type { PackageChoice } from './rule.ts'

/** Libraries that compiled programs need when they run, though a compiler brings them. */
const RUNTIME_LIBRARY =
  /^(?:lib(?:gcc-s1|gcc1|gcc|stdc\+\+6|stdc\+\+|gomp1|gomp|atomic1|atomic|gfortran5?|quadmath0?|objc4)|libc6|musl|gcc-\d+-base)$/

/** Compilers, linkers, build drivers, and what only they need. */
export const COMPILERS: PackageChoice = {
  isMeant: named(
    /^(?:build-essential|build-base|alpine-sdk|dpkg-dev|rpm-build)$/,
    /^(?:gcc|g\+\+|cpp|gfortran|gnat|gobjc)(?:-\d[\d.]*)?(?:-[\w.+-]+)?$/,
    /^(?:clang|lld|llvm)-?[\d.]*(?:-(?:dev|tools|runtime|linker-tools|static))?$/,
    /^libclang(?:-common)?-\d+-dev$|^lib(?:gcc|stdc\+\+)-\d+-dev$/,
    /^binutils(?:-[\w.+-]+)?$/,
    /^(?:make|cmake(?:-data)?|ninja-build|ninja|samurai|meson|autoconf|automake|libtool|m4|bison|flex|yasm|nasm|patch)$/,
    /^(?:swig[\d.]*|protobuf-compiler|protoc|pkg-config|pkgconf(?:-bin)?)$/,
  ),
  dependencies: { stays: (name) => RUNTIME_LIBRARY.test(name) },
}

/** Headers and what else is compiled against. */
export const DEVELOPMENT: PackageChoice = {
  isMeant: isDevelopment,
  fix: runtimeCounterparts,
}

function isDevelopment(name: string): boolean {
  return /-(?:dev|devel|headers)$/.test(name) && !/^(?:dpkg|lib(?:gcc|stdc\+\+)-\d+)-dev$/.test(name)
}

/** Desktop libraries, icons and fonts. */
export const DESKTOP: PackageChoice = {
  isMeant: named(
    /^libx11-.+|^libgtk-.+|^gtk[+\d][\d.+-]*$|^mesa-.+|^libgl1-mesa-dri$|^adwaita-icon-theme$|^fonts?-.+|^libllvm[\d.]+$/,
  ),
}

/** Clients of version control and remote shells. */
export const VCS_CLIENTS: PackageChoice = {
  isMeant: named(
    /^git(?:-(?:core|man|lfs|svn|email|perl|doc|cvs|gui))?$|^gitk$/,
    /^(?:mercurial|subversion|bzr|brz|breezy|cvs)(?:-\w+)?$/,
    /^openssh-client(?:-\w+)?$/,
  ),
}

/** Debuggers, editors and tools to look around. */
export const DEBUG_TOOLS: PackageChoice = {
  isMeant: (name, installed) => DEBUG_TOOL.test(name) || (name === 'wget' && installed.has('curl')),
}
const DEBUG_TOOL =
  /^(?:gdb(?:server|-minimal)?|strace|ltrace|perf|linux-perf(?:-[\d.]+)?|valgrind|tcpdump|(?:vim|emacs|neovim)(?:-[\w-]+)?|nano|less|htop|procps|net-tools|iputils(?:-\w+)?|(?:bind9-)?dnsutils|bind-tools|(?:inetutils-)?telnet|sudo|man-db)$/

function named(...patterns: readonly RegExp[]): PackageChoice['isMeant'] {
  return (name) => !SHARED.test(name) && patterns.some((pattern) => pattern.test(name))
}

/** Parts that other packages need as well. */
const SHARED = /-(?:base|libs)$/

/** What stands in a command as it is; an image can call its packages anything. */
const NAME = /^\w[\w+.-]*$/

/** How many libraries a fix names. */
const NAMED = 8

/** Installs, in place of packages to compile against, the libraries that they are for. */
function runtimeCounterparts(found: readonly Package[], installed: readonly Package[]): string | undefined {
  const byName = new Map(installed.map((one) => [one.name, one]))
  const providers = new Map(installed.flatMap((one) => (one.relations?.provides ?? []).map((name) => [name, one.name])))
  const pairs = found
    .filter(({ name }) => isDevelopment(name) && NAME.test(name))
    .map(({ name, ecosystem, relations }) => {
      const needed = (relations?.depends ?? []).map(([first = '']) =>
        byName.has(first) ? first : providers.get(first),
      )
      const libraries = needed.filter((one) => one !== undefined && isLibrary(one, name))
      return { name, ecosystem, libraries: [...new Set(libraries)] }
    })
    .filter(({ libraries }) => libraries.length > 0)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const [first] = pairs
  if (first === undefined) return undefined
  const libraries = [...new Set(pairs.flatMap((pair) => pair.libraries))].slice(0, NAMED).join(' ')
  const instead = pairs
    .slice(0, NAMED)
    .map(({ name }) => name)
    .join(', ')
  const install = first.ecosystem === 'apk' ? 'apk add --no-cache' : 'apt-get install -y --no-install-recommends'
  return `RUN ${install} ${libraries}    # in place of ${instead}`
}

/** Whether a package that another to compile against needs is the library itself. */
function isLibrary(name: string | undefined, development: string): boolean {
  if (name === undefined || !NAME.test(name) || /-bin$/.test(name) || isDevelopment(name)) return false
  return name.startsWith('lib') || name === development.replace(/-(?:dev|devel)$/, '')
}
