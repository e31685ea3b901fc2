import { posix } from 'node:path'
import type { Evidence, Instance } from './evidence.ts'
import { interpretersOf } from './interpreters.ts'
import { unstrippedPrograms } from './programs.ts'
import { inRuntime, roleOf } from './role.ts'
import type { Rule } from './rule.ts'

const PRACTICES = 'Docker docs, Building best practices; DKL-LI-0003'

const RUNS_TYPESCRIPT = 'tsx|ts-node\\S*|bunx?|deno|tsc|vite|webpack|next (?:dev|build)|jest|mocha|vitest'

/** Rules about parts of installed packages that nothing reads at run time. */
export const PACKAGE_EXTRA_RULES: readonly Rule[] = [
  {
    id: 'docs-man-info',
    title: 'documentation, manual and info pages',
    techniques: [1, 8],
    severity: 'info',
    safety: 'likely',
    count: 'drop',
    why: 'packages bring them for people at a terminal',
    traps:
      'licences and copyright files have to stay; some installers need the empty directories, and a few look for SQL files here',
    fix: "RUN printf 'path-exclude=/usr/share/%s/*\\n' doc man info lintian > /etc/dpkg/dpkg.cfg.d/nodoc && echo 'path-include=/usr/share/doc/*/copyright' >> /etc/dpkg/dpkg.cfg.d/nodoc    # before the first apt-get install",
    fixes: {
      rpm: 'RUN dnf install -y --setopt=tsflags=nodocs PKG    # or tsflags=nodocs in /etc/dnf/dnf.conf, before the first install',
    },
    reference: 'Debian Policy, 12.5; dpkg(1), --path-exclude; dnf.conf(5), tsflags',
    paths: [
      '/usr/{,local/}share/{man,info,doc,doc-base,gtk-doc,help,lintian}/**',
      '/usr/share/gnome/help/**',
      '/opt/**/share/{man,info,doc,gtk-doc}/**',
      '/usr/{,local/}man/**',
      '/usr/{,local/}{lib,lib64,share}/**/*.pod',
    ],
    except: [
      '/**/share/doc/**/{copyright,COPYING,COPYRIGHT,LICENSE,LICENCE,License,NOTICE}*',
      '/**/share/doc/**/{copyright,licenses,license,LICENSES}/**',
      '/**/perldiag.pod',
    ],
  },
  {
    id: 'locale-data',
    title: 'translations and locale sources',
    techniques: [8],
    severity: 'info',
    safety: 'likely',
    count: 'drop',
    why: 'messages are translated only for the languages that the environment asks for, and it asks for others or none',
    traps: 'the languages of LANG, LANGUAGE and LC_* stay; a program may set a locale by itself, as databases do',
    fix: "RUN printf 'path-exclude=/usr/share/locale/*\\npath-include=/usr/share/locale/locale.alias\\n' > /etc/dpkg/dpkg.cfg.d/nolocale    # before the first apt-get install",
    fixes: {
      rpm: "RUN echo '%_install_langs en' > /etc/rpm/macros.languages    # before the first dnf install; and glibc-minimal-langpack in place of glibc-all-langpacks",
    },
    reference: 'dpkg(1), --path-exclude; locale(7)',
    paths: ['/usr/{,local/}share/locale/**', '/usr/share/i18n/{locales,charmaps}/**', '/usr/lib/locale/**'],
    except: [
      '/usr/{,local/}share/locale/{locale.alias,languages,all_languages}',
      '/usr/{,local/}share/locale/{currency,l10n}/**',
      '/usr/lib/locale/{C.utf8,C.UTF-8}/**',
    ],
    when: isForeignLocale,
  },
  {
    id: 'zoneinfo-variants',
    title: 'time zones a second time, with and without leap seconds',
    techniques: [8],
    severity: 'low',
    safety: 'likely',
    count: 'drop',
    why: 'only a TZ that names right/ or posix/ reads them',
    traps: 'the zones themselves, one directory above, are not meant',
    fix: 'RUN apt-get install -y --no-install-recommends tzdata && rm -rf /usr/share/zoneinfo/right /usr/share/zoneinfo/posix',
    fixes: { rpm: 'RUN dnf install -y tzdata && rm -rf /usr/share/zoneinfo/right /usr/share/zoneinfo/posix' },
    reference: PRACTICES,
    paths: ['/usr/share/zoneinfo/{right,posix}/**'],
    when: (_, { env }) => !/^:?(?:\/usr\/share\/zoneinfo\/)?(?:right|posix)\//.test(env.get('TZ') ?? ''),
  },
  {
    id: 'tests-in-packages',
    title: 'tests and examples of installed packages',
    techniques: [6, 8],
    severity: 'info',
    safety: 'review',
    count: 'drop',
    why: 'packages install the tests that their authors run',
    traps:
      'a few packages import from their tests; helpers for the tests of others, such as numpy.testing, are not meant',
    fix: 'RUN pip install --no-cache-dir -r requirements.txt && find /usr/local/lib/python3*/site-packages -depth -type d -name tests -exec rm -rf {} +',
    reference: PRACTICES,
    paths: [
      '/**/{site,dist}-packages/**/{tests,idle_test}/**',
      '/**/{site,dist}-packages/**/test/test_*',
      '/{usr,usr/local,opt/*}/lib/python3*/test/**',
      '/{usr,usr/local,opt/*}/lib/python3*/{lib2to3,unittest,ctypes,distutils,tkinter,sqlite3,idlelib}/{test,tests,idle_test}/**',
      '/**/node_modules/{*,@*/*}/{test,tests,benchmark,benchmarks,example,examples,coverage,.nyc_output}/**',
      '/**/node_modules/**/__tests__/**',
      '/**/gems/*-*/{test,tests,spec,features}/**',
      '/**/vendor/*/*/{tests,Tests}/**',
      '/**/src/test/{java,kotlin,scala,groovy,resources}/**',
      '/**/*-tests.jar',
    ],
    except: [
      // Helpers that the package itself imports.
      '/**/{site,dist}-packages/{astropy,odoo,dbt}/tests/**',
      '/**/{site,dist}-packages/dbt/**',
      '/**/lib/python3*/test/{__init__.py,__pycache__,regrtest.py,test_support.py,support,libregrtest}/**',
      // Packages of these names.
      '/**/node_modules/@*/{test,tests,benchmark,benchmarks,example,examples,coverage}/**',
      '/usr/{,local/}lib/node_modules/npm/**',
    ],
  },
  {
    id: 'source-maps',
    title: 'source maps',
    techniques: [8],
    severity: 'info',
    safety: 'likely',
    count: 'drop',
    why: 'they are for debuggers, and are often larger than the code',
    traps: 'with --enable-source-maps or source-map-support they make stack traces readable, and are not meant',
    fix: "RUN npm ci --omit=dev && find node_modules -name '*.map' -delete    # and build without, or upload them to the error tracker",
    reference: PRACTICES,
    paths: ['/**/*.{js,mjs,cjs,css,ts,mts,cts}.map'],
    except: ['/usr/{,local/}lib/node_modules/{npm,corepack}/**', '/opt/yarn-v*/**'],
    when: (_, evidence) => !/source-?map/.test(`${roleOf(evidence).start} ${evidence.env.get('NODE_OPTIONS')}`),
  },
  {
    id: 'js-package-extras',
    title: 'type declarations, readme files and settings in JavaScript packages',
    techniques: [8],
    severity: 'info',
    safety: 'likely',
    count: 'drop',
    why: 'editors, compilers and people read them; the program does not',
    traps: 'what runs TypeScript reads declarations; licences have to stay',
    fix: 'RUN npx esbuild src/server.js --bundle --platform=node --outfile=dist/server.js    # ship the bundle without node_modules',
    reference: PRACTICES,
    paths: [
      '/**/node_modules/**/*.d.{ts,mts,cts}',
      '/**/node_modules/**/*.flow',
      '/**/node_modules/{*,@*/*}/{*.md,*.markdown,CHANGELOG*,HISTORY*,Makefile,Gruntfile.js,Gulpfile.js,bower.json}',
      '/**/node_modules/{*,@*/*}/{.travis.yml,.eslintrc*,.eslintignore,.editorconfig,.prettierrc*,.npmignore,tsconfig.json}',
      '/**/node_modules/{*,@*/*}/{.github,.circleci}/**',
    ],
    except: [
      '/**/node_modules/**/{LICENSE,LICENCE,License,Licence,license,licence,NOTICE,COPYING,COPYRIGHT}*',
      '/usr/{,local/}lib/node_modules/{npm,corepack}/**',
    ],
    when: inRuntime(RUNS_TYPESCRIPT),
  },
  {
    id: 'python-bytecode',
    title: 'compiled Python that is dead or out of place',
    techniques: [8],
    severity: 'info',
    safety: 'review',
    count: 'drop',
    why: 'its source is gone, it is for another version of Python, or running the application during the build wrote it',
    traps: 'what the installer compiled beside its source makes programs start faster, and is not meant',
    fix: 'RUN PYTHONDONTWRITEBYTECODE=1 python manage.py collectstatic --noinput    # and pip install --no-compile',
    reference: 'Python docs, importlib, PEP 3147; DKL-LI-0003',
    paths: ['/**/__pycache__/*.pyc'],
    when: isStrayBytecode,
  },
  {
    id: 'debug-symbol-files',
    title: 'debug information in files of its own',
    techniques: [8],
    severity: 'info',
    safety: 'likely',
    count: 'drop',
    why: 'only a debugger reads it',
    traps:
      'valgrind needs that of the C library; .pdb is also a format for proteins, so one counts only beside its .dll or .exe',
    fix: 'RUN apt-get install -y --no-install-recommends app    # without app-dbgsym; keep the symbols where crashes are analysed',
    fixes: { rpm: 'RUN dnf install -y app    # without app-debuginfo; keep the symbols where crashes are analysed' },
    reference: PRACTICES,
    paths: [
      '/usr/lib/debug/**',
      '/**/{*.so.debug,*.so.*.debug,*.dwp,*.dwo,*.pdb}',
      '/**/.debug/**',
      '/**/*.dSYM/**',
      '/**/*-{sources,javadoc}.jar',
    ],
    when: ({ path }, { live }) =>
      !path.endsWith('.pdb') || ['dll', 'exe'].some((end) => live(path.replace(/pdb$/, end)) !== undefined),
  },
  {
    id: 'unstripped-elf',
    title: 'symbols and debug information in programs and libraries',
    techniques: [8],
    severity: 'low',
    safety: 'likely',
    count: 'part',
    why: 'the linker keeps them for debuggers and profilers; they are not loaded when the program runs',
    traps:
      'stack traces of a crash name functions only with symbols; do not strip drivers of a vendor, or programs that check their own signature',
    fix: 'RUN make install && strip --strip-unneeded /usr/local/bin/app    # go build -ldflags="-s -w"; Cargo: [profile.release] strip = true',
    reference: 'strip(1); DKL-LI-0003',
    detect: unstrippedPrograms,
  },
]

