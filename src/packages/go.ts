import type { Ecosystem } from './package.ts'

const EXECUTABLE = 0o111

/** Programs that the Go linker made, by their file names: what they were built from stands deep in their data. */
export const GO: Ecosystem = {
  name: 'go',
  looks: [],
  wants: (_, node, { excerpt }) =>
    node.kind === 'file' && (node.attributes.mode & EXECUTABLE) !== 0 && excerpt(node)?.elf?.isGo === true,
  read(_, places) {
    const packages = places.flatMap(({ path, node }) => {
      const name = path.slice(path.lastIndexOf('/') + 1)
      return node.kind === 'file'
        ? [{ ecosystem: 'go' as const, name, version: undefined, record: node, files: () => [node] }]
        : []
    })
    return { packages, unread: [] }
  },
}
