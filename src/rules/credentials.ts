import { firstSecretSetting, firstShape, isPlaceholder } from './secret-text.ts'

/** A kind of file that may hold a credential: where it lies, and how its content tells. */
export interface CredentialFile {
  /** Names without directories. */
  readonly names?: readonly string[]
  /** Beginnings of names, up to a dot or a hyphen that is not the first character. */
  readonly beginnings?: readonly string[]
  /** Ends of names, from the last dot on. */
  readonly endings?: readonly string[]
  /** What its name has to look like besides. */
  readonly named?: RegExp
  /** What the directories around it have to be. */
  readonly within?: RegExp
  /** How much of its beginning is read, in bytes. */
  readonly bytes: number
  /** What credential a text holds, as words that follow "holds"; undefined where it holds none. */
  readonly reveals: (text: string) => string | undefined
}

const KIB = 1024

/** Where a credential is a test, an example or a part of somebody else's package. */
export const NO_CREDENTIALS =
  /(?:^|\/)(?:tests?|__tests__|testdata|test-data|fixtures?|specs?|examples?|samples?|docs?|node_modules|site-packages|dist-packages|gems)\/|^(?:\.?\/)?(?:go\/pkg\/mod|usr\/(?:include|lib|lib64|libexec|share))\/|snakeoil/

