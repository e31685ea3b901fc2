// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of a shell
import { describe, expect, it } from 'vitest'
import {
  isSecretVariable,
  redactConfig,
  redactEntry,
  redactSecrets,
  secretShapes,
} from '../../src/rules/secret-text.ts'
import { cpuTime } from '../helpers/cpu-time.ts'

const GITHUB = `ghp_${'a1'.repeat(18)}`

describe('a variable', () => {
  it.each([
    ['GITHUB_TOKEN', 'abc123'],
    ['DB_PASSWORD', 'hunter2'],
    ['PASSWORD', 'password'],
    ['AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI'],
    ['SECRET_KEY_BASE', '0a1b2c3d4e5f'],
    ['npm_config__authToken', 'x1y2z3'],
    ['apiKey', 'k-1'],
    ['DB_PWD', 'hunter2'],
    ['CLIENT_SECRET', 's3cr3t'],
  ])('%s=%s gives a credential away', (name, value) => expect(isSecretVariable(name, value)).toBe(true))

  it.each([
    ['GPG_KEY', '7169605F62C751356D054A26A821E680E5FA6305'],
    ['PYTHON_SHA256', 'abcdef0123456789'],
    ['SSH_PUBLIC_KEY', 'ssh-ed25519 AAAA'],
    ['TOKEN_FILE', '/run/secrets/t'],
    ['DB_PASSWORD', '/run/secrets/db'],
    ['TOKEN', '${TOKEN}'],
    ['TOKEN', '$(cat /run/secrets/t)'],
    ['TOKEN', ''],
    ['TOKEN', 'changeme'],
    ['TOKEN', '<your token>'],
    ['TOKEN', 'xxxx'],
    ['ACCESS_TOKEN', '3600'],
    ['ALLOW_EMPTY_PASSWORD', 'yes'],
    ['SECRET_KEY_BASE', 'dummy'],
    ['AWS_ACCESS_KEY_ID', 'AKIA'],
    ['COMPASS', 'north'],
    ['PWD', 'app'],
    ['AUTH_TOKEN_URL', 'https://auth.example'],
  ])('%s=%s gives none away', (name, value) => expect(isSecretVariable(name, value)).toBe(false))
})

