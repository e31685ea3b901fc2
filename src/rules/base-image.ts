import { type Evidence, instancesOf } from './evidence.ts'
import { stepsOf } from './instructions.ts'
import type { Detector } from './rule.ts'

const BASES = 'Docker docs, Building best practices, Choose the right base image'
const NAME = 'org.opencontainers.image.base.name'
const DIGEST = 'org.opencontainers.image.base.digest'

/** Rules about the choice of the base image. */
export const BASE_IMAGE_RULES: readonly Detector[] = [
  {
    id: 'full-base-image',
    title: 'layers of a full base image that its slim variant does not have',
    techniques: [1],
    severity: 'medium',
    safety: 'likely',
    count: 'stage',
    why: 'version control clients, compilers and headers came with the base, for building things that few images build',
    traps: 'packages with native parts may need one of the libraries: install that one by name',
    fix: 'FROM debian:stable-slim',
    reference: BASES,
    *detect(evidence) {
      for (const { layer, instruction } of stepsOf(evidence)) {
        const words = new Set(instruction.text.split(/\s+/))
        const isFull = FULL.some((packages) => packages.every((name) => words.has(name)))
        if (layer === undefined || !isFull) continue
        const slim = slimVariant(evidence)
        yield { layer, files: instancesOf(evidence, layer), ...(slim !== undefined && { fix: `FROM ${slim}` }) }
      }
    },
  },
  {
    id: 'unpinned-base',
    title: 'a base image that can change unnoticed',
    techniques: [7],
    severity: 'low',
    safety: 'safe',
    count: 'none',
    why: 'a tag is moved to newer images, so the same Dockerfile builds another image tomorrow',
    traps: 'known only where the image records its base, and the record may have come with the base itself',
    fix: 'FROM debian:13-slim@sha256:…    # the digest that docker buildx imagetools inspect prints',
    reference: 'Docker docs, Building best practices, Pin base image versions; DL3006; DL3007',
    *detect(evidence) {
      const labels = evidence.image.config.labels ?? {}
      const name = labels[NAME]
      if (name === undefined || name === '' || name === 'scratch') return
      if (name.includes('@') || labels[DIGEST]) return
      const tag = /:([^:/]+)$/.exec(name)?.[1]
      const detail = tag === undefined ? `${name} has neither tag nor digest` : `${name} has no digest`
      yield { layer: topOfBase(evidence), files: [], detail }
    },
  },
  {
    id: 'old-base',
    title: 'an old base image',
    techniques: [7],
    severity: 'info',
    safety: 'review',
    count: 'none',
    why: 'corrections of its programs since then are missing, or come again as a layer of upgrades',
    traps: 'reproducible builds carry fixed dates and tell no age; some vendors support longer than the project',
    fix: 'FROM debian:stable-slim    # a supported tag, built again with docker build --pull',
    reference: 'Docker docs, Building best practices, Rebuild your images often',
    *detect(evidence) {
      const built = dateOf(evidence.image.created)
      if (built === undefined) return
      const details = [agedBase(evidence, built), ...endedRuntimes(evidence, built)].filter((one) => one !== undefined)
      for (const detail of details) yield { layer: topOfBase(evidence), files: [], detail }
    },
  },
  {
    id: 'distroless-candidate',
    title: 'an image that may run without a distribution',
    techniques: [9],
    severity: 'info',
    safety: 'review',
    count: 'none',
    why: 'it starts one program of a language that has images without shell and package manager',
    traps: 'shell scripts, health checks by a shell, and libraries of the distribution need another base or a copy',
    fix: 'FROM distroless/base-debian13:nonroot    # as the last stage\nCOPY --from=build /app /app',
    reference: 'distroless project, README',
    *detect(evidence) {
      const { entrypoint = [], cmd = [] } = evidence.image.config
      const [program = ''] = [...entrypoint, ...cmd]
      const language = DISTROLESS.find(({ name }) => name.test(program.slice(program.lastIndexOf('/') + 1)))
      const hasManager = PACKAGE_MANAGERS.some((path) => evidence.live(path) !== undefined)
      if (language === undefined || !hasManager) return
      const fix = `FROM distroless/${language.image}:nonroot    # as the last stage\nCOPY --from=build /app /app`
      yield { layer: topOfBase(evidence), files: [], detail: `it starts ${program}`, fix }
    },
  },
  {
    id: 'base-name-label-missing',
    title: 'an image that does not say what it is built on',
    techniques: [1, 7],
    severity: 'info',
    safety: 'safe',
    count: 'none',
    why: 'where its base ends, and whether a newer one exists, can then only be guessed',
    traps: 'an image from scratch has no base to name',
    fix: `LABEL ${NAME}="debian:13-slim"    # with its digest as ${DIGEST}`,
    reference: 'OCI image-spec, annotations.md, Pre-Defined Annotation Keys',
    *detect(evidence) {
      const { image, baseLayers } = evidence
      const { [NAME]: name, [DIGEST]: digest } = image.config.labels ?? {}
      // buildah records the name of the base elsewhere.
      const isTold = image.history.some(({ comment }) => comment?.startsWith('FROM '))
      if (name || digest || isTold || baseLayers === 0 || baseLayers >= image.layers.length) return
      yield { layer: topOfBase(evidence), files: [] }
    },
  },
]

