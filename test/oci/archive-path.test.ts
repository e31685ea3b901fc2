import { posix } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanPath, joinClean } from '../../src/oci/archive-path.ts'

describe('a name in an archive', () => {
  test.each<[string, string, boolean]>([
    ['a', 'a', false],
    ['a/b', 'a/b', false],
    ['./a', 'a', false],
    ['a/', 'a', false],
    ['/a', 'a', false],
    ['//a///b//', 'a/b', false],
    ['a/./b/.', 'a/b', false],
    ['.', '', false],
    ['./', '', false],
    ['/', '', false],
    ['', '', false],
    ['..', '', true],
    ['../../a', 'a', true],
    ['a/../b', 'b', true],
    ['a/b/../../../../c', 'c', true],
    ['...', '...', false],
    ['..a/b..', '..a/b..', false],
    ['.a/.b', '.a/.b', false],
    ['a\\..\\b', 'a\\..\\b', false],
    ['sha256:abc', 'sha256:abc', false],
    ['\udcff/\udc80', '\udcff/\udc80', false],
  ])('%j is %j, climbs: %s', (name, path, climbed) => expect(cleanPath(name)).toEqual({ path, climbed }))

  test('is what it would be beneath the root, and clean once and for all', () => {
    const name = fc.array(fc.constantFrom('/', '/', '.', '..', 'a', 'b ')).map((parts) => parts.join(''))
    fc.assert(
      fc.property(name, (raw) => {
        const { path } = cleanPath(raw)
        expect(`/${path}`).toBe(posix.resolve('/', raw))
        expect(cleanPath(path)).toEqual({ path, climbed: false })
      }),
    )
  })
})

test.each([
  ['', 'a', 'a'],
  ['id2', '../id1/layer.tar', 'id1/layer.tar'],
  ['a/b', './c', 'a/b/c'],
  ['a/b', '/c', 'c'],
  ['a', '../../../c', 'c'],
  ['a', '', 'a'],
])('from %j the link %j leads to %j', (directory, link, target) => expect(joinClean(directory, link)).toBe(target))
