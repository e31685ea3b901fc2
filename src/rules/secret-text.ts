import { splitCreatedBy } from '../format/created-by.ts'
import type { HistoryEntry } from '../oci/history.ts'
import type { RuntimeConfig } from '../oci/runtime-config.ts'

/** Texts that are credentials by their shape alone, with what they are; each is global, for all that a text holds. */
const SHAPES: readonly (readonly [kind: string, shape: RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY(?: BLOCK)?-----(?:.{0,6000}?-----END [A-Z ]{1,40}-----)?/gs],
  ['an AWS access key ID', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g],
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{60,255})/g],
  ['a GitLab token', /\bglpat-[\w-]{20,255}/g],
  ['a Slack token', /\bxox[baprs]-[\w-]{10,255}/g],
  ['a Stripe key', /\bsk_live_\w{16,255}/g],
  ['an npm token', /\bnpm_[A-Za-z0-9]{36}\b/g],
  ['a Google API key', /\bAIza[\w-]{35}/g],
  ['a JSON web token', /(?<![\w-])eyJ[\w-]{10,200}\.eyJ[\w-]{10,4000}\.[\w-]{10,2000}/g],
  ['a password in a URL', /(?<=\b[a-z][a-z\d+.-]{0,20}:\/\/[^/\s:@]{1,64}:)[^/\s@]{3,128}(?=@)/gi],
]

/** The last words of names whose values are credentials; `_FILE`, `_ID`, `_URL` and the like behind them say otherwise. */
const SECRET_NAME =
  /(?:^|[_.-])(?:pass|passwd|password|passphrase|secret|secret_?key|secret_key_base|token|auth_?token|api_?key|private_?key|access_?key|credentials?)$|_pwd$/i

/** Values that stand for a credential, or say something about one: paths, variables, switches, numbers, examples. */
const PLACEHOLDER =
  /^(?:|true|false|yes|no|on|off|none|null|nil|undefined|unset|\d{1,4}[smhd]?|x{3,}|\*+|change[-_]?(?:me|it|this)|replace[-_]?me|dummy|example|placeholder|redacted|your[-_ ].*|<.*|\$.*|\{.*|%.*|~?\.{0,2}\/.*|file:.*|[a-z]:\\.*)$|EXAMPLE$/i

/** Whether a variable of this name and value gives a credential away. */
export function isSecretVariable(name: string, value: string): boolean {
  return SECRET_NAME.test(name) && !PLACEHOLDER.test(value.trim())
}

/** Whether a value only stands for a credential. */
export function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value.trim())
}

/** What the first credential of a text is that its shape gives away; of a long text no more is read than that takes. */
export function firstShape(text: string): string | undefined {
  for (const [kind, shape] of SHAPES) {
    for (const [found] of text.matchAll(shape)) if (!PLACEHOLDER.test(found)) return kind
  }
  return undefined
}

// A name and a value as JSON, YAML, TOML, properties and shell scripts write them.
const SETTING = /(?<![\w.-])["']?([\w.-]{1,128})["']?[ \t]*[:=]>?[ \t]*["']?([^\s"',;{}[\]<>()]{3,512})/g

/** The first variable of a text that is given a credential, whatever the language of the text. */
export function firstSecretSetting(text: string): string | undefined {
  for (const [, name = '', value = ''] of text.matchAll(SETTING)) if (isSecretVariable(name, value)) return name
  return undefined
}

/** The credentials that a text holds by their shape: what each is, and itself, which is never to be shown. */
export function secretShapes(text: string): (readonly [kind: string, found: string])[] {
  return SHAPES.flatMap(([kind, shape]) =>
    [...new Set(text.match(shape))].filter((found) => !PLACEHOLDER.test(found)).map((found) => [kind, found] as const),
  )
}

/** What stands in the place of a credential that must not be shown. */
const REDACTED = '<secret>'

// Behind a name: a value in quotes, or one word; without quotes it may hold escaped spaces.
const ASSIGNMENT = /(?<![\w.-])([\w.-]{1,128})=("(?:\\.|[^"\\])*"|'[^']*'|(?:\\.|[^\s"'\\;&|])+)/gs
const ENV = /^(?:.{0,200}?#\(nop\) +)?ENV +/s
// The form of ENV without `=`, as some builders keep it.
const OLD_ENV = /^([\w.-]{1,128})[ \t]+([^=\s].*)$/s

/** A text of an image, such as a history entry, without the credentials in it, as far as names and shapes tell them. */
export function redactSecrets(text: string): string {
  const named = redactUnquoted(text).replace(ASSIGNMENT, redactAssignment)
  return SHAPES.reduce(
    (left, [, shape]) => left.replace(shape, (found) => (PLACEHOLDER.test(found) ? found : REDACTED)),
    named,
  )
}

/** A history entry without the credentials in its texts. */
export function redactEntry(entry: HistoryEntry): HistoryEntry {
  const { createdBy, comment } = entry
  return {
    ...entry,
    createdBy: createdBy && redactSecrets(createdBy),
    comment: comment && redactSecrets(comment),
  }
}

/** What a config says of containers, without the credentials in its variables, labels and commands. */
export function redactConfig(config: RuntimeConfig): RuntimeConfig {
  const { env, labels, entrypoint, cmd } = config
  const value = ([name, text]: readonly [string, string]) => [
    name,
    isSecretVariable(name, text) ? REDACTED : redactSecrets(text),
  ]
  const pairOf = (entry: string): [string, string] => {
    const at = entry.indexOf('=')
    return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)]
  }
  return {
    ...config,
    ...(env && { env: env.map((entry) => (entry.includes('=') ? value(pairOf(entry)).join('=') : entry)) }),
    ...(labels && { labels: Object.fromEntries(Object.entries(labels).map(value)) }),
    ...(entrypoint && { entrypoint: entrypoint.map(redactSecrets) }),
    ...(cmd && { cmd: cmd.map(redactSecrets) }),
  }
}

/** Builders put no quotes around the values of build arguments and of ENV, though they may hold spaces. */
function redactUnquoted(text: string): string {
  const [env] = ENV.exec(text) ?? []
  if (env === undefined) {
    return splitCreatedBy(text).buildArgs.reduce((left, [name, value]) => {
      return isSecretVariable(name, value) ? left.replace(`${name}=${value}`, () => `${name}=${REDACTED}`) : left
    }, text)
  }
  const pairs = text.slice(env.length)
  if (/["']/.test(pairs)) return text
  const old = OLD_ENV.exec(pairs)
  if (old !== null) return env + redactAssignment('', old[1], old[2]).replace('=', ' ')
  const pieces = pairs.split(/ (?=[\w.-]{1,128}=)/)
  return env + pieces.map((piece) => piece.replace(/^([^=]*)=(.*)$/s, redactAssignment)).join(' ')
}

function redactAssignment(_whole: string, name = '', value = ''): string {
  const isSecret = isSecretVariable(name, value.replace(/^(["'])(.*)\1$/s, '$2'))
  return `${name}=${isSecret ? REDACTED : value}`
}
