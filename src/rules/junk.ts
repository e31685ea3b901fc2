import { posix } from 'node:path'
import type { Evidence, Instance } from './evidence.ts'
import { largeFiles } from './large-files.ts'
import { type Format, hasFormat } from './magic.ts'
import { roleOf } from './role.ts'
import type { Rule } from './rule.ts'

const PRACTICES = 'Docker docs, Building best practices; DKL-LI-0003'
const IGNORE = 'Docker docs, Build context, .dockerignore files; DKL-LI-0003'

const VCS = '{.git,.svn,.hg,.bzr,.jj,_darcs}/**'

/** Rules about litter: what a build, an editor or a crash left behind. */
export const JUNK_RULES: readonly Rule[] = [
  {
    id: 'vcs-dir',
    title: 'version control metadata',
    techniques: [4, 8],
    severity: 'medium',
    safety: 'safe',
    count: 'drop',
    why: 'a copy of the whole directory, or a clone, brings the history along: everything that was ever committed, for all to read',
    traps: 'what reads a version from git does so when it builds, in a stage',
    fix: 'echo .git >> .dockerignore    # for a clone: RUN git clone --depth 1 URL src && rm -rf src/.git',
    reference: IGNORE,
    paths: [`/**/${VCS}`, '/**/CVS/{Root,Repository,Entries}'],
    except: [`/**/{node_modules,site-packages,dist-packages}/**/${VCS}`],
  },
  {
    id: 'vcs-dir-in-package',
    title: 'version control metadata in installed packages',
    techniques: [8],
    severity: 'low',
    safety: 'likely',
    count: 'drop',
    why: 'the package was published or cloned with it',
    traps: '',
    fix: 'RUN npm ci --omit=dev && find node_modules -name .git -prune -exec rm -rf {} +',
    reference: PRACTICES,
    paths: [`/**/{node_modules,site-packages,dist-packages}/**/${VCS}`],
  },
  {
    id: 'core-dump',
    title: 'core, heap and crash dumps',
    techniques: [8],
    severity: 'high',
    safety: 'safe',
    count: 'drop',
    why: 'something crashed during the build; a dump is large, and holds what was in memory, secrets too',
    traps: 'a directory or a program called core is none: the header of a dump says what it is',
    fix: 'RUN ulimit -c 0 && make test    # and add *.hprof, core.* to .dockerignore',
    reference: 'core(5); DKL-LI-0003',
    paths: [
      '/**/{core,core.*,core-*,vgcore.*,*.core}',
      '/**/{*.hprof,*.heapsnapshot,hs_err_pid*.log}',
      '/var/lib/systemd/coredump/**',
      '/var/crash/**',
    ],
    when: isDump,
  },
  {
    id: 'sparse-log',
    title: 'a login record blown up by a high user ID',
    techniques: [5],
    severity: 'high',
    safety: 'safe',
    count: 'drop',
    why: 'it has a record for every user ID up to the highest; the zeros compress well, but are unpacked in full',
    traps: 'newer versions of useradd leave it empty',
    fix: 'RUN useradd --no-log-init --uid 1000000 app',
    reference: 'Docker docs, Building best practices, USER; DL3046',
    paths: ['/var/log/{lastlog,faillog,tallylog}'],
    when: ({ node }) => node.size >= 1 << 20,
  },
  {
    id: 'log-files',
    title: 'log files',
    techniques: [5, 8],
    severity: 'info',
    safety: 'likely',
    count: 'drop',
    why: 'they tell of the build, and the application writes its own',
    traps: 'a database names its journals alike, by number; those of package managers are told by other rules',
    fix: 'RUN make install && rm -rf /var/log/* config.log    # in the RUN that wrote them; add *.log to .dockerignore',
    reference: PRACTICES,
    paths: ['/var/log/**', '/**/*.log', '/**/catalina.out'],
    except: [
      '/var/log/{lastlog,faillog,tallylog,wtmp,btmp}',
      '/var/log/{dpkg.log,alternatives.log,bootstrap.log,hawkey.log,yum.log,dnf*.log,zypper.log,pacman.log}',
      '/var/log/{apt,zypp,rhsm}/**',
      '/**/{hs_err_pid*.log,.git/**}',
      '/**/{node_modules,site-packages,dist-packages,gems,_logs}/**',
      '/usr/{share,lib,lib64,include}/**',
      '/{tmp,var/tmp,var/cache}/**',
    ],
    when: ({ path, node }) => node.size > 0 && !/(?:^|\/)[\d_-]+\.log$/.test(path),
  },
  {
    id: 'leftover-archive',
    title: 'archives beside what was unpacked from them, and installed packages',
    techniques: [5, 8],
    severity: 'low',
    safety: 'likely',
    count: 'drop',
    why: 'the archive was downloaded, unpacked and kept',
    traps:
      'an archive is told only where a directory of its name lies beside it or in a usual place; one that the application serves may be meant',
    fix: 'RUN curl -fsSL URL | tar -xz -C /opt    # never a file on the disk; packages: RUN --mount=type=bind,source=pkg,target=/pkg dpkg -i /pkg/*.deb',
    reference: 'Docker docs, Building best practices, ADD or COPY; DL3010',
    paths: ['/**/*.{tar,tar.gz,tgz,tar.bz2,tbz2,tar.xz,txz,tar.zst,tzst,zip,7z,rar,deb,rpm}'],
    except: [
      '/**/{node_modules,site-packages,dist-packages,gems,pkgs,.git}/**',
      '/var/{cache,lib}/**',
      '/usr/{share,lib,lib64}/**',
      '{home}/{.cache,.npm,.m2,.gradle,.cargo,.nuget}/**',
    ],
    when: isLeftover,
  },
  {
    id: 'temp-files',
    title: 'temporary files',
    techniques: [5, 8],
    severity: 'info',
    safety: 'likely',
    count: 'drop',
    why: 'a build left them, and nothing looks for them there',
    traps:
      'what the command, the working directory or the environment names is not meant, nor are empty files and directories',
    fix: 'RUN --mount=type=tmpfs,target=/tmp make install    # or: && rm -rf /tmp/* /var/tmp/* in the same RUN',
    reference: 'Dockerfile reference, RUN --mount=type=tmpfs',
    paths: ['/{tmp,var/tmp,usr/tmp,run,var/run}/**', '/**/*.{tmp,partial}', '/**/.~lock.*'],
    except: [
      '/{,var/}run/secrets/**',
      '/**/{node_modules,site-packages,dist-packages,gems}/**',
      '/usr/{share,lib,lib64}/**',
    ],
    when: isForgotten,
  },
  {
    id: 'editor-os-junk',
    title: 'litter of editors and desktops',
    techniques: [4, 8],
    severity: 'low',
    safety: 'safe',
    count: 'drop',
    why: 'it came along with a copied directory',
    traps: 'files by which an image format marks itself, such as .prefetch.landmark, are not meant',
    fix: 'printf "%s\\n" "**/.DS_Store" "**/._*" "**/*.swp" "**/*~" .idea .vscode >> .dockerignore',
    reference: IGNORE,
    paths: [
      '/**/{.DS_Store,._*,Thumbs.db,ehthumbs.db,desktop.ini,nohup.out,.project,.classpath}',
      '/**/{*.swp,*.swo,*~,.*.un~,#*#,*.code-workspace,*.iml,*.rej,*.orig,*.lnk}',
      '/**/{.Spotlight-V100,.Trashes,.idea,.vscode,.history}/**',
    ],
    except: [
      '/**/{node_modules,site-packages,dist-packages,gems,vendor,.git}/**',
      // The root filesystem of a Windows image.
      '/Files/**',
    ],
    when: ({ path }) => !MAY_BE_KEPT.test(path),
  },
  {
    id: 'large-file',
    title: 'large files of data',
    techniques: [8, 10],
    severity: 'low',
    safety: 'review',
    count: 'drop',
    why: 'one file is more than a fiftieth of what the image adds; data that changes apart from the program can come from elsewhere',
    traps: 'data that every container needs from its first second may belong into the image, in a layer of its own',
    fix: 'COPY --link model.onnx /models/    # a layer of its own, before the layers that change; or mount it at run time',
    reference: 'Docker docs, Volumes; Optimize cache usage in builds',
    detect: largeFiles,
  },
]

