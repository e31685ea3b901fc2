import { describe, expect, test } from 'vitest'
import { metadataDifferences, needsHash, sameContent, sameNode } from '../../src/tree/compare.ts'
import type { FileNode, Node } from '../../src/tree/node.ts'
import { impliedDirectory } from '../../src/tree/tree.ts'

const attributes = { mode: 0o644, uid: 0, gid: 0, xattrs: '' }
const body: FileNode = {
  kind: 'file',
  attributes,
  mtime: 0,
  tarBytes: 512,
  size: 3,
  origin: { layer: 0 },
  offset: 512,
  links: 1,
  hash: 1n,
}
const directory: Node = impliedDirectory()
const symlink: Node = { kind: 'symlink', attributes, mtime: 0, tarBytes: 512, target: 'a' }
const device: Node = { kind: 'block-device', attributes, mtime: 0, tarBytes: 512, device: 7 }

describe('two nodes differ', () => {
  const rows: readonly (readonly [string, Node, Node, boolean])[] = [
    ['in nothing where they are one', body, body, true],
    [
      'in nothing that shows: their place in a tar, their names',
      body,
      { ...body, offset: 0, origin: { layer: 3 }, links: 2 },
      true,
    ],
    ['in content of another hash', body, { ...body, hash: 2n }, false],
    ['in content of another size', body, { ...body, size: 4 }, false],
    ['in kind', symlink, { ...symlink, kind: 'hardlink' }, false],
    ['in the target of a link', symlink, { ...symlink, target: 'b' }, false],
    ['in the number of a device', device, { ...device, device: 8 }, false],
    [
      'in nothing where two directories are alike, whatever is in them',
      directory,
      { ...impliedDirectory(), children: new Map([['a', body]]) },
      true,
    ],
    ['in mode', symlink, { ...symlink, attributes: { ...attributes, mode: 0 } }, false],
    ['in mtime', symlink, { ...symlink, mtime: 0.5 }, false],
  ]
  test.each(rows)('%s', (_, before, after, same) => {
    expect(sameNode(before, after)).toBe(same)
    expect(sameNode(after, before)).toBe(same)
  })

  test.each<[string, Partial<typeof attributes>, number, string[]]>([
    ['nothing', {}, 0, []],
    ['mode', { mode: 0o600 }, 0, ['mode']],
    ['user', { uid: 1 }, 0, ['owner']],
    ['group', { gid: 1 }, 0, ['owner']],
    ['extended attributes', { xattrs: 'a=' }, 0, ['xattrs']],
    ['everything', { mode: 1, uid: 1, gid: 1, xattrs: 'a=' }, 1.5, ['mode', 'owner', 'xattrs', 'mtime']],
  ])('in metadata: %s', (_, other, mtime, expected) => {
    expect(metadataDifferences(body, { ...body, attributes: { ...attributes, ...other }, mtime })).toEqual(expected)
  })
})

describe('two bodies', () => {
  const unhashed = { ...body, hash: undefined }
  test.each<[string, FileNode, FileNode, boolean]>([
    ['that are one', unhashed, unhashed, false],
    ['of another size', unhashed, { ...unhashed, size: 4 }, false],
    ['without content', { ...unhashed, size: 0 }, { ...unhashed, size: 0 }, false],
    ['of one size', unhashed, { ...unhashed }, true],
  ])('%s', (_, before, after, needed) => {
    expect(needsHash(before, after)).toBe(needed)
    if (needed) expect(() => sameContent(before, after)).toThrow('before they were hashed')
    else expect(sameContent(before, after)).toBe(before.size === after.size)
  })
})
