import { describe, expect, test } from 'vitest'
import { makeReport } from '../../src/analysis/make-report.ts'
import type { HistoryEntry } from '../../src/oci/history.ts'
import type { Layer } from '../../src/oci/image.ts'
import { contentQuestions, stackLayers } from '../../src/stack.ts'
import { dir, file, hardlink, symlink, type Tree, whiteout } from '../helpers/layer.ts'
import { imageOf, layersOf, reportOf } from '../helpers/stack.ts'

const step: HistoryEntry = {
  created: undefined,
  createdBy: undefined,
  comment: undefined,
  author: undefined,
  emptyLayer: false,
}

const encrypted: Layer = {
  index: 1,
  digest: undefined,
  diffId: undefined,
  mediaType: undefined,
  history: undefined,
  blobBytes: 77,
  content: 'encrypted',
}

describe('the summary', () => {
  test('adds up content, and says how much of it the rootfs shows', async () => {
    const { summary } = await reportOf([{ a: '1234', b: '56' }, { a: '789', c: hardlink('b') }, { b: whiteout }])
    expect(summary).toEqual({
      contentBytes: 9,
      rootfsBytes: 5,
      wastedBytes: 4,
      efficiency: 5 / 9,
      ownContentBytes: 3,
      ownWastedBytes: 4,
      userWastedPercent: 4 / 3,
      blobBytes: 8 * 512 + 3 * 1024,
      tarBytes: 8 * 512 + 3 * 1024,
      files: 2,
    })
  })

  test.each<[string, readonly Tree[], number, number | null]>([
    ['no layers', [], 1, null],
    ['no content', [{ 'd/': dir() }], 1, null],
    ['only a base layer', [{ a: 'a' }], 1, null],
    ['nothing above the base layer but removals', [{ a: 'a' }, { a: whiteout }], 0, null],
    ['an upper layer without waste', [{ a: 'a' }, { b: 'b' }], 1, 0],
    ['a body written twice', [{ a: 'a' }, { a: 'a' }], 0.5, 1],
  ])('of an image with %s', async (_, trees, efficiency, userWastedPercent) => {
    expect((await reportOf(trees)).summary).toMatchObject({ efficiency, userWastedPercent })
  })
})

describe('own waste', () => {
  const trees: readonly Tree[] = [{ a: '1', b: '22' }, { a: whiteout, c: '333' }, { c: '4444' }, { b: whiteout }]
  test.each<[base: number, ownContentBytes: number, ownWastedBytes: number]>([
    [0, 10, 6],
    [1, 7, 6],
    [2, 4, 5],
    [3, 0, 2],
    [4, 0, 0],
  ])('is what the layers above a base of %i layers hide, whoever wrote it', async (base, own, waste) => {
    const layers = await layersOf(trees)
    const found = { layers: base, strength: 'exact', evidence: [] } as const
    const { summary, image } = makeReport(imageOf(layers), stackLayers(layers, false), [], found)
    expect(image.base).toBe(found)
    expect(summary).toMatchObject({
      wastedBytes: 6,
      ownContentBytes: own,
      ownWastedBytes: waste,
      userWastedPercent: own === 0 ? null : waste / own,
    })
  })
})

describe('wasted bodies', () => {
  test('come largest first, then by path, then by layer; those without content are left out', async () => {
    const { wasted } = await reportOf([
      { b: '22', a: '22', c: '333', empty: '' },
      { b: '55', 'z\ud83d\udc33': '1' },
      { a: whiteout, b: whiteout, c: whiteout, empty: whiteout, 'z\ud83d\udc33': whiteout },
    ])
    expect(wasted.map(({ path, layer }) => `${path} ${layer}`)).toEqual(['/c 0', '/a 0', '/b 0', '/b 1', '/z🐳 1'])
  })

  test('whose path is no UTF-8 have its bytes beside it', async () => {
    const { wasted } = await reportOf([{ 'n\udce9\n': 'x' }, { 'n\udce9\n': whiteout }])
    expect(wasted).toEqual([
      {
        path: '/n\\xe9\\n',
        pathBytes: Buffer.from('/n\xe9\n', 'latin1').toString('base64'),
        bytes: 1,
        cause: 'removed',
        layer: 0,
        by: 1,
      },
    ])
  })
})

