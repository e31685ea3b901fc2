import { EventEmitter } from 'node:events'
import { Readable } from 'node:stream'
import { type Instance, render } from 'ink'
import { createElement } from 'react'
import { App, type AppProps, type Frame } from '../../src/tui/app.tsx'
import { type FrameWriter, frameWriter, type Terminal } from '../../src/tui/frame-writer.ts'
import type { Key } from '../../src/tui/keys.ts'
import { openScreen, type TestScreen } from './screen.ts'

/** The app on a terminal without a window. */
export interface Stage {
  readonly screen: TestScreen
  readonly writer: FrameWriter
  /** Every key that the app has passed on. */
  readonly keys: Key[]
  /** What was written since this was last asked. */
  written(): string
  /** Gives the app something else to draw, and waits until the terminal shows it. */
  show(frame: Frame): Promise<void>
  resize(columns: number, rows: number): Promise<void>
  type(text: string): Promise<void>
  leave(): Promise<void>
}

/** Runs the app on frames made by hand. */
export async function openStage(first: Frame): Promise<Stage> {
  const screen = openScreen(first.size.columns, first.size.rows)
  let bytes = ''
  let frame = first
  let version = 0
  let onChange = () => {}
  const terminal = Object.assign(new EventEmitter(), {
    columns: first.size.columns,
    rows: first.size.rows,
    write(data: string) {
      bytes += data
      return true
    },
  })
  const writer = frameWriter(terminal as unknown as Terminal, () => {})
  const stdin = Object.assign(new Readable({ read() {} }), { isTTY: true, setRawMode() {}, ref() {}, unref() {} })
  const keys: Key[] = []
  const props: AppProps = {
    subscribe(listener) {
      onChange = listener
      return () => {}
    },
    version: () => version,
    frame: () => frame,
    slot: writer.slot,
    onKeys: (pressed) => keys.push(...pressed),
    onReady() {},
  }
  const app: Instance = render(createElement(App, props), {
    stdout: writer.stdout,
    stdin: stdin as unknown as NodeJS.ReadStream,
    debug: true,
    interactive: true,
    alternateScreen: true,
    exitOnCtrlC: false,
    patchConsole: false,
  })
  let pending = ''
  const settle = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    pending += bytes
    const taken = bytes
    bytes = ''
    await screen.write(taken)
  }
  await settle()
  return {
    screen,
    writer,
    keys,
    written() {
      const all = pending
      pending = ''
      return all
    },
    async show(next) {
      frame = next
      version++
      onChange()
      await settle()
    },
    async resize(columns, rows) {
      screen.resize(columns, rows)
      Object.assign(terminal, { columns, rows })
      terminal.emit('resize')
      await settle()
    },
    async type(text) {
      stdin.push(text)
      await settle()
    },
    async leave() {
      app.unmount()
      await app.waitUntilExit()
      await settle()
    },
  }
}
