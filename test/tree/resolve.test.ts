import { expect, it } from 'vitest'
import { resolve } from '../../src/tree/resolve.ts'
import { dir, symlink } from '../helpers/layer.ts'
import { contentOf } from '../helpers/stack.ts'

const { changeset } = await contentOf({
  'usr/bin/busybox': 'x',
  'bin/': dir(),
  bin2: symlink('usr/bin'),
  'usr/bin/sh': symlink('busybox'),
  'usr/bin/env': symlink('/bin2/../bin/sh'),
  'usr/bin/up': symlink('../../../usr/bin/busybox'),
  a: symlink('b'),
  b: symlink('a'),
  'usr/gone': symlink('nowhere'),
  'usr/inside': symlink('bin/busybox/x'),
})

it.each([
  ['usr/bin/busybox', 'usr/bin/busybox'],
  ['usr//bin/./busybox', 'usr/bin/busybox'],
  ['bin2/busybox', 'usr/bin/busybox'],
  ['usr/bin/sh', 'usr/bin/busybox'],
  // The parent of a link is the parent of what it leads to.
  ['usr/bin/env', 'usr/bin/busybox'],
  ['usr/bin/up', 'usr/bin/busybox'],
  ['bin2', 'usr/bin'],
  ['', ''],
  ['../..', ''],
  ['a', undefined],
  ['usr/gone', undefined],
  ['usr/inside', undefined],
  ['etc', undefined],
])('%s leads to %s', (path, found) => expect(resolve(changeset.added, path)?.path).toBe(found))