const KUBERNETES = /\b(?:client-key-data|token|password):\s*["']?([^\s"']+)/g

/** Files that settings of a tool are read from, each with what gives a credential away in it. */
export const CREDENTIAL_FILES: readonly CredentialFile[] = [
  {
    names: ['id_rsa', 'id_dsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk', 'deploy_key', 'private_key'],
    bytes: 16 * KIB,
    reveals: privateKey,
  },
  { names: ['identity'], within: /\.ssh\/$/, bytes: 16 * KIB, reveals: privateKey },
  {
    names: ['master.key'],
    within: /(?:^|\/)config\/$/,
    bytes: 64,
    reveals: (text) => (/^[0-9a-f]{32}\s*$/.test(text) ? 'a master key of Rails' : undefined),
  },
  { endings: ['.pem', '.key', '.p8', '.pk8', '.ppk'], bytes: 256 * KIB, reveals: privateKey },
  {
    endings: ['.json'],
    named: /service[-_]?account|credential|secret|gcp|gcloud|google|firebase|key|-[0-9a-f]{12}\.json$/i,
    bytes: 64 * KIB,
    reveals: (text) =>
      /"type"\s*:\s*"service_account"/.test(text) && privateKey(text)
        ? 'a key of a Google service account'
        : firstShape(text),
  },
  tool(
    'an AWS key',
    ['credentials', 'config'],
    /\.aws\/$/,
    /^[ \t]*aws_(?:secret_access_key|session_token)\s*=\s*(\S+)/gm,
  ),
  tool(
    'a Google credential',
    ['application_default_credentials.json', 'adc.json'],
    undefined,
    /"(?:refresh_token|private_key|client_secret)"\s*:\s*"([^"]+)"/g,
  ),
  tool('the credentials of gcloud', ['credentials.db', 'access_tokens.db'], /gcloud\/$/, /^(SQLite format 3)/g),
  tool('an Azure token', ['accessTokens.json'], /\.azure\/$/, /"(?:access|refresh)Token"\s*:\s*"([^"]+)"/g),
  { beginnings: ['msal_token_cache'], within: /\.azure\/$/, bytes: 16, reveals: () => 'an Azure token' },
  tool('a password of a host', ['.netrc', '_netrc'], undefined, /\bpassword\s+(\S+)/g),
  tool('a password of git', ['.git-credentials'], undefined, /:\/\/[^\s:@/]{1,64}:([^\s@]{3,128})@/g),
  {
    names: ['config'],
    within: /(?:^|\/)\.git\/(?:modules\/.*)?$/,
    bytes: 16 * KIB,
    reveals: (text) => (/extraheader\s*=\s*authorization:/i.test(text) ? 'a token of git' : firstShape(text)),
  },
  tool('an npm token', ['.npmrc', 'npmrc'], undefined, /^[^#;\n]*_(?:authToken|auth|password)\s*=\s*(\S+)/gm),
  tool('an npm token', ['.yarnrc.yml'], undefined, /\bnpmAuth(?:Token|Ident)["']?\s*:\s*["']?([^\s"']+)/g),
  tool('a password of PyPI', ['.pypirc'], undefined, /^[ \t]*password\s*[=:]\s*(\S+)/gm),
  tool(
    'a password of a package index',
    ['pip.conf', 'uv.toml', 'poetry.toml'],
    undefined,
    /:\/\/[^\s:@/]{1,64}:([^\s@]{3,128})@/g,
  ),
  tool('a token of a crate registry', ['credentials', 'credentials.toml'], /cargo\/$/, /\btoken\s*=\s*["']([^"']+)/g),
  tool('an API key of RubyGems', ['credentials'], /\.gem\/$/, /^:?\w+:\s*(\S{8,})/gm),
  tool(
    'a token of Composer',
    ['auth.json'],
    undefined,
    /"(?:http-basic|github-oauth|gitlab-token|gitlab-oauth|bitbucket-oauth|bearer)"\s*:\s*\{\s*("[^"]+)/g,
  ),
  tool(
    'a password of NuGet',
    ['NuGet.Config', 'nuget.config', 'NuGet.config'],
    undefined,
    /key="(?:ClearText)?Password"\s+value="([^"]+)"/gi,
  ),
  {
    names: ['settings.xml'],
    bytes: 64 * KIB,
    reveals: (text) =>
      firstValue(text.replace(/<!--.*?(?:-->|$)/gs, ''), /<pass(?:word|phrase)>([^<]+)</g) && 'a password of Maven',
  },
  tool(
    'a password of Gradle',
    ['gradle.properties'],
    undefined,
    /^[ \t]*[\w.-]*(?:password|token|secret)\s*[=:]\s*(\S+)/gim,
  ),
  tool(
    'a login of a registry',
    ['config.json', '.dockerconfigjson'],
    /\.docker\/$/,
    /"(?:auth|identitytoken|registrytoken)"\s*:\s*"([^"]+)"/g,
  ),
  tool('a login of a registry', ['.dockercfg', '.dockerconfigjson'], undefined, /"auth"\s*:\s*"([^"]+)"/g),
  tool('a credential of Kubernetes', ['config'], /\.kube\/$/, KUBERNETES),
  tool('a credential of Kubernetes', ['kubeconfig', 'kubeconfig.yaml', 'kubeconfig.yml'], undefined, KUBERNETES),
  tool('a GitHub token', ['hosts.yml'], /(?:^|\/)gh\/$/, /\boauth_token:\s*(\S+)/g),
  tool(
    'a token of Terraform',
    ['.terraformrc', 'terraform.rc', 'credentials.tfrc.json'],
    undefined,
    /\btoken["']?\s*[=:]\s*"([^"]+)"/g,
  ),
  {
    beginnings: ['.env'],
    named: /^\.env(?:$|\.)(?!.*(?:example|sample|template|dist|defaults?)\b)/,
    bytes: 64 * KIB,
    reveals: general,
  },
  { names: ['terraform.tfstate.backup'], endings: ['.tfstate', '.tfvars'], bytes: 256 * KIB, reveals: general },
  tool('a token of Vault', ['.vault-token'], undefined, /^(\S+)/g),
  tool('a password of a database', ['.pgpass'], undefined, /^[^#\s:][^:\n]*(?::[^:\n]*){3}:(\S+)/gm),
  tool('a password of a database', ['.my.cnf'], undefined, /^[ \t]*password\s*=\s*(\S+)/gm),
  tool(
    'a credential of a storage',
    ['rclone.conf'],
    undefined,
    /^[ \t]*(?:pass|password2?|token|secret_access_key|client_secret|key)\s*=\s*(\S+)/gm,
  ),
  tool('a credential of a storage', ['.s3cfg'], undefined, /^[ \t]*secret_key\s*=\s*(\S+)/gm),
  {
    names: ['.htpasswd'],
    bytes: 16 * KIB,
    reveals: (text) => (/^[^:\s#]+:\S{6,}/m.test(text) ? 'hashes of passwords' : undefined),
  },
  { names: ['secrets.yml', 'secrets.yaml', 'secrets.json'], bytes: 64 * KIB, reveals: general },
  { names: ['credentials.xml'], bytes: 64 * KIB, reveals: general },
  tool(
    'a password of a database',
    ['wp-config.php'],
    undefined,
    /define\(\s*['"]DB_PASSWORD['"]\s*,\s*['"]([^'"]+)['"]/g,
  ),
  {
    names: [
      '.bash_history',
      '.zsh_history',
      '.ash_history',
      '.sh_history',
      '.viminfo',
      '.psql_history',
      '.mysql_history',
    ],
    bytes: 64 * KIB,
    reveals: general,
  },
]

/** A file of a tool in which what stands behind some words is a credential, unless it only stands for one. */
function tool(kind: string, names: readonly string[], within: RegExp | undefined, value: RegExp): CredentialFile {
  const reveals = (text: string): string | undefined => (firstValue(text, value) === undefined ? undefined : kind)
  return { names, ...(within !== undefined && { within }), bytes: 16 * KIB, reveals }
}

/** The first value that is no placeholder. */
function firstValue(text: string, pattern: RegExp): string | undefined {
  for (const [, value = ''] of text.matchAll(pattern)) if (!isPlaceholder(value)) return value
  return undefined
}

function privateKey(text: string): string | undefined {
  return /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY(?: BLOCK)?-----|^PuTTY-User-Key-File-/m.test(text)
    ? 'a private key'
    : undefined
}

function general(text: string): string | undefined {
  const shape = firstShape(text)
  if (shape !== undefined) return shape
  const name = firstSecretSetting(text)
  return name === undefined ? undefined : `a value of ${name}`
}
