import { posix } from 'node:path'
import { find } from '../tree/tree.ts'
import { blockedPaths } from './access.ts'
import { claimsByLayer } from './claims.ts'
import type { Evidence } from './evidence.ts'
import { type Interpreter, interpretersOf } from './interpreters.ts'
import { deadPrograms } from './programs.ts'
import { roleOf, runs } from './role.ts'
import type { Claim, Rule } from './rule.ts'

/** Rules about parts of an image that do not fit what it starts. */
export const IMAGE_FIT_RULES: readonly Rule[] = [
  {
    id: 'os-image-parts',
    title: 'kernel, firmware and init of a virtual machine',
    techniques: [1],
    severity: 'low',
    safety: 'review',
    count: 'drop',
    why: 'a container runs on the kernel of its host and starts one program; someone imported the disk of a machine',
    traps: 'a container that starts systemd, or that loads modules into its host, needs some of them',
    fix: 'FROM debian:13-slim    # a base made for containers, in place of the imported disk',
    reference: 'Docker docs, Building best practices, Choose the right base image',
    paths: [
      '/boot/{vmlinuz,vmlinux,initrd,initramfs,System.map,config}*',
      '/boot/{grub,grub2,efi,loader}/**',
      '/{,usr/}lib/{modules,firmware}/**',
      '/{,usr/}lib/systemd/systemd{,-*}',
      '/{,usr/}lib/udev/hwdb.{bin,d}/**',
      '/usr/lib/python3/dist-packages/cloudinit/**',
      '/usr/lib/snapd/**',
    ],
    when: ({ path }, evidence) => !SYSTEMD.test(path) || !STARTS_INIT.test(roleOf(evidence).start),
  },
  {
    id: 'dead-python-abi',
    title: 'packages for a version of Python that is not there',
    techniques: [9],
    severity: 'medium',
    safety: 'likely',
    count: 'drop',
    why: 'Python reads only the site-packages of its own minor version, so nothing imports these',
    traps: 'Debian keeps packages for all versions in python3/dist-packages; they are not meant',
    fix: 'FROM python:3.13-slim AS build    # the same minor version in the build stage and in the final stage',
    reference: 'Python docs, site; Docker docs, Multi-stage builds',
    paths: ['/**/{lib,lib64}/python3.*/{site,dist}-packages/**'],
    when: ({ path, node }, evidence) => {
      const { pythonMinors } = interpretersOf(evidence)
      const [, minor = ''] = /\/python3\.(\d+)t?\/(?:site|dist)-packages\//.exec(`/${path}`) ?? []
      return minor !== '' && pythonMinors.size > 0 && !pythonMinors.has(minor) && !evidence.hiddenBy.has(node)
    },
  },
  {
    id: 'dead-interpreter',
    title: 'programs whose interpreter or loader is missing',
    techniques: [9],
    severity: 'medium',
    safety: 'review',
    count: 'none',
    why: 'the first line of a script, or the header of a program, names a path that is not in the image, so it cannot start',
    traps: 'a volume that is mounted when the container runs may bring it; programs within packages are passed over',
    fix: 'ENTRYPOINT ["python3", "-m", "flask"]    # for a script of another place; CGO_ENABLED=0 go build, or a base with the same C library, for a program',
    reference: 'execve(2); Docker docs, Multi-stage builds',
    detect: deadPrograms,
  },
  {
    id: 'unreadable-for-user',
    title: 'a program that the configured user cannot reach',
    techniques: [9],
    severity: 'medium',
    safety: 'review',
    count: 'none',
    why: 'a directory above it lets only its owner in, so the container fails when it starts',
    traps: 'which groups a user has is not known, so a directory open to a group is passed over',
    fix: 'COPY --from=build --chown=1000:1000 /install /opt/venv    # install outside of /root',
    reference: 'Dockerfile reference, USER',
    detect: blockedPaths,
  },
  {
    id: 'duplicate-runtime',
    title: 'a second runtime of the same kind',
    techniques: [1, 6],
    severity: 'low',
    safety: 'review',
    count: 'drop',
    why: 'a package pulled in the runtime of the distribution beside that of the base image, or the other way round',
    traps:
      'tools of the distribution run on its own runtime; the bytes are those of the program alone, without its library',
    fix: 'UV_PYTHON_PREFERENCE=only-system uv sync    # use the runtime that is there; or FROM a base without one',
    reference: 'Docker docs, Building best practices',
    detect: secondRuntimes,
  },
  {
    id: 'shell-present',
    title: 'a shell that the command does without',
    techniques: [9],
    severity: 'info',
    safety: 'review',
    count: 'none',
    why: 'what runs is started without a shell; whoever breaks in would use it first',
    traps: 'scripts of packages, and people who look into the container, need it',
    fix: 'FROM gcr.io/distroless/base    # if nothing else needs a shell',
    reference: 'Distroless project, README',
    detect: (evidence) => {
      const { start } = roleOf(evidence)
      return USES_SHELL.test(start) ? [] : present(evidence, ['sh', 'bash', 'dash', 'ash', 'zsh', 'pwsh'])
    },
  },
  {
    id: 'pm-present',
    title: 'a package manager',
    techniques: [9],
    severity: 'info',
    safety: 'review',
    count: 'none',
    why: 'an image is rebuilt, not updated, so nothing installs packages while it runs',
    traps: 'its database is what scanners read: never delete that',
    fix: 'FROM gcr.io/distroless/base    # if nothing else of the distribution is needed',
    reference: 'Distroless project, README',
    detect: (evidence) =>
      present(evidence, ['apt', 'apt-get', 'dpkg', 'dnf', 'dnf5', 'yum', 'microdnf', 'tdnf', 'rpm', 'zypper', 'apk']),
  },
]

