import type { Ecosystem } from './package.ts'

const ARCHIVE = /\.(?:jar|war|ear)$/
/** No file system takes a longer one (`NAME_MAX`). */
const LONGEST_NAME = 255
const VERSIONED = /^(.+?)-(\d[\w.+-]*)$/

/** Java archives, by their file names. */
export const JAR: Ecosystem = {
  name: 'jar',
  looks: [],
  wants: (name, node) => node.kind === 'file' && ARCHIVE.test(name),
  read(_, places) {
    const packages = places.flatMap(({ path, node }) => {
      const base = path.slice(path.lastIndexOf('/') + 1).replace(ARCHIVE, '')
      const [, name = base, version] = base.length > LONGEST_NAME ? [] : (VERSIONED.exec(base) ?? [])
      return node.kind === 'file'
        ? [{ ecosystem: 'jar' as const, name, version, record: node, files: () => [node] }]
        : []
    })
    return { packages, unread: [] }
  },
}
