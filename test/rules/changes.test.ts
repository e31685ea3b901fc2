import { expect, test } from 'vitest'
import { locate } from '../../src/dockerfile/locate.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { baseOf } from '../../src/dockerfile/reconstruct.ts'
import { readSteps } from '../../src/dockerfile/steps.ts'
import { RULES } from '../../src/rules/catalogue.ts'
import { addChanges } from '../../src/rules/changes.ts'
import { findBloat } from '../../src/rules/find.ts'
import { type BloatLiteral, evidenceOf } from '../helpers/findings.ts'
import { whiteout } from '../helpers/layer.ts'

/** What is said of the findings of some rules: rule, line and changed instruction. */
async function changes(literal: BloatLiteral, wanted: string[], dockerfile?: string): Promise<string[]> {
  const evidence = await evidenceOf(literal)
  const { history, config, layers } = evidence.image
  const base = baseOf({ history, config, diffIds: layers.map(() => undefined) })
  const { steps } = readSteps(history, layers.length, config)
  const located = dockerfile === undefined ? undefined : locate(steps, base, parseDockerfile(dockerfile))
  return addChanges(findBloat(evidence, RULES), evidence, located)
    .map(({ finding }) => finding)
    .filter(({ rule }) => wanted.includes(rule))
    .map(({ rule, dockerfileLine, change }) => [rule, dockerfileLine?.line, change].filter(Boolean).join(' '))
}

const pip: BloatLiteral = {
  own: [{ 'root/.cache/pip/http/a': 'x' }, { 'srv/a': '1' }, { 'srv/a': whiteout }],
  history: ['RUN PIP_INDEX_URL=https://me:secretvalue1@host/ pip install x', 'RUN touch /srv/a', 'RUN rm /srv/a'],
}

test('a finding carries the changed instruction of the history, without its secrets', async () => {
  const [deleted, cache] = await changes(pip, ['pip-cache', 'deleted-later'])
  expect(cache).toMatch(/^pip-cache RUN PIP_INDEX_URL=\S+ pip install --no-cache-dir x$/)
  expect(cache).not.toContain('secretvalue1')
  expect(deleted).toBe('deleted-later RUN touch /srv/a \\\n    && rm /srv/a')
})

test('a finding carries the changed instruction of the Dockerfile, and its line', async () => {
  const dockerfile = 'FROM x\nRUN --mount=type=ssh PIP_INDEX_URL=$URL pip install x\nRUN touch /srv/a\nRUN rm /srv/a\n'
  expect(await changes({ ...pip, own: [{ 'root/.cache/pip/http/a': 'x' }] }, ['pip-cache'], dockerfile)).toEqual([
    'pip-cache 2 RUN --mount=type=ssh PIP_INDEX_URL=$URL pip install --no-cache-dir x',
  ])
})

test('what came with the base has a line and no change', async () => {
  const literal: BloatLiteral = { base: [{ 'root/.cache/pip/http/a': 'x' }], own: [{ a: 'a' }], history: ['RUN a'] }
  expect(await changes(literal, ['pip-cache'], 'FROM x\nRUN a\n')).toEqual(['pip-cache 1'])
})

test('a finding about one instruction is at that instruction', async () => {
  const literal: BloatLiteral = {
    own: [{ a: 'a' }],
    config: { cmd: ['/bin/app', 'x'], env: ['API_TOKEN=0123456789abcdef0123'], user: 'root' },
    history: [
      'RUN a',
      { createdBy: 'ENV API_TOKEN=0123456789abcdef0123', comment: 'buildkit.dockerfile.v0', emptyLayer: true },
      { createdBy: 'USER root', comment: 'buildkit.dockerfile.v0', emptyLayer: true },
    ],
  }
  const dockerfile = 'FROM x\nRUN a\n\nENV API_TOKEN=0123456789abcdef0123\nUSER root\n'
  expect(await changes(literal, ['secret-in-history', 'root-user'], dockerfile)).toEqual([
    'secret-in-history 4',
    'root-user 5',
  ])
})
