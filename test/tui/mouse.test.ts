import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Input, mouseParser } from '../../src/tui/mouse.ts'

const E = '\u001b'

describe('what a terminal sends is told apart', () => {
  const rows: [what: string, sent: string[], expected: Input][] = [
    ['keys alone', ['jk'], { keys: 'jk', events: [] }],
    ['an arrow key', [`${E}[A`], { keys: `${E}[A`, events: [] }],
    ['a lone Escape, at once', [E], { keys: E, events: [] }],
    ['a click', [`${E}[<0;10;5M`], { keys: '', events: [{ kind: 'click', x: 9, y: 4 }] }],
    ['a click and its release', [`${E}[<0;1;1M${E}[<0;1;1m`], { keys: '', events: [{ kind: 'click', x: 0, y: 0 }] }],
    ['the wheel up', [`${E}[<64;300;200M`], { keys: '', events: [{ kind: 'wheel-up', x: 299, y: 199 }] }],
    ['the wheel down', [`${E}[<65;2;3M`], { keys: '', events: [{ kind: 'wheel-down', x: 1, y: 2 }] }],
    ['the right button, which means nothing', [`${E}[<2;2;3M`], { keys: '', events: [] }],
    ['the wheel with a modifier, which means nothing', [`${E}[<68;2;3M`], { keys: '', events: [] }],
    ['keys around a report', [`a${E}[<64;1;1Mb`], { keys: 'ab', events: [{ kind: 'wheel-up', x: 0, y: 0 }] }],
    [
      'a report in three pieces',
      [`x${E}[<6`, '5;2', ';3My'],
      { keys: 'xy', events: [{ kind: 'wheel-down', x: 1, y: 2 }] },
    ],
    ['what only begins like a report', [`${E}[<99x`], { keys: '99x', events: [] }],
    [
      'what begins like a report and goes on for ever',
      [`${E}[<${'1'.repeat(40)}`],
      { keys: '1'.repeat(40), events: [] },
    ],
  ]
  test.each(rows)('%s', (_, sent, expected) => {
    const parse = mouseParser(() => 0)
    const all = sent.map(parse)
    expect({ keys: all.map(({ keys }) => keys).join(''), events: all.flatMap(({ events }) => events) }).toEqual(
      expected,
    )
  })
})

describe('two clicks are a double click', () => {
  const rows: [what: string, clicks: [x: number, y: number, at: number][], kinds: string[]][] = [
    [
      'if they follow quickly',
      [
        [1, 1, 0],
        [1, 1, 300],
      ],
      ['click', 'double-click'],
    ],
    [
      'but not after a while',
      [
        [1, 1, 0],
        [1, 1, 900],
      ],
      ['click', 'click'],
    ],
    [
      'but not in two places',
      [
        [1, 1, 0],
        [2, 1, 10],
      ],
      ['click', 'click'],
    ],
    [
      'and a third begins anew',
      [
        [1, 1, 0],
        [1, 1, 10],
        [1, 1, 20],
        [1, 1, 30],
      ],
      ['click', 'double-click', 'click', 'double-click'],
    ],
  ]
  test.each(rows)('%s', (_, clicks, kinds) => {
    let time = 0
    const parse = mouseParser(() => time)
    const events = clicks.flatMap(([x, y, at]) => {
      time = at
      return parse(`${E}[<0;${x};${y}M`).events
    })
    expect(events.map(({ kind }) => kind)).toEqual(kinds)
  })
})

test('however the bytes are cut, the same keys and events come of them', () => {
  const piece = fc.constantFrom(
    'a',
    'j',
    `${E}[A`,
    `${E}[<0;1;1M`,
    `${E}[<0;1;1m`,
    `${E}[<64;20;3M`,
    `${E}[<65;200;30M`,
  )
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat({ max: 40 })), (pieces, cuts) => {
      const text = pieces.join('')
      const whole = mouseParser(() => 0)(text)
      const parse = mouseParser(() => 0)
      // Not inside the first three bytes of a report: those alone are also what keys begin with.
      const places = cuts.filter((at) => ![E, '['].includes(text.charAt(at - 1)))
      const parts = [0, ...places.sort((a, b) => a - b)].map((at, i, all) => text.slice(at, all[i + 1] ?? text.length))
      const inputs = parts.map(parse)
      expect(inputs.map(({ keys }) => keys).join('')).toBe(whole.keys)
      expect(inputs.flatMap(({ events }) => events)).toEqual(whole.events)
    }),
  )
})
