import { splitShell } from '../dockerfile/shell-command.ts'
import { contextCopies } from './build-context.ts'
import { claimsByLayer } from './claims.ts'
import { type Evidence, instancesOf } from './evidence.ts'
import { layerNear, type PlacedStep, stepsOf, writersOf } from './instructions.ts'
import type { Claim, Rule } from './rule.ts'

/** Rules about what the build context and the instructions bring into an image, and how it runs. */
export const CONTEXT_RULES: readonly Rule[] = [
  {
    id: 'dockerignore-missing',
    title: 'files of the build context that a .dockerignore would keep out',
    techniques: [4],
    severity: 'medium',
    safety: 'safe',
    count: 'drop',
    why: 'a copied directory brings everything along that is not ignored, as version control, caches and local settings',
    traps: 'what a RUN made, or a copy from a build stage, is not meant',
    fix: 'printf "%s\\n" .git "**/node_modules" "**/__pycache__" "Dockerfile*" ".env*" > .dockerignore',
    reference: 'Docker docs, Build context, .dockerignore files; DKL-LI-0003',
    *detect(evidence) {
      for (const { layer, score, lines, junk, hasIgnoreFile } of contextCopies(evidence)) {
        if (score < 5 || junk.length === 0) continue
        const detail = `${hasIgnoreFile ? 'the .dockerignore is too narrow; ' : ''}it would need ${lines.join(', ')}`
        const quoted = lines.map((line) => `"${line}"`).join(' ')
        yield { layer, files: junk, detail, fix: `printf "%s\\n" ${quoted} >> .dockerignore` }
      }
    },
  },
  {
    id: 'copy-all',
    title: 'the build context copied as a whole',
    techniques: [4, 8],
    severity: 'low',
    safety: 'review',
    count: 'none',
    why: 'whatever is put beside the sources later will be in the image too, and every change makes the layer new',
    traps: 'with a .dockerignore that lists what is allowed it is fine, and so it is in a build stage',
    fix: 'COPY package.json package-lock.json ./\nCOPY src/ src/',
    reference: 'Docker docs, Build context; DL3067',
    *detect(evidence) {
      for (const { layer, isWhole, signs } of contextCopies(evidence)) {
        if (isWhole && signs.length >= 2) yield { layer, files: [], detail: `with ${signs.join(', ')}` }
      }
    },
  },
  {
    id: 'dockerfile-in-image',
    title: 'build recipes in the image',
    techniques: [4],
    severity: 'low',
    safety: 'safe',
    count: 'drop',
    why: 'they came along with the build context; nothing reads them at run time, and they tell how the image is made',
    traps: 'some base images publish their recipe on purpose, and tools that build images may need one',
    fix: 'printf "%s\\n" "**/Dockerfile*" "**/*compose*.y*ml" .dockerignore >> .dockerignore',
    reference: 'Docker docs, Build context, .dockerignore files; DKL-LI-0003',
    paths: [
      '/**/{Dockerfile,Containerfile,.dockerignore}',
      '/**/{Dockerfile,Containerfile}.*',
      '/**/*.Dockerfile',
      '/**/docker-compose*.{yml,yaml}',
      '/**/{compose.yml,compose.yaml}',
      '/**/compose.*.{yml,yaml}',
      '/**/docker-bake.{hcl,json}',
    ],
    except: [
      '/**/{node_modules,site-packages,dist-packages,gems,vendor,buildinfo}/**',
      '/usr/{bin,include,lib,lib64,libexec,sbin,share}/**',
      '/usr/local/{bin,cargo,go,include,lib,libexec,sbin,share}/**',
      '/go/pkg/mod/**',
      '{home}/.cargo/**',
      '/nix/store/**',
      '/opt/conda/**',
    ],
    when: ({ node, layer }, { baseLayers, hiddenBy }) => layer >= baseLayers && !hiddenBy.has(node),
  },
  {
    id: 'add-remote-archive',
    title: 'downloaded archives that a later layer unpacks',
    techniques: [3, 8],
    severity: 'low',
    safety: 'review',
    count: 'drop',
    why: 'the archive stays in its own layer, beside what was unpacked from it in another',
    traps: 'ADD unpacks local archives by itself, and an archive that nothing unpacks may be what is served',
    fix: 'RUN curl -fsSL https://example.com/app.tar.gz | tar -xz -C /opt',
    reference: 'Docker docs, Building best practices, ADD or COPY; DL3020; CIS-DI-0009',
    detect: unpackedDownloads,
  },
  {
    id: 'single-stage',
    title: 'a program built in the image that runs it',
    techniques: [2],
    severity: 'info',
    safety: 'likely',
    count: 'none',
    why: 'compiler, sources and intermediate files are needed for the build only, and all of them are shipped',
    traps: 'an image for builders needs its compiler',
    fix: 'FROM golang AS build\nFROM debian:stable-slim\nCOPY --from=build /out/app /usr/local/bin/app',
    reference: 'Docker docs, Multi-stage builds',
    detect: buildsInPlace,
  },
  {
    id: 'root-user',
    title: 'containers that run as root',
    techniques: [9],
    severity: 'medium',
    safety: 'review',
    count: 'none',
    why: 'a hole in the program is a hole with all rights of its container',
    traps: 'init systems and entrypoints with gosu or su-exec start as root and give it up; neither is told',
    fix: 'RUN useradd --system --no-log-init --uid 10001 app\nUSER 10001:10001',
    reference: 'Dockerfile reference, USER; CIS-DI-0001; DL3002',
    *detect(evidence) {
      const { image } = evidence
      const [user = ''] = (image.config.user ?? '').split(':')
      if (!ROOT.has(user) || image.layers.length === 0 || !runsProgram(evidence) || dropsRoot(evidence)) return
      const told = stepsOf(evidence).findLast(({ instruction }) => instruction.word === 'USER')
      const step = told === undefined ? {} : { step: told.index }
      const detail = user === '' ? 'no USER is set' : `USER ${user}`
      yield { layer: image.layers.length - 1, ...step, files: [], detail }
    },
  },
]

