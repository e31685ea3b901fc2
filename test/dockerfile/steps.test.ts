import { describe, expect, test } from 'vitest'
import { readSteps } from '../../src/dockerfile/steps.ts'
import type { HistoryEntry } from '../../src/oci/history.ts'
import { buildkit, classic } from '../helpers/history.ts'

describe('the layers of a history are those of', () => {
  const three = [buildkit('COPY a /a'), buildkit('ENV A=b'), buildkit('COPY b /b')]
  const from = { comment: 'FROM debian:12', empty: false }
  const rows: [string, HistoryEntry[], number, { layers: unknown[]; groups: unknown[]; aligned: boolean }][] = [
    ['each step that is not empty', three, 2, { layers: [0, undefined, 1], groups: [0, undefined, 1], aligned: true }],
    [
      'the first steps, where there are more',
      three,
      3,
      { layers: [0, undefined, 1], groups: [0, undefined, 1], aligned: false },
    ],
    [
      'as many as there are, where there are fewer',
      three,
      1,
      { layers: [0, undefined, undefined], groups: [0, undefined, undefined], aligned: false },
    ],
    [
      'the last step of buildah, which holds the files of those before it',
      [
        classic('ADD file:0ceb84f5 in / '),
        classic('CMD ["bash"]'),
        classic('/bin/sh -c make', { empty: true }),
        classic('ENV A=b'),
        classic('COPY dir:0ceb84f5 in . ', { empty: true }),
        classic('CMD ["a"]', from),
      ],
      2,
      {
        layers: [0, undefined, undefined, undefined, undefined, 1],
        groups: [0, undefined, 1, undefined, 1, 1],
        aligned: true,
      },
    ],
    [
      'their own step, where a classic builder found nothing changed',
      [classic('/bin/sh -c true', { empty: true }), classic('COPY file:0ceb84f5 in /a ')],
      1,
      { layers: [undefined, 0], groups: [undefined, 0], aligned: true },
    ],
  ]
  test.each(rows)('%s', (_, history, layers, expected) => {
    const { steps, aligned } = readSteps(history, layers)
    expect({ layers: steps.map(({ layer }) => layer), groups: steps.map(({ group }) => group), aligned }).toEqual(
      expected,
    )
  })
})

test('the shell that a SHELL sets is known to the steps after it', () => {
  const { steps } = readSteps([buildkit('SHELL [/opt/sh -x]'), buildkit('RUN /opt/sh -x make all')], 1)
  expect(steps[1]?.instruction).toMatchObject({ shell: ['/opt/sh', '-x'], text: 'make all' })
})
