import fc from 'fast-check'
import type { Entry } from './naive.ts'

const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 }).map((names) => names.join('/'))
const kind = fc.oneof(
  { arbitrary: fc.constantFrom('file' as const), weight: 5 },
  { arbitrary: fc.constantFrom('directory', 'directory', 'symlink', 'hardlink', 'whiteout', 'opaque'), weight: 6 },
)
const content = fc.oneof(
  fc.constantFrom('', 'x', 'y', 'xy'),
  fc.nat(1500).map((bytes) => 'z'.repeat(bytes)),
)
const raw = fc.record({ kind, path, content, target: fc.nat(20), mode: fc.constantFrom(0o644, 0o600) })

/**
 * Layers as a builder may write them: no path comes twice in one, nothing lies beneath what is no directory, hard links
 * lead to files of their layer. Every directory has a mode of its own, so that none can stand in for another unseen.
 */
export const randomLayers: fc.Arbitrary<Entry[][]> = layersWith(false)

/** The same, with an entry for every directory above the base layer, as engines write them. */
export const builtLayers: fc.Arbitrary<Entry[][]> = layersWith(true)

function layersWith(parents: boolean): fc.Arbitrary<Entry[][]> {
  return fc.array(fc.array(raw, { maxLength: 9 }), { minLength: 1, maxLength: 5 }).map((layers) => {
    let mode = 0
    return layers.map((given, layer) => {
      const entries = parents && layer > 0 ? given.flatMap((one) => [...parentsOf(one), one]) : given
      const accepted: Entry[] = []
      for (const one of entries) {
        const marks = one.kind === 'whiteout' || one.kind === 'opaque'
        const same = accepted.some(({ kind, path }) => path === one.path && (marks ? kind === one.kind : !isMark(kind)))
        const within = accepted.some(
          ({ kind, path }) => kind !== 'directory' && !isMark(kind) && isBeneath(one.path, path),
        )
        const holds = accepted.some(({ path }) => isBeneath(path, one.path))
        const isDirectory = one.kind === 'directory' || marks
        const blocks =
          one.kind === 'opaque' && accepted.some(({ kind, path }) => path === one.path && kind !== 'directory')
        const blocked = !isDirectory && accepted.some(({ kind, path }) => path === one.path && kind === 'opaque')
        if (same || within || blocks || blocked || (!isDirectory && holds)) continue
        const files = accepted.filter(({ kind }) => kind === 'file')
        const target = files.length > 0 ? files[one.target % files.length] : undefined
        if (one.kind === 'hardlink' && target === undefined) continue
        accepted.push({
          kind: one.kind,
          path: one.path,
          content: one.kind === 'file' ? one.content : '',
          target: one.kind === 'hardlink' ? (target?.path ?? '') : one.kind === 'symlink' ? '/x' : '',
          mode:
            one.kind === 'directory'
              ? 0o700 + (mode++ % 0o7000)
              : one.kind === 'hardlink'
                ? (target?.mode ?? 0)
                : one.mode,
        })
      }
      return accepted
    })
  })
}

function parentsOf<T extends { readonly kind: Entry['kind']; readonly path: string }>(entry: T): T[] {
  const names = entry.path.split('/')
  return names.slice(1).map((_, i) => ({ ...entry, kind: 'directory', path: names.slice(0, i + 1).join('/') }))
}

function isMark(kind: Entry['kind']): boolean {
  return kind === 'whiteout' || kind === 'opaque'
}

function isBeneath(path: string, directory: string): boolean {
  return path.startsWith(`${directory}/`)
}
