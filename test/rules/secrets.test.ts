import { describe, expect, it } from 'vitest'
import { SECRET_RULES } from '../../src/rules/secrets.ts'
import { type BloatLiteral, findingLines, findingsOf } from '../helpers/findings.ts'
import { buildkit, classic } from '../helpers/history.ts'
import { type Tree, whiteout } from '../helpers/layer.ts'

const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----'
const GITHUB = `ghp_${'a1'.repeat(18)}`
const withToken = (command: string) => buildkit(`RUN |1 TOKEN=hunter2 /bin/sh -c ${command}`)

const NPM = `npm_${'b2'.repeat(18)}`
const ACCOUNT = JSON.stringify({ type: 'service_account', private_key: '-----BEGIN PRIVATE KEY-----\nx\n' })

describe('a file that holds a credential', () => {
  it.each<[path: string, content: string, kind: string]>([
    ['root/.ssh/id_rsa', KEY, 'a private key'],
    ['home/app/.ssh/id_ed25519', KEY, 'a private key'],
    ['app/deploy/id_ecdsa', KEY, 'a private key'],
    ['etc/nginx/tls/server.key', '-----BEGIN EC PRIVATE KEY-----\nx', 'a private key'],
    ['app/tls.pem', '-----BEGIN CERTIFICATE-----\nx\n-----BEGIN RSA PRIVATE KEY-----\nx', 'a private key'],
    ['app/putty.ppk', 'PuTTY-User-Key-File-3: ssh-rsa\n', 'a private key'],
    ['app/config/master.key', '0123456789abcdef0123456789abcdef\n', 'a master key of Rails'],
    ['app/service-account.json', ACCOUNT, 'a key of a Google service account'],
    ['app/project-0123456789ab.json', ACCOUNT, 'a key of a Google service account'],
    ['root/.aws/credentials', '[default]\naws_secret_access_key = hunter2\n', 'an AWS key'],
    ['root/.config/gcloud/application_default_credentials.json', '{"refresh_token":"1//x"}', 'a Google credential'],
    ['root/.config/gcloud/legacy_credentials/me/adc.json', '{"refresh_token": "1//x"}', 'a Google credential'],
    ['root/.config/gcloud/credentials.db', 'SQLite format 3\0', 'the credentials of gcloud'],
    ['root/.azure/msal_token_cache.json', '{}', 'an Azure token'],
    ['root/.azure/accessTokens.json', '[{"accessToken":"x"}]', 'an Azure token'],
    ['home/app/.netrc', 'machine host login me password hunter2', 'a password of a host'],
    ['root/.git-credentials', 'https://me:hunter2@host\n', 'a password of git'],
    ['app/.git/config', '[http]\n extraheader = AUTHORIZATION: basic eDp5\n', 'a token of git'],
    ['app/.git/config', '[remote]\n url = https://me:hunter2@host/a\n', 'a password in a URL'],
    ['root/.npmrc', `//registry/:_authToken=${NPM}\n`, 'an npm token'],
    ['app/.yarnrc.yml', 'npmAuthToken: hunter2\n', 'an npm token'],
    ['root/.pypirc', '[pypi]\npassword: hunter2\n', 'a password of PyPI'],
    ['etc/pip.conf', '[global]\nindex-url = https://me:hunter2@host/simple\n', 'a password of a package index'],
    ['usr/local/cargo/credentials.toml', '[registry]\ntoken = "hunter2"\n', 'a token of a crate registry'],
    ['root/.gem/credentials', '---\n:rubygems_api_key: hunter2hunter2\n', 'an API key of RubyGems'],
    ['app/auth.json', '{"github-oauth": {"github.com": "hunter2"}}', 'a token of Composer'],
    ['root/NuGet.Config', '<add key="ClearTextPassword" value="hunter2" />', 'a password of NuGet'],
    ['root/.m2/settings.xml', '<server><password>hunter2</password></server>', 'a password of Maven'],
    ['root/.gradle/gradle.properties', 'signing.password=hunter2\n', 'a password of Gradle'],
    ['root/.docker/config.json', '{"auths":{"host":{"auth":"eDp5"}}}', 'a login of a registry'],
    ['root/.dockercfg', '{"host":{"auth":"eDp5"}}', 'a login of a registry'],
    ['root/.kube/config', 'users:\n- user:\n    token: hunter2\n', 'a credential of Kubernetes'],
    ['app/kubeconfig', 'client-key-data: TFMwdA==\n', 'a credential of Kubernetes'],
    ['root/.config/gh/hosts.yml', 'oauth_token: gho_x\n', 'a GitHub token'],
    ['root/.terraformrc', 'token = "hunter2"', 'a token of Terraform'],
    ['app/.env', `API=${GITHUB}\n`, 'a GitHub token'],
    ['app/.env.production', 'DB_PASSWORD="hunter2"\n', 'a value of DB_PASSWORD'],
    ['app/prod.tfstate', '{"attributes": {"secret_key": "hunter2"}}', 'a value of secret_key'],
    ['app/prod.tfvars', 'db_password = "hunter2"\n', 'a value of db_password'],
    ['root/.vault-token', 'hvs.hunter2\n', 'a token of Vault'],
    ['root/.pgpass', 'host:5432:db:me:hunter2\n', 'a password of a database'],
    ['root/.my.cnf', '[client]\npassword=hunter2\n', 'a password of a database'],
    ['root/.config/rclone/rclone.conf', '[s3]\nsecret_access_key = hunter2\n', 'a credential of a storage'],
    ['root/.s3cfg', 'secret_key = hunter2\n', 'a credential of a storage'],
    ['srv/.htpasswd', 'me:$apr1$x$hunter2\n', 'hashes of passwords'],
    ['app/config/secrets.yml', 'production:\n  secret_key_base: hunter2\n', 'a value of secret_key_base'],
    ['srv/www/wp-config.php', "define( 'DB_PASSWORD', 'hunter2' );", 'a password of a database'],
    ['root/.bash_history', 'ls\nexport NPM_TOKEN=hunter2\n', 'a value of NPM_TOKEN'],
  ])('/%s is told for its content', async (path, content, kind) => {
    const [found, ...others] = await findingsOf({ own: [{ [path]: content }] }, SECRET_RULES)
    expect(found).toMatchObject({ rule: 'secret-file', bytes: Buffer.byteLength(content), detail: kind })
    expect(others).toEqual([])
    expect(JSON.stringify(found)).not.toMatch(/hunter2|eDp5|TFMwdA|npm_b2|ghp_/)
  })

  it.each<[path: string, content: string]>([
    ['root/.ssh/id_rsa.pub', KEY],
    ['root/.ssh/known_hosts', KEY],
    ['root/.ssh/id_rsa', 'ssh-rsa AAAA me@host'],
    ['etc/ssl/certs/ca.pem', '-----BEGIN CERTIFICATE-----\nx\n'],
    ['etc/ssl/private/ssl-cert-snakeoil.key', KEY],
    ['app/public.pem', '-----BEGIN PUBLIC KEY-----\nx\n'],
    ['app/.env.example', 'DB_PASSWORD=hunter2\n'],
    ['app/.env', `DB_PASSWORD=changeme\nTOKEN=\${TOKEN}\nKEY_FILE=/run/secrets/key\nPORT=80\n`],
    ['root/.npmrc', `registry=https://host\n//host/:_authToken=\${NPM_TOKEN}\n`],
    ['root/.npmrc', '# //host/:_authToken=hunter2\n'],
    ['root/.docker/config.json', '{"auths":{"host":{}},"credsStore":"pass"}'],
    ['app/config.json', '{"auth":"eDp5"}'],
    ['etc/pip.conf', '[global]\nindex-url = https://host/simple\n'],
    ['root/.m2/settings.xml', `<!-- <password>hunter2</password> --><password>\${env.P}</password>`],
    ['root/NuGet.Config', '<add key="ClearTextPassword" value="%TOKEN%" />'],
    ['root/.aws/config', '[default]\nregion = eu-west-1\n'],
    ['app/keyboard.json', '{"type":"keyboard","password":"hunter2"}'],
    ['app/.git/config', '[remote]\n url = git@host:a.git\n'],
    ['app/tests/.ssh/id_rsa', KEY],
    ['app/testdata/server.key', KEY],
    ['app/node_modules/ssh2/test/fixtures/id_rsa', KEY],
    ['usr/lib/python3/dist-packages/x/.ssh/id_rsa', KEY],
    ['usr/share/doc/apache2/.htpasswd', 'me:$apr1$x$hunter2\n'],
    ['app/credentials', 'aws_secret_access_key = hunter2'],
    ['go/pkg/mod/k8s/kubeconfig', 'token: hunter2'],
    ['etc/ssh/ssh_host_rsa_key.pub', KEY],
    ['srv/www/wp-config.php', "define( 'DB_PASSWORD', getenv('DB_PASSWORD') );"],
    ['root/.bash_history', 'ls\ncd /app\n'],
  ])('/%s is none with such a content, or in such a place', async (path, content) => {
    expect(await findingLines({ own: [{ [path]: content }] }, SECRET_RULES)).toEqual([])
  })

  it.each<[what: string, own: readonly Tree[], found: readonly string[]]>([
    ['empty, it holds nothing', [{ 'root/.netrc': '' }], []],
    [
      'deleted later, it is still shipped',
      [{ 'root/.netrc': 'password x1' }, { 'root/.netrc': whiteout }],
      ['secret-deleted-later 1→2 11'],
    ],
    [
      'deleted with its directory, it is still shipped',
      [{ 'root/.ssh/id_rsa': KEY }, { 'root/.ssh': whiteout }],
      [`secret-deleted-later 1→2 ${KEY.length}`],
    ],
    [
      'replaced, it is told twice',
      [{ 'root/.netrc': 'password x1' }, { 'root/.netrc': 'password x23' }],
      ['secret-file 2 12', 'secret-deleted-later 1→2 11'],
    ],
    ['a deletion of what was never written is no finding', [{ 'root/.ssh/id_rsa': whiteout }], []],
    ['a host key is told by itself', [{ 'etc/ssh/ssh_host_rsa_key': KEY }], [`ssh-host-key 1 ${KEY.length}`]],
    [
      'a host key that no container uses is none',
      [{ 'etc/ssh/ssh_host_rsa_key': KEY }, { 'etc/ssh/ssh_host_rsa_key': whiteout }],
      [],
    ],
  ])('%s', async (_what, own, found) => expect(await findingLines({ own }, SECRET_RULES)).toEqual(found))

  it('of a base image is the matter of the base', async () => {
    const [found] = await findingsOf({ base: [{ 'root/.netrc': 'password x1' }] }, SECRET_RULES)
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
    own: [{ 'root/.netrc': 'password hunter1' }, { b: 'b' }],
    history: ['ENV DB_PASSWORD=hunter2', 'COPY x /root', `RUN a https://x:hunter3@host ${GITHUB}`],
    config: { env: ['API_KEY=hunter4'] },
  }
  const found = await findingsOf(image, SECRET_RULES)
  expect(found).toHaveLength(5)
  const told = JSON.stringify(found.map(({ instruction: _, ...rest }) => rest))
  expect(told).not.toMatch(/hunter|ghp_/)
})
