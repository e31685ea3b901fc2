import { EventEmitter } from 'node:events'
import { describe, expect, test } from 'vitest'
import { type KeySource, keyStream } from '../../src/tui/keyboard.ts'
import type { MouseEvent } from '../../src/tui/mouse.ts'

function open() {
  const calls: string[] = []
  const source = Object.assign(new EventEmitter(), {
    setRawMode: (raw: boolean) => calls.push(`raw ${raw}`),
    setEncoding: () => {},
    pause: () => calls.push('pause'),
    ref: () => calls.push('ref'),
    unref: () => calls.push('unref'),
  })
  const events: MouseEvent[] = []
  let ended = 0
  const stream = keyStream(
    source as unknown as KeySource,
    (event) => events.push(event),
    () => ended++,
  )
  return { source, stream, calls, events, ended: () => ended }
}

describe('the stream that keys are read from', () => {
  test('gives keys and keeps the mouse to itself', () => {
    const { source, stream, events } = open()
    source.emit('data', 'a\u001b[<0;3;4Mb')
    expect(stream.read()?.toString()).toBe('ab')
    source.emit('data', '\u001b[<64;1;1M')
    expect(stream.read()).toBeNull()
    expect(events).toEqual([
      { kind: 'click', x: 2, y: 3 },
      { kind: 'wheel-up', x: 0, y: 0 },
    ])
  })

  test('hands on what Ink asks of a terminal', () => {
    const { stream, calls } = open()
    expect(stream.isTTY).toBe(true)
    stream.setRawMode(true)
    stream.unref()
    stream.ref()
    stream.setRawMode(false)
    expect(calls).toEqual(['raw true', 'unref', 'ref', 'raw false'])
  })

  test.each(['end', 'error'])('tells of the terminal that has gone: %s', (event) => {
    const { source, ended } = open()
    source.emit(event, new Error('EIO'))
    expect(ended()).toBe(1)
  })

  test('lets go of the terminal when it is no longer needed', async () => {
    const { source, stream, calls } = open()
    stream.destroy()
    await new Promise((resolve) => stream.once('close', resolve))
    expect([source.listenerCount('data'), calls]).toEqual([0, ['pause']])
  })
})
