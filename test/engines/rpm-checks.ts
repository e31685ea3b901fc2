import assert from 'node:assert/strict'
import { lstat, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Report } from '../../src/analysis/report.ts'
import { readSqliteTable } from '../../src/packages/sqlite.ts'
import { tarOf } from '../helpers/archive.ts'
import { dockerSave } from '../helpers/docker-archive.ts'
import { image } from '../helpers/image.ts'
import { type Lab, run } from './lab.ts'
import { program } from './layerscope.ts'
import { check, type Tally } from './tally.ts'

/** What packages are built from: files by path, ghosts, and other lines of a spec. */
interface Spec {
  readonly name: string
  readonly files: readonly string[]
  readonly ghosts?: readonly string[]
  readonly docs?: readonly string[]
  readonly lines?: readonly string[]
}

const SPECS: readonly Spec[] = [
  {
    name: 'many',
    files: Array.from({ length: 1500 }, (_, i) => `/usr/share/many/directory-${i % 30}/a-file-of-a-longer-name-${i}`),
    ghosts: ['/var/log/many.log'],
    lines: ['Epoch: 2', 'Requires: /bin/tool', 'Recommends: (nicety or other)'],
  },
  { name: 'tool', files: ['/usr/bin/tool', '/etc/tool.conf'], docs: ['/usr/share/doc/tool/README'] },
  { name: 'other-tool', files: ['/usr/bin/tool', '/usr/lib/é b'] },
  { name: 'gone', files: ['/opt/gone'] },
  ...Array.from({ length: 20 }, (_, i) => ({ name: `small-${i}`, files: [`/opt/small/${i}`] })),
]

/** Installs packages with rpm itself, and holds what is read of its database against what rpm says of it. */
export async function checkRpm(lab: Lab, tally: Tally): Promise<void> {
  const root = await check(tally, 'rpm: packages are built and installed', () => install(lab))
  if (root === undefined) return
  const database = join(root, 'var/lib/rpm/rpmdb.sqlite')
  const expected = await check(tally, 'rpm: it says what is installed', () => installedIn(lab, root))
  await check(tally, 'rpm: SQLite is read as rpm reads it', async () => {
    assert.deepEqual(await packagesOf(lab, root), expected)
  })
  await check(tally, 'rpm: Berkeley DB is read the same', async () => {
    const dump = dumpOf(
      [...readSqliteTable(await readFile(database), 'Packages')].map(([, header]) => header as Buffer),
    )
    await writeFile(join(lab.folder, 'rpm.dump'), dump)
    await run(lab, ['db5.3_load', '-f', join(lab.folder, 'rpm.dump'), '-t', 'hash', join(root, 'var/lib/rpm/Packages')])
    await rm(database)
    assert.deepEqual(await packagesOf(lab, root), expected)
  })
}

const topDirectory = (lab: Lab) => ['--define', `_topdir ${join(lab.folder, 'rpmbuild')}`]
const database = ['--define', '_dbpath /var/lib/rpm']

async function install(lab: Lab): Promise<string> {
  const root = join(lab.folder, 'rpm-root')
  await mkdir(join(root, 'usr/bin'), { recursive: true })
  await symlink('usr/bin', join(root, 'bin'))
  for (const spec of SPECS) {
    const path = join(lab.folder, `${spec.name}.spec`)
    await writeFile(path, textOf(spec))
    await run(lab, ['rpmbuild', ...topDirectory(lab), '-bb', path])
  }
  const rpm = (...args: string[]) => run(lab, ['rpm', '--root', root, ...database, '--force-debian', ...args])
  const built = SPECS.map(({ name }) => join(lab.folder, `rpmbuild/RPMS/noarch/${name}-1.5-3.noarch.rpm`))
  // One after the other, so that rpm notes whose file another package has replaced.
  for (const path of built) await rpm('-i', '--nodeps', '--excludedocs', '--force', path)
  await rpm('-e', '--nodeps', 'gone')
  return root
}

function textOf({ name, files, ghosts = [], docs = [], lines = [] }: Spec): string {
  const all = [...files, ...ghosts, ...docs]
  const write = all.map((path) => `mkdir -p "$(dirname "%{buildroot}${path}")"; echo ${name} > "%{buildroot}${path}"`)
  const head = [`Name: ${name}`, 'Version: 1.5', 'Release: 3', 'Summary: a test', 'License: MIT', 'BuildArch: noarch']
  const listed = [...files.map(quote), ...ghosts.map((path) => `%ghost ${path}`), ...docs.map((path) => `%doc ${path}`)]
  return [...head, ...lines, '%description', 'A test.', '%install', ...write, '%files', ...listed, ''].join('\n')
}

function quote(path: string): string {
  return `"${path}"`
}

/** Each package as a line with its version, bodies and bytes, from what rpm says and what lies in the root. */
async function installedIn(lab: Lab, root: string): Promise<string[]> {
  const format = '%{NAME} %{EVR}\\n[\\t%{FILESTATES:shescape} %{FILEFLAGS} %{FILENAMES}\\n]'
  const text = await run(lab, ['rpm', '--root', root, ...database, '-qa', '--qf', format])
  const lines: string[] = []
  for (const one of text.split(/\n(?!\t)/).filter(Boolean)) {
    const [head = '', ...rows] = one.split('\n\t')
    let [bodies, bytes] = [0, 0]
    for (const row of rows) {
      const [, state, flags, path = ''] = /^'?(\w+)'? (\d+) (.*)$/.exec(row) ?? []
      const stats = await lstat(root + path).catch(() => undefined)
      if (Number(state) !== 0 || (Number(flags) & 64) !== 0 || stats?.isFile() !== true) continue
      bodies++
      bytes += stats.size
    }
    lines.push(`${head} ${bodies} ${bytes}`)
  }
  return lines.sort()
}

/** The same as the built program tells it. */
async function packagesOf(lab: Lab, root: string): Promise<string[]> {
  const tar = join(lab.folder, 'rpm-root.tar')
  await run(lab, ['tar', '--directory', root, '--create', '--file', tar, '.'])
  const saved = join(lab.folder, 'rpm.tar')
  await writeFile(saved, tarOf(dockerSave([image({ layers: [await readFile(tar)] })])))
  const report: Report = JSON.parse(await run(lab, [process.execPath, program, 'packages', saved, '--format', 'json']))
  assert.deepEqual(report.packages?.unread, [])
  const installed = report.packages?.installed ?? []
  return installed.map(({ name, version, bodies, bytes }) => `${name} ${version} ${bodies} ${bytes}`).sort()
}

/** Headers as `db5.3_load` takes them, with the record that rpm keeps for itself. */
function dumpOf(headers: readonly Buffer[]): string {
  const pairs = [Buffer.from([9, 0, 0, 0]), ...headers].map(
    (value, i) => ` ${hex(Buffer.from([i, 0, 0, 0]))}\n ${hex(value)}\n`,
  )
  return `VERSION=3\nformat=bytevalue\ntype=hash\nHEADER=END\n${pairs.join('')}DATA=END\n`
}

function hex(bytes: Buffer): string {
  return bytes.toString('hex')
}
