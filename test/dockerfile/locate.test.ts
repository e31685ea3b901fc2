import { describe, expect, test } from 'vitest'
import type { Base } from '../../src/dockerfile/base.ts'
import { locate, type Place } from '../../src/dockerfile/locate.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { baseOf } from '../../src/dockerfile/reconstruct.ts'
import { readSteps } from '../../src/dockerfile/steps.ts'
import type { HistoryEntry } from '../../src/oci/history.ts'
import { buildkit, classic } from '../helpers/history.ts'

const history = [
  classic('ADD file:0ceb84f5 in / '),
  classic('CMD ["bash"]'),
  buildkit('RUN /bin/sh -c make'),
  buildkit('ENV TOKEN=abc'),
  buildkit('RUN /bin/sh -c rm -rf /src'),
]
const dockerfile = `FROM golang AS build
RUN go build

FROM debian AS base
RUN make
FROM base AS Final
ENV TOKEN=abc
RUN rm \\
  -rf /src
`

/** The lines of a place, and how sure they are. */
function lineOf(place: Place, text = dockerfile, target?: string, entries: HistoryEntry[] = history): string {
  const layers = entries.filter(({ emptyLayer }) => !emptyLayer).length
  const record = { history: entries, config: {}, diffIds: Array(layers).fill(undefined) }
  const base: Base = baseOf(record)
  const located = locate(readSteps(entries, layers).steps, base, parseDockerfile(text), target)
  const { line, endLine, certainty } = located.lineOf(place) ?? {}
  return line === undefined ? 'nowhere' : `${line}-${endLine} ${certainty}`
}

describe('a finding is at the lines', () => {
  const rows: [string, Place, string][] = [
    ['of the instruction that wrote the layer, in the stage it is built on', { layer: 1 }, '5-5 same'],
    ['of all of an instruction over several lines', { layer: 2 }, '8-9 same'],
    ['of the one step that it is about', { layer: 1, step: 3 }, '7-7 same'],
    ['of the layer, where the step is on no line', { layer: 1, step: 0 }, '5-5 same'],
    ['of the instruction that hid what the base brought', { layer: 0, by: 2 }, '8-9 same'],
    ['of the first FROM, where the base is to blame', { layer: 0 }, '4-4 same'],
    ['of the first FROM, where the base hides its own files', { layer: 0, by: 0 }, '4-4 same'],
  ]
  test.each(rows)('%s', (_, place, expected) => expect(lineOf(place)).toBe(expected))

  test('of none, where the Dockerfile does not have the instruction', () => {
    expect(lineOf({ layer: 2 }, 'FROM debian\nRUN make\n')).toBe('nowhere')
  })

  test('of several, where one layer holds what several wrote', () => {
    const merged = [
      classic('ADD file:0ceb84f5 in / '),
      classic('/bin/sh -c make', { empty: true }),
      classic('/bin/sh -c rm -rf /src', { comment: 'FROM debian', empty: false }),
    ]
    expect(lineOf({ layer: 1 }, 'FROM debian\nRUN make\n\nRUN rm -rf /src\n', undefined, merged)).toBe('2-4 similar')
  })

  test('of the FROM, but perhaps not, where the base is only assumed', () => {
    expect(lineOf({ layer: 0 }, 'FROM debian\nRUN b\n', undefined, [buildkit('RUN /bin/sh -c a')])).toBe('1-1 similar')
  })

  test('of the stage that is asked for, by name or number', () => {
    expect(lineOf({ layer: 2 }, dockerfile, 'FINAL')).toBe('8-9 same')
    expect(lineOf({ layer: 2 }, dockerfile, '1')).toBe('nowhere')
    expect(lineOf({ layer: 1 }, dockerfile, 'base')).toBe('5-5 same')
  })
})

test('a stage that is not there is refused, with those that are', () => {
  expect(() => lineOf({ layer: 0 }, dockerfile, 'finl')).toThrow(/Dockerfile has no stage "finl"; did you mean final\?/)
  expect(() => lineOf({ layer: 0 }, dockerfile, 'release')).toThrow(/; it has build, base, final; check --target/)
  expect(() => lineOf({ layer: 0 }, 'FROM a\n', '7')).toThrow(/no stage "7"; check --target/)
})

test('long Dockerfiles and histories take no time', () => {
  const start = performance.now()
  const long = `FROM a\nRUN x${' \\\n  y'.repeat(100_000)}\n${'RUN a b c d e f g h\n'.repeat(1500)}`
  const entries = Array.from({ length: 1000 }, (_, i) => buildkit(`RUN /bin/sh -c a b c d e f g ${i}`))
  const huge = buildkit(`RUN /bin/sh -c ${'word '.repeat(1_000_000)}`)
  lineOf({ layer: 2 }, long, undefined, [...entries, huge])
  expect(performance.now() - start).toBeLessThan(8000)
})
