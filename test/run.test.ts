import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Report } from '../src/analysis/report.ts'
import type { Host } from '../src/host.ts'
import { run } from '../src/run.ts'
import { altered, app, blobOf, layoutWith } from './helpers/altered.ts'
import { tarOf } from './helpers/archive.ts'
import { dockerSave } from './helpers/docker-archive.ts'
import { image } from './helpers/image.ts'
import { descriptor, MEDIA_TYPES, manifestOf, ociLayout } from './helpers/oci-layout.ts'

const bloated = new URL('../sample-images/bloated-python.tar', import.meta.url).pathname
const slim = new URL('../sample-images/slim-python.tar', import.meta.url).pathname

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'layerscope-run-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the program in this process, as a pipeline would: neither end is a terminal. */
async function layerscope(
  args: readonly string[],
  { stdin = Buffer.alloc(0), env = {} }: { stdin?: Buffer; env?: Host['env'] } = {},
) {
  const said = { out: '', err: '' }
  const collect = (name: 'out' | 'err') =>
    new Writable({
      write(chunk, _, done) {
        said[name] += chunk
        done()
      },
    })
  const host: Host = {
    argv: ['node', 'layerscope', ...args],
    env,
    platform: 'linux',
    arch: 'x64',
    stdin: Readable.from([stdin]),
    stdout: collect('out'),
    stderr: collect('err'),
  }
  return { code: await run(host), ...said }
}

