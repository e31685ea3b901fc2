import { describe, expect, it } from 'vitest'
import { LAYER_SHAPE_RULES } from '../../src/rules/layer-shape.ts'
import { findingLines, findingsOf, sized } from '../helpers/findings.ts'
import { hardlink, symlink, type Tree, whiteout } from '../helpers/layer.ts'

const body = sized(4000, 'z')
const large = sized(70_000, 'z')
const rules = LAYER_SHAPE_RULES.filter(({ id }) => id === 'duplicate-content')

describe('copies of a file', () => {
  it.each<[what: string, own: readonly Tree[], found: readonly string[]]>([
    ['of the same name', [{ 'a/l.so': body, 'b/l.so': body }], ['1 4000']],
    ['count all but the first', [{ 'a/l.so': body, 'b/l.so': body, 'c/l.so': body }], ['1 8000']],
    ['of other names, where they are large', [{ a: large, b: large }], ['1 70000']],
    [
      'are told for the layer that wrote them',
      [{ 'a/l': body }, { 'b/l': body }, { 'c/l': body }],
      ['2 4000', '3 4000'],
    ],
    [
      'with two names count once',
      [{ 'a/l': body, 'b/l': body, 'b/m': hardlink('b/l'), 'c/l': hardlink('b/l') }],
      ['1 4000'],
    ],
    ['of other names are too many by chance, where they are small', [{ a: body, b: body }], []],
    ['are no links', [{ 'a/l': body, 'b/l': hardlink('a/l'), 'c/l': symlink('../a/l') }], []],
    ['have the same content', [{ 'a/l': body, 'b/l': sized(4000, 'y') }], []],
    ['have not been deleted', [{ 'a/l': body, 'b/l': body }, { 'a/l': whiteout }], []],
    ['are no licences', [{ 'usr/share/doc/a/copyright': body, 'usr/share/doc/b/copyright': body }], []],
    ['are not tiny', [{ 'a/l': sized(100), 'b/l': sized(100) }], []],
  ])('%s', async (_, own, found) => {
    const lines = await findingLines({ base: [], own: [{}, ...own] }, rules)
    expect(lines).toEqual(found.map((line) => `duplicate-content ${line}`))
  })

  it('are each told with what they are a copy of', async () => {
    const own = [{ 'b/l': body }, { 'a/l': body, 'a/m': sized(5000), 'c/m': sized(5000) }]
    const [found] = await findingsOf({ own }, rules)
    expect(found).toMatchObject({ bytes: 9000, files: 2, detail: 'such as /c/m, a copy of /a/m' })
    expect(found?.paths.map(({ path }) => path)).toEqual(['/c/m', '/a/l'])
  })
})
