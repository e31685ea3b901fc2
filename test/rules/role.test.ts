import { describe, expect, it } from 'vitest'
import { roleOf } from '../../src/rules/role.ts'
import { evidenceOf } from '../helpers/findings.ts'

const rows: readonly (readonly [entrypoint: string[], cmd: string[], words: string, isRuntime: boolean])[] = [
  [['/app/server'], ['--port', '80'], '/app/server --port 80', true],
  [['docker-entrypoint.sh'], ['node', 'a.js'], 'node a.js', true],
  [['docker-entrypoint.sh'], ['node'], 'node', false],
  [['/usr/bin/tini', '-g', '--', '/bin/sh', '-c'], ['exec app --fast'], 'app --fast', true],
  [['/bin/bash'], ['-l'], '/bin/bash -l', false],
  [['/bin/bash', 'start.sh'], [], '/bin/bash start.sh', true],
  [[], ['tail', '-f', '/dev/null'], 'tail -f /dev/null', false],
  [[], ['mvn', 'spring-boot:run'], 'mvn spring-boot:run', false],
  [[], ['python3', '-m', 'app'], 'python3 -m app', true],
  [[], [], '', false],
]

describe('the role of an image', () => {
  it.each(rows)('of entrypoint %j and command %j', async (entrypoint, cmd, words, isRuntime) => {
    const role = roleOf(await evidenceOf({ own: [{ a: 'b' }], config: { entrypoint, cmd } }))
    expect([role.words.join(' '), role.isRuntime]).toEqual([words, isRuntime])
  })

  it.each([
    ['app:1.0', true],
    ['app:1.0-dev', false],
    ['team/app-builder:3', false],
    ['ci/app:latest', true],
  ])('tagged %s', async (tag, isRuntime) => {
    const evidence = await evidenceOf({ own: [{ a: 'b' }], config: { cmd: ['/app'] } })
    expect(roleOf({ ...evidence, image: { ...evidence.image, tags: [tag] } }).isRuntime).toBe(isRuntime)
  })

  it.each([
    ['runtime', ['/bin/bash'], true],
    ['build', ['/app'], false],
  ] as const)('is %s where the user says so', async (role, cmd, isRuntime) => {
    const evidence = await evidenceOf({ own: [{ a: 'b' }], config: { cmd } })
    expect(roleOf({ ...evidence, role }).isRuntime).toBe(isRuntime)
  })
})
