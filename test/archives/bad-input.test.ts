import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analyse } from '../../src/analyse.ts'
import { altered, app, blobOf } from '../helpers/altered.ts'
import { tarOf } from '../helpers/archive.ts'
import { gzip, zstd } from '../helpers/compression.ts'
import { file, pipe, temporaryFolder } from '../helpers/deliver.ts'
import { podmanSave } from '../helpers/docker-archive.ts'
import { image, json } from '../helpers/image.ts'
import { layer } from '../helpers/layer.ts'
import { ociLayout } from '../helpers/oci-layout.ts'
import { expectRefusal, refusal } from '../helpers/refusal.ts'
import { tar } from '../helpers/tar.ts'
import { zstd as zstdBytes } from '../helpers/zstd.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeAll(() => {
  folder = temporaryFolder()
})
afterAll(() => folder.remove())

const gzipped = image({ layers: [{ 'srv/data': 'x'.repeat(2000) }], compression: gzip, tags: ['app:1'] })

describe('what is no archive is called by its kind', () => {
  it.each([
    ['nothing', '', /is no image archive: it is empty; give what "docker save"/],
    ['a web page', '<!DOCTYPE html><html></html>', /: it is a web page; /],
    ['a JSON document', '{"errors":[{"code":"UNAUTHORIZED"}]}', /: it is a JSON document; /],
    ['a list', ' [1]', /: it is a JSON document; /],
    ['text', 'Error response from daemon. '.repeat(40), /: it is text; /],
    ['one word', 'hello', /: it is shorter than the smallest tar; /],
    ['a zip archive', `PK\u0003\u0004${'\0'.repeat(600)}`, /: it is a zip archive; /],
    ['a program', `\u007fELF${'\0'.repeat(600)}`, /: it is a program; /],
    ['bytes', '\u0001\u0002'.repeat(400), /: it is of no known kind; /],
  ])('%s', async (_, text, pattern) => {
    const bytes = Buffer.from(text, 'latin1')
    await expectRefusal(bytes, pattern)
    if (text === '') return
    await expectRefusal(gzipSync(bytes), new RegExp(`the gzip data of .*${pattern.source}`))
    await expectRefusal(zstdBytes(bytes), new RegExp(`the zstd data of .*${pattern.source}`))
  })

  it.each([
    ['xz', 'fd377a585a000004', 'xz -dc'],
    ['bzip2', '425a683931415926', 'bzip2 -dc'],
  ])('%s, with the pipe that reads it', async (kind, magic, tool) => {
    const bytes = Buffer.concat([Buffer.from(magic, 'hex'), Buffer.alloc(600)])
    const path = join(folder.path, "an image'.tar")
    expect(await refusal(analyse(file(folder.path, bytes, "an image'.tar")))).toBe(
      `an image'.tar is compressed with ${kind}, which cannot be read here; use: ${tool} '${path.replace("'", "'\\''")}' | layerscope`,
    )
    expect(await refusal(analyse(pipe(bytes)))).toBe(
      `standard input is compressed with ${kind}, which cannot be read here; use: … | ${tool} | layerscope`,
    )
    expect(await refusal(analyse(pipe(gzipSync(bytes))))).toContain(
      `the gzip data of standard input is compressed with ${kind}`,
    )
  })

  it.runIf(process.platform !== 'win32' && hasTool('xz'))(
    'the pipe that is printed for a file is one that a shell understands',
    async () => {
      const input = file(
        folder.path,
        execFileSync('xz', ['-c'], { input: tarOf(ociLayout([app])) }),
        "it's $HOME.tar.xz",
      )
      const [, command = ''] = /use: (.*) \| layerscope$/.exec(await refusal(analyse(input))) ?? []
      const report = await analyse(pipe(execFileSync('sh', ['-c', command])))
      expect(report.image.tags).toEqual(['app:1'])
    },
  )

  it('a file that is not there', async () => {
    const message = await refusal(analyse({ kind: 'path', path: `${folder.path}/no\u001b[2Jwhere.tar` }))
    expect(message).toContain('no\\e[2Jwhere.tar cannot be used: there is no such file or directory; check the path')
  })
})