/** Packages that, one list or the other, the layers of the full official images install in one go. */
const FULL: readonly (readonly string[])[] = [
  ['git', 'mercurial', 'openssh-client', 'subversion'],
  ['autoconf', 'dpkg-dev', 'g++', 'gcc', 'imagemagick', 'libmagickcore-dev'],
]

/** Variables that official images set to their version, and the slim variant of each. */
const SLIM: readonly (readonly [variable: string, image: string])[] = [
  ['PYTHON_VERSION', 'python'],
  ['NODE_VERSION', 'node'],
  ['RUBY_VERSION', 'ruby'],
  ['RUST_VERSION', 'rust'],
]

function slimVariant({ env }: Evidence): string | undefined {
  for (const [variable, image] of SLIM) {
    const version = env.get(variable)
    if (version !== undefined && /^[\d.]+$/.test(version)) return `${image}:${version}-slim`
  }
  return undefined
}

/** Names under which a language is started, and its image without a distribution (as of 2026). */
const DISTROLESS: readonly { readonly name: RegExp; readonly image: string }[] = [
  { name: /^node(?:js)?$/, image: 'nodejs24-debian13' },
  { name: /^python3?$/, image: 'python3-debian13' },
  { name: /^java$/, image: 'java25-debian13' },
]

const PACKAGE_MANAGERS = ['usr/bin/dpkg', 'sbin/apk', 'usr/bin/apk', 'usr/bin/rpm']

/** Days that a base may be older than what is built on it. */
const OLD_DAYS = 180
const DAY = 86_400_000

function agedBase({ image, baseLayers }: Evidence, built: number): string | undefined {
  const dates = image.layers.slice(0, baseLayers).map(({ history }) => dateOf(history?.created))
  const newest = Math.max(...dates.flatMap((date) => date ?? []))
  const days = Math.floor((built - newest) / DAY)
  return Number.isFinite(days) && days > OLD_DAYS ? `it was ${days} days old when the image was built` : undefined
}

/** Releases whose support has ended: version variable, and the last day of each release. */
const ENDED: readonly (readonly [variable: string, name: string, releases: Readonly<Record<string, string>>])[] = [
  [
    'PYTHON_VERSION',
    'Python',
    { '2.7': '2020-01-01', '3.6': '2021-12-23', '3.7': '2023-06-27', '3.8': '2024-10-07', '3.9': '2025-10-31' },
  ],
  [
    'NODE_VERSION',
    'Node.js',
    {
      '10': '2021-04-30',
      '12': '2022-04-30',
      '14': '2023-04-30',
      '16': '2023-09-11',
      '18': '2025-04-30',
      '20': '2026-04-30',
    },
  ],
  ['PHP_VERSION', 'PHP', { '7.3': '2021-12-06', '7.4': '2022-11-28', '8.0': '2023-11-26', '8.1': '2025-12-31' }],
  ['RUBY_VERSION', 'Ruby', { '2.6': '2022-04-12', '2.7': '2023-03-31', '3.0': '2024-04-23', '3.1': '2025-03-26' }],
]

function endedRuntimes({ env }: Evidence, built: number): string[] {
  return ENDED.flatMap(([variable, name, releases]) => {
    const version = env.get(variable)?.replace(/^v/, '').split('.') ?? []
    const release = [version.slice(0, 2).join('.'), version[0] ?? ''].find((one) => Object.hasOwn(releases, one))
    const end = release === undefined ? undefined : releases[release]
    return end !== undefined && built > Date.parse(end) ? [`${name} ${release} has had no support since ${end}`] : []
  })
}

/** Milliseconds since 1970; undefined for no date, and for the fixed ones of reproducible builds. */
function dateOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? '')
  return time >= Date.UTC(2000, 0, 1) ? time : undefined
}

function topOfBase({ baseLayers }: Evidence): number {
  return Math.max(baseLayers - 1, 0)
}