const CORE = /(?:^|\/)(?:core(?:[.-][^/]*)?|vgcore\.[^/]*|[^/]*\.core)$/
/** The `e_type` of a core dump. */
const ET_CORE = 4

function isDump({ path, node }: Instance, evidence: Evidence): boolean {
  return CORE.test(path) && !IN_DUMPS.test(path) ? evidence.excerpt(node)?.elf?.type === ET_CORE : node.size > 0
}

/** What systemd and apport write there may be compressed. */
const IN_DUMPS = /^var\/(?:lib\/systemd\/coredump|crash)\//

/** Copies of settings before a change, and the like, in directories that do not come from a build context. */
const MAY_BE_KEPT = /^(?:etc|var|usr\/(?:share|lib|lib64|include))\/.*(?:~|\.orig|\.rej)$/

const ARCHIVE = /\.(?:tar(?:\.\w+)?|tgz|tbz2|txz|tzst|zip|7z|rar)$/
/** Where archives are usually unpacked to. */
const DESTINATIONS = ['', 'opt', 'usr/local', 'usr/src', 'usr/local/src', 'srv', 'app']

/** The formats that files with these endings have, if they are archives. */
const FORMATS: readonly (readonly [ending: RegExp, format: Format])[] = [
  [/\.tar$/, 'tar'],
  [/\.(?:tar\.gz|tgz)$/, 'gzip'],
  [/\.(?:tar\.bz2|tbz2)$/, 'bzip2'],
  [/\.(?:tar\.xz|txz)$/, 'xz'],
  [/\.(?:tar\.zst|tzst)$/, 'zstd'],
  [/\.zip$/, 'zip'],
  [/\.7z$/, '7z'],
  [/\.rar$/, 'rar'],
  [/\.deb$/, 'deb'],
  [/\.rpm$/, 'rpm'],
]