const ARCHIVE = /\.(?:tar|tgz|tbz2?|txz|zip|tar\.(?:gz|bz2|xz|zst|lz4?))$/i

/** Archives that an instruction fetched, and that an instruction of a later layer names or deletes. */
function* unpackedDownloads(evidence: Evidence): Generator<Claim> {
  const steps = stepsOf(evidence)
  const writers = writersOf(evidence)
  for (const { index } of evidence.image.layers.slice(evidence.baseLayers)) {
    if (!writers[index]?.some(isDownload)) continue
    const later = steps
      .filter(({ group, instruction }) => group !== undefined && group > index && instruction.word === 'RUN')
      .flatMap(({ instruction }) => splitShell(instruction.text))
      .map(({ text }) => text)
    const unpacked = instancesOf(evidence, index).filter(({ path }) => {
      const name = path.slice(path.lastIndexOf('/') + 1)
      return ARCHIVE.test(name) && later.some((command) => UNPACKS.test(command) && command.includes(name))
    })
    yield* claimsByLayer(unpacked, evidence)
  }
}

const UNPACKS = /^(?:sudo )?(?:tar|bsdtar|unzip|gunzip|gzip|xz|unxz|bunzip2|zstd|7z)\s/

function isDownload({ instruction }: PlacedStep): boolean {
  const { word, text, sources, lost } = instruction
  if (word === 'RUN') return splitShell(text).some((part) => /^(?:curl|wget)\s/.test(part.text))
  // Classic builders keep a bare digest of what they fetched, and a prefix before that of what was local.
  if (word === 'ADD') return sources.some(isUrl) || (lost.includes('sources') && /^[0-9a-f]{64} in /.test(text))
  return false
}

function isUrl(source: string): boolean {
  return /^https?:\/\//.test(source)
}

/** Commands that build a program, and where the tools that they need lie. */
const BUILDERS: readonly { readonly command: RegExp; readonly tools: readonly string[] }[] = [
  { command: /^go (?:build|install)\b/, tools: ['usr/local/go/bin/go', 'usr/lib/go/bin/go', 'usr/bin/go'] },
  {
    command: /^cargo (?:build|install)\b/,
    tools: ['usr/local/cargo/bin/cargo', 'root/.cargo/bin/cargo', 'usr/bin/cargo'],
  },
  { command: /^(?:make|cmake|ninja|gcc|g\+\+|cc|clang)\b/, tools: ['usr/bin/gcc', 'usr/bin/clang'] },
  { command: /^(?:mvn|\.\/mvnw)\b/, tools: ['usr/bin/mvn', 'usr/share/maven/bin/mvn', 'opt/java/openjdk/bin/javac'] },
  { command: /^(?:gradle|\.\/gradlew)\b/, tools: ['opt/gradle/bin/gradle', 'opt/java/openjdk/bin/javac'] },
  { command: /^dotnet (?:build|publish)\b/, tools: ['usr/share/dotnet/sdk', 'usr/lib/dotnet/sdk'] },
]

function* buildsInPlace(evidence: Evidence): Generator<Claim> {
  const steps = stepsOf(evidence)
  for (const step of steps) {
    const { word, text } = step.instruction
    const layer = layerNear(steps, step)
    if (word !== 'RUN' || step.group === undefined || layer < evidence.baseLayers) continue
    const commands = splitShell(text).map((part) => part.text)
    const isLive = (tool: string) => evidence.live(tool) !== undefined
    const built = commands.find((one) => BUILDERS.some(({ command, tools }) => command.test(one) && tools.some(isLive)))
    if (built === undefined) continue
    yield { layer, step: step.index, files: [], detail: `it runs ${built.split(' ', 2).join(' ')}` }
    return
  }
}

const ROOT: ReadonlySet<string> = new Set(['', '0', 'root'])
const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'ash', 'dash', 'zsh'])
const INITS: ReadonlySet<string> = new Set(['/init', '/sbin/init', '/lib/systemd/systemd', '/usr/lib/systemd/systemd'])
const DROPS_ROOT = ['gosu', 'su-exec', 'setpriv', 's6-setuidgid'].flatMap((name) =>
  ['usr/local/bin', 'usr/local/sbin', 'usr/bin', 'usr/sbin', 'bin', 'sbin', 'command'].map(
    (place) => `${place}/${name}`,
  ),
)

/** Whether containers run something of their own; a base image offers a shell, or nothing. */
function runsProgram({ image }: Evidence): boolean {
  const command = [...(image.config.entrypoint ?? []), ...(image.config.cmd ?? [])]
  const [program = ''] = command
  const name = program.slice(program.lastIndexOf('/') + 1)
  return command.length > 1 || (program !== '' && !SHELLS.has(name))
}

function dropsRoot({ image, live }: Evidence): boolean {
  const [program = ''] = image.config.entrypoint ?? image.config.cmd ?? []
  return INITS.has(program) || DROPS_ROOT.some((path) => live(path) !== undefined)
}
