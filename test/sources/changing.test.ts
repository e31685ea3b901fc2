import { appendFileSync, readdirSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { analyse } from '../../src/analyse.ts'
import type { Progress } from '../../src/oci/layer.ts'
import { openFile } from '../../src/sources/file.ts'
import { tarOf, writeTo } from '../helpers/archive.ts'
import { file, temporaryFolder } from '../helpers/deliver.ts'
import { podmanSave } from '../helpers/docker-archive.ts'
import { image, sha256 } from '../helpers/image.ts'
import { hardlink, symlink } from '../helpers/layer.ts'
import { ociLayout } from '../helpers/oci-layout.ts'
import { refusal } from '../helpers/refusal.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeAll(() => {
  folder = temporaryFolder()
})
afterAll(() => folder.remove())

const app = image({
  layers: [{ a: 'a'.repeat(9000) }, { b: 'b'.repeat(9000) }, { a: 'A'.repeat(9000) }],
  tags: ['app:1'],
})

/** Does something to the input when the first layer is begun. */
function whenReading(action: () => void): Progress {
  let layers = 0
  return {
    bytes: 0,
    entries: 0,
    get layers() {
      return layers
    },
    set layers(count) {
      if (layers === 0) action()
      layers = count
    },
  }
}

const changes: Readonly<Record<string, (path: string) => void>> = {
  'becomes shorter': (path) => truncateSync(path, 5000),
  'becomes empty': (path) => truncateSync(path, 0),
  grows: (path) => appendFileSync(path, Buffer.alloc(512)),
  'is written again': (path) => utimesSync(path, 1, 1),
}

describe.each(Object.entries(changes))('a file that %s while it is read', (_, change) => {
  it.each([
    ['plain', tarOf(podmanSave([app]))],
    ['gzip', gzipSync(tarOf(podmanSave([app])))],
  ])('is refused: %s', async (_, bytes) => {
    const input = file(folder.path, bytes, 'changing.tar')
    const path = join(folder.path, 'changing.tar')
    const message = await refusal(analyse(input, { progress: whenReading(() => change(path)) }))
    expect(message).toMatch(/changing\.tar changed while it was read; let whatever writes it finish, and try again$/)
  })

  it('is refused: one of a layout', async () => {
    const path = join(folder.path, `layout-${Math.random()}`)
    await writeTo(path, ociLayout([app]))
    const blob = join(path, 'blobs/sha256', `${app.layers[0]?.diffId}`)
    const message = await refusal(analyse({ kind: 'path', path }, { progress: whenReading(() => change(blob)) }))
    expect(message).toMatch(/changed while it was read/)
  })
})

describe('a file that stays as it is', () => {
  it('has not changed', async () => {
    const path = join(folder.path, 'still.tar')
    writeFileSync(path, 'content')
    const opened = openFile(path)
    opened.checkUnchanged()
    expect((await opened.range(3, 7).read())?.toString()).toBe('tent')
    opened.close()
  })
})

describe.runIf(process.platform !== 'win32')('a directory with links', () => {
  const outside = 'secret.json'
  const layout = async (name: string) => {
    const path = join(folder.path, name)
    await writeTo(path, ociLayout([app]))
    return path
  }

  it('may have them lead within it', async () => {
    const path = await layout('within')
    const target = join(path, 'elsewhere')
    const blob = `blobs/sha256/${app.layers[0]?.diffId}`
    await writeTo(path, new Map([['elsewhere', app.layers[0]?.tar ?? Buffer.alloc(0)]]))
    rmSync(join(path, blob))
    symlinkSync(target, join(path, blob))
    expect((await analyse({ kind: 'path', path })).summary.contentBytes).toBe(27_000)
  })

  it.each([
    ['an index outside', 'index.json', /no index\.json or manifest\.json names an image/],
    ['a layer outside', `blobs/sha256/${app.layers[0]?.diffId}`, /does not hold the layer blobs/],
    ['a config outside', `blobs/sha256/${sha256(app.config)}`, /does not hold the config blobs/],
  ])('is not left: %s', async (name, inside, pattern) => {
    const path = await layout(name)
    writeFileSync(join(folder.path, outside), '{"manifests":[]}')
    rmSync(join(path, inside))
    symlinkSync(join(folder.path, outside), join(path, inside))
    expect(await refusal(analyse({ kind: 'path', path }))).toMatch(pattern)
  })

  it('is not left through a name that begins as its own does', async () => {
    const path = await layout('image')
    await writeTo(`${path}-other`, ociLayout([app]))
    rmSync(join(path, 'index.json'))
    symlinkSync(`${path}-other/index.json`, join(path, 'index.json'))
    expect(await refusal(analyse({ kind: 'path', path }))).toMatch(/names an image/)
  })
})

describe('a directory that is no image', () => {
  it('is called so', async () => {
    const path = join(folder.path, 'plain')
    await writeTo(path, new Map([['readme.txt', Buffer.from('text')]]))
    expect(await refusal(analyse({ kind: 'path', path }))).toBe(
      `${path} is no image: it has no manifest.json, index.json or repositories; give what "docker save" or "skopeo copy" wrote`,
    )
  })
})

describe('an image with names that climb and lead away', () => {
  it('leaves nothing on the disk', async () => {
    const climbing = image({
      layers: [
        {
          '../../climbed': 'x',
          '/absolute': 'x',
          link: symlink('../..'),
          'link/through': 'x',
          hard: hardlink('../../../etc/passwd'),
        },
      ],
    })
    const inner = join(folder.path, 'a/b/c')
    const entries = podmanSave([climbing])
    entries.set('../../outer', Buffer.from('{}'))
    await writeTo(inner, new Map())
    const input = file(inner, tarOf(entries), 'image.tar')
    const before = readdirSync(folder.path, { recursive: true })
    const { warnings } = await analyse(input, { files: true })
    expect(warnings.map(({ code }) => code)).toContain('path-climbs')
    expect(readdirSync(folder.path, { recursive: true })).toEqual(before)
  })
})
