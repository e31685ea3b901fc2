import type { DirectoryNode, FileNode } from '../tree/node.ts'
import type { Ecosystem, Found, Package, Relations, Unread } from './package.ts'
import type { Rootfs } from './rootfs.ts'
import { parseStanzas, type Stanza } from './stanzas.ts'

const MIB = 1024 * 1024
const STATUS = 'var/lib/dpkg/status'
const STATUS_PARTS = 'var/lib/dpkg/status.d'
const INFO = 'var/lib/dpkg/info'
const EXTENDED_STATES = 'var/lib/apt/extended_states'
const FIELDS = new Set([
  'package',
  'status',
  'version',
  'architecture',
  'essential',
  'important',
  'protected',
  'priority',
  'depends',
  'pre-depends',
  'provides',
])

/** Fields that say whether a system can do without a package. */
const KEEPS = ['essential', 'important', 'protected']

/** Debian packages: one database with a list of files for each, or, in distroless images, a file and checksums for each. */
export const DPKG: Ecosystem = {
  name: 'dpkg',
  looks: [
    { names: ['status'], within: /(?:^|\/)var\/lib\/dpkg\/$/, bytes: 16 * MIB },
    { names: ['extended_states'], within: /(?:^|\/)var\/lib\/apt\/$/, bytes: 4 * MIB },
    { endings: ['.list'], within: /(?:^|\/)var\/lib\/dpkg\/info\/$/, bytes: 4 * MIB },
    { directories: [STATUS_PARTS], bytes: MIB },
  ],
  read(rootfs) {
    const whole = readStatus(rootfs)
    const parts = readParts(rootfs)
    return { packages: [...whole.packages, ...parts.packages], unread: [...whole.unread, ...parts.unread] }
  },
}

function readStatus(rootfs: Rootfs): Found {
  const file = rootfs.resolver.file(STATUS)
  const content = file && rootfs.content(file)
  if (file === undefined) return { packages: [], unread: [] }
  if (content === undefined) return { packages: [], unread: [unread(STATUS, 'the list of packages was not kept')] }
  const lists = rootfs.resolver.directory(INFO)
  const auto = readAuto(rootfs)
  const missing: Unread[] = content.isWhole ? [] : [unread(STATUS, 'it is too long, so some packages may be missing')]
  const packages = parseStanzas(content.text, FIELDS)
    .filter((stanza) => stanza.has('package') && /\sinstalled$/.test(stanza.get('status') ?? ''))
    .map((stanza): Package => {
      const name = stanza.get('package') ?? ''
      const architecture = stanza.get('architecture') ?? ''
      const list = listOf(lists, name, architecture)
      const paths = list && rootfs.content(list)
      if (paths?.isWhole !== true) missing.push(unread(`${INFO}/${name}.list`, WITHOUT_LIST))
      const files = () => filesOf(rootfs, paths?.text ?? '')
      return packageOf(
        stanza,
        list ?? file,
        files,
        auto && (auto.has(`${name}:${architecture}`) || (architecture === 'all' && auto.has(name))),
      )
    })
  return { packages, unread: missing }
}

/** The list of a package, with its architecture in the name where it can be installed for several. */
function listOf(lists: DirectoryNode | undefined, name: string, architecture: string): FileNode | undefined {
  const node = lists?.children.get(`${name}.list`) ?? lists?.children.get(`${name}:${architecture}.list`)
  return node?.kind === 'file' ? node : undefined
}

/** Packages that only others wanted, by name and by name and architecture: apt gives one even to those that are for all. */
function readAuto(rootfs: Rootfs): ReadonlySet<string> | undefined {
  const file = rootfs.resolver.file(EXTENDED_STATES)
  const content = file && rootfs.content(file)
  if (content?.isWhole !== true) return undefined
  const stanzas = parseStanzas(content.text, new Set(['package', 'architecture', 'auto-installed']))
  const auto = stanzas.filter((stanza) => stanza.get('auto-installed') === '1')
  return new Set(
    auto.flatMap((stanza) => {
      const name = stanza.get('package') ?? ''
      return [name, `${name}:${stanza.get('architecture')}`]
    }),
  )
}

/** One file of fields for each package, and beside it the checksums of its files. */
function readParts(rootfs: Rootfs): Found {
  const packages: Package[] = []
  const missing: Unread[] = []
  const parts = rootfs.resolver.directory(STATUS_PARTS)
  for (const [name, node] of parts?.children ?? []) {
    if (node.kind !== 'file' || name.endsWith('.md5sums')) continue
    const content = rootfs.content(node)
    const [stanza] = parseStanzas(content?.text ?? '', FIELDS)
    const sums = parts?.children.get(`${name}.md5sums`)
    const paths = sums?.kind === 'file' ? rootfs.content(sums) : undefined
    if (content === undefined || paths?.isWhole !== true)
      missing.push(unread(`${STATUS_PARTS}/${name}.md5sums`, WITHOUT_LIST))
    if (stanza?.has('package') !== true) continue
    const own = sums?.kind === 'file' ? [node, sums] : [node]
    const list = (paths?.text ?? '').replace(/^\S+\s+/gm, '')
    packages.push(packageOf(stanza, node, () => [...own, ...filesOf(rootfs, list)], undefined))
  }
  return { packages, unread: missing }
}

function packageOf(stanza: Stanza, record: FileNode, files: Package['files'], auto: boolean | undefined): Package {
  const relations: Relations = {
    depends: [...parseRelation(stanza.get('pre-depends')), ...parseRelation(stanza.get('depends'))],
    provides: parseRelation(stanza.get('provides')).flat(),
    essential: KEEPS.some((field) => stanza.get(field) === 'yes') || stanza.get('priority') === 'required',
    auto,
  }
  const name = stanza.get('package') ?? ''
  return { ecosystem: 'dpkg', name, version: stanza.get('version'), record, files, relations }
}

/** The names of a list such as `libc6 (>= 2.36), mawk | awk:any`, without versions and architectures. */
function parseRelation(text = ''): string[][] {
  const groups = text.split(',').map((group) => group.split('|').map((one) => /[^\s:(]*/.exec(one.trim())?.[0] ?? ''))
  return groups.map((group) => group.filter(Boolean)).filter((group) => group.length > 0)
}

function* filesOf({ resolver }: Rootfs, paths: string): Generator<FileNode> {
  for (const path of paths.split('\n')) {
    const file = path === '' ? undefined : resolver.file(path)
    if (file !== undefined) yield file
  }
}

/** Lists that are not there have names too. */
const WITHOUT_LIST = 'the files of this package count as unowned'

function unread(path: string, reason: string): Unread {
  return { ecosystem: 'dpkg', path, reason }
}
