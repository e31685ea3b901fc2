import { describe, expect, test } from 'vitest'
import { algorithmOf, blobPath, digestOf, digestOfPath, hexOf, parseDigest } from '../../src/oci/digest.ts'

const hex = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const long = hex + hex

describe('a digest', () => {
  test.each([`sha256:${hex}`, `sha512:${long}`])('may be %s', (text) => expect(parseDigest(text)).toBe(text))

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 5],
    ['a list of one', [`sha256:${hex}`]],
    ['an empty text', ''],
    ['hex alone', hex],
    ['hex too short', `sha256:${hex.slice(1)}`],
    ['hex too long', `sha256:${hex}0`],
    ['capitals', `sha256:${hex.toUpperCase()}`],
    ['hex of another algorithm', `sha512:${hex}`],
    ['an unknown algorithm', `md5:${hex.slice(32)}`],
    ['a path', `sha256:../../${hex.slice(6)}`],
    ['a line more', `sha256:${hex}\n`],
    ['a line before', `\nsha256:${hex}`],
  ])('is never %s', (_, text) => expect(parseDigest(text)).toBeUndefined())

  test('has an algorithm, hex, and a place in a layout', () => {
    const digest = digestOf(Buffer.alloc(0))
    expect(digest).toBe(`sha256:${hex}`)
    expect([algorithmOf(digest), hexOf(digest), blobPath(digest)]).toEqual(['sha256', hex, `blobs/sha256/${hex}`])
    const other = digestOf(Buffer.from('a'), 'sha512')
    expect(parseDigest(other)).toBe(other)
    expect([algorithmOf(other), hexOf(other).length]).toEqual(['sha512', 128])
    expect(blobPath(other)).toBe(`blobs/sha512/${hexOf(other)}`)
  })
})

describe('the path of a blob', () => {
  test.each([
    [`blobs/sha256/${hex}`, `sha256:${hex}`],
    [`blobs/sha256/${hex}.tar.gz`, `sha256:${hex}`],
    [`blobs/sha512/${long}`, `sha512:${long}`],
    [`${hex}.tar`, `sha256:${hex}`],
    [`${hex}.tar.gz`, `sha256:${hex}`],
    [`${hex}.tar.zst`, `sha256:${hex}`],
    [`${hex}.json`, `sha256:${hex}`],
    [hex, `sha256:${hex}`],
    [`sha256:${hex}`, `sha256:${hex}`],
    [`sha256:${hex}.tar`, `sha256:${hex}`],
  ])('%s claims a digest', (path, digest) => expect(digestOfPath(path)).toBe(digest))

  test.each([
    '',
    'blank_0',
    `${hex}/layer.tar`,
    `blobs/sha512/${hex}`,
    `blobs/sha256/${long}`,
    `blobs/md5/${hex}`,
    `x/blobs/sha256/${hex}`,
    `${hex.slice(1)}.tar`,
    `${hex}0`,
    `${hex.toUpperCase()}`,
    `${hex}.txt`,
  ])('%j claims none', (path) => expect(digestOfPath(path)).toBeUndefined())
})