describe('the program', () => {
  test('prints a text report where there is no terminal, and says why', async () => {
    const { code, out, err } = await layerscope([bloated])
    expect(code).toBe(0)
    expect(out).toContain('Wasted bytes')
    expect(out).not.toContain('\u001b')
    expect(err).toBe('layerscope: a text report, since standard output is not a terminal\n')
  })

  test('reads standard input where no image is named, and for a dash', async () => {
    const stdin = readFileSync(slim)
    const piped = await layerscope(['--format', 'json'], { stdin })
    expect(JSON.parse(piped.out)).toMatchObject({ schemaVersion: 1, image: { name: 'shop-api:1.4.2' } })
    expect((await layerscope(['--format', 'json', '-'], { stdin })).out).toBe(piped.out)
  })

  test('writes the report to a file', async () => {
    const file = join(folder, 'report.json')
    expect(await layerscope(['--format', 'json', '-o', file, bloated])).toEqual({ code: 0, out: '', err: '' })
    expect(JSON.parse(readFileSync(file, 'utf8')).summary.wastedBytes).toBe(77_489)
  })

  test('prints the Dockerfile of an image, and where its base ends', async () => {
    const { code, out, err } = await layerscope(['dockerfile', bloated])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('# Base image: 6 layers')
    expect(out).toContain(
      '\n# layer 7, 20.5 kB, 20.5 kB wasted, build, runnable\n# deleted-later@7-17 20.5 kB: files written in one layer and deleted in a later\n',
    )
    const overruled = await layerscope(['dockerfile', '--base-layers', '2', '-'], { stdin: readFileSync(bloated) })
    expect(overruled.out).toContain('# Base image: 2 layers')
    expect(await layerscope(['dockerfile', '--base-layers=99', bloated])).toMatchObject({ code: 2, out: '' })
  })

  test('lists the packages of an image, and with them as JSON', async () => {
    const { code, out, err } = await layerscope(['packages', bloated])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^Packages\n/)
    const { packages, summary, layers } = JSON.parse((await layerscope(['packages', '--format=json', bloated])).out)
    const owned = packages.installed.reduce((sum: number, { bytes }: { bytes: number }) => sum + bytes, 0)
    expect(owned + packages.unowned.bytes).toBe(summary.rootfsBytes)
    expect(layers).toHaveLength(18)
  })

  test('names the lines of the Dockerfile that it is given', async () => {
    const file = join(folder, 'shop.Dockerfile')
    writeFileSync(file, 'FROM python:3.9 AS app\nRUN apt-get update\nCOPY . .\nRUN rm -rf /var/lib/apt/lists/*\n')
    const { code, out } = await layerscope(['--dockerfile', file, '--format', 'json', bloated])
    expect(code).toBe(0)
    const { dockerfile, findings } = JSON.parse(out)
    expect(dockerfile).toEqual({ path: file })
    const lists = findings.find(({ rule }: { rule: string }) => rule === 'apt-lists')
    expect(lists.dockerfileLine).toEqual({ line: 2, endLine: 2, certainty: 'same' })
    for (const args of [[], ['--ci']]) {
      const text = (await layerscope([...args, '--dockerfile', file, '--target', 'app', bloated])).out
      expect(text).toContain(`${file}:2\n`.slice(0, 60))
    }
  })

  test.each([
    ['that is none', 'hello world\n', /shop\.Dockerfile, line 1: "hello" is no instruction/],
    ['that is longer than any', `FROM x\n${'# \n'.repeat(400_000)}`, /shop\.Dockerfile is longer than 1 MiB/],
    ['with an open heredoc', 'FROM x\nRUN <<EOF\na\n', /line 2: the heredoc "EOF" is opened there/],
    ['without the stage', 'FROM x AS a\n', /has no stage "b"/],
  ])('refuses a Dockerfile %s, before it reads the image', async (_, text, message) => {
    const file = join(folder, 'shop.Dockerfile')
    writeFileSync(file, text)
    const { code, err } = await layerscope(['--no-ui', '--dockerfile', file, '--target', 'b', join(folder, 'none.tar')])
    expect(code).toBe(2)
    expect(err).toMatch(message)
    expect(await layerscope(['--no-ui', '--dockerfile', join(folder, 'nothing'), bloated])).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no such Dockerfile; check --dockerfile'),
    })
  })

  test('lists the rules and explains one, without an image', async () => {
    const list = await layerscope(['rules'])
    expect(list).toMatchObject({ code: 0, err: '' })
    expect(list.out).toMatch(/^apt-lists +low +safe +3, 5 +package lists that apt downloaded$/m)
    const all = JSON.parse((await layerscope(['rules', '--format', 'json'])).out)
    const one = JSON.parse((await layerscope(['explain', 'apt-lists@7-17', '--format', 'json'])).out)
    expect(all).toContainEqual(one)
    const file = join(folder, 'rule.txt')
    expect(await layerscope(['explain', 'apt-lists', '-o', file])).toEqual({ code: 0, out: '', err: '' })
    expect(readFileSync(file, 'utf8')).toMatch(/^apt-lists: package lists/)
    expect(await layerscope(['explain', 'apt-list'])).toMatchObject({
      code: 2,
      err: 'layerscope: there is no rule "apt-list"; did you mean apt-lists?\n',
    })
    expect(await layerscope(['explain'])).toMatchObject({ code: 2, out: '' })
  })

  test('says its version and its help', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    expect(await layerscope(['--version', '--no-color'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
    expect((await layerscope(['--help'])).out).toMatch(/^Usage: layerscope \[IMAGE\]\n/)
  })
})

describe('a pipeline', () => {
  test.each<[string, string[], number, string]>([
    ['passes a slim image', [slim], 0, 'layerscope: PASS pass=2 fail=0 skip=1 '],
    ['fails a bloated one', [bloated], 1, 'layerscope: FAIL pass=0 fail=2 skip=1 '],
    [
      'passes at the very threshold',
      [
        bloated,
        '--highest-wasted-bytes=77489',
        '--lowest-efficiency=disabled',
        '--highest-user-wasted-percent=disabled',
      ],
      0,
      'layerscope: PASS pass=1 fail=0 skip=2 ',
    ],
    ['fails a byte below it', [bloated, '--highestWastedBytes=77488'], 1, 'fail=3'],
    ["judges dive's figures where it is asked to", [slim, '--dive-compat'], 0, 'layerscope: PASS '],
  ])('%s', async (_, args, code, last) => {
    const result = await layerscope(['--ci', ...args])
    expect(result.out.trimEnd().split('\n').at(-1)).toContain(last)
    expect(result.code).toBe(code)
  })

  test('is meant by CI=true, unless it is told otherwise', async () => {
    expect((await layerscope([bloated], { env: { CI: 'true' } })).code).toBe(1)
    expect((await layerscope([bloated, '--no-ci'], { env: { CI: 'true' } })).code).toBe(0)
  })

  test('takes thresholds from a file, and flags before it', async () => {
    const file = join(folder, 'strict.yaml')
    writeFileSync(file, 'rules:\n  lowest-efficiency: 0.5\n  highest-user-wasted-percent: disabled\n')
    expect((await layerscope(['--ci', '--ci-config', file, bloated])).code).toBe(0)
    expect((await layerscope(['--ci', '--ci-config', file, '--lowest-efficiency=0.99', bloated])).code).toBe(1)
  })

  test('gets JSON and the exit code together', async () => {
    const { code, out } = await layerscope(['--ci', '--format', 'json', bloated])
    expect(code).toBe(1)
    expect(JSON.parse(out).checks.map(({ status }: { status: string }) => status)).toEqual(['fail', 'skip', 'fail'])
  })
})

