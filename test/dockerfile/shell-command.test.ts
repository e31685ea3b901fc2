import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { breakShell, splitShell } from '../../src/dockerfile/shell-command.ts'
import { cpuTime } from '../helpers/cpu-time.ts'

describe('a shell line is cut', () => {
  const rows: [string, string, string[]][] = [
    ['at && and ;', 'a && b; c', ['a', '&& b', '; c']],
    ['at || and |', 'a || b | c', ['a', '|| b', '| c']],
    ['at a single &', 'a & b', ['a', '& b']],
    ['not in quotes', `a "&& ;" '|| |'`, [`a "&& ;" '|| |'`]],
    ['not in parentheses', '(a && b) && c $(d; e)', ['(a && b)', '&& c $(d; e)']],
    ['not in backticks', 'a `b; c`', ['a `b; c`']],
    [
      'not within quotes of a substitution in quotes',
      'a "$(b "x && y" && z)" && c',
      ['a "$(b "x && y" && z)"', '&& c'],
    ],
    ['not behind an escape', 'find . -exec x {} \\; && b', ['find . -exec x {} \\;', '&& b']],
    ['not at redirections', 'a 2>&1 && b &> c', ['a 2>&1', '&& b &> c']],
    ['not at ;;', 'case x in y) a ;; esac', ['case x in y) a ;; esac']],
    ['not in comments', 'a # b && c', ['a # b && c']],
    ['with single spaces outside quotes', 'a   b\t&&   c "d   e"', ['a b', '&& c "d   e"']],
  ]
  test.each(rows)('%s', (_, command, expected) => {
    expect(splitShell(command).map(({ operator, text }) => `${operator} ${text}`.trim())).toEqual(expected)
  })
})

test('a broken line has one && to a line, and no line that begins like a comment', () => {
  expect(breakShell('set -eux; a && b || c | d')).toBe('set -eux; \\\n    a \\\n    && b \\\n    || c | d')
  expect(breakShell('a; # b && c')).toBe('a; # b && c')
})

test('a broken line is the same command to whoever reads the Dockerfile', () => {
  const word = fc.constantFrom(
    'a',
    'b',
    '"c  d"',
    "'e f'",
    '&&',
    ';',
    '||',
    '|',
    '&',
    '(',
    ')',
    '$(',
    '`',
    '#',
    '\\;',
    '>&2',
    ';;',
    '{',
  )
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 14 }), (words) => {
      const command = words.join('  ')
      const [stage] = parseDockerfile(`FROM x\nRUN a ${breakShell(command)}\n`).stages
      const read = stage?.instructions[0]?.text ?? ''
      expect(read.replace(/\s+/g, '')).toBe(`a ${command}`.replace(/\s+/g, ''))
    }),
    { numRuns: 500 },
  )
})

test('a line that opens and never closes takes no time', () => {
  const time = cpuTime(() => {
    for (const unit of ['"', "'", '(', '$(', '`', '&', ';', '\\', ' #', 'a && ', 'a ', '9'])
      splitShell(unit.repeat(100_000))
  })
  expect(time).toBeLessThan(4000)
})
