import type { EcosystemName, Package } from '../packages/package.ts'
import type { PackageChoice } from './rule.ts'

/** Libraries that compiled programs need when they run, though a compiler brings them. */
const RUNTIME_LIBRARY =
  /^(?:lib(?:gcc-s1|gcc_s1|gcc1|gcc|stdc\+\+6|stdc\+\+|gomp1|gomp|atomic1|atomic|gfortran5?|quadmath0?|objc4)|libc6|glibc(?:-common|-minimal-langpack)?|musl|gcc-\d+-base)$/

/** Compilers, linkers, build drivers, and what only they need. */
export const COMPILERS: PackageChoice = {
  isMeant: named(
    /^(?:build-essential|build-base|alpine-sdk|dpkg-dev|rpm-build|redhat-rpm-config|annobin(?:-[\w-]+)?)$/,
    /^(?:gcc|g\+\+|cpp|gfortran|gnat|gobjc)(?:-\d[\d.]*)?(?:-[\w.+-]+)?$/,
    /^(?:clang|lld|llvm)-?[\d.]*(?:-(?:dev|tools|tools-extra|runtime|linker-tools|static))?$/,
    /^libclang(?:-common)?-\d+-dev$|^lib(?:gcc|stdc\+\+)-\d+-dev$/,
    /^binutils(?:-[\w.+-]+)?$/,
    /^(?:make|cmake(?:-(?:data|rpm-macros))?|ninja-build|ninja|samurai|meson|autoconf|automake|libtool|m4|bison|flex|yasm|nasm|patch)$/,
    /^(?:swig[\d.]*|protobuf-compiler|protoc|pkg-config|pkgconf(?:-(?:bin|m4|pkg-config))?)$/,
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
    /^libX11(?:-\w+)?$|^adwaita-cursor-theme$|-fonts(?:-common)?$/,
  ),
}

/** Clients of version control and remote shells. */
export const VCS_CLIENTS: PackageChoice = {
  isMeant: named(
    /^git(?:-(?:core|core-doc|all|man|lfs|svn|email|perl|doc|cvs|gui))?$|^gitk$|^perl-Git$/,
    /^(?:mercurial|subversion|bzr|brz|breezy|cvs)(?:-\w+)?$/,
    /^openssh-clients?(?:-\w+)?$/,
  ),
}

/** Debuggers, editors and tools to look around. */
export const DEBUG_TOOLS: PackageChoice = {
  isMeant: (name, installed) => DEBUG_TOOL.test(name) || (name === 'wget' && installed.has('curl')),
}
const DEBUG_TOOL =
  /^(?:gdb(?:server|-minimal|-headless|-gdbserver)?|strace|ltrace|perf|linux-perf(?:-[\d.]+)?|valgrind|tcpdump|(?:vim|emacs|neovim)(?:-[\w-]+)?|nano|less|htop|procps(?:-ng)?|net-tools|iputils(?:-\w+)?|(?:bind9-)?dnsutils|bind-tools|bind-utils|(?:inetutils-)?telnet|sudo|man-db)$/

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
  return `RUN ${installerOf(first.ecosystem, byName)} ${libraries}    # in place of ${instead}`
}

const DNF = 'dnf install -y --setopt=install_weak_deps=False'
/** What installs rpm packages, by the package that it comes in; the first that is there does, and dnf where none is. */
const RPM_INSTALLERS: readonly (readonly [name: string, command: string])[] = [
  ['dnf5', DNF],
  ['dnf', DNF],
  ['microdnf', 'microdnf install -y --setopt=install_weak_deps=0'],
  ['zypper', 'zypper --non-interactive install --no-recommends'],
  ['tdnf', 'tdnf install -y'],
  ['yum', 'yum install -y'],
]

/** The beginning of a command that installs packages of one kind. */
function installerOf(ecosystem: EcosystemName, installed: ReadonlyMap<string, Package>): string {
  if (ecosystem === 'apk') return 'apk add --no-cache'
  if (ecosystem !== 'rpm') return 'apt-get install -y --no-install-recommends'
  return RPM_INSTALLERS.find(([name]) => installed.has(name))?.[1] ?? DNF
}

/** Whether a package that another to compile against needs is the library itself. */
function isLibrary(name: string | undefined, development: string): boolean {
  if (name === undefined || !NAME.test(name) || /-bin$/.test(name) || isDevelopment(name)) return false
  const stem = development.replace(/-(?:dev|devel)$/, '')
  return name.startsWith('lib') || name === stem || name === `${stem}-libs`
}