describe('the policy of a config file', () => {
  /** Runs with a config file of this text. */
  async function withConfig(text: string, args: readonly string[]) {
    const file = join(folder, 'policy.yaml')
    writeFileSync(file, text)
    const { code, out, err } = await layerscope(['--config', file, '--format', 'json', ...args, bloated])
    return { code, err, report: JSON.parse(out) as Report }
  }
  const off = 'lowest-efficiency: off, highest-user-wasted-percent: off'

  test('fails a build whose findings it asks about, and passes one whose findings it ignores', async () => {
    const { code, report } = await withConfig(`ci: {${off}, fail-on: medium}`, ['--ci'])
    expect(code).toBe(1)
    const failed = report.findings.filter(({ severity, safety, origin }) => {
      return severity === 'medium' && origin === 'own' && ['safe', 'likely'].includes(safety)
    })
    expect(report.checks.at(-1)).toMatchObject({ name: 'findings', value: failed.length, status: 'fail' })
    expect(report.suppressed).toEqual([])

    const ignored = [...new Set(failed.map(({ rule }) => rule))].map((rule) => `{rule: ${rule}, reason: known}`)
    const passed = await withConfig(`ci: {${off}, fail-on: medium}\nfindings: {ignore: [${ignored}]}`, ['--ci'])
    expect(passed.code).toBe(0)
    expect(passed.report.checks.at(-1)).toMatchObject({ name: 'findings', value: 0, status: 'pass' })
    expect(passed.report.suppressed.map(({ id }) => id)).toEqual(expect.arrayContaining(failed.map(({ id }) => id)))
  })

  test('moves bytes to what is suppressed, and loses none', async () => {
    const entry = '{rule: vcs-dir, layer: 16, reason: wanted, expires: 9999-12-31}'
    const { report } = await withConfig(`findings: {ignore: [${entry}]}`, [])
    const before = JSON.parse((await layerscope(['--format', 'json', bloated])).out) as Report
    const own = (one: Report): number => Object.values(one.savings.own).reduce((sum, bytes) => sum + bytes, 0)
    expect(report.suppressed).toMatchObject([{ id: 'vcs-dir@16', reason: 'wanted', expires: '9999-12-31' }])
    expect(report.findings).toHaveLength(before.findings.length - 1)
    expect(own(report) + report.savings.suppressed.own).toBe(own(before))
    expect(report.savings.base).toBe(before.savings.base)
  })

  test('warns of an entry that is over, and of one that ignores nothing, and ignores neither', async () => {
    const entries = '[{rule: vcs-dir, reason: x, expires: 2001-01-01}, {rule: apk-cache, reason: x}]'
    const { code, err, report } = await withConfig(`theme: mono\nfindings: {ignore: ${entries}}`, [])
    expect(code).toBe(0)
    expect(report.suppressed).toEqual([])
    expect(report.warnings.map((warning) => warning.code)).toEqual(['ignore-expired', 'ignore-unused'])
    expect(err).toContain('policy.yaml, line 2: vcs-dir is ignored until 2001-01-01, and so no longer; ')
  })

  test('asks for no judgement by itself, which --fail-on does', async () => {
    expect((await withConfig('ci: {fail-on: info}', [])).report.checks).toEqual([])
    expect((await layerscope(['--fail-on=high', '--no-ci', bloated])).code).toBe(0)
    const { code, out } = await layerscope(['--fail-on=high', slim])
    expect(code).toBe(0)
    expect(out).toMatch(/\nlayerscope: PASS pass=3 fail=0 skip=1 .* findings=0\n$/)
  })

  test('that is wrong ends with 2 and its line', async () => {
    const file = join(folder, 'wrong.yaml')
    writeFileSync(file, 'findings:\n  rules:\n    apt-list: off\n')
    const { code, err } = await layerscope(['--config', file, slim])
    expect(code).toBe(2)
    expect(err).toMatch(/wrong\.yaml, line 3: there is no rule "apt-list"; did you mean apt-lists\?\n$/)
  })
})