describe('a layer', () => {
  test.each<[string, Partial<HistoryEntry> | undefined, object]>([
    ['without a history', undefined, { createdBy: '(no history)' }],
    ['with an instruction', { createdBy: 'RUN a', comment: 'buildkit' }, { createdBy: 'RUN a', comment: 'buildkit' }],
    ['with no more than a comment', { comment: 'imported' }, { createdBy: 'imported', comment: 'imported' }],
    ['with no more than a time', { created: '2024' }, { createdBy: '(no command)', created: '2024' }],
  ])('%s says what made it', async (_, history, expected) => {
    const [layer] = await layersOf([{ a: 'a' }])
    const layers = [{ ...(layer as Layer), history: history && { ...step, ...history } }]
    expect(makeReport(imageOf(layers), stackLayers(layers, false)).layers[0]).toMatchObject(expected)
  })

  test('has no fields for what is not known', async () => {
    const layers = await layersOf([{ a: 'a' }])
    expect(makeReport(imageOf(layers), stackLayers(layers, false)).layers[0]).toEqual({
      index: 0,
      blobBytes: 2048,
      compression: 'none',
      tarBytes: 2048,
      contentBytes: 1,
      entries: 1,
      wastedBytes: 0,
      createdBy: '(no history)',
      added: 1,
      modified: 0,
      removed: 0,
    })
  })

  test('that was not read says why, and counts nothing', async () => {
    const [base] = await layersOf([{ a: 'a' }])
    const layers = [base as Layer, encrypted]
    const report = makeReport(imageOf(layers), stackLayers(layers, true))
    expect(report.layers[1]).toMatchObject({
      unread: 'encrypted',
      blobBytes: 77,
      tarBytes: 0,
      contentBytes: 0,
      entries: 0,
      added: 0,
      files: [],
    })
    expect(report.summary).toMatchObject({ contentBytes: 1, rootfsBytes: 1 })
  })

  test('lists every path it adds, brings again or removes, sorted', async () => {
    const { layers, rootfs } = await reportOf([
      { same: 's', gone: 'g', 'd/': dir(), 'd/mode': 'm', l: symlink('a\u001b\udcff') },
      { 'd/mode': file('m', { mode: 0o4755, uid: 3, gid: 4 }), new: 'n', same: 's', gone: whiteout, 'd/e/x': '' },
    ])
    const plain = { kind: 'file', size: 1, mode: 0o644, uid: 0, gid: 0 }
    expect(layers[1]?.files).toEqual([
      { ...plain, path: '/d/e/x', size: 0, change: 'added' },
      { ...plain, path: '/d/mode', mode: 0o4755, uid: 3, gid: 4, change: 'modified' },
      { ...plain, path: '/gone', change: 'removed' },
      { ...plain, path: '/new', change: 'added' },
      { ...plain, path: '/same', change: 'unchanged' },
    ])
    expect(rootfs?.files.map(({ path, link }) => [path, link])).toEqual([
      ['/d', undefined],
      ['/d/e', undefined],
      ['/d/e/x', undefined],
      ['/d/mode', undefined],
      ['/l', 'a\\e\\xff'],
      ['/new', undefined],
      ['/same', undefined],
    ])
  })

  test('lists no paths where none were asked for', async () => {
    const layers = await layersOf([{ a: 'a' }])
    const report = makeReport(imageOf(layers), stackLayers(layers, false))
    expect(report.layers[0]).not.toHaveProperty('files')
    expect(report).not.toHaveProperty('rootfs')
  })
})

describe('the image', () => {
  test.each([
    [['app:1', 'app:2'], 'app:1'],
    [[], 'app.tar'],
  ])('with tags %j is called %s', (tags, name) => {
    expect(makeReport({ ...imageOf([]), tags }, stackLayers([], false)).image).toMatchObject({ name, tags, config: {} })
  })

  test('has the facts that are known', () => {
    const facts = { id: 'sha256:00', platform: 'linux/amd64', created: '2024', config: { user: 'app' } } as const
    expect(makeReport({ ...imageOf([]), ...facts }, stackLayers([], false)).image).toMatchObject(facts)
  })
})

describe('a warning', () => {
  test('counts what one layer hides, with the first of it, escaped', async () => {
    const { warnings } = await reportOf([
      { 'a\n': symlink('x'), b: symlink('x'), c: symlink('x') },
      { 'a\n/': dir(), 'b/': dir(), 'h\u001b': hardlink('no') },
      { 'c/': dir() },
    ])
    expect(warnings).toEqual([
      {
        code: 'buried-symlink',
        message:
          'layer 1: 2 directories of the layer hide symbolic links beneath them, and what they led to, as at "/a\\n"',
      },
      {
        code: 'buried-symlink',
        message: 'layer 2: 1 directory of the layer hides a symbolic link beneath it, and what it led to, as at "/c"',
      },
      {
        code: 'dangling-hard-link',
        message: 'layer 1: 1 hard link has no target in this or a lower layer, as at "/h\\e"',
      },
    ])
  })

  test('of the image comes before those of its layers', async () => {
    const layers = await layersOf([{ h: hardlink('no') }])
    const image = { ...imageOf(layers), warnings: [{ code: 'odd', message: 'odd' }] }
    expect(makeReport(image, stackLayers(layers, false)).warnings.map(({ code }) => code)).toEqual([
      'odd',
      'dangling-hard-link',
    ])
  })
})

describe('the bodies that have to be hashed', () => {
  test.each<[string, readonly Tree[], number]>([
    ['none where no path comes again', [{ a: 'x' }, { b: 'x' }], 0],
    ['none where sizes differ', [{ a: 'x' }, { a: 'xx' }], 0],
    ['none where nothing is in them', [{ a: '' }, { a: '' }], 0],
    ['none where a file became something else', [{ a: 'x' }, { a: symlink('x') }], 0],
    [
      'none of one tar',
      [
        [
          ['a', 'x'],
          ['a', 'y'],
        ],
      ],
      0,
    ],
    ['both of one size', [{ a: 'x' }, { a: 'y' }], 2],
    ['both where a whiteout stands between them', [{ a: 'x' }, { a: whiteout, './a': 'y' }], 2],
    ['each once', [{ a: 'x' }, { a: 'y' }, { a: 'z' }], 3],
    ['those whose other names stay', [{ a: 'x', b: hardlink('a') }, { a: 'y' }], 2],
  ])('are %s', async (_, trees, count) => {
    const layers = await layersOf(trees)
    const stack = stackLayers(layers, false)
    const hashed = contentQuestions(stack)
    expect(hashed).toEqual([])
    for (const { content } of layers) {
      if (typeof content === 'string') continue
      for (const node of content.changeset.added.children.values()) if (node.kind === 'file') node.hash = undefined
    }
    expect(contentQuestions(stack)).toHaveLength(count)
  })
})
