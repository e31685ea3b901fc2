import type { RuntimeConfig } from '../oci/runtime-config.ts'
import type { Step } from './steps.ts'

/** How a widely used base image is recognised, and with which step of its history it ends. */
interface Official {
  readonly name: string
  /** Variable of the config that only this image sets; it holds the version where `versioned`. */
  readonly env?: string
  readonly versioned?: boolean
  /** Whether there is a slim variant, without the tools that the full one builds with. */
  readonly slim?: boolean
  /** Matches the text of a step that only this image has. */
  readonly step?: RegExp
  /** Matches the instruction that its history ends with. */
  readonly last: RegExp
}

// The more special images first: a python image is a debian image too.
const OFFICIAL: readonly Official[] = [
  { name: 'python', env: 'PYTHON_VERSION', versioned: true, slim: true, last: /^CMD \["python\d?"\]$/ },
  { name: 'node', env: 'NODE_VERSION', versioned: true, slim: true, last: /^CMD \["node"\]$/ },
  { name: 'golang', env: 'GOLANG_VERSION', versioned: true, last: /^WORKDIR \/go$/ },
  { name: 'rust', env: 'RUST_VERSION', versioned: true, slim: true, last: /^RUN .*rustup-init/s },
  { name: 'ruby', env: 'RUBY_VERSION', versioned: true, slim: true, last: /^CMD \["irb"\]$/ },
  { name: 'php', env: 'PHP_VERSION', versioned: true, last: /^CMD \["(?:php|php-fpm|apache2-foreground)" ?.*\]$/ },
  { name: 'nginx', env: 'NGINX_VERSION', versioned: true, last: /^CMD \["nginx"/ },
  { name: 'julia', env: 'JULIA_VERSION', versioned: true, last: /^CMD \["julia"\]$/ },
  { name: 'erlang', env: 'OTP_VERSION', versioned: true, last: /^CMD \["erl"\]$/ },
  {
    name: 'eclipse-temurin',
    env: 'JAVA_VERSION',
    last: /^(?:CMD \["jshell"\]|ENTRYPOINT \["\/__cacert_entrypoint\.sh"\])$/,
  },
  { name: 'alpine', step: /alpine-minirootfs-(\d[\w.]*)-/, last: /^CMD \["\/bin\/sh"\]$/ },
  { name: 'ubuntu', step: /^ARG LAUNCHPAD_BUILD_ARCH/, last: /^CMD \["\/bin\/bash"\]$/ },
  { name: 'windows', step: /^Apply image (10\.[\d.]+)/, last: /^(?:Apply image|Install update) / },
  { name: 'debian', step: /^# debian\.sh .*'([a-z]+)' '@/, last: /^# debian\.sh / },
]

/** The official image that an image is built on, and how many entries of the history are its; undefined where none is recognised. */
export function officialBase(
  steps: readonly Step[],
  { env = [] }: RuntimeConfig,
): { name: string; steps: number } | undefined {
  const variables = new Map(env.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
  const texts = steps.map(({ instruction: { word, text } }) => (word === undefined ? text : `${word} ${text}`))
  for (const { name, env: key, versioned, slim = false, step, last } of OFFICIAL) {
    const version = key === undefined ? undefined : variables.get(key)
    const matches = step === undefined ? [] : texts.flatMap((text) => step.exec(text) ?? [])
    if (key === undefined ? matches.length === 0 : version === undefined) continue
    const at = texts.findLastIndex((text) => last.test(text))
    if (at < 0) continue
    const tag = versioned ? `${version}${variantOf(texts.slice(0, at), slim)}` : matches[1]
    return { name: tag === undefined ? name : `${name}:${tag}`, steps: at + 1 }
  }
  return undefined
}

/** What only the full variants install, in the steps below their own (buildpack-deps). */
const FULL = /\b(?:mercurial|libmagickcore-dev)\b/

/** The end of the tag of a variant, as its steps tell. */
function variantOf(steps: readonly string[], hasSlim: boolean): '' | '-alpine' | '-slim' {
  if (steps.some((text) => /alpine-minirootfs-|\bapk add\b/.test(text))) return '-alpine'
  return hasSlim && !steps.some((text) => FULL.test(text)) ? '-slim' : ''
}
