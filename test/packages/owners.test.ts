import fc from 'fast-check'
import { expect, it } from 'vitest'
import { makeReport } from '../../src/analysis/make-report.ts'
import { stackLayers } from '../../src/stack.ts'
import { type Content, hardlink, symlink, type Tree, whiteout } from '../helpers/layer.ts'
import { dpkg, ownersOf } from '../helpers/packages.ts'
import { imageOf, layersOf } from '../helpers/stack.ts'

const PATHS = [
  'usr/bin/a',
  'bin/a',
  'usr/lib/python3/site-packages/m.py',
  'usr/lib/python3/site-packages/__pycache__/m.cpython-312.pyc',
  'app/node_modules/x/i.js',
  'app/node_modules/x/node_modules/y/package.json',
  'gems/gems/g-1.0/lib.rb',
  'opt/a-1.0.jar',
  'srv/data',
] as const

const RECORDS: Readonly<Record<string, Content>> = {
  ...dpkg({ a: ['/bin/a', '/opt/a-1.0.jar', '/'], b: ['/usr/bin/a', '/srv', '/srv/../srv/data'] }),
  'lib/apk/db/installed': 'P:c\nV:1\nF:srv\nR:data\nF:bin\nR:a\n\n',
  'usr/lib/python3/site-packages/m-1.dist-info/METADATA': 'Name: m\n',
  'usr/lib/python3/site-packages/m-1.dist-info/RECORD': 'm.py,,\n../../../../srv/data,,\nm.py,,\n',
  'app/node_modules/x/package.json': '{"version":"1.0.0"}',
  'gems/specifications/g-1.0.gemspec': 'g',
  bin: symlink('usr/bin'),
}

const content: fc.Arbitrary<Content> = fc.oneof(
  { weight: 4, arbitrary: fc.nat(50).map((n) => 'x'.repeat(n)) },
  { weight: 1, arbitrary: fc.constantFrom(...PATHS).map((path) => hardlink(path)) },
  { weight: 1, arbitrary: fc.constantFrom(...PATHS).map((path) => symlink(`/${path}`)) },
  { weight: 1, arbitrary: fc.constant(whiteout) },
)
const tree: fc.Arbitrary<Tree> = fc.uniqueArray(
  fc.oneof(fc.tuple(fc.constantFrom(...PATHS), content), fc.constantFrom(...Object.entries(RECORDS))),
  { maxLength: 14, selector: ([path]) => path },
)

it('packages and the unowned rest add up to the rootfs, whatever layers, links and lists there are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(tree, { minLength: 1, maxLength: 4 }), async (trees) => {
      const image = imageOf(await layersOf(trees))
      const { summary } = makeReport(image, stackLayers(image.layers, false))
      const { packages, unowned } = await ownersOf(...trees)
      expect(packages.reduce((sum, { bytes }) => sum + bytes, unowned.bytes)).toBe(summary.rootfsBytes)
    }),
    { numRuns: 300 },
  )
})

it('gives every file of a long chain of links an end', async () => {
  const links = Array.from({ length: 60 }, (_, i): [string, Content] => [`l${i}`, symlink(`/l${i + 1}`)])
  const circle: [string, Content][] = [['c', symlink('c/c')]]
  const lists = dpkg({ a: ['/l0/x', '/l30/x', '/c/x', `/${'c/'.repeat(3000)}x`] })
  const { packages, unowned } = await ownersOf([...links, ...circle, ['l60/x', '12345'], ...Object.entries(lists)])
  expect(packages.map(({ bytes }) => bytes)).toEqual([5])
  expect(unowned.bodies).toBe(2)
})

it('takes names that are made to be hard to tell apart as fast as others', async () => {
  const hard = '-1'.repeat(30_000)
  const { packages, unowned } = await ownersOf({
    [`srv/a${hard}!.jar`]: 'x',
    [`gems/specifications/a${hard}\n.gemspec`]: 'x',
    [`site-packages/a${hard}.dist-info/METADATA`]: `Requires-Dist: a${';'.repeat(30_000)}\n`,
    [`site-packages/a${hard}.dist-info/RECORD`]: `"${'""'.repeat(1_000_000)}\n`,
  })
  expect(packages.map(({ ecosystem }) => ecosystem).sort()).toEqual(['jar', 'pip'])
  expect(unowned.bodies).toBe(1)
}, 5000)