const SYSTEMD = /(?:^|\/)(?:systemd|udev)\//
const STARTS_INIT = runs('init|systemd')
const USES_SHELL = /(?:^|[\s/])(?:sh|bash|dash|ash|zsh|pwsh|\S+\.sh|\S*entrypoint\S*)(?=$|\s)/

/** Those of some programs that an image which runs an application has, as one claim without bytes. */
function* present(evidence: Evidence, names: readonly string[]): Generator<Claim> {
  if (!roleOf(evidence).isRuntime) return
  const paths = ['bin', 'sbin', 'usr/bin', 'usr/sbin']
    .flatMap((directory) => names.map((name) => `${directory}/${name}`))
    .filter((path) => evidence.live(path) !== undefined)
  const [first] = paths
  if (first === undefined) return
  yield { layer: writerOf(evidence, first), files: [], detail: paths.map((path) => `/${path}`).join(', ') }
}

/** Index of the last layer that wrote a path. */
function writerOf({ image: { layers } }: Evidence, path: string): number {
  const writer = layers.findLast(
    ({ content }) => typeof content !== 'string' && find(content.changeset.added, path) !== undefined,
  )
  return writer?.index ?? 0
}

/** All runtimes of a kind but the one that `PATH` finds first. */
function* secondRuntimes(evidence: Evidence): Generator<Claim> {
  const search = (evidence.env.get('PATH') ?? '/usr/local/bin:/usr/bin:/bin').split(':')
  const rank = ({ path }: Interpreter): number => {
    const at = search.indexOf(`/${posix.dirname(path)}`)
    return at < 0 ? search.length : at
  }
  const { all } = interpretersOf(evidence)
  for (const kind of new Set(all.map((one) => one.kind))) {
    const [used, ...others] = all
      .filter((one) => one.kind === kind)
      .sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1))
    for (const claim of claimsByLayer(others, evidence)) {
      const paths = claim.files.map(({ path }) => `/${path}`).join(', ')
      yield { ...claim, detail: `${kind}: ${paths} beside /${used?.path}` }
    }
  }
}