/** Languages of the environment's locales, as `de` of `de_DE.UTF-8`. */
function languagesOf({ env }: Evidence): Set<string> {
  const values = [...env]
    .filter(([name]) => /^(?:LANG|LANGUAGE|LC_\w+)$/.test(name))
    .flatMap(([, value]) => value.split(':'))
  return new Set(values.map((value) => value.replace(/[_.@].*/, '')).filter((value) => !/^(?:C|POSIX|)$/.test(value)))
}

function isForeignLocale({ path }: Instance, evidence: Evidence): boolean {
  const wanted = languagesOf(evidence)
  if (wanted.size === 0) return true
  const [, name = ''] = /^usr\/(?:(?:local\/)?share|lib)\/locale\/([^/]+)/.exec(path) ?? []
  return name !== 'locale-archive' && !wanted.has(name.replace(/[_.@].*/, ''))
}

const BYTECODE = /^(.*\/)?__pycache__\/(.+?)\.(?:cpython-3(\d+)|pypy3?\d+|graalpy\d+)[^/]*\.pyc$/

function isStrayBytecode({ path, node, layer }: Instance, evidence: Evidence): boolean {
  const [whole, directory = '', name = '', minor] = BYTECODE.exec(path) ?? []
  if (whole === undefined || evidence.hiddenBy.has(node)) return false
  const source = evidence.live(posix.join(directory, `${name}.py`))
  const { pythonMinors } = interpretersOf(evidence)
  if (source === undefined || (minor !== undefined && pythonMinors.size > 0 && !pythonMinors.has(minor))) return true
  // The library of an official Python image comes without, and the first pip install compiles it.
  return source.kind === 'file' && source.origin.layer < layer && !/\/(?:lib|lib64)\/python3/.test(`/${path}`)
}