describe('the shape of a text', () => {
  it.each([
    [`curl -H "Authorization: ${GITHUB}"`, 'a GitHub token'],
    [`github_pat_${'a'.repeat(60)}`, 'a GitHub token'],
    ['glpat-abcdefghij0123456789', 'a GitLab token'],
    ['AKIAABCDEFGHIJKLMNOP', 'an AWS access key ID'],
    ['xoxb-0123456789', 'a Slack token'],
    ['sk_live_0123456789abcdef', 'a Stripe key'],
    [`npm_${'a'.repeat(36)}`, 'an npm token'],
    [`AIza${'b'.repeat(35)}`, 'a Google API key'],
    ['eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.c2lnbmF0dXJl', 'a JSON web token'],
    ['git clone https://bot:hunter2@host/app.git', 'a password in a URL'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----', 'a private key'],
    ['-----BEGIN PRIVATE KEY-----\nAAAA', 'a private key'],
  ])('%s is told', (text, kind) => {
    const [first] = secretShapes(text)
    expect(first?.[0]).toBe(kind)
    expect(redactSecrets(text)).toContain('<secret>')
    expect(redactSecrets(text)).not.toContain(first?.[1])
  })

  it.each([
    'https://${USER}:${TOKEN}@host/app.git',
    'https://x-access-token:$TOKEN@host/app.git',
    'https://host:8080/a@b',
    'ssh://git@host/app.git',
    'AKIAIOSFODNN7EXAMPLE',
    '-----BEGIN CERTIFICATE-----',
    '-----BEGIN PUBLIC KEY-----',
    'https://registry.example/@scope/pkg',
    'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    'npm_config_cache=/c',
  ])('%s is no credential', (text) => {
    expect(secretShapes(text)).toEqual([])
    expect(redactSecrets(text)).toBe(text)
  })
})

describe('a redacted text', () => {
  it.each([
    ['ENV TOKEN=hunter2 A=b', 'ENV TOKEN=<secret> A=b'],
    ['/bin/sh -c #(nop)  ENV TOKEN=hunter2 A=b', '/bin/sh -c #(nop)  ENV TOKEN=<secret> A=b'],
    ['ENV PASSWORD=correct horse battery A=b', 'ENV PASSWORD=<secret> A=b'],
    ['ENV PASSWORD="correct horse" A=b', 'ENV PASSWORD=<secret> A=b'],
    ['ENV PASSWORD correct horse', 'ENV PASSWORD <secret>'],
    ['ARG TOKEN=hunter2', 'ARG TOKEN=<secret>'],
    ['RUN |1 TOKEN=hunter2 /bin/sh -c make # buildkit', 'RUN |1 TOKEN=<secret> /bin/sh -c make # buildkit'],
    [
      'RUN |2 A=b PASS=two words /bin/bash -o pipefail -c make',
      'RUN |2 A=b PASS=<secret> /bin/bash -o pipefail -c make',
    ],
    ['|1 TOKEN=hunter2 /bin/sh -c make', '|1 TOKEN=<secret> /bin/sh -c make'],
    ["RUN /bin/sh -c export TOKEN='a b' && make", 'RUN /bin/sh -c export TOKEN=<secret> && make'],
    ['RUN /bin/sh -c login --password=hunter2;', 'RUN /bin/sh -c login --password=<secret>;'],
    [`RUN /bin/sh -c login ${GITHUB}`, 'RUN /bin/sh -c login <secret>'],
    ['RUN /bin/sh -c git clone https://a:hunter2@host/x', 'RUN /bin/sh -c git clone https://a:<secret>@host/x'],
  ])('%s', (text, redacted) => expect(redactSecrets(text)).toBe(redacted))

  it.each([
    'ENV PATH=/bin A=b',
    'ENV',
    'RUN /bin/sh -c make A=b TOKEN=$TOKEN',
    'RUN |1 V=1 /bin/sh -c make',
    '',
    'COPY . /app',
  ])('without a credential stays as it is: %s', (text) => expect(redactSecrets(text)).toBe(text))

  it('takes no longer for a long one that looks like the beginning of many', () => {
    const time = cpuTime(() => {
      for (const part of ['a', 'eyJa-', 'a=', 'https://a:', '-----BEGIN PRIVATE KEY-----', 'A="', ' ENV A'])
        redactSecrets(`ENV ${part.repeat(200_000 / part.length)}`)
    })
    expect(time).toBeLessThan(5000)
  })
})

describe('what an image says of itself', () => {
  it('is shown without credentials in its history', () => {
    const entry = { createdBy: 'ENV TOKEN=hunter2', comment: 'API_KEY=hunter3', author: 'a', created: undefined }
    expect(redactEntry({ ...entry, emptyLayer: true })).toEqual({
      ...entry,
      createdBy: 'ENV TOKEN=<secret>',
      comment: 'API_KEY=<secret>',
      emptyLayer: true,
    })
  })

  it('is shown without credentials in its config', () => {
    const config = {
      user: 'app',
      env: ['PATH=/bin', 'TOKEN=hunter2', 'URL=https://a:hunter2@host/x', 'PASSWORD'],
      labels: { version: '1', 'my.secret': 'hunter2' },
      entrypoint: ['login', '--password=hunter2'],
      cmd: ['a=b'],
    }
    expect(redactConfig(config)).toEqual({
      user: 'app',
      env: ['PATH=/bin', 'TOKEN=<secret>', 'URL=https://a:<secret>@host/x', 'PASSWORD'],
      labels: { version: '1', 'my.secret': '<secret>' },
      entrypoint: ['login', '--password=<secret>'],
      cmd: ['a=b'],
    })
    expect(redactConfig({})).toEqual({})
  })
})
