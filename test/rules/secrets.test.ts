import { describe, expect, it } from 'vitest'
import { SECRET_RULES } from '../../src/rules/secrets.ts'
import { type BloatLiteral, findingLines, findingsOf } from '../helpers/findings.ts'
import { buildkit, classic } from '../helpers/history.ts'
import { type Tree, whiteout } from '../helpers/layer.ts'

const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----'
const GITHUB = `ghp_${'a1'.repeat(18)}`
const withToken = (command: string) => buildkit(`RUN |1 TOKEN=hunter2 /bin/sh -c ${command}`)

describe('a file that holds a credential', () => {
  it.each([
    'root/.ssh/id_rsa',
    'home/app/.ssh/id_ed25519',
    'srv/deploy/.ssh/id_ecdsa',
    'root/.aws/credentials',
    'root/.config/gcloud/application_default_credentials.json',
    'root/.config/gcloud/legacy_credentials/me/adc.json',
    'root/.azure/msal_token_cache.json',
    'home/app/.netrc',
    '.netrc',
    'root/.git-credentials',
    'usr/local/cargo/credentials.toml',
    'root/.gem/credentials',
    'root/.kube/config',
    'root/.config/rclone/rclone.conf',
    'app/terraform/prod.tfstate',
    'app/config/master.key',
  ])('/%s is told', async (path) => {
    expect(await findingLines({ own: [{ [path]: KEY }] }, SECRET_RULES)).toEqual([`secret-file 1 ${KEY.length}`])
  })

  it.each([
    'root/.ssh/id_rsa.pub',
    'root/.ssh/known_hosts',
    'root/.ssh/authorized_keys',
    'etc/ssl/certs/ca.pem',
    'app/.env.example',
    'root/.npmrc',
    'root/.docker/config.json',
    'app/tests/.ssh/id_rsa',
    'app/node_modules/ssh2/test/fixtures/id_rsa',
    'usr/lib/python3/dist-packages/x/.ssh/id_rsa',
    'usr/share/doc/apache2/.htpasswd',
    'app/credentials',
    'go/pkg/mod/k8s/kubeconfig',
    'etc/ssh/ssh_host_rsa_key.pub',
  ])('/%s is none, or nothing says so without its content', async (path) => {
    expect(await findingLines({ own: [{ [path]: KEY }] }, SECRET_RULES)).toEqual([])
  })

  it.each<[what: string, own: readonly Tree[], found: readonly string[]]>([
    ['empty, it holds nothing', [{ 'root/.netrc': '' }], []],
    [
      'deleted later, it is still shipped',
      [{ 'root/.netrc': 'x1' }, { 'root/.netrc': whiteout }],
      ['secret-deleted-later 1→2 2'],
    ],
    [
      'deleted with its directory, it is still shipped',
      [{ 'root/.ssh/id_rsa': KEY }, { 'root/.ssh': whiteout }],
      [`secret-deleted-later 1→2 ${KEY.length}`],
    ],
    [
      'replaced, it is told twice',
      [{ 'root/.netrc': 'x1' }, { 'root/.netrc': 'x23' }],
      ['secret-file 2 3', 'secret-deleted-later 1→2 2'],
    ],
    ['a deletion of what was never written is no finding', [{ 'root/.ssh/id_rsa': whiteout }], []],
    ['a host key is told by itself', [{ 'etc/ssh/ssh_host_rsa_key': KEY }], [`ssh-host-key 1 ${KEY.length}`]],
    [
      'a host key that no container uses is none',
      [{ 'etc/ssh/ssh_host_rsa_key': KEY }, { 'etc/ssh/ssh_host_rsa_key': whiteout }],
      [],
    ],
  ])('%s', async (_what, own, found) => expect(await findingLines({ own }, SECRET_RULES)).toEqual(found))

  it('is looked for in the home of the image', async () => {
    const config = { env: ['HOME=/data/me'] }
    expect(await findingLines({ own: [{ 'data/me/.pgpass': 'x' }], config }, SECRET_RULES)).toEqual(['secret-file 1 1'])
  })

  it('of a base image is the matter of the base', async () => {
    const [found] = await findingsOf({ base: [{ 'root/.netrc': 'x' }] }, SECRET_RULES)
    expect(found).toMatchObject({ rule: 'secret-file', origin: 'base', count: 'rebase', severity: 'high' })
  })
})

