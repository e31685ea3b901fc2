import { describe, expect, test } from 'vitest'
import { causeOf } from '../../src/analysis/waste.ts'
import type { HiddenBody } from '../../src/stack.ts'
import type { FileNode, Node } from '../../src/tree/node.ts'
import { impliedDirectory } from '../../src/tree/tree.ts'

const node: FileNode = {
  kind: 'file',
  attributes: { mode: 0o644, uid: 0, gid: 0, xattrs: '' },
  mtime: 0,
  tarBytes: 512,
  size: 3,
  origin: { layer: 0 },
  offset: 512,
  links: 1,
  hash: 1n,
}
const owned = { ...node, attributes: { ...node.attributes, uid: 5, gid: 5 } }

describe('a body is stored in vain', () => {
  test.each<[string, Node | undefined, ReturnType<typeof causeOf>]>([
    ['because another body has its path', { ...node, hash: 2n }, { cause: 'replaced' }],
    ['because a longer one has its path', { ...node, size: 4, hash: undefined }, { cause: 'replaced' }],
    ['because a directory has its path', impliedDirectory(), { cause: 'replaced' }],
    ['because it was written again', { ...node, offset: 0 }, { cause: 'rewritten' }],
    ['because only its owner changed', owned, { cause: 'metadata-only', differs: ['owner'] }],
    [
      'because owner and time changed',
      { ...owned, mtime: 0.5 },
      { cause: 'metadata-only', differs: ['owner', 'mtime'] },
    ],
  ])('%s', (_, after, expected) => {
    expect(causeOf({ path: 'a', node, by: 1, cause: 'replaced', after })).toEqual(expected)
  })

  test.each(['removed', 'opaque', 'shadowed', 'duplicate-entry'] as const)('because it was %s', (cause) => {
    const body: HiddenBody = { path: 'a', node: { ...node, hash: undefined }, by: 1, cause, after: undefined }
    expect(causeOf(body)).toEqual({ cause })
  })
})
