import type { Ecosystem } from './package.ts'

const DIRECTORIES = ['usr/lib/sysimage/rpm', 'var/lib/rpm', 'usr/share/rpm']
const DATABASES = [
  { name: 'rpmdb.sqlite', format: 'SQLite' },
  { name: 'Packages.db', format: 'ndb' },
  { name: 'Packages', format: 'Berkeley DB' },
] as const

/** RPM packages: their database needs a database engine to read, so it is only told that it is there. */
export const RPM: Ecosystem = {
  name: 'rpm',
  looks: [],
  read({ resolver }) {
    const found = DIRECTORIES.flatMap((directory) =>
      DATABASES.flatMap(({ name, format }) => {
        const path = `${directory}/${name}`
        const node = resolver.file(path)
        const reason = `it is a ${format} file, so the files of rpm packages count as unowned`
        return node === undefined ? [] : [{ node, unread: { ecosystem: 'rpm' as const, path, reason } }]
      }),
    )
    // One database has several paths where its directory is a link.
    const seen = new Map(found.reverse().map(({ node, unread }) => [node, unread]))
    return { packages: [], unread: [...seen.values()].reverse() }
  },
}
