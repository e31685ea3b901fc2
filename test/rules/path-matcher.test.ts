import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expandBraces, PathMatcher } from '../../src/rules/path-matcher.ts'

/** The owners whose patterns match a path. */
function owners(matcher: PathMatcher, path: string): readonly number[] {
  let state = matcher.start
  for (const name of path.split('/').filter(Boolean)) state = matcher.step(state, name)
  return state.owners
}

describe('a pattern', () => {
  test.each<[string, string, boolean]>([
    ['/var/cache', '/var/cache', true],
    ['/var/cache', '/var/cache/apt', false],
    ['/var/cache/**', '/var/cache/apt/x.bin', true],
    ['/var/cache/**', '/var/cache', true],
    ['/var/cache/*.bin', '/var/cache/pkgcache.bin', true],
    ['/var/cache/*.bin', '/var/cache/.bin', true],
    ['/var/cache/*.bin', '/var/cache/a/b.bin', false],
    ['/**/node_modules/.cache/**', '/node_modules/.cache/x', true],
    ['/**/node_modules/.cache/**', '/srv/app/node_modules/a/node_modules/.cache/x', true],
    ['/**/node_modules/.cache/**', '/srv/app/node_modules/cache', false],
    ['/**/*.log', '/var/log/a.log', true],
    ['/**/*.log', '/a.log', true],
    ['/**/*.log', '/a.log/b', false],
    ['/home/*/.npm/_*/**', '/home/me/.npm/_cacache/x', true],
    ['/home/*/.npm/_*/**', '/home/me/.npm/x', false],
    ['/a*b*c', '/axxbxxc', true],
    ['/a*b*c', '/ac', false],
    ['/a*b*b', '/ab', false],
    ['/a*b*b', '/abb', true],
    ['/a*a', '/a', false],
    ['/*a*b*a*', '/xaxbxax', true],
    ['/*a*b*a*', '/xaxbx', false],
    ['/a**c', '/abc', true],
    ['/a+(b)', '/a+(b)', true],
    ['/{usr,usr/local}/lib/x', '/usr/local/lib/x', true],
    ['/', '/', true],
  ])('%s matches %s: %s', (pattern, path, expected) => {
    expect(owners(new PathMatcher([[pattern]]), path)).toEqual(expected ? [0] : [])
  })
})

test('braces stand for each of their texts', () => {
  expect(expandBraces('/{a,b}/{c,d}')).toEqual(['/a/c', '/a/d', '/b/c', '/b/d'])
})

test('a segment of many wildcards takes no longer for a name that nearly matches', () => {
  expect(owners(new PathMatcher([[`/${'*a'.repeat(40)}*b`]]), `/${'a'.repeat(4000)}`)).toEqual([])
})

test('many patterns at once match what each matches by itself', () => {
  const name = fc.constantFrom('a', 'b', 'c.log', 'cache', 'cg', 'log')
  const segment = fc.constantFrom('a', 'b', '*', '**', '*.log', 'c*', 'cache', 'c*g', '*c*', '*a*e', 'c*o*', '*g')
  const pattern = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => `/${segments.join('/')}`)
  const path = fc.array(name, { maxLength: 5 }).map((names) => `/${names.join('/')}`)
  fc.assert(
    fc.property(
      fc.array(pattern, { minLength: 1, maxLength: 6 }),
      fc.array(path, { minLength: 1, maxLength: 8 }),
      (patterns, paths) => {
        const together = new PathMatcher(patterns.map((one) => [one]))
        for (const one of paths) {
          const expected = patterns.flatMap((text, i) => (asRegExp(text).test(one === '/' ? '' : one) ? [i] : []))
          expect(owners(together, one)).toEqual(expected)
        }
      },
    ),
  )
})

/** The same pattern as a regular expression over a whole path. */
function asRegExp(pattern: string): RegExp {
  const segments = pattern.split('/').filter(Boolean)
  const parts = segments.map((text) =>
    text === '**' ? '(?:/[^/]+)*' : `/${text.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}`,
  )
  return new RegExp(`^${parts.join('')}$`)
}
