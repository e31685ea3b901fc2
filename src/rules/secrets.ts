import type { Step } from '../dockerfile/steps.ts'
import type { Evidence } from './evidence.ts'
import { layerNear, stepsOf } from './instructions.ts'
import { CREDENTIAL_PATHS, credentialIn } from './looks.ts'
import type { Claim, Instance, PathRule, Rule } from './rule.ts'
import { isSecretVariable, secretShapes } from './secret-text.ts'
import { assignmentsOf } from './settings.ts'

const SECRETS = 'Docker docs, Build secrets; CIS-DI-0010'

/** What both rules about files say of them: whether one holds a credential, and of what kind they are. */
const CREDENTIALS = {
  paths: CREDENTIAL_PATHS,
  describe: (files, evidence) => {
    const kinds = new Set(files.map((file) => credentialOf(file, evidence)).filter((kind) => kind !== undefined))
    return [...kinds].slice(0, TOLD_KINDS).join(', ')
  },
} satisfies Partial<PathRule>

/** So many kinds of credentials are named in a finding. */
const TOLD_KINDS = 5

function credentialOf({ path, node }: Instance, evidence: Evidence): string | undefined {
  const head = evidence.excerpt(node)?.head
  return head && credentialIn(path, head)
}

/** Rules about credentials; they tell the kind and the place of one, and never its value. */
export const SECRET_RULES: readonly Rule[] = [
  {
    id: 'secret-file',
    title: 'files that hold credentials',
    techniques: [4, 8],
    severity: 'high',
    safety: 'review',
    count: 'drop',
    why: 'everyone who can pull the image can read them',
    traps:
      'placeholders, public keys and what lies among tests, examples and packages are not meant; whether a credential still works is not known',
    fix: 'RUN --mount=type=secret,id=netrc,target=/root/.netrc make    # then change the credential',
    reference: SECRETS,
    ...CREDENTIALS,
    when: (file, evidence) => !isHidden(file, evidence) && credentialOf(file, evidence) !== undefined,
  },
  {
    id: 'secret-deleted-later',
    title: 'credentials that a later layer deleted or replaced, and that are still shipped',
    techniques: [3, 4, 8],
    severity: 'high',
    safety: 'safe',
    count: 'drop',
    why: 'a later layer only hides the file: the layer that wrote it still holds the credential for everyone who pulls',
    traps: 'a new build is not enough where the old one was pushed: change the credential too',
    fix: 'RUN --mount=type=ssh git clone git@host:app.git    # a mount leaves nothing behind; then change the credential',
    reference: SECRETS,
    ...CREDENTIALS,
    when: (file, evidence) => isHidden(file, evidence) && credentialOf(file, evidence) !== undefined,
  },
  {
    id: 'ssh-host-key',
    title: 'SSH host keys that all containers share',
    techniques: [8],
    severity: 'high',
    safety: 'review',
    count: 'drop',
    why: 'whoever has the image can pretend to be any server that runs it',
    traps: 'keys made when the container starts are not in the image',
    fix: 'RUN apt-get install -y openssh-server && rm /etc/ssh/ssh_host_*    # and ssh-keygen -A when the container starts',
    reference: SECRETS,
    paths: ['/etc/ssh/ssh_host_*_key'],
    when: (file, evidence) => file.node.size > 0 && !isHidden(file, evidence),
  },
  {
    id: 'secret-in-history',
    title: 'credentials in the history or the config of the image',
    techniques: [8],
    severity: 'high',
    safety: 'review',
    count: 'none',
    why: 'ENV, ARG and RUN are recorded word for word, and a squash keeps the record',
    traps: 'paths, variables and names such as GPG_KEY or TOKEN_FILE are no credentials',
    fix: 'RUN --mount=type=secret,id=npm,env=NPM_TOKEN npm ci    # then change the credential',
    reference: `${SECRETS}; build check SecretsUsedInArgOrEnv`,
    detect: recordedSecrets,
  },
]

function isHidden({ node }: Instance, { hiddenBy }: Evidence): boolean {
  return hiddenBy.has(node)
}

/** A variable that an instruction or the config sets. */
type Variable = readonly [place: string, name: string, value: string]

function* recordedSecrets(evidence: Evidence): Generator<Claim> {
  const steps = stepsOf(evidence)
  const { config, layers } = evidence.image
  // A build argument is repeated in every RUN, and ENV in the config: each credential is told once, where it came in.
  const told = new Set<string>()
  function* tell(layer: number, found: readonly Secret[], step?: number): Generator<Claim> {
    for (const { place, key } of found) {
      if (!told.has(key)) yield { layer, ...(step !== undefined && { step }), files: [], detail: place }
      told.add(key)
    }
  }
  for (const step of steps) {
    const { createdBy = '', comment = '' } = step.entry
    const place = step.instruction.word ?? 'a history entry'
    const found = secretsOf(`${createdBy}\n${comment}`, place, variablesOf(step))
    yield* tell(layerNear(steps, step), found, step.index)
  }
  const variables = [...evidence.env, ...Object.entries(config.labels ?? {})]
  const texts = [...variables.map(([, value]) => value), ...(config.entrypoint ?? []), ...(config.cmd ?? [])]
  const settings = variables.map(([name, value]): Variable => ['the config sets', name, value])
  yield* tell(Math.max(layers.length - 1, 0), secretsOf(texts.join('\n'), 'the config', settings))
}

interface Secret {
  /** What it is and where, in words. */
  readonly place: string
  /** The same for the same credential. */
  readonly key: string
}

/** The credentials among variables, and those in the text about them that are none of these. */
function secretsOf(text: string, place: string, variables: readonly Variable[]): Secret[] {
  const named = variables.filter(([, name, value]) => isSecretVariable(name, value))
  const rest = named.reduce((left, [, , value]) => left.replaceAll(value, ''), text)
  return [
    ...named.map(([where, name, value]): Secret => ({ place: `${where} ${name}`, key: `${name}=${value}` })),
    ...secretShapes(rest).map(([kind, found]): Secret => ({ place: `${kind} in ${place}`, key: found })),
  ]
}

function variablesOf({ instruction }: Step): Variable[] {
  const { word, pairs, buildArgs, form, text } = instruction
  return [
    ...pairs.map(([name, value = '']): Variable => [word ?? '', name, value]),
    ...buildArgs.map(([name, value]): Variable => ['build argument', name, value]),
    ...(word === 'RUN' && form === 'shell' ? assignmentsOf(text) : []).map(
      ([name, value]): Variable => ['RUN', name, value],
    ),
  ]
}