describe('a tar that is no image', () => {
  it.each([
    [
      'of other files',
      tar([{ name: 'a.txt' }, { name: 'b.txt' }]),
      /it has no manifest\.json, .* \(it holds "a\.txt", "b\.txt"\); give/,
    ],
    ['of many files', tar([1, 2, 3, 4, 5, 6].map((i) => ({ name: `${i}` }))), /"4" and 2 more\)/],
    ['of nothing', tar([]), /\(it holds nothing\)/],
    ['of one directory of a root filesystem', tar([{ name: 'etc/' }, { name: 'etc/motd' }]), /\(it holds "etc"\)/],
    ['with an escape sequence for a name', tar([{ name: '\u001b]0;x\u0007' }]), /\(it holds "\\e\]0;x\\x07"\)/],
    [
      'a layout without an index',
      altered(ociLayout([app]), { 'index.json': undefined }),
      /it has blobs, but no index\.json/,
    ],
    ['an empty manifest.json', tarOf(new Map([['manifest.json', json([])]])), /manifest\.json in it name no image/],
    [
      'a manifest.json that is null',
      tarOf(new Map([['manifest.json', json(null)]])),
      /manifest\.json in it name no image/,
    ],
    [
      'an index of nothing',
      tarOf(new Map([['index.json', json({ manifests: null })]])),
      /index\.json in it name no image/,
    ],
    ['empty repositories', tarOf(new Map([['repositories', json({})]])), /repositories in it name no image/],
    ['a directory of its metadata', tar([{ name: 'manifest.json/', type: '5' }]), /\(it holds "manifest\.json"\)/],
  ])('%s', (_, bytes, pattern) => expectRefusal(bytes, pattern))

  it('a null manifest.json beside an index says nothing', async () => {
    const bytes = altered(ociLayout([app]), { 'manifest.json': json(null) })
    for (const input of [file(folder.path, bytes), pipe(bytes)]) {
      expect((await analyse(input)).image.tags).toEqual(['app:1'])
    }
  })
})

describe('what is damaged', () => {
  const blob = gzipped.layers[0]?.blob ?? Buffer.alloc(0)
  const gz = (change: (bytes: Buffer) => Uint8Array) =>
    altered(ociLayout([gzipped]), { [blobOf(blob)]: change(Buffer.from(blob)) })
  const zstdImage = image({ layers: [{ 'srv/data': 'x'.repeat(2000) }], compression: zstd() })
  const zstdBlob = Buffer.from(zstdImage.layers[0]?.blob ?? [])
  const zs = (change: (bytes: Buffer) => Uint8Array) =>
    altered(ociLayout([zstdImage]), { [blobOf(zstdBlob)]: change(Buffer.from(zstdBlob)) })
  const flip = (at: number) => (bytes: Buffer) => {
    const place = at < 0 ? bytes.length + at : at
    bytes[place] = (bytes[place] ?? 0) ^ 0xff
    return bytes
  }
  const cut = (length: number) => (bytes: Buffer) => bytes.subarray(0, length)
  const append = (text: string) => (bytes: Buffer) => Buffer.concat([bytes, Buffer.from(text)])

  it.each([
    [
      'the checksum of gzip',
      gz(flip(-6)),
      /is damaged gzip data \(incorrect data check\); save or pull the image again/,
    ],
    ['the middle of gzip', gz(flip(20)), /is damaged gzip data \(/],
    ['the end of gzip', gz(cut(40)), /is damaged gzip data \(unexpected end of file\)/],
    ['what follows gzip', gz(append('trailing')), /is damaged gzip data \(/],
    ['the header of zstd', zs(flip(0)), /is no tar archive/],
    ['the end of zstd', zs(cut(30)), /ends in the middle of its zstd data; /],
    ['what follows zstd', zs(append('trailing')), /is damaged zstd data \(no frame begins where one should\)/],
    [
      'a block of zstd',
      zs((bytes) => Buffer.concat([bytes.subarray(0, 9), Buffer.from([7, 0, 0])])),
      /is damaged zstd data \(a block of the reserved type\)/,
    ],
    ['the size of a zstd frame', zs(flip(5)), /is damaged zstd data \(/],
    [
      'the checksum of a tar header',
      altered(podmanSave([app]), {
        [`${app.layers[1]?.diffId}.tar`]: layer({ a: 'b', c: { fields: { checksum: '7' } } }),
      }),
      /the block at byte 1024, after "a", is not a sound tar header/,
    ],
    [
      'the end of a layer',
      altered(podmanSave([app]), { [`${app.layers[1]?.diffId}.tar`]: layer({ a: 'b'.repeat(600) }).subarray(0, 700) }),
      /the archive ends inside the body of "a"/,
    ],
    [
      'a second name for a tar',
      altered(podmanSave([app]), { [`${app.layers[1]?.diffId}.tar`]: layer({ '\u001b[2J': { size: 5e9 } }) }),
      /ends inside the body of "\\e\[2J"/,
    ],
  ])('%s is refused', (_, bytes, pattern) => expectRefusal(bytes, pattern))

  it('what the image does not need does no harm', async () => {
    const bytes = altered(ociLayout([gzipped]), {
      'blobs/sha256/spare': flip(-6)(Buffer.from(blob)),
      'notes.txt': Buffer.from('{'),
    })
    expect(await analyse(pipe(bytes))).toEqual({ ...(await analyse(file(folder.path, tarOf(ociLayout([gzipped]))))) })
  })
})

function hasTool(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