describe('what could not be done ends with 2 and one sentence', () => {
  const [first] = app.layers.map(({ blob }) => descriptor(MEDIA_TYPES.oci.layer.none, blob))
  const encrypted = layoutWith({
    ...manifestOf(app),
    layers: [{ ...first, mediaType: 'application/vnd.oci.image.layer.v1.tar+encrypted' }],
  })
  const changed = altered(ociLayout([app]), {
    [blobOf(app.layers[0]?.blob ?? Buffer.alloc(0))]: image({ layers: [{ other: 'content' }] }).layers[0]?.blob,
  })
  test.each<[string, string[], Buffer | undefined, RegExp]>([
    [
      'a file that is not there',
      ['--ci', 'no/such.tar'],
      undefined,
      /^layerscope: no\/such\.tar cannot be used: there is no such file/,
    ],
    ['an unknown option', ['--efficient', slim], undefined, /did you mean|--help/i],
    ['an unknown key of the config file', ['--ci', '--ci-config', 'bad.yaml', slim], undefined, /lowest-efficiency/],
    [
      'a config file that is not there',
      ['--ci', '--ci-config', 'none.yaml', slim],
      undefined,
      /no such CI config file/,
    ],
    ['an empty pipe', ['--ci'], Buffer.alloc(0), /standard input is no image archive: it is empty/],
    ['a truncated pipe', ['--ci'], tarOf(dockerSave([app])).subarray(0, 3000), /the archive ends inside/],
    [
      'a layer that is encrypted, with --ci',
      ['--ci'],
      encrypted,
      /the content of layer 0 is not known, so the image cannot be judged/,
    ],
    [
      'a wrong digest, with --verify',
      ['--verify', '--format', 'json'],
      changed,
      /the blob of layer 0 should have the digest sha256:/,
    ],
  ])('%s', async (_, args, stdin, sentence) => {
    writeFileSync(join(folder, 'bad.yaml'), 'rules:\n  lowest-eficiency: 0.9\n')
    const here = args.map((arg) => (arg === 'bad.yaml' ? join(folder, arg) : arg))
    const { code, err } = await layerscope(here, stdin === undefined ? {} : { stdin })
    expect(err).toMatch(sentence)
    expect(err).not.toMatch(/\n\s+at /)
    expect(code).toBe(2)
  })

  test('but an encrypted layer is only a warning where nothing is judged', async () => {
    const { code, err } = await layerscope(['--format', 'json'], { stdin: encrypted })
    expect(code).toBe(0)
    expect(err).toContain('warning: layer 0 is encrypted')
  })
})

test('a reader that goes away ends the program quietly, with the verdict', async () => {
  let written = 0
  const stdout = new Writable({
    write(_, __, done) {
      done(++written > 1 ? Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }) : null)
    },
  })
  let err = ''
  const stderr = new Writable({
    write(chunk, _, done) {
      err += chunk
      done()
    },
  })
  const argv = ['node', 'layerscope', '--ci', '--format', 'json', '--files', bloated]
  const host = { argv, env: {}, platform: 'linux', arch: 'x64', stdin: Readable.from([]), stdout, stderr }
  expect(await run(host)).toBe(1)
  expect(err).toBe('')
})
