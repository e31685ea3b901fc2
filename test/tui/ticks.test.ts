import { describe, expect, test } from 'vitest'
import { holderOf, parsePathKey, pathKey, withoutTicks, withPaths, withTicks } from '../../src/tui/ticks.ts'

const etc = { layer: 3, path: 'etc' }
const hosts = { layer: 3, path: 'etc/my hosts' }

describe('ticks', () => {
  test('a path is told from a finding, whatever it is called', () => {
    for (const place of [etc, hosts, { layer: 12, path: ' a\n b ' }])
      expect(parsePathKey(pathKey(place))).toEqual(place)
    expect(parsePathKey('deleted-later@3-4.2')).toBeUndefined()
  })

  test('a directory takes the place of what was ticked in it', () => {
    const before = withTicks(new Set(), ['apt-lists@3', pathKey(hosts), '2 etc/b', '3 etcetera'])
    expect([...withPaths(before, [etc])].sort()).toEqual(['2 etc/b', '3 etc', '3 etcetera', 'apt-lists@3'])
  })

  test('what lies in a ticked directory is ticked with it, in the same layer', () => {
    const ticks = withPaths(new Set(), [etc])
    const paths = [hosts, etc, { layer: 2, path: 'etc/a' }, { layer: 3, path: 'etcetera' }, { layer: 3, path: '' }]
    expect(paths.map((place) => holderOf(ticks, place))).toEqual(['etc', 'etc', undefined, undefined, undefined])
  })

  test('a tick that is taken away leaves the others', () => {
    expect([...withoutTicks(new Set(['a', 'b', 'c']), ['b', 'd'])]).toEqual(['a', 'c'])
  })
})
