import { expect, it } from 'vitest'
import { chooseLook } from '../../src/rules/looks.ts'

const MIB = 1024 * 1024

const rows: readonly (readonly [name: string, bytes: number | undefined])[] = [
  ['etc/os-release', 4096],
  ['./usr/lib/os-release', 4096],
  ['opt/os-release', undefined],
  ['var/lib/dpkg/status', 16 * MIB],
  ['opt/var/lib/dpkg/status-old', undefined],
  ['var/lib/dpkg/info/libc6:amd64.list', 4 * MIB],
  ['var/lib/apt/a.list', undefined],
  ['var/lib/dpkg/status.d/libc6', MIB],
  ['./var/lib/dpkg/status.d/libc6.md5sums', MIB],
  ['lib/apk/db/installed', 16 * MIB],
  ['usr/lib/apk/db/installed', 16 * MIB],
  ['app/package.json', 64 * 1024],
  ['app/node_modules/a/package.json', 32 * 1024],
  ['app/node_modules/@s/a/node_modules/b/package.json', 32 * 1024],
  ['app/node_modules/a/lib/package.json', undefined],
  ['app/node_modules/.package-lock.json', 8 * MIB],
  ['a/requirements-dev.txt', 64 * 1024],
  ['a/requirements/dev.txt', 64 * 1024],
  ['a/dev.txt', undefined],
]

it.each(rows)('%s is looked into for %s bytes', (name, bytes) => {
  expect(chooseLook(name, 0o644, 1)?.bytes).toBe(bytes)
})

it.each([
  ['var/lib/rpm/Packages', 48 * MIB, 48 * MIB],
  ['usr/lib/sysimage/rpm/rpmdb.sqlite', 48 * MIB, 48 * MIB],
  ['usr/share/rpm/Packages.db', 48 * MIB + 1, 64],
  ['var/lib/rpm/rpmdb.sqlite-wal', 8 * MIB, 8 * MIB],
  ['opt/Packages', 1, undefined],
])('%s of %d bytes is kept whole, or only its mark', (name, size, bytes) => {
  expect(chooseLook(name, 0o644, size)?.bytes).toBe(bytes)
})
