import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allFolded, type Folding, fold, unfolded } from '../../src/tui/folding.ts'
import { type Group, type Item, type ItemRow, itemRows, wasteGroups } from '../../src/tui/items.ts'

function item(path: string, bytes = 1): Item {
  return { bytes, path, cause: 'removed', note: '', layers: [0], place: { layer: 0, path } }
}

function group(key: string, items: readonly Item[], onAsked = () => {}): Group {
  const asked = () => {
    onAsked()
    return items
  }
  return { key, label: key, bytes: items.length, count: items.length, items: asked }
}

test('rows are each group with its items beneath it, unless it is folded', () => {
  const sizes = fc.array(fc.nat({ max: 4 }), { maxLength: 6 })
  fc.assert(
    fc.property(sizes, fc.array(fc.nat({ max: 5 })), fc.boolean(), (counts, toggled, folded) => {
      const groups = counts.map((count, g) =>
        group(
          `${g}`,
          Array.from({ length: count }, (_, i) => item(`${g}/${i}`)),
        ),
      )
      const all: Folding = folded ? allFolded : unfolded
      const folding = toggled.reduce((now, g) => fold(now, `${g}`, !folded), all)
      const expected: ItemRow[] = groups.flatMap((one, g): ItemRow[] => [
        { kind: 'group', group: one },
        ...(folded === toggled.includes(g) ? one.items() : []).map(
          (of): ItemRow => ({ kind: 'item', item: of, group: one }),
        ),
      ])
      const rows = itemRows({ groups }, folding)
      expect(Array.from({ length: rows.length }, (_, row) => rows.at(row))).toEqual(expected)
      expect(groups.map((one) => rows.rowOf(one))).toEqual(
        groups.map((one) => expected.findIndex((row) => row.kind === 'group' && row.group === one)),
      )
    }),
  )
})

test('there is no row before the first, after the last, or of nothing', () => {
  const rows = itemRows({ groups: [group('a', [item('x')])] }, unfolded)
  expect([-1, 2, Number.NaN].map((row) => rows.at(row))).toEqual([undefined, undefined, undefined])
  expect(rows.rowOf(group('b', []))).toBe(-1)
  expect(itemRows({ groups: [] }, unfolded)).toMatchObject({ length: 0 })
})

test('without groups, each item is a row', () => {
  const rows = itemRows({ items: [item('x'), item('y')] }, allFolded)
  expect(rows.length).toBe(2)
  expect(rows.at(1)).toEqual({ kind: 'item', item: item('y'), group: undefined })
  expect(rows.at(2)).toBeUndefined()
})

test('the items of a group are not worked out before a row of them is looked at', () => {
  const asked: string[] = []
  const groups = ['a', 'b'].map((key) => group(key, [item(`${key}/x`)], () => asked.push(key)))
  const rows = itemRows({ groups }, unfolded)
  rows.at(0)
  rows.at(2)
  expect(asked).toEqual([])
  rows.at(3)
  expect(asked).toEqual(['b'])
})

test('wasted files are grouped by the directory that they lie in, the largest group first', () => {
  const groups = wasteGroups([item('usr/lib/b', 5), item('a', 4), item('usr/lib/c', 3), item('usr/d', 1)], 'directory')
  expect(groups.map(({ label, bytes, count }) => [label, bytes, count])).toEqual([
    ['/usr/lib', 8, 2],
    ['/', 4, 1],
    ['/usr', 1, 1],
  ])
})
