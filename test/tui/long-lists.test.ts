import { describe, expect, test } from 'vitest'
import { stackLayers } from '../../src/stack.ts'
import type { DirectoryNode, FileNode } from '../../src/tree/node.ts'
import { impliedDirectory } from '../../src/tree/tree.ts'
import { makeModel } from '../../src/tui/model.ts'
import { plainReport } from '../helpers/report.ts'
import { asLayer, imageOf } from '../helpers/stack.ts'
import { Session } from './session.ts'

// More than one action looks at before the screen is drawn.
const DIRECTORIES = 60
const FILES = 1000

/** A model of one layer with so many files that its list is not worked out at once. */
function longModel() {
  const origin = { layer: 0 }
  const attributes = { mode: 0o644, uid: 0, gid: 0, xattrs: '' }
  const file = (size: number): FileNode => ({
    kind: 'file',
    attributes,
    mtime: 0,
    tarBytes: 512,
    size,
    origin,
    offset: 0,
    links: 1,
    hash: undefined,
  })
  const added: DirectoryNode = impliedDirectory()
  for (let d = 0; d < DIRECTORIES; d++) {
    const directory: DirectoryNode = { ...impliedDirectory(), implied: false }
    for (let f = 0; f < FILES; f++) directory.children.set(`f${f}`, file(DIRECTORIES - d))
    added.children.set(`d${String(d).padStart(2, '0')}`, directory)
  }
  const changeset = { added, removed: new Set<string>(), opaque: new Set<string>(), linksBelow: new Map() }
  const layer = asLayer(
    {
      changeset,
      contentBytes: 0,
      entries: 0,
      origin,
      superseded: [],
      cost: { entries: 0, hardLinks: new Map(), removed: new Map(), opaque: new Map() },
      oddities: new Map(),
      excerpts: new Map(),
      unseen: 0,
      compression: 'none',
      blobBytes: 0,
      blobDigest: undefined,
      tarBytes: 0,
      diffId: undefined,
    },
    0,
  )
  const report = { ...plainReport, layers: plainReport.layers.slice(0, 1) }
  const base = { layers: 1, name: undefined, strength: 'assumed' } as const
  return makeModel({ image: imageOf([layer]), stack: stackLayers([layer], false), report, base, bloat: [] })
}

describe('a list that takes long', () => {
  const last = `d${DIRECTORIES - 1}`
  const session = () => new Session(longModel(), {}).press('tab')

  test('begins at once, and tells how far it is', () => {
    const begun = session()
    expect(begun.lines('files')[1]).toContain('d00/')
    expect(begun.screen().panes.at(-1)?.title).toMatch(/\+ rows$/)
    expect(begun.finish().screen().panes.at(-1)?.title).toMatch(/60,060 rows$/)
  })

  test('leads to its end once that is known', () => {
    const begun = session().press('G')
    expect(begun.state.seek).toEqual({ kind: 'end' })
    expect(begun.finish().path()).toMatch(new RegExp(`^${last}/`))
    expect(begun.state.seek).toBeUndefined()
  })

  test('forgets that it was to go to the end when the cursor is moved', () => {
    const begun = session().press('G up')
    expect(begun.state.seek).toBeUndefined()
    const there = begun.path()
    expect(begun.finish().path()).toBe(there)
  })

  test('keeps the chosen path in another order, as soon as its row is known', () => {
    const begun = session().press('G').finish()
    const chosen = begun.path()
    begun.press('s r')
    expect(begun.finish().path()).toBe(chosen)
    expect(begun.press('r').finish().path()).toBe(chosen)
  })

  test('has the cursor near the chosen path until then', () => {
    const begun = session().press('G').finish().press('s')
    expect(begun.state.seek).toEqual({ kind: 'path' })
    expect(
      begun
        .screen()
        .panes.at(-1)
        ?.rows.filter(({ selected }) => selected),
    ).toHaveLength(1)
  })

  test('is filtered as it comes', () => {
    const begun = session().press('f').type(`${last}/f999`).press('enter')
    expect(begun.screen().panes.at(-1)?.title).toContain('filter')
    expect(begun.finish().paths()).toEqual([last, `${last}/f999`])
  })

  test('is searched as it comes', () => {
    const begun = session().press('/').type(`${last}/f999`)
    expect(begun.state.seek?.kind).toBe('match')
    expect(begun.footer()).toBe(`Search in all layers: ${last}/f999  searching`)
    expect(begun.finish().path()).toBe(`${last}/f999`)
  })

  test('can be left while it is searched', () => {
    const begun = session().press('/').type('nothing').press('escape')
    expect([begun.state.seek, begun.finish().path()]).toEqual([undefined, 'd00'])
  })

  test('says when nothing was found in the end', () => {
    expect(session().press('/').type('nothing').finish().footer()).toContain('nothing in any layer matches')
  })
})
