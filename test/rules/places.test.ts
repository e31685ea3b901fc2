import { describe, expect, it } from 'vitest'
import { LANGUAGE_CACHE_RULES } from '../../src/rules/language-caches.ts'
import { placesNamed } from '../../src/rules/places.ts'
import { type BloatLiteral, evidenceOf, findingLines, sized } from '../helpers/findings.ts'
import { classic } from '../helpers/history.ts'
import { dir, whiteout } from '../helpers/layer.ts'

async function places(name: string, image: BloatLiteral): Promise<readonly string[]> {
  return placesNamed(name, await evidenceOf(image))
}

const own = [{ a: 'a' }]

describe('home directories', () => {
  const USUAL = ['/root', '/home/*', '']
  const passwd = (...homes: string[]) => homes.map((home, i) => `u${i}:x:${i}:${i}:User:${home}:/bin/sh\n`).join('')

  it.each<[what: string, image: BloatLiteral, found: readonly string[]]>([
    ['are the usual ones', { own }, []],
    ['are what the image calls HOME', { own, config: { env: ['HOME=/data/me/'] } }, ['/data/me']],
    ['are what a step of the history called HOME', { own, history: ['ENV HOME=/build', 'COPY a /'] }, ['/build']],
    [
      'are those of accounts that have one',
      { own: [{ 'etc/passwd': passwd('/srv/app', '/srv/none'), 'srv/app/': dir() }] },
      ['/srv/app'],
    ],
    [
      'are those of accounts of every layer',
      {
        own: [
          { 'etc/passwd': passwd('/srv/a'), 'srv/a/b': 'x' },
          { 'etc/passwd': passwd('/srv/c') },
          { srv: whiteout },
        ],
      },
      ['/srv/a'],
    ],
    [
      'are none of the directories of the system',
      {
        own: [
          {
            'etc/passwd': passwd('/usr/sbin', '/bin', '/var/mail', '/'),
            'usr/sbin/x': 'x',
            'bin/': dir(),
            'var/mail/': dir(),
          },
        ],
      },
      [],
    ],
    ['are plain paths', { own, config: { env: ['HOME=/a/../b'] }, history: ['ENV HOME=/a*', 'ENV HOME=b'] }, []],
  ])('%s', async (_, image, found) => expect(await places('home', image)).toEqual([...found, ...USUAL]))

  it('are bounded', async () => {
    const homes = Array.from({ length: 500 }, (_, i) => `/h${i}`)
    const tree = Object.fromEntries(homes.map((home) => [`${home.slice(1)}/`, dir()]))
    expect((await places('home', { own: [{ ...tree, 'etc/passwd': passwd(...homes) }] })).length).toBeLessThan(110)
  })
})

describe('what a variable names', () => {
  it.each<[what: string, name: string, image: BloatLiteral, found: readonly string[]]>([
    ['in the environment', 'GOCACHE', { own, config: { env: ['GOCACHE=/c/'] } }, ['/c']],
    ['in the history', 'GOCACHE', { own, history: ['ENV GOCACHE=/c', 'ENV GOCACHE=/d'] }, ['/c', '/d']],
    ['as the default of an argument', 'GOCACHE', { own, history: ['ARG GOCACHE=/c', 'RUN make'] }, ['/c']],
    ['as a build argument', 'GOCACHE', { own, history: [classic('|1 GOCACHE=/c /bin/sh -c make')] }, ['/c']],
    ['for one command', 'GOCACHE', { own, history: ['RUN cd /a && GOCACHE="/c d" go build'] }, ['/c d']],
    ['for the commands after it', 'GOCACHE', { own, history: ['RUN export GOCACHE=/c; go build'] }, ['/c']],
    ['of several directories', 'JULIA_DEPOT_PATH', { own, config: { env: ['JULIA_DEPOT_PATH=/a:/b'] } }, ['/a', '/b']],
    ['as an option of pip', 'PIP_CACHE_DIR', { own, history: ['RUN pip install --cache-dir /c x'] }, ['/c']],
    [
      'as an option of python',
      'PIP_CACHE_DIR',
      { own, history: ['RUN python -m pip --cache-dir=/c install x'] },
      ['/c'],
    ],
    ['as an option of npm', 'npm_config_cache', { own, history: ['RUN npm ci --cache /c'] }, ['/c']],
    ['as a setting of npm', 'npm_config_cache', { own, history: ['RUN npm config set cache /c'] }, ['/c']],
    ['as an option of pnpm', 'PNPM_STORE_DIR', { own, history: ['RUN pnpm i --store-dir "/c"'] }, ['/c']],
    ['as an option of Maven', 'MAVEN_REPO_LOCAL', { own, history: ['RUN mvn -Dmaven.repo.local=/c package'] }, ['/c']],
    ['as an option of Gradle', 'GRADLE_USER_HOME', { own, history: ['RUN ./gradlew -g /c jar'] }, ['/c']],
    ['in pip.conf', 'PIP_CACHE_DIR', { own: [{ 'etc/pip.conf': '[global]\ncache-dir = /c\n' }] }, ['/c']],
    ['in .npmrc', 'npm_config_cache', { own: [{ 'root/.npmrc': 'cache=/c\n' }] }, ['/c']],
    ['in .yarnrc', 'YARN_CACHE_FOLDER', { own: [{ 'app/.yarnrc': 'cache-folder "/c"\n' }] }, ['/c']],
    ['in .yarnrc.yml', 'YARN_CACHE_FOLDER', { own: [{ 'app/.yarnrc.yml': 'cacheFolder: "/c"\n' }] }, ['/c']],
    [
      'in settings.xml',
      'MAVEN_REPO_LOCAL',
      { own: [{ 'root/.m2/settings.xml': '<localRepository>/c</localRepository>' }] },
      ['/c'],
    ],
    [
      'in NuGet.Config',
      'NUGET_PACKAGES',
      { own: [{ 'a/NuGet.Config': '<add key="globalPackagesFolder" value="/c" />' }] },
      ['/c'],
    ],
    ['in .condarc', 'CONDA_PKGS_DIRS', { own: [{ 'root/.condarc': 'pkgs_dirs:\n  - /c\n' }] }, ['/c']],
    ['of another tool is none', 'PIP_CACHE_DIR', { own, history: ['RUN other --cache-dir /c'] }, []],
    ['is none where it is the root, or no path', 'GOCACHE', { own, history: ['ENV GOCACHE=/', 'ENV GOCACHE=off'] }, []],
    ['is none where it would be a pattern', 'GOCACHE', { own, history: ['ENV GOCACHE=/{a,b}/**'] }, []],
  ])('%s', async (_, name, image, found) => expect(await places(name, image)).toEqual(found))

  it('is where a cache is found', async () => {
    const image = { own: [{ 'c/http/x': sized(7) }], history: ['RUN PIP_CACHE_DIR=/c pip install x'] }
    expect(await findingLines(image, LANGUAGE_CACHE_RULES)).toEqual(['pip-cache 1 7'])
  })
})
