import { Readable } from 'node:stream'
import type { ReadStream } from 'node:tty'
import { type MouseEvent, mouseParser } from './mouse.ts'

/** The part of a terminal that keys come from. */
export type KeySource = Pick<ReadStream, 'setRawMode' | 'setEncoding' | 'on' | 'off' | 'pause' | 'ref' | 'unref'>

/**
 * What Ink reads keys from in place of the terminal: everything but the mouse reports, which Ink would drop. `onEnd`
 * is told when the terminal has gone.
 */
export function keyStream(
  source: KeySource,
  onMouse: (event: MouseEvent) => void,
  onEnd: () => void,
): NodeJS.ReadStream {
  const parse = mouseParser()
  const onData = (text: string) => {
    const { keys, events } = parse(text)
    for (const event of events) onMouse(event)
    if (keys !== '') keyStream.push(keys)
  }
  source.setEncoding('utf8')
  source.on('data', onData)
  source.on('end', onEnd)
  source.on('error', onEnd)
  const keyStream = new Readable({
    read() {},
    destroy(error, done) {
      source.off('data', onData)
      source.off('end', onEnd)
      source.pause()
      done(error)
    },
  })
  return Object.assign(keyStream, {
    isTTY: true,
    setRawMode(raw: boolean) {
      source.setRawMode(raw)
      return keyStream
    },
    ref: () => source.ref(),
    unref: () => source.unref(),
  }) as unknown as NodeJS.ReadStream
}