function isLeftover(file: Instance, evidence: Evidence): boolean {
  const { path, layer } = file
  const { baseLayers, image, live } = evidence
  const [, format] = FORMATS.find(([ending]) => ending.test(path)) ?? []
  if (layer < baseLayers || format === undefined || !hasFormat(format, file, evidence)) return false
  const parent = posix.dirname(path) === '.' ? '' : posix.dirname(path)
  if (!ARCHIVE.test(path)) {
    // A directory with an index is a repository.
    const index = ['Packages', 'Packages.gz', 'repodata', 'InRelease']
    return index.every((name) => live(posix.join(parent, name)) === undefined)
  }
  const name = posix.basename(path).replace(ARCHIVE, '')
  const workingDir = (image.config.workingDir ?? '').replace(/^\/+|\/+$/g, '')
  return (
    name !== '' &&
    [parent, workingDir, ...DESTINATIONS].some((place) => live(posix.join(place, name))?.kind === 'directory')
  )
}

/** A path within a directory for temporary files. */
const TEMPORARY = /^\/(?:tmp|var\/tmp|usr\/tmp|run|var\/run)\/./

/** Whether nothing that the config says points at a file, or at the directory that it lies in. */
function isForgotten({ path, node }: Instance, evidence: Evidence): boolean {
  const { workingDir = '/', volumes = [] } = evidence.image.config
  const variables = [...evidence.env].filter(([name]) => !/^TE?MP(?:DIR)?$/.test(name))
  const named = [
    workingDir,
    ...volumes,
    ...roleOf(evidence).words.flatMap((word) => [word, posix.dirname(word)]),
    ...variables.flatMap(([, value]) => value.split(':')),
  ].filter((place) => TEMPORARY.test(place))
  // An application may live where others only pass by.
  if (TEMPORARY.test(`${workingDir}/.`)) named.push(workingDir)
  return node.size > 0 && !named.some((place) => `/${path}/`.startsWith(`${place.replace(/\/+$/, '')}/`))
}
