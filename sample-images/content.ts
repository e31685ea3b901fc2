import { file, type Mark, type Node, type Tree, whiteout } from '../test/helpers/layer.ts'

const ELF_MACHINES = { amd64: 0x3e, arm64: 0xb7 } as const

/** Text of `size` bytes that says whose it is, over and over. */
export function filler(label: string, size: number): string {
  return `${label}\n`.repeat(Math.ceil(size / (label.length + 1))).slice(0, size)
}

/** Files by path and size in bytes, each with a body of its own. */
export function files(sizes: Readonly<Record<string, number>>): Record<string, Node> {
  return Object.fromEntries(
    Object.entries(sizes).map(([path, size]) => {
      const magic = path.endsWith('.a') ? AR_MAGIC : ''
      return [path, file(magic + filler(path, size - magic.length))]
    }),
  )
}

/** How an archive of object files begins. */
const AR_MAGIC = '!<arch>\n'

/** Executables and shared libraries by path and size in bytes: an ELF header and nothing to run. */
export function binaries(
  sizes: Readonly<Record<string, number>>,
  architecture: keyof typeof ELF_MACHINES = 'amd64',
): Record<string, Node> {
  const header = elfHeader(architecture)
  return Object.fromEntries(
    Object.entries(sizes).map(([path, size]) => {
      const body = Buffer.concat([header, Buffer.from(filler(`${architecture} ${path}`, size - header.length))])
      return [path, file(body, { mode: 0o755 })]
    }),
  )
}

/** The whiteouts of the paths of a tree. */
export function removed(tree: Tree): Record<string, Mark> {
  return Object.fromEntries(Object.keys(tree).map((path) => [path, whiteout]))
}

/** The files of a tree with the same bodies and another mode, as `chmod -R` stores them again. */
export function chmod(tree: Readonly<Record<string, Node>>, mode: number): Record<string, Node> {
  return Object.fromEntries(Object.entries(tree).map(([path, node]) => [path, { ...node, mode }]))
}

/** An ELF header for 64 bits, little-endian, without program or section headers. */
function elfHeader(architecture: keyof typeof ELF_MACHINES): Buffer {
  const header = Buffer.alloc(64)
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])
  header.writeUInt16LE(3, 16)
  header.writeUInt16LE(ELF_MACHINES[architecture], 18)
  header.writeUInt32LE(1, 20)
  header.writeUInt16LE(header.length, 52)
  return header
}
