import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { defaultLimits } from '../../src/oci/limits.ts'
import { createSpool, type Spool } from '../../src/sources/spool.ts'

let spool: Spool
beforeEach(() => {
  spool = createSpool()
})
afterEach(() => spool.remove())

const fill = (stream: Readable, progress = { bytes: 0, layers: 0, entries: 0 }) =>
  spool.fill(stream, progress, defaultLimits)

test.each([
  ['as it is', Buffer.from('x'.repeat(100_000)), 'x'.repeat(100_000)],
  ['uncompressed', gzipSync('y'.repeat(100_000)), 'y'.repeat(100_000)],
  ['even where there is nothing', Buffer.alloc(0), ''],
])('a pipe is copied, %s', async (_, bytes, text) => {
  const progress = { bytes: 0, layers: 0, entries: 0 }
  await fill(Readable.from(bytes.length === 0 ? [] : [bytes.subarray(0, 10), bytes.subarray(10)]), progress)
  expect(readFileSync(spool.path, 'utf8')).toBe(text)
  expect(progress.bytes).toBe(bytes.length)
})

test.skipIf(process.platform === 'win32')('nobody else can read the copy', async () => {
  await fill(Readable.from([Buffer.from('secret')]))
  expect(statSync(spool.path).mode & 0o077).toBe(0)
  expect(statSync(path.dirname(spool.path)).mode & 0o077).toBe(0)
})

test('nothing is left of a copy that was removed', async () => {
  await fill(Readable.from([Buffer.from('x')]))
  spool.remove()
  spool.remove()
  expect(existsSync(path.dirname(spool.path))).toBe(false)
})

test('a pipe that is cancelled fails in a sentence', async () => {
  const stream = new Readable({ read() {} })
  const filling = fill(stream)
  stream.push('x'.repeat(1000))
  setImmediate(() => stream.destroy())
  await expect(filling).rejects.toThrow(UserError)
})
