import type { FileNode } from '../tree/node.ts'
import type { Ecosystem, Package } from './package.ts'
import type { Rootfs } from './rootfs.ts'

const MIB = 1024 * 1024
const DATABASES = ['lib/apk/db/installed', 'usr/lib/apk/db/installed']

/** Alpine packages: one database that lists the directories and files of each. */
export const APK: Ecosystem = {
  name: 'apk',
  looks: [
    { names: ['installed'], within: /(?:^|\/)lib\/apk\/db\/$/, bytes: 16 * MIB },
    { names: ['world'], within: /(?:^|\/)etc\/apk\/$/, bytes: MIB },
  ],
  read(rootfs) {
    const path = DATABASES.find((one) => rootfs.resolver.file(one) !== undefined)
    const file = path === undefined ? undefined : rootfs.resolver.file(path)
    if (path === undefined || file === undefined) return { packages: [], unread: [] }
    const content = rootfs.content(file)
    if (content === undefined) {
      return { packages: [], unread: [{ ecosystem: 'apk', path, reason: 'the list of packages was not kept' }] }
    }
    const world = readWorld(rootfs)
    const packages = content.text.split(/\n\n+/).flatMap((stanza) => parseOne(stanza, file, world, rootfs))
    const reason = 'it is too long, so some packages may be missing'
    return { packages, unread: content.isWhole ? [] : [{ ecosystem: 'apk', path, reason }] }
  },
}

/** The names that were asked for; undefined where there is no such list. */
function readWorld(rootfs: Rootfs): ReadonlySet<string> | undefined {
  const file = rootfs.resolver.file('etc/apk/world')
  const content = file && rootfs.content(file)
  return content?.isWhole === true ? new Set(content.text.split(/\s+/).map(withoutVersion)) : undefined
}

function parseOne(
  stanza: string,
  record: FileNode,
  world: ReadonlySet<string> | undefined,
  { resolver }: Rootfs,
): Package[] {
  const paths: string[] = []
  const fields = new Map<string, string>()
  let directory = ''
  for (const line of stanza.split('\n')) {
    const key = line[1] === ':' ? line[0] : undefined
    const value = line.slice(2)
    if (key === 'F') directory = value
    else if (key === 'R') paths.push(`${directory}/${value}`)
    else if (key !== undefined && !fields.has(key)) fields.set(key, value)
  }
  const name = fields.get('P')
  if (name === undefined) return []
  const relations = {
    depends: words(fields.get('D')).map((word) => [word]),
    provides: words(fields.get('p')),
    essential: false,
    auto: world === undefined ? undefined : !world.has(name),
  }
  const files = () => paths.map((path) => resolver.file(path)).filter((node) => node !== undefined)
  return [{ ecosystem: 'apk', name, version: fields.get('V'), record, files, relations }]
}

/** The names of a list such as `so:libc.musl-x86_64.so.1 zlib>=1.2 !busybox`, without conflicts. */
function words(text = ''): string[] {
  return text
    .split(' ')
    .filter((word) => word !== '' && !word.startsWith('!'))
    .map(withoutVersion)
}

function withoutVersion(word: string): string {
  return word.replace(/[<>=~@].*/, '')
}