describe('a credential in the history', () => {
  /** `layer: what` of each finding, in their order. */
  async function recorded(literal: BloatLiteral): Promise<string[]> {
    const found = await findingsOf(literal, SECRET_RULES)
    for (const { rule, bytes, severity } of found) {
      expect([rule, bytes, severity]).toEqual(['secret-in-history', 0, 'high'])
    }
    return found.map(({ layer, detail }) => `${layer}: ${detail}`)
  }

  it.each<[what: string, image: BloatLiteral, found: readonly string[]]>([
    ['in ENV', { own: [{ a: 'a' }], history: ['COPY a /', `ENV GITHUB_TOKEN=${GITHUB}`] }, ['1: ENV GITHUB_TOKEN']],
    [
      'as a build argument of several RUNs, told once',
      {
        own: [{ a: 'a' }, { b: 'b' }],
        history: [withToken('a'), withToken('b')],
      },
      ['1: build argument TOKEN'],
    ],
    [
      'as a build argument of a classic builder',
      { own: [{ a: 'a' }], history: [classic('|2 V=1.2.3 TOKEN=hunter2 /bin/sh -c make')] },
      ['1: build argument TOKEN'],
    ],
    ['as the default of ARG', { own: [{ a: 'a' }], history: ['ARG API_KEY=k1k2', 'COPY a /'] }, ['0: ARG API_KEY']],
    [
      'set for a command',
      { own: [{ a: 'a' }], history: ['RUN cd /a && export NPM_TOKEN="hunter2" && npm ci'] },
      ['1: RUN NPM_TOKEN'],
    ],
    [
      'in a URL',
      { own: [{ a: 'a' }], history: ['RUN git clone https://bot:hunter2@host/a.git'] },
      ['1: a password in a URL in RUN'],
    ],
    [
      'beside another one',
      { own: [{ a: 'a' }], history: [`RUN TOKEN=hunter2 login ${GITHUB}`] },
      ['1: RUN TOKEN', '1: a GitHub token in RUN'],
    ],
    [
      'in a comment of a commit',
      { own: [{ a: 'a' }], history: [{ createdBy: 'bash', comment: `with ${GITHUB}` }] },
      ['1: a GitHub token in a history entry'],
    ],
    [
      'in the config alone',
      { own: [{ a: 'a' }], config: { env: ['DB_PASSWORD=hunter2'] } },
      ['1: the config sets DB_PASSWORD'],
    ],
    [
      'in the command of the config',
      { own: [{ a: 'a' }], config: { cmd: ['app', `--token=${GITHUB}`] } },
      ['1: a GitHub token in the config'],
    ],
    [
      'in ENV and the config, told once',
      {
        own: [{ a: 'a' }],
        history: ['COPY a /', 'ENV DB_PASSWORD=hunter2'],
        config: { env: ['DB_PASSWORD=hunter2'] },
      },
      ['1: ENV DB_PASSWORD'],
    ],
    ['no key that is public', { own: [{ a: 'a' }], history: ['COPY a /', 'ENV GPG_KEY=7169605F62C75135'] }, []],
    ['no path', { own: [{ a: 'a' }], history: ['COPY a /', 'ENV TOKEN_FILE=/run/secrets/t'] }, []],
    ['no argument without value', { own: [{ a: 'a' }], history: ['ARG TOKEN', 'COPY a /'] }, []],
    [
      'no variable that a secret mount fills',
      { own: [{ a: 'a' }], history: ['RUN TOKEN=$(cat /run/secrets/t) npm ci'] },
      [],
    ],
    ['no text that only names a variable', { own: [{ a: 'a' }], history: ['RUN grep PASSWORD=x1 /etc/app.conf'] }, []],
  ])('%s', async (_what, image, found) => expect(await recorded(image)).toEqual(found))
})

it('tells no value', async () => {
  const image: BloatLiteral = {
    own: [{ 'root/.netrc': 'hunter1' }, { b: 'b' }],
    history: ['ENV DB_PASSWORD=hunter2', 'COPY x /root', `RUN a https://x:hunter3@host ${GITHUB}`],
    config: { env: ['API_KEY=hunter4'] },
  }
  const found = await findingsOf(image, SECRET_RULES)
  expect(found).toHaveLength(5)
  const told = JSON.stringify(found.map(({ instruction: _, ...rest }) => rest))
  expect(told).not.toMatch(/hunter|ghp_/)
})
